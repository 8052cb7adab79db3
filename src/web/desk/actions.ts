/** What an agent does with an interaction: shown at once, taken back and told when it is refused. */
import { notifications } from '@mantine/notifications'
import { useMutation, type UseMutationResult } from '@tanstack/react-query'
import type { Presence } from '../../core/facts.ts'
import type { InteractionId } from '../../core/ids.ts'
import { useText } from '../languages/language.ts'
import type { Doing } from '../live/desk-store.ts'
import { useDeskStore } from '../live/use-desk.ts'
import { call, tell } from '../server/api.ts'

export type Deed = Readonly<{
  interactionId: InteractionId
  /** After `/api/interactions/:id/`. */
  path: string
  body?: unknown
  /** What to show until the service's word comes. */
  doing?: Doing
}>

/** `line`: deeds of one line reach the service one after the other, in the order in which they were done. */
export function useDeed(line?: string): UseMutationResult<unknown, Error, Deed, () => void> {
  const store = useDeskStore()
  const t = useText()
  return useMutation({
    ...(line !== undefined && { scope: { id: line } }),
    mutationFn: ({ interactionId, path, body }: Deed) =>
      call('POST', `/api/interactions/${interactionId}/${path}`, body),
    onMutate: ({ interactionId, doing }) => (doing === undefined ? () => undefined : store.doing(interactionId, doing)),
    onError: (error, _deed, takeBack) => {
      takeBack?.()
      notifications.show({ color: 'red', message: tell(error, t) })
    },
  })
}

export type WantedPresence = Readonly<{ presence: Presence; reason: string | null }>

export function useSetPresence(): UseMutationResult<unknown, Error, WantedPresence> {
  const t = useText()
  return useMutation({
    mutationFn: ({ presence, reason }: WantedPresence) => call('PUT', '/api/me/presence', { presence, reason }),
    onError: (error) => {
      notifications.show({ color: 'red', message: tell(error, t) })
    },
  })
}
