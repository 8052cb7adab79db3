/** One's own password. */
import { Alert, Button, PasswordInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { useText } from '../languages/language.ts'
import { Refused, tell } from '../server/api.ts'
import { useChangePassword } from './account.ts'
import styles from './account.module.css'

export function PasswordSection({ onChanged }: { onChanged?(): void }) {
  const t = useText()
  const change = useChangePassword()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const after = (): void => {
      setCurrent('')
      setNext('')
      onChanged?.()
    }
    change.mutate({ currentPassword: current, newPassword: next }, { onSuccess: after })
  }
  const trouble =
    change.error === null
      ? null
      : change.error instanceof Refused && change.error.code === 'wrong-password'
        ? t('account.password.wrong')
        : tell(change.error, t)
  return (
    <section className={styles.section} aria-labelledby="password-title">
      <h2 id="password-title">{t('signIn.password')}</h2>
      <form className={styles.fields} onSubmit={submit}>
        {trouble !== null && (
          <Alert color="red" variant="light" role="alert">
            {trouble}
          </Alert>
        )}
        {change.isSuccess && <p role="status">{t('account.password.changed')}</p>}
        <PasswordInput
          label={t('account.password.current')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('account.password.new')}
          description={t('account.password.hint')}
          autoComplete="new-password"
          required
          withAsterisk={false}
          minLength={10}
          maxLength={200}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <div className={styles.actions}>
          <Button type="submit" variant="default" loading={change.isPending}>
            {t('account.password.change')}
          </Button>
        </div>
      </form>
    </section>
  )
}
