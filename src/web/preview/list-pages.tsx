/** Preview lists: what each is for, how far it has come, and the form behind it. */
import { useLocation } from 'wouter'
import type { Hours } from '../../directory/hours.ts'
import type { Queue } from '../../directory/queue.ts'
import type { ListAnswer } from '../../preview/list-routes.ts'
import { useEditing } from '../admin/editing.ts'
import { ChoiceField, NumberField, SwitchField, TextField } from '../admin/fields.tsx'
import { FormPage, Part, useSaved } from '../admin/form-page.tsx'
import { Loaded } from '../admin/identified.tsx'
import { ListPage } from '../admin/list-page.tsx'
import { useText, type Text } from '../languages/language.ts'
import type { Answer } from '../server/api.ts'
import { useList } from '../server/list.ts'
import { Filling } from './filling.tsx'
import { OnList } from './on-list.tsx'
import styles from '../admin/admin.module.css'

const path = '/api/preview-lists'
const minuteMs = 60_000

type Draft = Pick<ListAnswer, 'name' | 'queueId' | 'hoursId' | 'mostAttempts' | 'gapMs' | 'deal' | 'running'> &
  Partial<ListAnswer>

const fresh: Draft = {
  name: '',
  queueId: '',
  hoursId: null,
  mostAttempts: 3,
  gapMs: 120 * minuteMs,
  deal: 'ask',
  running: false,
}

/** `base`: where these pages lie. */
export function PreviewLists({ base }: { base: string }) {
  const t = useText()
  return (
    <ListPage<ListAnswer>
      title={t('lists.title')}
      lead={t('lists.lead')}
      newLabel={t('lists.new')}
      path={base}
      items={useList<ListAnswer>(path)}
      nameOf={({ name }) => name}
      idOf={({ id }) => id}
      columns={[
        { label: t('lists.queue'), show: ({ queueId, queueName }) => queueName ?? queueId },
        { label: t('lists.progress'), show: ({ progress }) => progressText(progress, t) },
        {
          label: t('admin.state'),
          show: ({ running, isOpen }) => (
            <span className={styles.pill}>
              {t(running ? (isOpen ? 'lists.running' : 'lists.closed') : 'lists.stopped')}
            </span>
          ),
        },
      ]}
      empty={t('lists.empty')}
    />
  )
}

function progressText({ total, waiting, inHand }: ListAnswer['progress'], t: Text): string {
  return t('lists.progress.text', { done: total - waiting - inHand, n: total })
}

export function PreviewListPage({ base, id }: { base: string; id: string | null }) {
  const queues = useList<Queue>('/api/queues')
  if (queues === undefined) return null
  return (
    <Loaded<Draft> path={path} id={id} fresh={{ ...fresh, queueId: queues[0]?.id ?? '' }}>
      {(read) => <ListForm base={base} id={id} read={read} queues={queues} />}
    </Loaded>
  )
}

type ListFormProps = Readonly<{ base: string; id: string | null; read: Answer<Draft>; queues: readonly Queue[] }>

function ListForm({ base, id, read, queues }: ListFormProps) {
  const t = useText()
  const [, go] = useLocation()
  const hours = useList<Hours>('/api/hours') ?? []
  const back = useSaved(base)
  const onSaved = (saved: Draft): void => (id === null && saved.id !== undefined ? go(`${base}/${saved.id}`) : back())
  const editing = useEditing({ path, id, read, onSaved })
  const { draft, set, errorAt } = editing
  return (
    <FormPage
      title={id === null ? t('lists.new') : read.value.name}
      back={base}
      backLabel={t('lists.title')}
      editing={editing}
      removal={id === null ? null : { path, id }}
    >
      <Part title={t('lists.list')} text={t('lists.list.text')}>
        <TextField
          autoFocus={id === null}
          label={t('admin.name')}
          value={draft.name}
          error={errorAt('name')}
          onChange={(name) => set({ name })}
        />
        <ChoiceField
          label={t('lists.queue')}
          hint={t('lists.queue.hint')}
          value={draft.queueId}
          error={errorAt('queueId')}
          choices={queues.map(({ id: value, name }) => ({ value, label: name }))}
          onChange={(queueId) => set({ queueId })}
        />
        <ChoiceField
          label={t('lists.hours')}
          value={draft.hoursId ?? ''}
          error={errorAt('hoursId')}
          choices={[
            { value: '', label: t('lists.hours.queue') },
            ...hours.map(({ id: value, name }) => ({ value, label: name })),
          ]}
          onChange={(hoursId) => set({ hoursId: hoursId === '' ? null : hoursId })}
        />
        <NumberField
          label={t('lists.attempts')}
          value={draft.mostAttempts}
          error={errorAt('mostAttempts')}
          onChange={(most) => most !== null && set({ mostAttempts: most })}
        />
        <NumberField
          label={t('lists.gap')}
          hint={t('lists.gap.hint')}
          value={draft.gapMs}
          per={minuteMs}
          unit={t('lists.minutes')}
          error={errorAt('gapMs')}
          onChange={(gapMs) => gapMs !== null && set({ gapMs })}
        />
        <ChoiceField
          label={t('lists.deal')}
          value={draft.deal}
          choices={(['ask', 'idle'] as const).map((value) => ({ value, label: t(`lists.deal.${value}`) }))}
          onChange={(deal) => set({ deal: deal as Draft['deal'] })}
        />
        <SwitchField label={t('lists.run')} value={draft.running} onChange={(running) => set({ running })} />
      </Part>
      {id !== null && <Filling listId={id} />}
      {id !== null && <OnList listId={id} />}
    </FormPage>
  )
}
