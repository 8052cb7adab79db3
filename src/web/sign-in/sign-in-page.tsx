/** Username and password. Other ways in (passkey, single sign-on) are further parts below the form. */
import { Alert, Button, PasswordInput, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { useText, type Text } from '../languages/language.ts'
import { Brand } from '../app/brand.tsx'
import { AppearanceChoice, LanguageChoice } from '../app/choices.tsx'
import { Refused, tell } from '../server/api.ts'
import { useSignIn } from '../server/session.ts'
import styles from './sign-in-page.module.css'

export function SignInPage() {
  const t = useText()
  const signIn = useSignIn()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    signIn.mutate({ username, password })
  }
  return (
    <main className={styles.page}>
      <form className={styles.form} onSubmit={submit} aria-labelledby="sign-in-title">
        <Brand />
        <h1 id="sign-in-title">{t('signIn.title')}</h1>
        <p>{t('signIn.welcome')}</p>
        {signIn.error !== null && (
          <Alert color="red" variant="light" role="alert">
            {whyNot(signIn.error, t)}
          </Alert>
        )}
        <TextInput
          label={t('signIn.username')}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          autoFocus
          required
          withAsterisk={false}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('signIn.password')}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" fullWidth loading={signIn.isPending}>
          {t('signIn.action')}
        </Button>
      </form>
      <footer className={styles.foot}>
        <LanguageChoice />
        <AppearanceChoice />
      </footer>
    </main>
  )
}

function whyNot(error: Error, t: Text): string {
  if (!(error instanceof Refused)) return tell(error, t)
  if (error.status === 401) return t('signIn.wrong')
  if (error.code !== 'locked') return tell(error, t)
  const { retryAfterMs = 1_000 } = (error.details ?? {}) as { retryAfterMs?: number }
  return t('signIn.locked', { count: Math.ceil(retryAfterMs / 1_000) })
}
