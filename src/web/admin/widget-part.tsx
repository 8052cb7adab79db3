/** How the chat of an entry point looks and behaves on the site; saved by itself, for it is a thing of its own. */
import { Alert } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { WidgetSettings } from '../../channels/chat/widget.ts'
import type { Queue } from '../../directory/queue.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import { call, get, Refused, tell } from '../server/api.ts'
import { useList } from '../server/list.ts'
import { ChoiceField, LongTextField, NumberField, SwitchField, TextField } from './fields.tsx'
import { Part } from './form-page.tsx'
import styles from './admin.module.css'

const [secondMs, minuteMs] = [1_000, 60_000]
type Widget = Readonly<{ settings: WidgetSettings }>

export function WidgetPart({ id }: { id: string }) {
  const { data } = useQuery({ queryKey: ['widget', id], queryFn: () => get<Widget>(`/api/widgets/${id}`) })
  return data === undefined ? null : <Form id={id} read={data.settings} />
}

function Form({ id, read }: { id: string; read: WidgetSettings }) {
  const t = useText()
  const client = useQueryClient()
  const queues = useList<Queue>('/api/queues') ?? []
  const [draft, setDraft] = useState(read)
  const set = (change: Partial<WidgetSettings>): void => setDraft((before) => ({ ...before, ...change }))
  const saving = useMutation({
    mutationFn: () => {
      const allowedOrigins = draft.allowedOrigins.filter((origin) => origin !== '')
      return call<Widget>('PUT', `/api/widgets/${id}`, { ...draft, allowedOrigins })
    },
    onSuccess: (saved) => {
      client.setQueryData(['widget', id], saved)
      notifications.show({ message: t('admin.saved') })
    },
  })
  const details = saving.error instanceof Refused && Array.isArray(saving.error.details) ? saving.error.details : []
  const errorAt = (field: string): string | undefined =>
    (details as { path: string; message: string }[]).find(({ path }) => path.startsWith(`body.${field}`))?.message
  const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())
  const choices = (none: string) => [
    { value: '', label: none },
    ...queues.map(({ id: value, name }) => ({ value, label: name })),
  ]
  return (
    <Part title={t('widget.settings')} text={t('widget.settings.text')}>
      <TextField
        label={t('widget.title')}
        value={draft.title}
        error={errorAt('title')}
        onChange={(title) => set({ title })}
      />
      <TextField
        label={t('widget.colour')}
        hint="#0f766e"
        value={draft.colour}
        error={errorAt('colour')}
        onChange={(colour) => set({ colour })}
      />
      <TextField
        label={t('widget.origins')}
        hint={t('widget.origins.hint')}
        value={draft.allowedOrigins.join(' ')}
        error={errorAt('allowedOrigins')}
        onChange={(text) => set({ allowedOrigins: text.split(' ') })}
      />
      <LongTextField
        label={t('widget.greeting')}
        value={draft.greeting}
        error={errorAt('greeting')}
        onChange={(greeting) => set({ greeting })}
      />
      <ChoiceField
        label={t('widget.hours')}
        hint={t('widget.hours.hint')}
        value={draft.hoursQueue ?? ''}
        choices={choices(t('widget.hours.always'))}
        onChange={(queue) => set({ hoursQueue: orNull(queue) })}
      />
      <ChoiceField
        label={t('widget.offlineQueue')}
        value={draft.offlineQueue ?? ''}
        choices={choices(t('widget.offlineQueue.fallback'))}
        onChange={(queue) => set({ offlineQueue: orNull(queue) })}
      />
      <TextField
        label={t('widget.offlineMail')}
        hint={t('widget.offlineMail.hint')}
        value={draft.offlineMail ?? ''}
        error={errorAt('offlineMail')}
        onChange={(mail) => set({ offlineMail: orNull(mail) })}
      />
      <TextField
        label={t('widget.page')}
        hint={t('widget.page.hint')}
        value={draft.page ?? ''}
        error={errorAt('page')}
        onChange={(page) => set({ page: orNull(page) })}
      />
      <NumberField
        label={t('widget.replyMail')}
        hint={t('widget.replyMail.hint')}
        value={draft.replyMailMs}
        per={secondMs}
        unit="s"
        error={errorAt('replyMailMs')}
        onChange={(replyMailMs) => replyMailMs !== null && set({ replyMailMs })}
      />
      <NumberField
        label={t('widget.silent')}
        hint={t('widget.silent.hint')}
        value={draft.silentMs}
        per={minuteMs}
        unit={t('lists.minutes')}
        error={errorAt('silentMs')}
        onChange={(silentMs) => silentMs !== null && set({ silentMs })}
      />
      <TextField
        label={t('widget.call')}
        hint={t('widget.call.hint')}
        value={draft.call ?? ''}
        error={errorAt('call')}
        onChange={(number) => set({ call: orNull(number) })}
      />
      <SwitchField label={t('widget.callback')} value={draft.callback} onChange={(callback) => set({ callback })} />
      {saving.error !== null && (
        <Alert color="red" role="alert" className={styles.wide ?? ''}>
          {tell(saving.error, t)}
        </Alert>
      )}
      <div className={`${styles.actions} ${styles.wide}`}>
        <ActionButton label={t('widget.save')} loading={saving.isPending} onAct={() => saving.mutate()} />
      </div>
    </Part>
  )
}
