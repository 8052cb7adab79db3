/** The step after the first factor: the app's code, a recovery code or a passkey. */
import { Alert, Button, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import type { SecondWay } from '../../access/entry.ts'
import { Brand } from '../app/brand.tsx'
import { useText } from '../languages/language.ts'
import { call, Refused } from '../server/api.ts'
import { useEnter, useStartAgain } from '../server/session.ts'
import { enterWithPasskey } from './passkeys.ts'
import { whyNot } from './why-not.ts'
import styles from './sign-in-page.module.css'

export function SecondFactorForm({ ways }: { ways: readonly SecondWay[] }) {
  const t = useText()
  const enter = useEnter()
  const startAgain = useStartAgain()
  const [code, setCode] = useState('')
  const [way, setWay] = useState<SecondWay>(ways[0] ?? 'code')
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (way === 'passkey') return enter.mutate(enterWithPasskey)
    enter.mutate(() => call('POST', '/api/sessions/second-factor', { code }))
  }
  const choose = (next: SecondWay): void => {
    enter.reset()
    setCode('')
    setWay(next)
  }
  const trouble =
    enter.error === null
      ? null
      : enter.error instanceof Refused && enter.error.code === 'unauthenticated'
        ? t(way === 'passkey' ? 'signIn.passkey.unknown' : 'signIn.second.wrong')
        : whyNot(enter.error, t)
  return (
    <form className={styles.form} onSubmit={submit} aria-labelledby="sign-in-title">
      <Brand />
      <h1 id="sign-in-title">{t('signIn.second.title')}</h1>
      <p>{t(`signIn.second.text.${way}`)}</p>
      {trouble !== null && (
        <Alert color="red" variant="light" role="alert">
          {trouble}
        </Alert>
      )}
      {way !== 'passkey' && (
        <TextInput
          key={way}
          label={t(`signIn.second.${way}`)}
          name="code"
          autoComplete={way === 'code' ? 'one-time-code' : 'off'}
          inputMode={way === 'code' ? 'numeric' : 'text'}
          autoCapitalize="none"
          autoFocus
          required
          withAsterisk={false}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      )}
      <Button type="submit" fullWidth loading={enter.isPending} autoFocus={way === 'passkey'}>
        {t(way === 'passkey' ? 'signIn.passkey' : 'signIn.second.action')}
      </Button>
      <div className={styles.others}>
        {ways
          .filter((other) => other !== way)
          .map((other) => (
            <Button key={other} variant="default" fullWidth onClick={() => choose(other)}>
              {t(`signIn.second.use.${other}`)}
            </Button>
          ))}
        <Button variant="subtle" fullWidth onClick={() => startAgain.mutate()}>
          {t('signIn.second.again')}
        </Button>
        <span>{t('signIn.second.lost')}</span>
      </div>
    </form>
  )
}
