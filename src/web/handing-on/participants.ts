/** Who is on a call, and where each of them is. */
import { useQuery } from '@tanstack/react-query'
import type { InteractionId } from '../../core/ids.ts'
import { get } from '../server/api.ts'

export type Participant = Readonly<{
  id: string
  kind: 'customer' | 'agent' | 'outside'
  agent: Readonly<{ id: string; name: string | null }> | null
  role: string
  state: string
  muted: boolean
}>

export const participantsOf = (interactionId: InteractionId) => ['interaction', interactionId, 'participants'] as const

export function useParticipants(interactionId: InteractionId): readonly Participant[] {
  const { data } = useQuery({
    queryKey: participantsOf(interactionId),
    queryFn: () => get<{ items: readonly Participant[] }>(`/api/interactions/${interactionId}/participants`),
    retry: false,
  })
  return data?.items ?? []
}

/** Whoever is asked while the customer hears music. */
export const consultedOf = (participants: readonly Participant[]): Participant | undefined =>
  participants.find(({ role }) => role === 'consult')
