/** The authenticator app: set up with a QR code and a first code, or removed. */
import { Alert, Button, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { moment } from '../languages/format.ts'
import { useLocale, useText } from '../languages/language.ts'
import { tell } from '../server/api.ts'
import { useBeginApp, useConfirmApp, useRemoveApp, type OwnSignIn } from './account.ts'
import { ConfirmFirst, needsConfirmation } from './confirm-first.tsx'
import { QrCode } from './qr-code.tsx'
import { CodesOnce } from './recovery-codes.tsx'
import styles from './account.module.css'

export function AppSection({ own, onReady }: { own: OwnSignIn; onReady?: (() => void) | undefined }) {
  const t = useText()
  const locale = useLocale()
  const begin = useBeginApp()
  const confirm = useConfirmApp()
  const remove = useRemoveApp()
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const error = begin.error ?? remove.error
  const again = (): void => (remove.error !== null ? remove.mutate() : begin.mutate())
  const confirmed = (code: string): void =>
    confirm.mutate(code, {
      onSuccess: ({ recoveryCodes }) => {
        begin.reset()
        setCodes(recoveryCodes)
      },
    })
  return (
    <section className={styles.section} aria-labelledby="app-title">
      <h2 id="app-title">{t('account.app')}</h2>
      <p>
        {own.totpSince === null
          ? t('account.app.none')
          : t('account.app.since', { when: moment(Date.parse(own.totpSince), Date.now(), locale) })}
      </p>
      {error !== null && !needsConfirmation(error) && (
        <Alert color="red" variant="light" role="alert">
          {tell(error, t)}
        </Alert>
      )}
      <ConfirmFirst error={error} again={again} />
      {codes !== null ? (
        <CodesOnce
          codes={codes}
          onKept={() => {
            setCodes(null)
            onReady?.()
          }}
        />
      ) : begin.data !== undefined ? (
        <SetUp app={begin.data} isWrong={confirm.isError} isPending={confirm.isPending} onCode={confirmed} />
      ) : own.totpSince === null ? (
        <div className={styles.actions}>
          <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>
            {t('account.app.add')}
          </Button>
        </div>
      ) : (
        <div className={styles.actions}>
          <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t('account.app.remove')}
          </Button>
        </div>
      )}
    </section>
  )
}

type SetUpProps = Readonly<{
  app: Readonly<{ secret: string; address: string }>
  isWrong: boolean
  isPending: boolean
  onCode(code: string): void
}>

function SetUp({ app, isWrong, isPending, onCode }: SetUpProps) {
  const t = useText()
  const [code, setCode] = useState('')
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    onCode(code)
  }
  return (
    <form className={styles.setUp} onSubmit={submit}>
      <QrCode text={app.address} label={t('account.app.qr')} />
      <div className={styles.steps}>
        <p>{t('account.app.scan')}</p>
        <p>
          {t('account.app.key')} <code className={styles.key}>{(app.secret.match(/.{1,4}/g) ?? []).join(' ')}</code>
        </p>
        <TextInput
          label={t('account.app.code')}
          autoComplete="one-time-code"
          inputMode="numeric"
          autoFocus
          required
          withAsterisk={false}
          value={code}
          error={isWrong ? t('account.app.wrong') : null}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button type="submit" loading={isPending}>
          {t('account.app.confirm')}
        </Button>
      </div>
    </form>
  )
}
