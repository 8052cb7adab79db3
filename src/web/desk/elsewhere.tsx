/** In place of the desk once another window has it: says so, and takes it back with one key. */
import { useEffect, useRef } from 'react'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import { useDeskStore } from '../live/use-desk.ts'
import { usePhone } from '../softphone/use-softphone.ts'
import styles from '../app/message.module.css'

export function Elsewhere() {
  const t = useText()
  const store = useDeskStore()
  const { call } = usePhone()
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => button.current?.focus(), [])
  return (
    <div className={styles.message} role="alert">
      <h1>{t('live.takenOver')}</h1>
      <p>{t('live.elsewhere')}</p>
      {call !== null && <p>{t('live.elsewhere.call')}</p>}
      <ActionButton ref={button} tone="main" shortcut="u" label={t('live.takeBack')} onAct={() => store.takeBack()} />
    </div>
  )
}
