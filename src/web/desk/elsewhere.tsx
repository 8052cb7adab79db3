/** In place of the desk once another window has it, or beside other work: says so, and takes it back with one key. */
import { useEffect, useRef } from 'react'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import { useDeskStore } from '../live/use-desk.ts'
import { usePhone } from '../softphone/use-softphone.ts'
import styles from './elsewhere.module.css'

export function Elsewhere({ isBeside = false }: { isBeside?: boolean }) {
  const t = useText()
  const store = useDeskStore()
  const { call } = usePhone()
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // Whoever does something else just now keeps their place.
    if (!isBeside) button.current?.focus()
  }, [isBeside])
  const Title = isBeside ? 'b' : 'h1'
  return (
    <div className={isBeside ? styles.beside : styles.whole} role="alert">
      <Title>{t('live.takenOver')}</Title>
      <p>{t('live.elsewhere')}</p>
      {call !== null && <p>{t('live.elsewhere.call')}</p>}
      <ActionButton ref={button} tone="main" shortcut="u" label={t('live.takeBack')} onAct={() => store.takeBack()} />
    </div>
  )
}
