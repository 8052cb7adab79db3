/** Keys towards the customer's side, as a telephone has them; the keyboard's own digits work as well. */
import { Button } from '@mantine/core'
import { useText } from '../languages/language.ts'
import styles from './keypad.module.css'

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const

export function Keypad({ onPress }: { onPress(digit: string): void }) {
  const t = useText()
  return (
    <div
      className={styles.keypad}
      role="group"
      aria-label={t('call.keys')}
      onKeyDown={(event) => {
        if (keys.some((key) => key === event.key)) onPress(event.key)
      }}
    >
      {keys.map((key) => (
        <Button key={key} variant="default" onClick={() => onPress(key)}>
          {key}
        </Button>
      ))}
    </div>
  )
}
