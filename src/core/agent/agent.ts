/** An agent as the router knows them: what they said (presence), what they do (works) and where they stand in line. */
import type { Actor, Presence } from '../facts.ts'
import { channels, type AgentId, type Channel, type InteractionId, type Instant, type QueueId } from '../ids.ts'
import type { Wait } from '../interaction/interaction.ts'
import { Line } from '../routing/line.ts'
import type { Standing } from '../routing/signature.ts'
import type { Timer } from '../routing/timers.ts'
import type { AgentRules } from '../rules.ts'
import { fullLoad, loadOf } from './capacity.ts'

/** One slot of an agent: taken by the offer, kept by the conversation and by the wrap-up after it. */
export type Work = Readonly<{ interactionId: InteractionId; channel: Channel; queueId: QueueId }> &
  (
    | { readonly phase: 'ringing' }
    | { readonly phase: 'engaged'; readonly since: Instant }
    | { readonly phase: 'wrap-up'; readonly since: Instant; readonly endsAt: Instant; readonly extendedMs: number }
  )

export type Agent = {
  readonly id: AgentId
  rules: AgentRules
  /** No longer configured; kept until the last conversation ends. */
  removed: boolean
  presence: Presence
  reason: string | null
  presenceBy: Actor
  presenceSince: Instant
  returnsAt: Instant | null
  /** What devices reported; see `isReachable` for channels that reported nothing. */
  readonly reachability: Map<Channel, boolean>
  readonly works: Map<InteractionId, Work>
  load: number
  /** Since when the agent's work hasn't changed; `idleSequence` orders agents of the same instant. */
  idleSince: Instant
  idleSequence: number
  /** One for each channel that the capacity serves. */
  desks: readonly Desk[]
  readonly timer: Timer
}

/** Where an agent serves one channel. */
export type Desk = {
  readonly agent: Agent
  readonly channel: Channel
  status: Status
  /** One for each known signature of the channel that the agent suits. */
  readonly standings: Standing[]
  /** Who waits for this agent alone. */
  readonly personal: Line<Wait>
}

/** Why an agent can't take one more interaction of a channel, in the order in which it is asked; or `idle`. */
export type Status = 'offline' | 'not-ready' | 'unreachable' | 'busy' | 'idle'

export function newDesk(agent: Agent, channel: Channel): Desk {
  return { agent, channel, status: statusOn(agent, channel), standings: [], personal: new Line() }
}

export const servedChannels = ({ capacity }: AgentRules): Channel[] =>
  channels.filter((channel) => loadOf(capacity, channel) !== null)

export function deskOf(agent: Agent, channel: Channel): Desk | null {
  for (const desk of agent.desks) if (desk.channel === channel) return desk
  return null
}

export function statusOn(agent: Agent, channel: Channel): Status {
  if (agent.presence === 'offline') return 'offline'
  if (agent.presence === 'not-ready') return 'not-ready'
  if (!isReachable(agent, channel)) return 'unreachable'
  return hasRoom(agent, channel) ? 'idle' : 'busy'
}

/** A phone must have registered; every other channel is reached through the page that the agent signed in with. */
export const isReachable = (agent: Agent, channel: Channel): boolean =>
  agent.reachability.get(channel) ?? channel !== 'voice'

export const hasRoom = (agent: Agent, channel: Channel): boolean => agent.load + costOf(agent, channel) <= fullLoad

export function totalLoad(agent: Agent): number {
  let load = 0
  for (const work of agent.works.values()) load += costOf(agent, work.channel)
  return load
}

/** Work of a channel that the rules no longer serve fills the agent. */
const costOf = (agent: Agent, channel: Channel): number => loadOf(agent.rules.capacity, channel) ?? fullLoad
