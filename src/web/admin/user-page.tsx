/** People: their accounts, what they may do, and whether calls reach them. */
import { Checkbox } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { Channel } from '../../core/ids.ts'
import type { Queue } from '../../directory/queue.ts'
import type { User } from '../../directory/user.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { useText, type MessageKey } from '../languages/language.ts'
import { call, tell, type Answer } from '../server/api.ts'
import { useList } from '../server/list.ts'
import { useEditing, type Editing } from './editing.ts'
import { ChoiceField, NumberField, SwitchField, TextField } from './fields.tsx'
import { FormPage, Part, useSaved } from './form-page.tsx'
import { Loaded } from './identified.tsx'
import { ListPage } from './list-page.tsx'
import { Secrets, type Secret } from './secrets.tsx'
import { UserSignInPart } from './user-sign-in.tsx'
import styles from './admin.module.css'

const path = '/api/users'
const back = '/admin/users'
const roles = ['agent', 'supervisor', 'admin'] as const
const capacityChannels: readonly Channel[] = ['voice', 'chat']

type AgentPart = Readonly<{
  queueIds: readonly string[]
  capacity: Partial<Record<Channel, number>>
  interruptible: readonly Channel[]
}>
/** What the form holds; the answer to a new one brings the passwords, this once. */
type Person = Pick<User, 'username' | 'name' | 'role'> &
  Readonly<{
    id?: string
    enabled?: boolean
    agent: (AgentPart & Readonly<{ sip?: Readonly<{ username: string }>; skills?: User['agent'] }>) | null
    password?: string
    sip?: Readonly<{ username: string; password: string }>
  }>

const freshAgent: AgentPart = { queueIds: [], capacity: { voice: 1, chat: 3 }, interruptible: [] }
const fresh: Person = { username: '', name: '', role: 'agent', agent: freshAgent }

export function UserList() {
  const t = useText()
  return (
    <ListPage<User>
      title={t('admin.users')}
      lead={t('admin.users.lead')}
      newLabel={t('admin.users.new')}
      path={back}
      items={useList<User>(path)}
      nameOf={({ name }) => name}
      idOf={({ id }) => id}
      columns={[
        { label: t('signIn.username'), show: ({ username }) => username },
        { label: t('admin.role'), show: ({ role }) => t(`admin.role.${role}`) },
        {
          label: t('admin.user.takes'),
          show: ({ agent }) =>
            agent === null
              ? t('admin.user.takesNothing')
              : capacityChannels
                  .filter((channel) => agent.capacity[channel] !== undefined)
                  .map((channel) => t(`channel.${channel}`))
                  .join(', '),
        },
        {
          label: t('admin.state'),
          show: ({ enabled }) => (enabled ? '' : <span className={styles.pill}>{t('admin.user.disabled')}</span>),
        },
      ]}
      empty={t('admin.users.empty')}
    />
  )
}

export function UserPage({ id }: { id: string | null }) {
  return (
    <Loaded<Person> path={path} id={id} fresh={fresh}>
      {(read) => <UserForm id={id} read={withoutDigest(read)} />}
    </Loaded>
  )
}

/** What can't be changed here isn't held here. */
function withoutDigest({ value, revision }: Answer<Person>): Answer<Person> {
  const { id: _, ...rest } = value
  return { value: rest, revision }
}

function UserForm({ id, read }: { id: string | null; read: Answer<Person> }) {
  const t = useText()
  const [, go] = useLocation()
  const saved = useSaved(back)
  const [made, setMade] = useState<Person | null>(null)
  const editing = useEditing({
    path,
    id,
    read,
    onSaved: (person) => (person.password === undefined && person.sip === undefined ? saved() : setMade(person)),
  })
  if (made !== null) return <Made person={made} onDone={() => go(back)} />
  return (
    <FormPage
      title={id === null ? t('admin.users.new') : read.value.name}
      back={back}
      backLabel={t('admin.users')}
      editing={editing}
      removal={null}
    >
      <Account editing={editing} />
      <Work editing={editing} />
      {id !== null && <Passwords id={id} sip={read.value.agent?.sip !== undefined} username={read.value.username} />}
      {id !== null && <UserSignInPart id={id} />}
    </FormPage>
  )
}

type PartProps = Readonly<{ editing: Editing<Person> }>

function Account({ editing: { draft, set, errorAt, isNew } }: PartProps) {
  const t = useText()
  return (
    <Part title={t('admin.user')}>
      <TextField
        autoFocus={isNew}
        label={t('admin.name')}
        value={draft.name}
        error={errorAt('name')}
        onChange={(name) => set({ name })}
      />
      <TextField
        label={t('signIn.username')}
        value={draft.username}
        disabled={!isNew}
        error={errorAt('username')}
        onChange={(username) => set({ username })}
      />
      <ChoiceField
        label={t('admin.role')}
        hint={t(`admin.role.${draft.role}.hint`)}
        value={draft.role}
        choices={roles.map((value) => ({ value, label: t(`admin.role.${value}`) }))}
        onChange={(role) => set({ role: role as Person['role'] })}
      />
      {!isNew && (
        <SwitchField
          label={t('admin.user.enabled')}
          hint={t('admin.user.enabled.hint')}
          value={draft.enabled ?? true}
          onChange={(enabled) => set({ enabled })}
        />
      )}
    </Part>
  )
}

const atOnce: Readonly<Partial<Record<Channel, MessageKey>>> = {
  voice: 'admin.user.calls',
  chat: 'admin.user.chats',
}

function Work({ editing: { draft, set, errorAt } }: PartProps) {
  const t = useText()
  const queues = useList<Queue>('/api/queues') ?? []
  const { agent } = draft
  // The account of the telephone is the service's own affair.
  const setAgent = (change: Partial<AgentPart>): void => {
    const { queueIds, capacity, interruptible } = { ...(agent ?? freshAgent), ...change }
    set({ agent: { queueIds, capacity, interruptible } })
  }
  const toggle = (queueId: string, isIn: boolean): void => {
    const others = (agent?.queueIds ?? []).filter((each) => each !== queueId)
    setAgent({ queueIds: isIn ? [...others, queueId] : others })
  }
  const setCapacity = (channel: Channel, count: number | null): void => {
    const { [channel]: _, ...others } = agent?.capacity ?? {}
    setAgent({ capacity: count === null || count === 0 ? others : { ...others, [channel]: count } })
  }
  return (
    <Part title={t('admin.user.work')}>
      <SwitchField
        label={t('admin.user.isAgent')}
        hint={t('admin.user.isAgent.hint')}
        value={agent !== null}
        onChange={(isAgent) => (isAgent ? setAgent({}) : set({ agent: null }))}
      />
      {agent !== null && (
        <>
          {capacityChannels.map((channel) => (
            <NumberField
              key={channel}
              label={t(atOnce[channel] ?? 'admin.user.calls')}
              empty="0"
              value={agent.capacity[channel] ?? null}
              error={errorAt(`agent.capacity.${channel}`)}
              onChange={(count) => setCapacity(channel, count)}
            />
          ))}
          <SwitchField
            label={t('admin.user.givesWay')}
            hint={t('admin.user.givesWay.hint')}
            value={agent.interruptible.includes('chat')}
            onChange={(givesWay) => {
              const others = agent.interruptible.filter((channel) => channel !== 'chat')
              setAgent({ interruptible: givesWay ? [...others, 'chat'] : others })
            }}
          />
          <div role="group" aria-label={t('admin.queues')} className={styles.checks}>
            {queues.map(({ id, name }) => (
              <Checkbox
                key={id}
                label={name}
                checked={agent.queueIds.includes(id)}
                onChange={(event) => toggle(id, event.currentTarget.checked)}
              />
            ))}
          </div>
        </>
      )}
    </Part>
  )
}

function Made({ person, onDone }: { person: Person; onDone(): void }) {
  const t = useText()
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{person.name}</h1>
      </header>
      <Secrets secrets={secretsOf(person, t)} />
      <footer className={styles.actions}>
        <ActionButton tone="main" label={t('admin.done')} onAct={onDone} />
      </footer>
    </div>
  )
}

function secretsOf({ username, password, sip }: Person, t: ReturnType<typeof useText>): readonly Secret[] {
  return [
    { label: t('signIn.username'), value: username },
    ...(password === undefined ? [] : [{ label: t('admin.user.password'), value: password }]),
    ...(sip === undefined
      ? []
      : [
          { label: t('admin.user.sipName'), value: sip.username },
          { label: t('admin.user.sipPassword'), value: sip.password },
        ]),
  ]
}

function Passwords({ id, sip, username }: { id: string; sip: boolean; username: string }) {
  const t = useText()
  const client = useQueryClient()
  const renewal = useMutation({
    mutationFn: async (what: 'password' | 'sip'): Promise<readonly Secret[]> => {
      if (what === 'password') {
        const { password } = await call<{ password: string }>('PUT', `${path}/${id}/password`, {})
        return [
          { label: t('signIn.username'), value: username },
          { label: t('admin.user.password'), value: password },
        ]
      }
      const made = await call<{ username: string; password: string }>('POST', `${path}/${id}/sip-password`)
      return [
        { label: t('admin.user.sipName'), value: made.username },
        { label: t('admin.user.sipPassword'), value: made.password },
      ]
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['list', path] }),
  })
  return (
    <Part title={t('admin.user.passwords')} text={t('admin.user.passwords.text')}>
      <div className={`${styles.actions} ${styles.wide}`}>
        <ActionButton
          label={t('admin.user.newPassword')}
          loading={renewal.isPending}
          onAct={() => renewal.mutate('password')}
        />
        {sip && (
          <ActionButton
            label={t('admin.user.newSipPassword')}
            loading={renewal.isPending}
            onAct={() => renewal.mutate('sip')}
          />
        )}
        {renewal.error !== null && <span role="alert">{tell(renewal.error, t)}</span>}
      </div>
      {renewal.data !== undefined && (
        <div className={styles.wide}>
          <Secrets secrets={renewal.data} />
        </div>
      )}
    </Part>
  )
}
