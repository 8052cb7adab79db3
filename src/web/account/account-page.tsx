/** How I sign in and where I am signed in: laid over the desk, so that calls and offers go on behind it. */
import { Loader, Modal } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useText } from '../languages/language.ts'
import { useOwnSignIn } from './account.ts'
import { AppSection } from './app-section.tsx'
import { PasskeySection } from './passkey-section.tsx'
import { PasswordSection } from './password-section.tsx'
import { RecoveryCodesSection } from './recovery-codes.tsx'
import { SessionSection } from './session-section.tsx'
import styles from './account.module.css'

export function AccountPage({ onClose }: { onClose(): void }) {
  const t = useText()
  const isNarrow = useMediaQuery('(width <= 720px)')
  return (
    <Modal
      opened
      onClose={onClose}
      size={720}
      fullScreen={isNarrow}
      title={t('account.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Sections />
    </Modal>
  )
}

function Sections() {
  const t = useText()
  const { data: own } = useOwnSignIn()
  if (own === undefined) return <Loader role="status" aria-label={t('app.loading')} />
  const hasSecondFactor = own.totpSince !== null || own.passkeys.length > 0
  return (
    <div className={styles.sections}>
      {own.providers.length > 0 && (
        <section className={styles.section} aria-labelledby="providers-title">
          <h2 id="providers-title">{t('account.providers')}</h2>
          <p>
            {own.onlyProvider === null
              ? t('account.providers.linked', { name: own.providers.map(({ name }) => name).join(', ') })
              : t('signIn.onlyProvider', { name: own.onlyProvider })}
          </p>
        </section>
      )}
      {own.onlyProvider === null && <PasskeySection own={own} />}
      <AppSection own={own} />
      {hasSecondFactor && <RecoveryCodesSection left={own.recoveryCodesLeft} />}
      {own.secondFactorRequired && <p className={styles.note}>{t('account.required')}</p>}
      {own.onlyProvider === null && <PasswordSection />}
      <SessionSection />
    </div>
  )
}
