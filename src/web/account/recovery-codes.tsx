/** Codes for whoever loses their second factor: how many are left, and new ones, shown once. */
import { Alert, Button } from '@mantine/core'
import { useState } from 'react'
import { useText } from '../languages/language.ts'
import { tell } from '../server/api.ts'
import { useRenewCodes } from './account.ts'
import { ConfirmFirst, needsConfirmation } from './confirm-first.tsx'
import styles from './account.module.css'

export function RecoveryCodesSection({ left }: { left: number }) {
  const t = useText()
  const renew = useRenewCodes()
  const [isShown, setIsShown] = useState(false)
  const make = (): void => renew.mutate(undefined, { onSuccess: () => setIsShown(true) })
  return (
    <section className={styles.section} aria-labelledby="recovery-title">
      <h2 id="recovery-title">{t('account.recovery')}</h2>
      <p>{t('account.recovery.left', { count: left })}</p>
      {renew.error !== null && !needsConfirmation(renew.error) && (
        <Alert color="red" variant="light" role="alert">
          {tell(renew.error, t)}
        </Alert>
      )}
      <ConfirmFirst error={renew.error} again={make} />
      {isShown && renew.data !== undefined ? (
        <CodesOnce codes={renew.data.recoveryCodes} onKept={() => setIsShown(false)} />
      ) : (
        <div className={styles.actions}>
          <Button variant="default" loading={renew.isPending} onClick={make}>
            {t('account.recovery.renew')}
          </Button>
        </div>
      )}
    </section>
  )
}

export function CodesOnce({ codes, onKept }: { codes: readonly string[]; onKept(): void }) {
  const t = useText()
  return (
    <div className={styles.inner}>
      <b>{t('account.recovery')}</b>
      <p>{t('account.recovery.text')}</p>
      <ul className={styles.codes} aria-label={t('account.recovery')}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={styles.actions}>
        <Button autoFocus onClick={onKept}>
          {t('account.recovery.kept')}
        </Button>
        <Button variant="default" onClick={() => void navigator.clipboard.writeText(codes.join('\n'))}>
          {t('account.recovery.copy')}
        </Button>
      </div>
    </div>
  )
}
