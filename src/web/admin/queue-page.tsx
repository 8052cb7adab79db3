/** A queue: who it asks for, how it chooses, how long people wait and what happens then. */
import type { Hours } from '../../directory/hours.ts'
import type { Skill } from '../../directory/label.ts'
import type { Queue } from '../../directory/queue.ts'
import type { User } from '../../directory/user.ts'
import { useText } from '../languages/language.ts'
import type { Answer } from '../server/api.ts'
import { useList } from '../server/list.ts'
import { useEditing } from './editing.ts'
import { ChoiceField, TextField } from './fields.tsx'
import { FormPage, Part, useSaved } from './form-page.tsx'
import { IdField, Loaded } from './identified.tsx'
import { ListPage } from './list-page.tsx'
import { Choosing, Hearing, Ringing, Waiting } from './queue-parts.tsx'

const path = '/api/queues'
const back = '/admin/queues'

/** As the service would make it if only the name were given. */
const fresh: Queue = {
  id: '',
  name: '',
  requirement: {},
  priority: 0,
  ageingMsPerPoint: 60_000,
  selection: 'most-skilled',
  ringTimeoutMs: 20_000,
  wrapUpMs: 30_000,
  wrapUpExtensionLimitMs: 120_000,
  maxWaiting: null,
  maxWaitMs: null,
  relaxation: [],
  overflow: [],
  preferredAgentHoldMs: 30_000,
  hoursId: null,
  serviceLevelMs: 20_000,
  recording: false,
  callerId: null,
  music: 'default',
  announcements: { everyMs: 30_000, position: true, wait: true },
  comfort: { everyMs: 0, messages: [] },
}

export function QueueList() {
  const t = useText()
  const users = useList<User>('/api/users')
  const hours = useList<Hours>('/api/hours')
  const agentsIn = (id: string): number =>
    users?.filter(({ agent, enabled }) => enabled && agent?.queueIds.includes(id) === true).length ?? 0
  return (
    <ListPage<Queue>
      title={t('admin.queues')}
      lead={t('admin.queues.lead')}
      newLabel={t('admin.queues.new')}
      path={back}
      items={useList<Queue>(path)}
      nameOf={({ name }) => name}
      idOf={({ id }) => id}
      columns={[
        { label: t('admin.agents'), show: ({ id }) => t('admin.agents.count', { count: agentsIn(id) }) },
        { label: t('admin.selection'), show: ({ selection }) => t(`admin.selection.${selection}`) },
        {
          label: t('admin.hours'),
          show: ({ hoursId }) =>
            hoursId === null ? t('admin.hours.always') : (hours?.find(({ id }) => id === hoursId)?.name ?? hoursId),
        },
      ]}
      empty={t('admin.queues.empty')}
    />
  )
}

export function QueuePage({ id }: { id: string | null }) {
  return (
    <Loaded<Queue> path={path} id={id} fresh={fresh}>
      {(read) => <QueueForm id={id} read={read} />}
    </Loaded>
  )
}

function QueueForm({ id, read }: { id: string | null; read: Answer<Queue> }) {
  const t = useText()
  const editing = useEditing({ path, id, read, onSaved: useSaved(back) })
  const { draft, set, errorAt } = editing
  const hours = useList<Hours>('/api/hours') ?? []
  const skills = useList<Skill>('/api/skills') ?? []
  return (
    <FormPage
      title={id === null ? t('admin.queues.new') : read.value.name}
      back={back}
      backLabel={t('admin.queues')}
      editing={editing}
      removal={id === null ? null : { path, id }}
    >
      <Part title={t('admin.queue')}>
        <TextField
          autoFocus={id === null}
          label={t('admin.name')}
          value={draft.name}
          error={errorAt('name')}
          onChange={(name) => set({ name })}
        />
        <IdField editing={editing} />
        <ChoiceField
          label={t('admin.queue.hours')}
          value={draft.hoursId ?? ''}
          error={errorAt('hoursId')}
          choices={[
            { value: '', label: t('admin.hours.always') },
            ...hours.map(({ id: value, name }) => ({ value, label: name })),
          ]}
          onChange={(hoursId) => set({ hoursId: hoursId === '' ? null : hoursId })}
        />
      </Part>
      <Choosing editing={editing} skills={skills} />
      <Ringing editing={editing} />
      <Waiting editing={editing} skills={skills} />
      <Hearing editing={editing} />
    </FormPage>
  )
}
