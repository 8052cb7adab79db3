/** How a contact came out: from the list that admins keep, in one's own words where there is none; and its tags. */
import { MultiSelect, NativeSelect, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { InteractionId } from '../../core/ids.ts'
import { useText } from '../languages/language.ts'
import type { WorkItem } from '../live/desk-state.ts'
import { call, get, tell } from '../server/api.ts'
import styles from './call-bar.module.css'

type Definition = Readonly<{ id: string; name: string; isActive: boolean; queues?: readonly string[] }>

/** undefined: not known yet. */
function useDefinitions(of: 'dispositions' | 'tags'): readonly Definition[] | undefined {
  const { data, isPending } = useQuery({
    queryKey: ['definitions', of],
    queryFn: () => get<{ items: readonly Definition[] }>(`/api/${of}`),
    staleTime: 60_000,
  })
  return isPending ? undefined : (data?.items.filter(({ isActive }) => isActive) ?? [])
}

/** Asked while the contact still goes on, so that nothing changes under the hands of whoever finishes it. */
export function usePreparedOutcome(): void {
  useDefinitions('dispositions')
  useDefinitions('tags')
}

type OutcomeFieldProps = Readonly<{ item: WorkItem; value: string; onChange(code: string): void; onFinish(): void }>

export function OutcomeField({ item, value, onChange, onFinish }: OutcomeFieldProps) {
  const t = useText()
  const defined = useDefinitions('dispositions')
  const offered = defined?.filter(
    ({ queues = [] }) => queues.length === 0 || (item.queueId !== null && queues.includes(item.queueId)),
  )
  const common = {
    className: styles.field,
    'aria-label': t('wrapUp.disposition'),
    value,
  }
  if (offered === undefined) return <span className={styles.field} />
  if (offered.length > 0)
    return (
      <NativeSelect
        {...common}
        data={[
          { value: '', label: t('wrapUp.disposition') },
          ...offered.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    )
  return (
    <TextInput
      {...common}
      placeholder={t('wrapUp.disposition')}
      maxLength={100}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onFinish()
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
    />
  )
}

/** Kept as they are chosen. */
export function TagField({ interactionId }: { interactionId: InteractionId }) {
  const t = useText()
  const client = useQueryClient()
  const offered = useDefinitions('tags') ?? []
  const queryKey = ['interaction', interactionId, 'tags']
  const { data } = useQuery({
    queryKey,
    queryFn: () => get<{ tags: string[] }>(`/api/interactions/${interactionId}/tags`),
    enabled: offered.length > 0,
  })
  const keep = useMutation({
    mutationFn: (tags: string[]) =>
      call<{ tags: string[] }>('PUT', `/api/interactions/${interactionId}/tags`, { tags }),
    onMutate: async (tags) => {
      // An answer from before the change would take it back, and the next tag be kept without this one.
      await client.cancelQueries({ queryKey })
      client.setQueryData(queryKey, { tags })
    },
    onError: (error) => notifications.show({ color: 'red', message: tell(error, t) }),
    onSettled: () => client.invalidateQueries({ queryKey }),
  })
  if (offered.length === 0 || data === undefined) return null
  return (
    <MultiSelect
      className={styles.field}
      aria-label={t('wrapUp.tags')}
      placeholder={data.tags.length === 0 ? t('wrapUp.tags') : ''}
      data={offered.map(({ id, name }) => ({ value: id, label: name }))}
      value={data.tags}
      searchable
      onChange={(tags) => keep.mutate(tags)}
    />
  )
}
