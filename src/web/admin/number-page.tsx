/** Where customers reach us, and which flow answers there. */
import type { EntryPoint } from '../../directory/entry-point.ts'
import type { Queue } from '../../directory/queue.ts'
import { useText } from '../languages/language.ts'
import { channelIcon, Icon } from '../look/icons.tsx'
import type { Answer } from '../server/api.ts'
import { useList } from '../server/list.ts'
import { useEditing } from './editing.ts'
import { ChoiceField, LongTextField, Rows, SwitchField, TextField } from './fields.tsx'
import type { FlowSummary } from './flows/flow-server.ts'
import { FormPage, Part, useSaved } from './form-page.tsx'
import { Loaded } from './identified.tsx'
import { ListPage } from './list-page.tsx'
import { WidgetPart } from './widget-part.tsx'
import styles from './admin.module.css'

const path = '/api/entry-points'
const back = '/admin/numbers'
const channels = ['voice', 'chat'] as const

type Point = Omit<EntryPoint, 'id'> & Readonly<{ id?: string }>

const fresh: Point = {
  channel: 'voice',
  address: '',
  flowId: '',
  fallbackQueueId: null,
  language: null,
  enabled: true,
  announcement: null,
  recordingNotice: null,
  fallbackNumber: null,
}

export function NumberList() {
  const t = useText()
  const flows = useList<FlowSummary>('/api/flows')
  return (
    <ListPage<EntryPoint>
      title={t('admin.numbers')}
      lead={t('admin.numbers.lead')}
      newLabel={t('admin.numbers.new')}
      path={back}
      items={useList<EntryPoint>(path)}
      nameOf={({ address }) => address}
      idOf={({ id }) => id}
      columns={[
        {
          label: t('admin.channel'),
          show: ({ channel }) => (
            <span className={styles.withIcon}>
              <Icon name={channelIcon(channel)} size={16} /> {t(`channel.${channel}`)}
            </span>
          ),
        },
        { label: t('admin.flow'), show: ({ flowId }) => flows?.find(({ id }) => id === flowId)?.name ?? flowId },
        {
          label: t('admin.state'),
          show: ({ enabled }) => (enabled ? '' : <span className={styles.pill}>{t('admin.number.off')}</span>),
        },
      ]}
      empty={t('admin.numbers.empty')}
    />
  )
}

export function NumberPage({ id }: { id: string | null }) {
  const flows = useList<FlowSummary>('/api/flows')
  if (flows === undefined) return null
  const published = flows.filter(({ publishedVersion }) => publishedVersion !== null)
  return (
    <Loaded<Point> path={path} id={id} fresh={{ ...fresh, flowId: published[0]?.id ?? '' }}>
      {(read) => <NumberForm id={id} read={read} flows={published} />}
    </Loaded>
  )
}

type NumberFormProps = Readonly<{ id: string | null; read: Answer<Point>; flows: readonly FlowSummary[] }>

function NumberForm({ id, read, flows }: NumberFormProps) {
  const t = useText()
  const queues = useList<Queue>('/api/queues') ?? []
  const editing = useEditing({ path, id, read, onSaved: useSaved(back) })
  const { draft, set, errorAt } = editing
  return (
    <FormPage
      title={id === null ? t('admin.numbers.new') : read.value.address}
      back={back}
      backLabel={t('admin.numbers')}
      editing={editing}
      removal={id === null ? null : { path, id }}
    >
      <Part title={t('admin.number')}>
        <TextField
          autoFocus={id === null}
          label={t('admin.number.address')}
          hint={t('admin.number.address.hint')}
          value={draft.address}
          error={errorAt('address')}
          onChange={(address) => set({ address })}
        />
        <ChoiceField
          label={t('admin.channel')}
          value={draft.channel}
          choices={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
          onChange={(channel) => set({ channel: channel as Point['channel'] })}
        />
        <ChoiceField
          label={t('admin.flow')}
          hint={flows.length === 0 ? t('admin.number.noFlow') : undefined}
          value={draft.flowId}
          error={errorAt('flowId')}
          choices={flows.map(({ id: value, name }) => ({ value, label: name }))}
          onChange={(flowId) => set({ flowId })}
        />
        <ChoiceField
          label={t('admin.number.fallbackQueue')}
          hint={t('admin.number.fallbackQueue.hint')}
          value={draft.fallbackQueueId ?? ''}
          error={errorAt('fallbackQueueId')}
          choices={[
            { value: '', label: t('admin.number.nowhere') },
            ...queues.map(({ id: value, name }) => ({ value, label: name })),
          ]}
          onChange={(queueId) => set({ fallbackQueueId: queueId === '' ? null : queueId })}
        />
        <TextField
          label={t('admin.number.language')}
          hint={t('admin.number.language.hint')}
          value={draft.language ?? ''}
          error={errorAt('language')}
          onChange={(language) => set({ language: language === '' ? null : language })}
        />
        <TextField
          label={t('admin.number.fallbackNumber')}
          hint={t('admin.number.fallbackNumber.hint')}
          value={draft.fallbackNumber ?? ''}
          error={errorAt('fallbackNumber')}
          onChange={(number) => set({ fallbackNumber: number === '' ? null : number })}
        />
        <SwitchField label={t('admin.number.on')} value={draft.enabled} onChange={(enabled) => set({ enabled })} />
      </Part>
      {draft.channel === 'chat' && id !== null && read.value.channel === 'chat' && <WidgetPart id={id} />}
      {draft.channel === 'voice' && (
        <Part title={t('admin.number.greetings')} text={t('admin.number.greetings.text')}>
          <Words
            label={t('admin.number.announcement')}
            words={draft.announcement}
            error={errorAt('announcement')}
            onChange={(announcement) => set({ announcement })}
          />
          <Words
            label={t('admin.number.recordingNotice')}
            words={draft.recordingNotice}
            error={errorAt('recordingNotice')}
            onChange={(recordingNotice) => set({ recordingNotice })}
          />
        </Part>
      )}
    </FormPage>
  )
}

type ByLanguage = Readonly<Record<string, string>> | null
type WordsProps = Readonly<{
  label: string
  words: ByLanguage
  error?: string | undefined
  onChange(words: Record<string, string> | null): void
}>

/** What is said, in each language that callers hear; none: nothing. */
function Words({ label, words, error, onChange }: WordsProps) {
  const t = useText()
  const rows = Object.entries(words ?? {})
  return (
    <>
      <span className={styles.wide}>{label}</span>
      <Rows<[string, string]>
        label={label}
        addLabel={t('admin.words.add')}
        rows={rows}
        error={error}
        newRow={() => [rows.length === 0 ? 'en' : '', '']}
        onChange={(changed) => onChange(changed.length === 0 ? null : Object.fromEntries(changed))}
        render={([language, text], change) => (
          <>
            <TextField label={t('admin.number.language')} value={language} onChange={(tag) => change([tag, text])} />
            <LongTextField label={t('admin.words.text')} value={text} onChange={(said) => change([language, said])} />
          </>
        )}
      />
    </>
  )
}
