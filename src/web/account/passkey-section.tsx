/** Passkeys: several, each with a name by which its person knows it again. */
import { Alert, Button, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { moment } from '../languages/format.ts'
import { useLocale, useText } from '../languages/language.ts'
import { tell } from '../server/api.ts'
import { isNotUsed } from '../sign-in/passkeys.ts'
import { useAddPasskey, useRemovePasskey, useRenamePasskey, type OwnSignIn, type Passkey } from './account.ts'
import { ConfirmFirst, needsConfirmation } from './confirm-first.tsx'
import styles from './account.module.css'

export function PasskeySection({ own, onReady }: { own: OwnSignIn; onReady?: (() => void) | undefined }) {
  const t = useText()
  const add = useAddPasskey()
  const remove = useRemovePasskey()
  const [name, setName] = useState('')
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    remove.reset()
    const after = (): void => {
      setName('')
      onReady?.()
    }
    add.mutate(name, { onSuccess: after })
  }
  const removeOne = (id: string): void => {
    add.reset()
    remove.mutate(id)
  }
  const error = add.error ?? remove.error
  const again = (): void => {
    if (add.variables !== undefined && add.isError) add.mutate(add.variables, { onSuccess: () => onReady?.() })
    else if (remove.variables !== undefined) remove.mutate(remove.variables)
  }
  return (
    <section className={styles.section} aria-labelledby="passkeys-title">
      <h2 id="passkeys-title">{t('account.passkeys')}</h2>
      <p>{own.passkeysPossible ? t('account.passkeys.text') : t('account.passkeys.impossible')}</p>
      {error !== null && !needsConfirmation(error) && (
        <Alert color="red" variant="light" role="alert">
          {isNotUsed(error) ? t('account.passkeys.failed') : tell(error, t)}
        </Alert>
      )}
      <ConfirmFirst error={error} again={again} />
      {own.passkeys.length > 0 && (
        <ul className={styles.list} aria-labelledby="passkeys-title">
          {own.passkeys.map((passkey) => (
            <PasskeyLine key={passkey.id} passkey={passkey} onRemove={() => removeOne(passkey.id)} />
          ))}
        </ul>
      )}
      {own.passkeysPossible && (
        <form className={styles.inline} onSubmit={submit}>
          <TextInput
            label={t('account.passkeys.name')}
            required
            withAsterisk={false}
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={add.isPending}>
            {t('account.passkeys.add')}
          </Button>
        </form>
      )}
    </section>
  )
}

function PasskeyLine({ passkey, onRemove }: { passkey: Passkey; onRemove(): void }) {
  const t = useText()
  const locale = useLocale()
  const rename = useRenamePasskey()
  const [name, setName] = useState<string | null>(null)
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (name !== null) rename.mutate({ id: passkey.id, name }, { onSuccess: () => setName(null) })
  }
  if (name !== null) {
    return (
      <li>
        <form className={styles.inline} onSubmit={submit}>
          <TextInput
            label={t('account.passkeys.newName')}
            autoFocus
            required
            withAsterisk={false}
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" loading={rename.isPending}>
            {t('account.save')}
          </Button>
        </form>
      </li>
    )
  }
  const used = passkey.lastUsedAt
  return (
    <li>
      <span className={styles.what}>
        <b>{passkey.name}</b>
        <small>
          {used === null
            ? t('account.passkeys.unused')
            : t('account.passkeys.used', { when: moment(Date.parse(used), Date.now(), locale) })}
        </small>
      </span>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t('account.passkeys.renameOne', { name: passkey.name })}
        onClick={() => setName(passkey.name)}
      >
        {t('account.passkeys.rename')}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t('account.passkeys.removeOne', { name: passkey.name })}
        onClick={onRemove}
      >
        {t('account.app.remove')}
      </Button>
    </li>
  )
}
