/** The state for everyone else: plain, read-only answers about one interaction, agent or queue. */
import { assertNever } from '../assert-never.ts'
import type { Status, Work } from '../agent/agent.ts'
import { isReachable, statusOn } from '../agent/agent.ts'
import { fullLoad, loadOf } from '../agent/capacity.ts'
import type { Actor, Presence } from '../facts.ts'
import {
  channels,
  type AgentId,
  type Channel,
  type CustomerId,
  type EntryPointId,
  type InteractionId,
  type Instant,
  type OfferId,
  type QueueId,
} from '../ids.ts'
import type { CustomerPresence, Guest, Interaction, Wait } from '../interaction/interaction.ts'
import { estimateWaitMs } from '../measures/estimated-wait.ts'
import type { QueueRules, Requirement } from '../rules.ts'
import { agentOf, type RoutingState } from './state.ts'

export type WaitView = Readonly<{
  queueId: QueueId
  requirement: Requirement
  relaxationSteps: number
  customer: CustomerPresence
  isCutOff: boolean
  calledAt: Instant | null
  waitingSince: Instant
  queuedAt: Instant
  preferredAgentId: AgentId | null
  preferredUntil: Instant | null
}>

export type OfferView = Readonly<{ offerId: OfferId; agentId: AgentId; expiresAt: Instant }>

export type InteractionView = Readonly<{
  interactionId: InteractionId
  channel: Channel
  direction: 'inbound' | 'outbound'
  entryPointId: EntryPointId
  customerId: CustomerId | null
  arrivedAt: Instant
  guests: readonly Guest[]
}> &
  (
    | { readonly phase: 'self-service'; readonly offer: null }
    | ({ readonly phase: 'queued'; readonly offer: null } & WaitView)
    | ({ readonly phase: 'calling'; readonly offer: null } & WaitView)
    | ({ readonly phase: 'offered'; readonly offer: OfferView } & WaitView)
    | {
        readonly phase: 'engaged'
        readonly offer: null
        readonly offerId: OfferId
        readonly agentId: AgentId
        readonly queueId: QueueId
        readonly acceptedAt: Instant
      }
  )

export function interactionView(state: RoutingState, interactionId: InteractionId): InteractionView | null {
  const interaction = state.interactions.get(interactionId)
  return interaction === undefined ? null : viewOf(interaction)
}

/** Every live interaction of the channel, or of all, in the order of arrival. */
export function liveInteractions(state: RoutingState, channel?: Channel): InteractionView[] {
  const views: InteractionView[] = []
  for (const interaction of state.interactions.values())
    if (channel === undefined || interaction.channel === channel) views.push(viewOf(interaction))
  return views
}

function viewOf({ id: interactionId, phase, timer: _, offers: __, ...rest }: Interaction): InteractionView {
  const known = { interactionId, ...rest }
  switch (phase.name) {
    case 'self-service':
      return { ...known, phase: phase.name, offer: null }
    case 'queued':
    case 'calling':
      return { ...known, phase: phase.name, offer: null, ...waitView(phase.wait) }
    case 'offered': {
      const { id: offerId, agentId, expiresAt } = phase.offer
      return { ...known, phase: phase.name, offer: { offerId, agentId, expiresAt }, ...waitView(phase.wait) }
    }
    case 'engaged': {
      const { name, ...engaged } = phase
      return { ...known, phase: name, offer: null, ...engaged }
    }
    default:
      return assertNever(phase)
  }
}

const waitView = (wait: Wait): WaitView => ({
  queueId: wait.queueId,
  requirement: wait.requirement,
  relaxationSteps: wait.relaxationSteps,
  customer: wait.customer,
  isCutOff: wait.isCutOff,
  calledAt: wait.calledAt,
  waitingSince: wait.waitingSince,
  queuedAt: wait.queuedAt,
  preferredAgentId: wait.preferredAgentId,
  preferredUntil: wait.preferredUntil,
})

/** What the router knows; presence is what the agent says. */
export type RoutingStatus = 'idle' | 'reserved' | 'engaged' | 'wrap-up'

export type AgentView = Readonly<{
  id: AgentId
  presence: Presence
  reason: string | null
  presenceBy: Actor
  presenceSince: Instant
  returnsAt: Instant | null
  routing: RoutingStatus
  /** 0 to 1 */
  load: number
  works: readonly Work[]
  /** For each channel of the agent's capacity: idle, or why not one more. */
  channels: Readonly<Partial<Record<Channel, Status>>>
  reachable: readonly Channel[]
}>

export function agentView(state: RoutingState, agentId: AgentId): AgentView | null {
  const agent = agentOf(state, agentId)
  if (agent === null) return null
  const served = channels.filter((channel) => loadOf(agent.rules.capacity, channel) !== null)
  const works = [...agent.works.values()]
  const doing = (phase: Work['phase']): boolean => works.some((work) => work.phase === phase)
  return {
    id: agent.id,
    presence: agent.presence,
    reason: agent.reason,
    presenceBy: agent.presenceBy,
    presenceSince: agent.presenceSince,
    returnsAt: agent.returnsAt,
    routing: doing('engaged') ? 'engaged' : doing('ringing') ? 'reserved' : doing('wrap-up') ? 'wrap-up' : 'idle',
    load: agent.load / fullLoad,
    works,
    channels: Object.fromEntries(served.map((channel) => [channel, statusOn(agent, channel)])),
    reachable: channels.filter((channel) => isReachable(agent, channel)),
  }
}

/** Every configured agent. */
export const agentViews = (state: RoutingState): AgentView[] =>
  [...state.agents.keys()].flatMap((id) => agentView(state, id) ?? [])

export type QueueView = Readonly<{ rules: QueueRules; waiting: number; longestWaitingSince: Instant | null }>

export function queueView(state: RoutingState, queueId: QueueId): QueueView | null {
  const queue = state.queues.get(queueId)
  if (queue === undefined) return null
  let longest: Instant | null = null
  for (const { waitingSince } of queue.line) longest = Math.min(longest ?? waitingSince, waitingSince)
  return { rules: queue.rules, waiting: queue.line.length, longestWaitingSince: longest }
}

export const queueViews = (state: RoutingState): QueueView[] =>
  [...state.queues.keys()].flatMap((id) => queueView(state, id) ?? [])

/** Counted from 1 among all who wait in the queue; null for those who don't wait, or whose phone rings already. */
export function placeInLine(
  state: RoutingState,
  interactionId: InteractionId,
): { position: number; queueLength: number } | null {
  const phase = state.interactions.get(interactionId)?.phase
  if (phase?.name !== 'queued') return null
  const line = state.queues.get(phase.wait.queueId)?.line
  return line === undefined ? null : { position: line.rank(phase.wait) + 1, queueLength: line.length }
}

/** In ms from now: with that probability the wait is over by then. null: nothing to estimate from. */
export function estimatedWait(state: RoutingState, interactionId: InteractionId, quantile: number): number | null {
  const phase = state.interactions.get(interactionId)?.phase
  const place = placeInLine(state, interactionId)
  if (phase?.name !== 'queued' || place === null) return null
  const handling = state.queues.get(phase.wait.queueId)?.handling
  const signature = phase.wait.place?.signature
  if (handling === undefined || handling.count === 0 || signature === undefined) return null
  const agents = signature.standings.length - signature.counts.offline
  return estimateWaitMs({ position: place.position, agents, meanHandlingMs: handling.meanMs, quantile })
}
