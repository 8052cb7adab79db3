/**
 * All that the routing machine knows. Rooms outside `core/routing` read it through views.ts; only apply.ts writes it.
 * Signatures, lines, indexes and timers follow from the rest and are not part of a snapshot.
 */
import type { Agent } from '../agent/agent.ts'
import type { AgentId, Instant, InteractionId, QueueId } from '../ids.ts'
import type { Interaction, Wait } from '../interaction/interaction.ts'
import type { QueueRules } from '../rules.ts'
import type { HandlingTimes } from '../measures/handling-times.ts'
import { Chain } from './chain.ts'
import { Line } from './line.ts'
import { Roster } from './roster.ts'
import type { Signature } from './signature.ts'
import { Timers } from './timers.ts'

export type Queue = {
  rules: QueueRules
  /** Everyone who waits here, whatever they need. */
  line: Line<Wait>
  /** How many of its customers are being called. */
  calling: number
  readonly handling: HandlingTimes
}

export type RoutingState = {
  /** Counts what needs an order: places in line, moments of becoming idle. */
  sequence: number
  /** Until when a stop of the clock has been made good; outages that overlap count once. */
  stoppedUntil: Instant
  readonly queues: Map<QueueId, Queue>
  readonly agents: Map<AgentId, Agent>
  /** Who has work that paused for a call. */
  readonly interrupted: Set<AgentId>
  readonly interactions: Map<InteractionId, Interaction>
  readonly timers: Timers
  /** Agents that are configured; those removed are in `agents` alone, until their last conversation ends. */
  readonly roster: Roster
  readonly signatures: SignatureIndex
}

export type SignatureIndex = {
  readonly byKey: Map<string, Signature>
  readonly byQueue: Map<QueueId, Set<Signature>>
  /** Those that somebody waits with who is away. */
  readonly away: Set<Signature>
  /** Those that nobody waits with, longest unused first. */
  readonly unused: Chain<Signature>
  unusedCount: number
}

export const emptyState = (): RoutingState => ({
  sequence: 0,
  stoppedUntil: 0,
  queues: new Map(),
  agents: new Map(),
  interrupted: new Set(),
  interactions: new Map(),
  timers: new Timers(),
  roster: new Roster(),
  signatures: { byKey: new Map(), byQueue: new Map(), away: new Set(), unused: new Chain(), unusedCount: 0 },
})

export const newQueue = (rules: QueueRules): Queue => ({
  rules,
  line: new Line(),
  calling: 0,
  handling: { count: 0, meanMs: 0 },
})

/** The agent, if configured. */
export function agentOf(state: RoutingState, agentId: AgentId): Agent | null {
  const agent = state.agents.get(agentId)
  return agent === undefined || agent.removed ? null : agent
}

export const nextSequence = (state: RoutingState): number => (state.sequence += 1)
