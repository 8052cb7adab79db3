/** Asks who has been here for a while to show that it is them, and then does what they wanted. */
import { Alert, Button, PasswordInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode, type SubmitEvent } from 'react'
import { useText } from '../languages/language.ts'
import { call, Refused, tell } from '../server/api.ts'
import { confirmWithPasskey, isNotUsed } from '../sign-in/passkeys.ts'
import { useOwnSignIn } from './account.ts'
import styles from './account.module.css'

/** `error` of what was wanted; shows nothing unless it says that a confirmation comes first. */
export function ConfirmFirst({ error, again }: { error: Error | null; again(): void }): ReactNode {
  if (!needsConfirmation(error)) return null
  return <Confirmation onConfirmed={again} />
}

export const needsConfirmation = (error: Error | null): boolean =>
  error instanceof Refused && error.code === 'confirm-first'

function Confirmation({ onConfirmed }: { onConfirmed(): void }) {
  const t = useText()
  const { data } = useOwnSignIn()
  const [password, setPassword] = useState('')
  const confirm = useMutation({ mutationFn: (how: () => Promise<void>) => how(), onSuccess: onConfirmed })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    confirm.mutate(() => call('POST', '/api/me/confirmation', { password }))
  }
  const trouble =
    confirm.error === null
      ? null
      : isNotUsed(confirm.error)
        ? t('signIn.passkey.notUsed')
        : confirm.error instanceof Refused && confirm.error.code === 'wrong-password'
          ? t('account.password.wrong')
          : tell(confirm.error, t)
  return (
    <form className={styles.inner} onSubmit={submit} aria-label={t('account.confirm.title')}>
      <b>{t('account.confirm.title')}</b>
      <p>{t(data?.onlyProvider == null ? 'account.confirm.text' : 'account.confirm.provider')}</p>
      {trouble !== null && (
        <Alert color="red" variant="light" role="alert">
          {trouble}
        </Alert>
      )}
      <PasswordInput
        label={t('signIn.password')}
        autoComplete="current-password"
        autoFocus
        required
        withAsterisk={false}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <div className={styles.actions}>
        <Button type="submit" loading={confirm.isPending}>
          {t('account.confirm.action')}
        </Button>
        {(data?.passkeys.length ?? 0) > 0 && (
          <Button variant="default" onClick={() => confirm.mutate(confirmWithPasskey)}>
            {t('account.confirm.passkey')}
          </Button>
        )}
      </div>
    </form>
  )
}
