/** Where one column is shown at a time, as the style sheets have it. */
import { useMediaQuery } from '@mantine/hooks'

export const useNarrow = (): boolean =>
  useMediaQuery('(max-width: 860px)', undefined, { getInitialValueInEffect: false }) === true
