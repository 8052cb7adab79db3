/** What happened, said where no control of the work is: over the customer; on a telephone over the bar above everything. */
import { Notifications } from '@mantine/notifications'
import { useNarrow } from '../look/narrow.ts'
import styles from './notices.module.css'

const customersColumn = 'calc(var(--side) - 2 * var(--mantine-spacing-md))'

export function Notices() {
  const isNarrow = useNarrow()
  const position = isNarrow ? 'top-center' : 'bottom-right'
  return (
    // Anew at another place, or each would stand at both for a moment.
    <Notifications
      key={position}
      className={styles.notices}
      position={position}
      containerWidth={isNarrow ? '480px' : customersColumn}
      limit={4}
    />
  )
}
