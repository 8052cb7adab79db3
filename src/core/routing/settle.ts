/** Brings the state back to rest after facts: tries whoever they freed, then whoever they made wait or easier to serve. */
import { assertNever } from '../assert-never.ts'
import type { Fact } from '../facts.ts'
import type { AgentId, Instant, InteractionId, QueueId } from '../ids.ts'
import { waitOf, type Wait } from '../interaction/interaction.ts'
import type { Draft } from './draft.ts'
import { compareOrder } from './line.ts'
import { matchAgent, matchWait } from './match.ts'
import { agentOf, type RoutingState } from './state.ts'

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
  switch (fact.kind) {
    case 'presence-changed':
    case 'reachability-changed':
    case 'wrap-up-ended':
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
    case 'interaction-overflowed':
    case 'preference-lapsed':
    case 'requirement-relaxed':
      interactions.add(fact.interactionId)
      return
    case 'interaction-ended': {
      const phase = state.interactions.get(fact.interactionId)?.phase
      if (phase?.name === 'engaged') agents.add(phase.agentId)
      return
    }
    case 'queue-removed':
    case 'agent-removed':
    case 'wrap-up-started':
    case 'wrap-up-extended':
    case 'interaction-dequeued':
    case 'offer-made':
    case 'offer-accepted':
    case 'interaction-arrived':
    case 'customer-recognised':
    case 'clock-stopped':
    case 'flow-started':
    case 'flow-node-entered':
    case 'input-given':
    case 'flow-finished':
    case 'survey-answered':
    case 'hold-started':
    case 'hold-ended':
    case 'recording-started':
    case 'recording-paused':
    case 'recording-resumed':
    case 'recording-finished':
    case 'voicemail-left':
    case 'callback-requested':
    case 'caller-leg-lost':
    case 'agent-leg-lost':
    case 'transferred-out':
      return
    default:
      return assertNever(fact)
  }
}

/**
 * Agents come first: each takes the first in its lines, whoever that is, so that whom the facts made wait doesn't
 * overtake. An offer makes no room anywhere, so one pass is enough.
 */
export function settle(state: RoutingState, touched: Touched, at: Instant, make: (offer: Draft) => void): void {
  const attempt = (offer: Draft | null): boolean => {
    if (offer !== null) make(offer)
    return offer !== null
  }
  for (const agentId of touched.agents) {
    const agent = agentOf(state, agentId)
    while (agent !== null && attempt(matchAgent(state, agent, at)));
  }
  for (const wait of waitsOf(state, touched.interactions)) attempt(matchWait(state, wait, at, 'interaction-waited'))
  for (const queueId of touched.queues)
    while (firstInLines(state, queueId).some((wait) => attempt(matchWait(state, wait, at, 'interaction-waited'))));
}

function waitsOf(state: RoutingState, interactionIds: Iterable<InteractionId>): Wait[] {
  const waits: Wait[] = []
  for (const id of interactionIds) {
    const interaction = state.interactions.get(id)
    const wait = interaction === undefined ? null : waitOf(interaction)
    if (wait !== null) waits.push(wait)
  }
  return waits.sort(compareOrder)
}

/** The first of each signature of a queue: where no agent is free for it, none is for those behind it. */
function firstInLines(state: RoutingState, queueId: QueueId): Wait[] {
  const signatures = [...(state.signatures.byQueue.get(queueId) ?? [])]
  return signatures.flatMap(({ line }) => line.first ?? []).sort(compareOrder)
}
