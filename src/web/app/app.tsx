/** What surrounds every page: look, language, data, and the way to the pages. */
import { MantineProvider, Notification, type MantineThemeOverride } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useText } from '../languages/language.ts'
import { cssVariables, theme } from '../look/theme.ts'
import { Refused } from '../server/api.ts'
import { Boundary } from './boundary.tsx'
import { Notices } from './notices.tsx'
import { Pages } from './pages.tsx'

/** Of the document's own answer: without it the security policy would keep the library's styles out. */
const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? ''
// What keeps the page still behind a dialog asks for it under this name.
Object.assign(globalThis, { __webpack_nonce__: styleNonce })

export function App() {
  const [client] = useState(newClient)
  const close = useText()('close')
  const spoken = useMemo(() => themeWith(close), [close])
  return (
    <MantineProvider
      theme={spoken}
      defaultColorScheme="auto"
      cssVariablesResolver={cssVariables}
      getStyleNonce={() => styleNonce}
    >
      <Notices />
      <Boundary>
        <QueryClientProvider client={client}>
          <Pages />
        </QueryClientProvider>
      </Boundary>
    </MantineProvider>
  )
}

/** Notices are closed by a cross, which needs a word as well. */
function themeWith(close: string): MantineThemeOverride {
  const notification = Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': close } } })
  return { ...theme, components: { ...theme.components, Notification: notification } }
}

function newClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        refetchOnWindowFocus: false,
        // What the service refuses stays refused; what it can't answer now it may answer soon.
        retry: (count, error) =>
          count < 5 && (!(error instanceof Refused) || error.status === 0 || error.status >= 500),
      },
    },
  })
}
