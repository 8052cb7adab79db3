/** An agent as the router knows them: what they said (presence), what they do (works) and where they stand in line. */
import type { Actor, Presence } from '../facts.ts'
import type { AgentId, Channel, InteractionId, Instant, QueueId } from '../ids.ts'
import type { Wait } from '../interaction/interaction.ts'
import type { Line } from '../routing/line.ts'
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
  /** One for each known signature that the agent suits. */
  readonly standings: Standing[]
  /** Who waits for this agent alone, by channel. */
  readonly personal: Map<Channel, Line<Wait>>
  readonly timer: Timer
}

/** Why an agent can't take one more interaction of a channel, in the order in which it is asked; or `idle`. */
export type Status = 'offline' | 'not-ready' | 'unreachable' | 'busy' | 'idle'

/** A phone must have registered; every other channel is reached through the page that the agent signed in with. */
export const isReachable = (agent: Agent, channel: Channel): boolean =>
  agent.reachability.get(channel) ?? channel !== 'voice'

export function statusOn(agent: Agent, channel: Channel): Status {
  if (agent.presence === 'offline') return 'offline'
  if (agent.presence === 'not-ready') return 'not-ready'
  if (!isReachable(agent, channel)) return 'unreachable'
  return hasRoom(agent, channel) ? 'idle' : 'busy'
}

export const hasRoom = (agent: Agent, channel: Channel): boolean => agent.load + costOf(agent, channel) <= fullLoad

/** Work of a channel that the rules no longer serve fills the agent. */
export const costOf = (agent: Agent, channel: Channel): number => loadOf(agent.rules.capacity, channel) ?? fullLoad

export function totalLoad(agent: Agent): number {
  let load = 0
  for (const work of agent.works.values()) load += costOf(agent, work.channel)
  return load
}
