/** Every way in: password, passkey, single sign-on, and the step after the first. */
import { Alert, Button, PasswordInput, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { AppearanceChoice, LanguageChoice } from '../app/choices.tsx'
import { Brand } from '../app/brand.tsx'
import { useText } from '../languages/language.ts'
import { call, Refused } from '../server/api.ts'
import { useEnter, useWaysIn } from '../server/session.ts'
import { enterWithPasskey } from './passkeys.ts'
import { SecondFactorForm } from './second-factor-form.tsx'
import { problemOfAddress, whyNot } from './why-not.ts'
import styles from './sign-in-page.module.css'

export function SignInPage() {
  const { secondFactor } = useWaysIn()
  const [problem] = useState(problemOfAddress)
  return (
    <main className={styles.page}>
      {secondFactor === null ? <FirstFactor problem={problem} /> : <SecondFactorForm ways={secondFactor.ways} />}
      <footer className={styles.foot}>
        <LanguageChoice />
        <AppearanceChoice />
      </footer>
    </main>
  )
}

function FirstFactor({ problem }: { problem: ReturnType<typeof problemOfAddress> }) {
  const t = useText()
  const ways = useWaysIn()
  const withPassword = useEnter()
  const withPasskey = useEnter()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    withPasskey.reset()
    withPassword.mutate(() => call('POST', '/api/sessions', { username, password }))
  }
  const isBlank = withPassword.isIdle && withPasskey.isIdle
  const trouble =
    withPassword.error !== null
      ? isWrong(withPassword.error)
        ? t('signIn.wrong')
        : whyNot(withPassword.error, t)
      : withPasskey.error !== null
        ? isWrong(withPasskey.error)
          ? t('signIn.passkey.unknown')
          : whyNot(withPasskey.error, t)
        : !isBlank
          ? null
          : ways.isOver === true
            ? t('signIn.second.over')
            : problem === null
              ? null
              : t(`signIn.problem.${problem}`)
  return (
    <form className={styles.form} onSubmit={submit} aria-labelledby="sign-in-title">
      <Brand />
      <h1 id="sign-in-title">{t('signIn.title')}</h1>
      <p>{t('signIn.welcome')}</p>
      {trouble !== null && (
        <Alert color="red" variant="light" role="alert">
          {trouble}
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
      <Button type="submit" fullWidth loading={withPassword.isPending}>
        {t('signIn.action')}
      </Button>
      {(ways.passkeys || ways.providers.length > 0) && (
        <div className={styles.others}>
          <span>{t('signIn.or')}</span>
          {ways.passkeys && (
            <Button
              variant="default"
              fullWidth
              loading={withPasskey.isPending}
              onClick={() => {
                withPassword.reset()
                withPasskey.mutate(enterWithPasskey)
              }}
            >
              {t('signIn.passkey')}
            </Button>
          )}
          {ways.providers.map(({ id, name }) => (
            <Button key={id} component="a" variant="default" fullWidth href={`/api/sessions/providers/${id}`}>
              {t('signIn.provider', { name })}
            </Button>
          ))}
        </div>
      )}
    </form>
  )
}

const isWrong = (error: Error): boolean => error instanceof Refused && error.code === 'unauthenticated'
