/** What recovery sees when it looks around: the legs and bridges that are there, and what is known of each call. */
import type { AgentLeg } from '../../core/call/call.ts'
import type { CallTrace } from '../../core/call/trace.ts'
import type { InteractionId, Instant } from '../../core/ids.ts'
import type { AriBridge, AriChannel } from './ari/events.ts'
import type { Ari } from './ari/operations.ts'
import type { AsteriskNode } from './asterisk-node.ts'
import type { CallbackLine } from './callbacks.ts'
import type { Attempt } from './comeback.ts'
import type { LiveCalls } from './live-calls.ts'
import { agentChannelId, bridgeId } from './naming.ts'
import type { CallbackRequest, VoicePorts } from './ports.ts'

export type Scene = Pick<Attempt, 'unwatched' | 'isSameProcess'> &
  Readonly<{
    node: AsteriskNode
    calls: LiveCalls
    callbacks: CallbackLine
    ari: Ari
    ports: VoicePorts
    app: string
    channels: ReadonlyMap<string, AriChannel>
    bridges: ReadonlyMap<string, AriBridge>
    /** When the Asterisk that we are connected to began; calls older than that died with the one before. */
    asteriskStartedAt: Instant | null
    traces: ReadonlyMap<InteractionId, CallTrace>
    /** Callbacks that were promised and not made yet, by the call that they follow. */
    promised: ReadonlyMap<InteractionId, CallbackRequest>
  }>

export function legOf(interactionId: InteractionId, offer: { offerId: string; agentId: string }): AgentLeg {
  return { channelId: agentChannelId(interactionId, offer.offerId), agentId: offer.agentId, offerId: offer.offerId }
}

export function isInBridge({ bridges }: Scene, interactionId: InteractionId, channelId: string | null): boolean {
  return channelId !== null && bridges.get(bridgeId(interactionId))?.channels.includes(channelId) === true
}
