/** Brings the state back to rest after facts: tries whoever they freed, then whoever they made wait or easier to serve. */
import { assertNever } from '../assert-never.ts'
import type { Fact } from '../facts.ts'
import type { AgentId, Instant, InteractionId, QueueId } from '../ids.ts'
import type { Wait } from '../interaction/interaction.ts'
import type { Draft } from './draft.ts'
import { compareOrder } from './line.ts'
import { firstInLineFor, matchOf, offer, type Match } from './match.ts'
import { concernsRouting } from './routing-fact.ts'
import { agentOf, type RoutingState } from './state.ts'
import { callCustomer, nextToCall, passedOver } from './turn.ts'

export type Touched = {
  readonly agents: Set<AgentId>
  readonly interactions: Set<InteractionId>
  readonly queues: Set<QueueId>
}

/** Whom facts give a new chance. Asked before they are applied: afterwards an ended interaction is unknown. */
export function touchedBy(state: RoutingState, facts: readonly Fact[]): Touched {
  const touched: Touched = { agents: new Set(), interactions: new Set(), queues: new Set() }
  for (const fact of facts) touch(state, touched, fact)
  return touched
}

function touch(state: RoutingState, { agents, interactions, queues }: Touched, fact: Fact): void {
  if (!concernsRouting(fact)) return
  switch (fact.kind) {
    case 'presence-changed':
    case 'reachability-changed':
    case 'wrap-up-ended':
    case 'invitation-ended':
    case 'agent-left':
    // What no longer rings may give way to a call.
    case 'offer-accepted':
    case 'agent-joined':
      agents.add(fact.agentId)
      return
    case 'agent-configured':
      agents.add(fact.agent.id)
      return
    case 'queue-configured':
      queues.add(fact.queue.id)
      return
    case 'offer-declined':
    case 'offer-expired':
    case 'offer-rescinded':
      agents.add(fact.agentId)
      interactions.add(fact.interactionId)
      return
    case 'interaction-queued':
    case 'customer-reached':
    case 'customer-cut-off':
    case 'interaction-overflowed':
    case 'preference-lapsed':
    case 'agent-preferred':
    case 'requirement-relaxed':
      interactions.add(fact.interactionId)
      return
    case 'agent-leg-lost':
    case 'interaction-ended': {
      const interaction = state.interactions.get(fact.interactionId)
      if (interaction?.phase.name === 'engaged') agents.add(interaction.phase.agentId)
      for (const { agentId } of interaction?.guests ?? []) agents.add(agentId)
      return
    }
    case 'customer-called':
    case 'customer-call-expired':
    case 'queue-removed':
    case 'agent-removed':
    case 'wrap-up-started':
    case 'wrap-up-extended':
    case 'interaction-dequeued':
    case 'offer-made':
    case 'agent-invited':
    case 'work-paused':
    case 'work-resumed':
    case 'interaction-arrived':
    case 'customer-recognised':
    case 'clock-stopped':
      return
    default:
      return assertNever(fact)
  }
}

/**
 * Whoever got a chance and waits longest by order goes first, until nobody matches; then whose turn is near and who is away
 * is called. Offers make no room anywhere, so who
 * doesn't match now won't later and is struck off.
 */
export function settle(state: RoutingState, touched: Touched, at: Instant, make: (offer: Draft) => void): void {
  for (let match = firstMatch(state, touched); match !== null; match = firstMatch(state, touched)) {
    const passed = passedOver(match)
    make(offer(state, match, at))
    if (passed !== null) make(callCustomer(passed, at))
  }
  for (let wait = nextToCall(state); wait !== null; wait = nextToCall(state)) make(callCustomer(wait, at))
}

function firstMatch(state: RoutingState, { agents, interactions, queues }: Touched): Match | null {
  let first: Match | null = null
  const consider = (wait: Wait | null, trigger: Match['trigger']): boolean => {
    const found = wait === null ? null : matchOf(state, wait, trigger)
    if (found === null) return false
    if (first === null || compareOrder(found.wait, first.wait) < 0) first = found
    return true
  }
  for (const agentId of agents) {
    const agent = agentOf(state, agentId)
    const wait = agent === null ? null : firstInLineFor(agent)
    if (!consider(wait, 'agent-became-free')) agents.delete(agentId)
  }
  for (const interactionId of interactions) {
    const phase = state.interactions.get(interactionId)?.phase
    const wait = phase?.name === 'queued' ? phase.wait : null
    if (!consider(wait, 'interaction-waited')) interactions.delete(interactionId)
  }
  // Where no agent is free for the first with a signature, none is for those behind.
  for (const queueId of queues)
    for (const { line } of state.signatures.byQueue.get(queueId) ?? [])
      consider(line.first ?? null, 'interaction-waited')
  return first
}
