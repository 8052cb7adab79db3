/** An agent as the router knows them: what they said (presence), what they do (works) and where they stand in line. */
import type { Actor, Presence } from '../facts.ts'
import { channels, type AgentId, type Channel, type InteractionId, type Instant, type QueueId } from '../ids.ts'
import type { Wait } from '../interaction/interaction.ts'
import { Line } from '../routing/line.ts'
import type { Standing } from '../routing/signature.ts'
import type { Timer } from '../routing/timers.ts'
import type { AgentRules } from '../rules.ts'
import { fullLoad, givesWay, isUrgent, loadOf } from './capacity.ts'

/** One slot of an agent: taken by the offer, kept by the conversation and by the wrap-up after it. */
export type Work = Readonly<{ interactionId: InteractionId; channel: Channel; queueId: QueueId }> &
  (
    | { readonly phase: 'ringing' }
    /** `pausedSince`: it gave way to a call then; its time stands still. */
    | { readonly phase: 'engaged'; readonly since: Instant; readonly pausedSince?: Instant }
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
  /** Of what gives way to nothing. */
  firmLoad: number
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
  /** There is room for one more only when other work pauses. */
  interrupts: boolean
  /** One for each known signature of the channel that the agent suits. */
  readonly standings: Standing[]
  /** Who waits for this agent alone. */
  readonly personal: Line<Wait>
}

/** Why an agent can't take one more interaction of a channel, in the order in which it is asked; or `idle`. */
export type Status = 'offline' | 'not-ready' | 'unreachable' | 'busy' | 'idle'

export function newDesk(agent: Agent, channel: Channel): Desk {
  const status = statusOn(agent, channel)
  return { agent, channel, status, interrupts: wouldInterrupt(agent, channel), standings: [], personal: new Line() }
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

/** A call finds room where other work gives way. */
export const hasRoom = (agent: Agent, channel: Channel): boolean =>
  (isUrgent(channel) ? agent.firmLoad : agent.load) + costOf(agent, channel) <= fullLoad

/** Taking one more, if there is room for it, pauses other work. */
export const wouldInterrupt = (agent: Agent, channel: Channel): boolean =>
  agent.load + costOf(agent, channel) > fullLoad && hasRoom(agent, channel)

/** What pauses for a call that the agent takes. */
export function givingWay(agent: Agent): InteractionId[] {
  const ids: InteractionId[] = []
  for (const work of agent.works.values())
    if (canPause(agent, work) && work.pausedSince === undefined) ids.push(work.interactionId)
  return ids
}

/** What rings or is wound up gives way to nothing: it is over soon. */
const canPause = (agent: Agent, work: Work): work is Extract<Work, { phase: 'engaged' }> =>
  work.phase === 'engaged' && givesWay(agent.rules, work.channel)

export function hasUrgentWork({ works }: Agent): boolean {
  for (const { channel } of works.values()) if (isUrgent(channel)) return true
  return false
}

export function hasPausedWork({ works }: Agent): boolean {
  for (const work of works.values()) if (work.phase === 'engaged' && work.pausedSince !== undefined) return true
  return false
}

export function weigh(agent: Agent): void {
  agent.load = 0
  agent.firmLoad = 0
  for (const work of agent.works.values()) {
    const cost = costOf(agent, work.channel)
    agent.load += cost
    if (!canPause(agent, work)) agent.firmLoad += cost
  }
}

/** Work of a channel that the rules no longer serve fills the agent. */
const costOf = (agent: Agent, channel: Channel): number => loadOf(agent.rules.capacity, channel) ?? fullLoad
