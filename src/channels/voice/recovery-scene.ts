/** What recovery sees when it looks around: the legs and bridges that are there, and what is known of each call. */
import type { AgentLeg, CallStage, Devices } from '../../core/call/call.ts'
import { legOfParty } from '../../core/call/parties.ts'
import type { CallTrace } from '../../core/call/trace.ts'
import type { InteractionId, Instant } from '../../core/ids.ts'
import type { AriBridge, AriChannel } from './ari/events.ts'
import type { Ari } from './ari/operations.ts'
import type { AsteriskNode } from './asterisk-node.ts'
import type { CallbackLine } from './callbacks.ts'
import type { Attempt } from './comeback.ts'
import type { LiveCalls } from './live-calls.ts'
import { bridgeId, deviceChannelIds } from './naming.ts'
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

/** The agent's leg, on the device of theirs that has got furthest: in the call, picked up, ringing. */
export function legOf(
  scene: Scene,
  interactionId: InteractionId,
  offer: Pick<AgentLeg, 'offerId' | 'agentId'>,
): AgentLeg {
  const { agentId, offerId } = offer
  const names = deviceChannelIds(interactionId, offerId)
  const bridged = new Set([...scene.bridges.values()].flatMap(({ channels }) => channels))
  const states = names.map((name) => scene.channels.get(name)?.state)
  const ofState = (state: string): string | undefined => names[states.indexOf(state)]
  const isThere = (name: string): boolean => scene.channels.has(name)
  const [first = ''] = names
  const channelId =
    names.find((name) => bridged.has(name)) ?? ofState('Up') ?? ofState('Ringing') ?? names.find(isThere) ?? first
  return { channelId, agentId, offerId }
}

/** Of legs that ring: on which devices they do. */
export function devicesIn(scene: Scene, interactionId: InteractionId, stage: CallStage): Devices[] {
  const parties = stage.kind === 'talking' ? stage.parties.filter(({ place }) => place === 'ringing') : []
  const legs = stage.kind === 'waiting' ? [stage.ringing] : parties.map(legOfParty)
  return legs.flatMap((leg): Devices[] => {
    if (leg === null) return []
    const { channelId, offerId } = leg
    const others = deviceChannelIds(interactionId, offerId).filter((name) => name !== channelId && rings(scene, name))
    return others.length === 0 ? [] : [{ channelId, others, dropped: null }]
  })
}

/** Whether it is there, and was dialled. */
function rings({ channels }: Scene, channelId: string): boolean {
  const channel = channels.get(channelId)
  return channel !== undefined && channel.state !== 'Down'
}

export function isInBridge({ bridges }: Scene, interactionId: InteractionId, channelId: string | null): boolean {
  return channelId !== null && bridges.get(bridgeId(interactionId))?.channels.includes(channelId) === true
}
