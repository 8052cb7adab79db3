/** One identity provider: what we must know of it, what it must know of us, and whether the two understand each other. */
import { Alert, Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { ProviderSettings } from '../../access/identity-provider.ts'
import type { ShownProvider } from '../../access/sign-in-admin-routes.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import { call, Refused, tell } from '../server/api.ts'
import { idFrom } from './editing.ts'
import { ChoiceField, SwitchField, TextField } from './fields.tsx'
import { Part } from './form-page.tsx'
import { Loaded } from './identified.tsx'
import styles from './admin.module.css'

const path = '/api/identity-providers'
const back = '/admin/sign-in'

type Draft = ProviderSettings & Readonly<{ clientSecret: string }>
const fresh: ShownProvider = {
  id: '',
  name: '',
  issuer: '',
  clientId: '',
  scopes: 'openid profile email',
  usernameClaim: 'preferred_username',
  emailDomain: null,
  createAs: null,
  onlyWay: false,
  secondFactor: false,
  enabled: true,
  hasSecret: false,
  redirectUri: '',
  lastProblem: null,
}

export function ProviderPage({ id }: { id: string | null }) {
  return (
    <Loaded<ShownProvider> path={path} id={id} fresh={fresh}>
      {({ value }) => <ProviderForm read={value} />}
    </Loaded>
  )
}

function ProviderForm({ read }: { read: ShownProvider }) {
  const t = useText()
  const [, go] = useLocation()
  const client = useQueryClient()
  const [stored, setStored] = useState(read)
  const [draft, setDraft] = useState<Draft>(() => draftOf(read))
  const set = (change: Partial<Draft>): void => setDraft((before) => ({ ...before, ...change }))
  const isNew = stored.id === ''
  const id = isNew ? idFrom(draft.name) : stored.id
  const saving = useMutation({
    mutationFn: async () => {
      const { clientSecret, ...settings } = draft
      await call('PUT', `${path}/${id}`, { ...settings, ...(clientSecret !== '' && { clientSecret }) })
      // One that isn't enabled can't be asked.
      return draft.enabled
        ? call<ShownProvider>('POST', `${path}/${id}/check`)
        : call<ShownProvider>('GET', `${path}/${id}`)
    },
    onSuccess: async (shown) => {
      setStored(shown)
      setDraft(draftOf(shown))
      await client.invalidateQueries({ queryKey: ['list', path] })
    },
  })
  const removal = useMutation({
    mutationFn: () => call('DELETE', `${path}/${id}`),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['list', path] })
      go(back)
    },
  })
  const error = saving.error ?? removal.error
  const details = (error instanceof Refused && Array.isArray(error.details) ? error.details : []) as {
    path: string
    message: string
  }[]
  const errorAt = (field: string): string | undefined => details.find((one) => one.path === `body.${field}`)?.message
  const shownProblem = saving.isIdle || saving.isSuccess ? stored.lastProblem : null
  return (
    <form
      className={styles.page}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        saving.mutate()
      }}
    >
      <Link href={back} className={styles.back}>
        ← {t('admin.signIn')}
      </Link>
      <header className={styles.head}>
        <h1>{isNew ? t('admin.providers.new') : stored.name}</h1>
      </header>
      <Connection draft={draft} set={set} errorAt={errorAt} hasSecret={stored.hasSecret} isNew={isNew} />
      {!isNew && (
        <Part title={t('admin.provider.redirect')} text={t('admin.provider.redirect.hint')}>
          <code className={`${styles.wide} ${styles.address}`}>{stored.redirectUri}</code>
        </Part>
      )}
      <Persons draft={draft} set={set} errorAt={errorAt} />
      {shownProblem !== null && (
        <Alert color="yellow" role="alert" title={t('admin.provider.problem')}>
          {shownProblem.message}
        </Alert>
      )}
      {saving.isSuccess && stored.lastProblem === null && stored.enabled && (
        <p role="status">{t('admin.provider.well')}</p>
      )}
      {error !== null && (
        <Alert color="red" role="alert">
          {tell(error, t)}
        </Alert>
      )}
      <footer className={styles.actions}>
        <ActionButton
          tone="main"
          label={t('admin.provider.check')}
          shortcut="ctrl+s"
          disabled={id === ''}
          loading={saving.isPending}
          onAct={() => saving.mutate()}
        />
        <Button component={Link} href={back} variant="default">
          {t('admin.cancel')}
        </Button>
        {!isNew && (
          <span className={styles.removal}>
            <ActionButton
              tone="late"
              label={t('admin.remove')}
              loading={removal.isPending}
              onAct={() => removal.mutate()}
            />
          </span>
        )}
      </footer>
    </form>
  )
}

type PartProps = Readonly<{
  draft: Draft
  set(change: Partial<Draft>): void
  errorAt(field: string): string | undefined
}>

function Connection(props: PartProps & Readonly<{ hasSecret: boolean; isNew: boolean }>) {
  const { draft, set, errorAt, hasSecret, isNew } = props
  const t = useText()
  return (
    <Part title={t('admin.providers')} text={t('admin.providers.text')}>
      <TextField
        autoFocus={isNew}
        label={t('admin.name')}
        value={draft.name}
        error={errorAt('name')}
        onChange={(name) => set({ name })}
      />
      <TextField
        label={t('admin.provider.issuer')}
        hint={t('admin.provider.issuer.hint')}
        value={draft.issuer}
        error={errorAt('issuer')}
        onChange={(issuer) => set({ issuer })}
      />
      <TextField
        label={t('admin.provider.clientId')}
        value={draft.clientId}
        error={errorAt('clientId')}
        onChange={(clientId) => set({ clientId })}
      />
      <TextField
        label={t('admin.provider.clientSecret')}
        hint={hasSecret ? t('admin.provider.clientSecret.kept') : undefined}
        value={draft.clientSecret}
        error={errorAt('clientSecret')}
        onChange={(clientSecret) => set({ clientSecret })}
      />
      <SwitchField label={t('admin.provider.enabled')} value={draft.enabled} onChange={(enabled) => set({ enabled })} />
    </Part>
  )
}

function Persons({ draft, set, errorAt }: PartProps) {
  const t = useText()
  return (
    <Part title={t('admin.users')}>
      <TextField
        label={t('admin.provider.usernameClaim')}
        hint={t('admin.provider.usernameClaim.hint')}
        value={draft.usernameClaim}
        error={errorAt('usernameClaim')}
        onChange={(usernameClaim) => set({ usernameClaim })}
      />
      <TextField
        label={t('admin.provider.emailDomain')}
        hint={t('admin.provider.emailDomain.hint')}
        value={draft.emailDomain ?? ''}
        error={errorAt('emailDomain')}
        onChange={(domain) => set({ emailDomain: domain === '' ? null : domain })}
      />
      <ChoiceField
        label={t('admin.provider.createAs')}
        value={draft.createAs ?? ''}
        choices={[
          { value: '', label: t('admin.provider.refused') },
          { value: 'agent', label: t('admin.role.agent') },
          { value: 'supervisor', label: t('admin.role.supervisor') },
        ]}
        onChange={(role) => set({ createAs: role === 'agent' || role === 'supervisor' ? role : null })}
      />
      <SwitchField
        label={t('admin.provider.onlyWay')}
        hint={t('admin.provider.onlyWay.hint')}
        value={draft.onlyWay}
        onChange={(onlyWay) => set({ onlyWay })}
      />
      <SwitchField
        label={t('admin.provider.secondFactor')}
        value={draft.secondFactor}
        onChange={(secondFactor) => set({ secondFactor })}
      />
    </Part>
  )
}

function draftOf(shown: ShownProvider): Draft {
  const { id: _id, hasSecret: _has, redirectUri: _uri, lastProblem: _problem, ...settings } = shown
  return { ...settings, clientSecret: '' }
}
