/** What facts change about the rules of the day, live, under interactions that wait and agents that talk; and the clock. */
import type { Agent, Work } from '../agent/agent.ts'
import { weigh } from '../agent/agent.ts'
import type { AgentId, Instant, QueueId } from '../ids.ts'
import { waitOf, type Guest, type Wait } from '../interaction/interaction.ts'
import type { AgentRules, QueueRules } from '../rules.ts'
import { agentDeadline, interactionDeadline } from './deadlines.ts'
import { forgetSignaturesOf, indexAgent, unindexAgent } from './signature-index.ts'
import { newQueue, nextSequence, type RoutingState } from './state.ts'
import { newTimer } from './timers.ts'
import { adoptRules, joinLine, leaveLine } from './wait-line.ts'
import { knownAgent } from './apply-agent.ts'

export function configureQueue(state: RoutingState, rules: QueueRules): void {
  const queue = state.queues.get(rules.id)
  if (queue === undefined) {
    state.queues.set(rules.id, newQueue(rules))
    rescheduleOverflowsTo(state, rules.id)
    return
  }
  const waits = waitsIn(state, rules.id)
  const standing = waits.filter((wait) => wait.place !== null)
  for (const wait of standing) leaveLine(state, wait)
  forgetSignaturesOf(state, rules.id)
  queue.rules = rules
  for (const wait of waits) adoptRules(wait, rules)
  for (const wait of standing) joinLine(state, wait)
}

export function removeQueue(state: RoutingState, queueId: QueueId): void {
  forgetSignaturesOf(state, queueId)
  state.queues.delete(queueId)
  rescheduleOverflowsTo(state, queueId)
}

/** A queue that comes or goes changes whether the overflows that name it are still to come. */
function rescheduleOverflowsTo(state: RoutingState, queueId: QueueId): void {
  for (const { rules, line } of state.queues.values()) {
    if (!rules.overflow.some(({ toQueueId }) => toQueueId === queueId)) continue
    for (const { interaction } of line) state.timers.set(interaction.timer, interactionDeadline(state, interaction))
  }
}

function waitsIn(state: RoutingState, queueId: QueueId): Wait[] {
  const waits: Wait[] = []
  for (const interaction of state.interactions.values()) {
    const wait = waitOf(interaction)
    if (wait?.queueId === queueId) waits.push(wait)
  }
  return waits
}

export function configureAgent(state: RoutingState, rules: AgentRules, at: Instant): void {
  const agent = state.agents.get(rules.id) ?? newAgent(state, rules, at)
  unindexAgent(state, agent)
  agent.removed = false
  agent.rules = rules
  weigh(agent)
  indexAgent(state, agent)
}

function newAgent(state: RoutingState, rules: AgentRules, at: Instant): Agent {
  const agent: Agent = {
    id: rules.id,
    rules,
    removed: false,
    presence: 'offline',
    reason: null,
    presenceBy: 'system',
    presenceSince: at,
    returnsAt: null,
    reachability: new Map(),
    works: new Map(),
    load: 0,
    firmLoad: 0,
    idleSince: at,
    idleSequence: nextSequence(state),
    desks: [],
    timer: newTimer('agent', rules.id),
  }
  state.agents.set(agent.id, agent)
  return agent
}

/** Conversations go on; the agent is forgotten when the last one ends. */
export function removeAgent(state: RoutingState, agentId: AgentId): void {
  const agent = knownAgent(state, agentId)
  unindexAgent(state, agent)
  agent.removed = true
  agent.presence = 'offline'
  agent.reason = null
  agent.returnsAt = null
  agent.reachability.clear()
  state.timers.set(agent.timer, agentDeadline(agent))
  if (agent.works.size === 0) state.agents.delete(agentId)
}

/** Every deadline that ran moves by as much, so that nobody is blamed or timed out by an outage of ours. */
export function stopClock(state: RoutingState, from: Instant, to: Instant): void {
  const byMs = to - from
  for (const interaction of state.interactions.values()) {
    if (interaction.guests.length > 0) interaction.guests = interaction.guests.map((guest) => invitedLater(guest, byMs))
    const wait = waitOf(interaction)
    if (wait === null) continue
    wait.stoppedMs += byMs
    wait.stoppedInQueueMs += byMs
    if (wait.preferredUntil !== null) wait.preferredUntil += byMs
    if (interaction.phase.name === 'offered') interaction.phase.offer.expiresAt += byMs
    if (interaction.phase.name === 'calling') interaction.phase.expiresAt += byMs
  }
  for (const agent of state.agents.values()) {
    if (agent.returnsAt !== null) agent.returnsAt += byMs
    for (const work of agent.works.values()) agent.works.set(work.interactionId, postponed(work, byMs))
  }
  state.timers.postpone(byMs)
  state.stoppedUntil = to
}

const invitedLater = (guest: Guest, byMs: number): Guest =>
  guest.phase === 'ringing' ? { ...guest, expiresAt: guest.expiresAt + byMs } : guest

const postponed = (work: Work, byMs: number): Work =>
  work.phase === 'wrap-up' ? { ...work, endsAt: work.endsAt + byMs } : work
