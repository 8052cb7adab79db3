/**
 * Names in Asterisk derive from the interaction and a count, so that a retry meets what it made and recovery knows its own.
 */
import type { InteractionId, OfferId } from '../../core/ids.ts'
import { stableId } from '../../platform/stable-id.ts'

const ownName = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.([abcdoprsw])(\d*)(?:-\d+)?$/

/** The same contact gives the same id, whoever computes it and however often. */
export function interactionIdOf(entryPointId: string, providerId: string): InteractionId {
  return stableId(entryPointId, providerId)
}

/** The callback of a call, which is an interaction of its own. */
export function callbackInteractionIdOf(interactionId: InteractionId): InteractionId {
  return interactionIdOf('callback', interactionId)
}

export function agentChannelId(interactionId: InteractionId, offerId: OfferId): string {
  return `${interactionId}.a${offerId.slice(offerId.lastIndexOf('/') + 1)}`
}

/** Of an agent's leg, by the device that it rings on: the one that would ring alone first, then the one beside it. */
export function deviceChannelIds(interactionId: InteractionId, offerId: OfferId): readonly string[] {
  const first = agentChannelId(interactionId, offerId)
  return [first, `${interactionId}.d${partyIdOf(first).slice(1)}`]
}

/** The other device of the same agent's leg; null: it is no agent's. */
export function otherDevice(channelId: string): string | null {
  const [, interactionId, kind, count] = ownName.exec(channelId) ?? []
  if (kind !== 'a' && kind !== 'd') return null
  return `${interactionId}.${kind === 'a' ? 'd' : 'a'}${count}`
}

export function customerChannelId(interactionId: InteractionId): string {
  return `${interactionId}.c`
}

/** Of somebody outside: whoever the flow passes the customer on to, or the count-th whom people called into it. */
export function outsideChannelId(interactionId: InteractionId, count: number | null = null): string {
  return `${interactionId}.o${count ?? ''}`
}

/** What a leg is called on the call that it belongs to, such as `a2` or `o1`. */
export function partyIdOf(channelId: string): string {
  return channelId.slice(channelId.lastIndexOf('.') + 1)
}

/** A bridge, and the ear in it: what one leg listens to another through. */
export type ListeningRoom = Readonly<{ bridge: string; ear: string }>

/** Named after who listens, and for the how manieth time. */
export function listeningRoom(interactionId: InteractionId, channelId: string, time: number): ListeningRoom {
  const name = `${partyIdOf(channelId).slice(1)}-${time}`
  return { bridge: `${interactionId}.w${name}`, ear: `${interactionId}.s${name}` }
}

/** The room that a bridge is, if it is one in which this leg listens, or did. */
export function roomOf(bridge: string, interactionId: InteractionId, channelId: string): ListeningRoom | null {
  const before = `${interactionId}.w`
  const name = bridge.startsWith(before) ? bridge.slice(before.length) : ''
  return name.split('-')[0] === partyIdOf(channelId).slice(1) ? { bridge, ear: `${interactionId}.s${name}` } : null
}

/** The SIP account of a telephone, by the name of its channel; null: it is no phone's. */
export function accountOf(channelName: string): string | null {
  return /^PJSIP\/(.+)-[0-9a-f]+$/.exec(channelName)?.[1] ?? null
}

export function bridgeId(interactionId: InteractionId): string {
  return `${interactionId}.b`
}

export function playbackId(interactionId: InteractionId, count: number): string {
  return `${interactionId}.p${count}`
}

/** Of what an earlier process may have been saying since: a step says little, so a few are all. */
export function laterPlaybackIds(interactionId: InteractionId, count: number): string[] {
  return [1, 2, 3, 4].map((n) => playbackId(interactionId, count + n))
}

export function recordingId(interactionId: InteractionId, count: number): string {
  return `${interactionId}.r${count}`
}

/** An agent, bridge, customer, another device of an agent, somebody outside, playback, recording, a listener's ear and the room for it. */
type NameKind = 'a' | 'b' | 'c' | 'd' | 'o' | 'p' | 'r' | 's' | 'w'

/** Whose a channel, bridge, playback or recording is; null when its name is not one of ours. */
export function ownerOf(name: string): { interactionId: InteractionId; kind: NameKind } | null {
  const match = ownName.exec(name)
  if (match?.[1] === undefined || match[2] === undefined) return null
  return { interactionId: match[1], kind: match[2] as NameKind }
}
