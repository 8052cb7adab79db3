/** Hearing a call on the page's own telephone: it answers by itself, for it rings because I asked. */
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Listening } from '../../core/call/call.ts'
import type { AgentId, InteractionId } from '../../core/ids.ts'
import { useText } from '../languages/language.ts'
import { call, tell } from '../server/api.ts'
import { usePhoneSettings } from '../softphone/settings.ts'
import { usePhone, useSoftphone } from '../softphone/use-softphone.ts'
import type { FloorState } from './floor-state.ts'

/** The service stops ringing my telephone before that. */
const askingMs = 30_000

export type Hearing = Readonly<{
  /** The call that I am on as a listener, or asked to hear; null: none. */
  interactionId: InteractionId | null
  /** My telephone is on it. */
  isOn: boolean
  mode: Listening
  isBusy: boolean
  listen(interactionId: InteractionId, mode: Listening): void
  stop(): void
}>

export function useListening(me: AgentId, floor: FloorState): Hearing {
  const t = useText()
  const phone = useSoftphone()
  const { device } = usePhoneSettings()
  const [asked, setAsked] = useState<Readonly<{ id: InteractionId; mode: Listening }> | null>(null)
  const on = [...floor.interactions.values()].find(({ works }) =>
    works.some(({ agentId, phase }) => agentId === me && phase === 'listening'),
  )
  const failed = (error: Error): void => {
    setAsked(null)
    notifications.show({ color: 'red', message: tell(error, t) })
  }
  const listening = useMutation({
    mutationFn: ({ id, mode }: { id: InteractionId; mode: Listening }) => {
      setAsked({ id, mode })
      if (device === 'browser' && on === undefined) phone.answer()
      return call('POST', `/api/interactions/${id}/monitor`, { mode })
    },
    onError: failed,
  })
  const stopping = useMutation({
    mutationFn: (id: InteractionId) => call('POST', `/api/interactions/${id}/monitor/stop`),
    onError: failed,
    onSuccess: () => setAsked(null),
  })
  const { call: session } = usePhone()
  // It may take a moment until it rings.
  const ringsForMe = asked !== null && device === 'browser' && session?.state === 'ringing'
  useEffect(() => {
    if (ringsForMe) phone.answer()
  }, [ringsForMe, phone])
  const isOn = on !== undefined
  // The call is over, or its agent has left it: the next time is another one.
  useEffect(() => (isOn ? () => setAsked(null) : undefined), [isOn])
  const isAsking = asked !== null && !isOn
  useEffect(() => {
    if (!isAsking) return
    const timer = window.setTimeout(() => setAsked(null), askingMs)
    return () => window.clearTimeout(timer)
  }, [isAsking])
  const interactionId = on?.interactionId ?? asked?.id ?? null
  return {
    interactionId,
    isOn,
    mode: asked?.mode ?? 'monitor',
    isBusy: listening.isPending || stopping.isPending,
    listen: (id, mode) => listening.mutate({ id, mode }),
    stop: () => interactionId !== null && stopping.mutate(interactionId),
  }
}
