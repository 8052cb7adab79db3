/** When time alone changes something for an interaction or an agent, and what. */
import type { Agent, Work } from '../agent/agent.ts'
import type { Instant } from '../ids.ts'
import type { Interaction, Wait } from '../interaction/interaction.ts'
import { assertNever } from '../assert-never.ts'
import type { OverflowRule } from '../rules.ts'
import type { RoutingState } from './state.ts'
import type { Deadline } from './timers.ts'

/** An offer that rings suspends what else would happen to a waiting interaction; it catches up when the offer fails. */
export function interactionDeadline(state: RoutingState, interaction: Interaction): Deadline | null {
  const own = phaseDeadline(state, interaction)
  return interaction.guests.length === 0 ? own : earlier(own, firstInvitationEnd(interaction), 'invitation-expires')
}

function firstInvitationEnd({ guests }: Interaction): Instant | null {
  let first: Instant | null = null
  for (const guest of guests) if (guest.phase === 'ringing') first = Math.min(first ?? guest.expiresAt, guest.expiresAt)
  return first
}

function phaseDeadline(state: RoutingState, { phase }: Interaction): Deadline | null {
  switch (phase.name) {
    case 'queued':
      return waitDeadline(state, phase.wait)
    case 'calling':
      return { at: phase.expiresAt, cause: 'call-expires' }
    case 'offered':
      return { at: phase.offer.expiresAt, cause: 'offer-expires' }
    case 'self-service':
    case 'engaged':
      return null
    default:
      return assertNever(phase)
  }
}

function waitDeadline(state: RoutingState, wait: Wait): Deadline | null {
  const rules = state.queues.get(wait.queueId)?.rules
  if (rules === undefined) return null
  const entered = wait.enteredAt + wait.stoppedInQueueMs
  const step = rules.relaxation[wait.relaxationSteps]
  const overflow = overflowOf(state, wait)
  let next = earlier(null, wait.preferredUntil, 'preference-lapses')
  if (step !== undefined) next = earlier(next, wait.waitingSince + wait.stoppedMs + step.afterMs, 'relaxation')
  if (overflow !== null) next = earlier(next, entered + overflow.afterMs, 'overflow')
  if (rules.maxWaitMs !== null && wait.customer === 'here') next = earlier(next, entered + rules.maxWaitMs, 'max-wait')
  return next
}

/** The first overflow that leads to a queue that exists and in which this interaction hasn't waited yet. */
export function overflowOf(state: RoutingState, wait: Wait): OverflowRule | null {
  let first: OverflowRule | null = null
  for (const rule of state.queues.get(wait.queueId)?.rules.overflow ?? []) {
    if (!state.queues.has(rule.toQueueId) || wait.visitedQueueIds.includes(rule.toQueueId)) continue
    if (first === null || rule.afterMs < first.afterMs) first = rule
  }
  return first
}

export function agentDeadline(agent: Agent): Deadline | null {
  const wrapUp = firstWrapUp(agent)
  return earlier(
    wrapUp === null ? null : { at: wrapUp.endsAt, cause: 'wrap-up-over' },
    agent.returnsAt,
    'presence-returns',
  )
}

export function firstWrapUp(agent: Agent): Extract<Work, { phase: 'wrap-up' }> | null {
  let first: Extract<Work, { phase: 'wrap-up' }> | null = null
  for (const work of agent.works.values())
    if (work.phase === 'wrap-up' && (first === null || work.endsAt < first.endsAt)) first = work
  return first
}

const earlier = (one: Deadline | null, at: Instant | null, cause: Deadline['cause']): Deadline | null =>
  at === null || (one !== null && one.at <= at) ? one : { at, cause }
