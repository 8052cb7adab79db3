/** Passwords that the service shows this once: to be copied now, or made anew later. */
import { useId, useState } from 'react'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import styles from './admin.module.css'

export type Secret = Readonly<{ label: string; value: string }>

export function Secrets({ secrets }: { secrets: readonly Secret[] }) {
  const t = useText()
  const [isCopied, setCopied] = useState(false)
  const listId = useId()
  // Browsers lend the clipboard to pages that came over TLS or from this machine alone.
  const canCopy = 'clipboard' in navigator
  const copy = (): void =>
    void navigator.clipboard
      .writeText(secrets.map(({ label, value }) => `${label}: ${value}`).join('\n'))
      .then(() => setCopied(true))
  return (
    <section className={styles.secret} aria-label={t('admin.secrets')}>
      <b>{t('admin.secrets')}</b>
      <p>{t('admin.secrets.text')}</p>
      <dl>
        {secrets.map(({ label, value }, i) => (
          <div key={label}>
            <dt id={`${listId}-${i}`}>{label}</dt>
            <dd aria-labelledby={`${listId}-${i}`}>{value}</dd>
          </div>
        ))}
      </dl>
      {canCopy && <ActionButton label={isCopied ? t('admin.copied') : t('admin.copy')} onAct={copy} />}
    </section>
  )
}
