/** My next customer: asked for now and then, and at once after what I do. Asking also says that I still look. */
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SkipReason } from '../../core/preview/entry.ts'
import type { MyPreview } from '../../preview/desk-routes.ts'
import { useText, type MessageKey, type Text } from '../languages/language.ts'
import { call, get, Refused, tell } from '../server/api.ts'
import { phoneSettings } from '../softphone/settings.ts'
import { useSoftphone } from '../softphone/use-softphone.ts'

export type PreviewEntry = NonNullable<MyPreview['entry']>

const key = ['preview', 'mine'] as const
const askEveryMs = 15_000
/** The call is over: what came of it is counted within a second. */
const askForEndEveryMs = 1_000

export function useMyPreview(hasCall: boolean): MyPreview | undefined {
  return useQuery({
    queryKey: key,
    queryFn: () => get<MyPreview>('/api/me/preview'),
    refetchInterval: ({ state }) =>
      state.data?.entry?.state === 'dialling' && !hasCall ? askForEndEveryMs : askEveryMs,
    refetchIntervalInBackground: true,
  }).data
}

/** After a call began or ended. */
export function useAskForPreview(): () => void {
  const client = useQueryClient()
  return () => void client.invalidateQueries({ queryKey: key })
}

const own: Partial<Record<string, MessageKey>> = {
  closed: 'preview.refused.closed',
  'do-not-call': 'preview.refused.doNotCall',
  'in-other-hands': 'preview.refused.otherHands',
  'not-yours': 'preview.refused.notYours',
  'list-stopped': 'preview.refused.notYours',
  'limit-reached': 'preview.refused.limit',
}

function why(error: unknown, t: Text): string {
  const words = error instanceof Refused ? own[error.code] : undefined
  if (words !== undefined) return t(words)
  const details =
    error instanceof Refused && Array.isArray(error.details) ? (error.details as { message: string }[]) : []
  if (details[0]?.message === 'closed') return t('preview.promise.closed')
  if (details[0]?.message === 'past') return t('preview.promise.past')
  return tell(error, t)
}

export type Deed =
  | Readonly<{ do: 'next'; whenIdle: boolean }>
  | Readonly<{ do: 'dial'; entry: PreviewEntry }>
  | Readonly<{ do: 'skip'; entry: PreviewEntry; reason: SkipReason; note: string }>
  | Readonly<{ do: 'promise'; entry: PreviewEntry; at: string; note: string }>

export function usePreviewDeed() {
  const client = useQueryClient()
  const phone = useSoftphone()
  const t = useText()
  return useMutation({
    mutationFn: async (deed: Deed): Promise<void> => {
      if (deed.do === 'next') {
        client.setQueryData(key, await call<MyPreview>('POST', '/api/me/preview/next', { whenIdle: deed.whenIdle }))
        return
      }
      const path = `/api/me/preview/${deed.entry.id}/${deed.do}`
      await call('POST', path, bodyOf(deed))
    },
    onMutate: (deed) => {
      // I asked for it: my own telephone needn't ask me again.
      if (deed.do === 'dial' && phoneSettings().device === 'browser') phone.answer()
    },
    onError: (error) => notifications.show({ color: 'red', message: why(error, t) }),
    onSettled: async (_, __, deed) => {
      if (deed.do === 'next') return
      // A skip may say something about the customer.
      if (deed.do === 'skip') void client.invalidateQueries({ queryKey: ['customer', deed.entry.customerId] })
      await client.invalidateQueries({ queryKey: key })
    },
  })
}

function bodyOf(deed: Exclude<Deed, { do: 'next' }>): object | undefined {
  if (deed.do === 'dial') return undefined
  const note = deed.note.trim() === '' ? {} : { note: deed.note.trim() }
  return deed.do === 'skip' ? { reason: deed.reason, ...note } : { at: deed.at, ...note }
}
