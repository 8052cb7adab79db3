/** What the component library is told; colours themselves are in tokens.css. */
import { Button, createTheme, Modal, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

const teal: MantineColorsTuple = [
  '#e3f2f0',
  '#c9e6e2',
  '#9fd2cc',
  '#6fbcb4',
  '#45a69e',
  '#238f88',
  '#0a7570',
  '#09655f',
  '#07514d',
  '#053d3a',
]

export const theme = createTheme({
  fontFamily: "'Inter Variable', Inter, system-ui, sans-serif",
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '18px' },
  headings: { fontWeight: '650' },
  colors: { teal },
  primaryColor: 'teal',
  primaryShade: 6,
  defaultRadius: 8,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm', variant: 'filled' } }),
    Modal: Modal.extend({ defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } } }),
  },
})

/** None of its own: `tokens.css` sets the library's variables, in one place with ours. */
export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: {}, dark: {} })
