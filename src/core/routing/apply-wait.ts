/** What facts change about interactions that wait, are offered, engaged and ended. */
import type { RoutingFact } from '../facts.ts'
import type { InteractionId, Instant } from '../ids.ts'
import { waitOf, type Interaction, type Wait } from '../interaction/interaction.ts'
import type { QueueRules } from '../rules.ts'
import { engage, finishWork, startWork } from './apply-agent.ts'
import { interactionDeadline } from './deadlines.ts'
import { relax } from './requirement.ts'
import { nextSequence, type Queue, type RoutingState } from './state.ts'
import { adoptRules, changeRequirement, joinLine, leaveLine } from './wait-line.ts'

type Of<K extends RoutingFact['kind']> = Extract<RoutingFact, { kind: K }>

export function queue(state: RoutingState, fact: Of<'interaction-queued'>): void {
  const rules = rulesOf(state, fact.queueId)
  const wait: Wait = {
    interaction: interactionOf(state, fact.interactionId),
    queueId: fact.queueId,
    ownRequirement: fact.requirement,
    ownPriority: fact.priority - rules.priority,
    requirement: {},
    relaxationSteps: 0,
    customer: fact.customerAway === true ? 'away' : 'here',
    isCutOff: false,
    calledAt: null,
    waitingSince: fact.waitingSince,
    queuedAt: fact.at,
    enteredAt: fact.at,
    visitedQueueIds: [fact.queueId],
    stoppedMs: 0,
    stoppedInQueueMs: 0,
    preferredAgentId: fact.preferredAgentId,
    preferredUntil: fact.preferredUntil,
    virtualArrival: 0,
    sequence: nextSequence(state),
    place: null,
  }
  adoptRules(wait, rules)
  joinLine(state, wait)
}

export function callCustomer(state: RoutingState, fact: Of<'customer-called'>): void {
  const wait = knownWait(state, fact.interactionId)
  leave(state, wait.interaction, { name: 'calling', wait, expiresAt: fact.expiresAt })
  wait.calledAt = fact.at
  queueOf(state, wait.queueId).calling += 1
}

export function reachCustomer(state: RoutingState, interactionId: InteractionId): void {
  const wait = knownWait(state, interactionId)
  leaveLine(state, wait)
  wait.customer = 'reached'
  backInLine(state, interactionId)
}

export function cutOff(state: RoutingState, { interactionId, on }: Of<'customer-cut-off'>): void {
  changeRequirement(state, knownWait(state, interactionId), (wait) => {
    wait.isCutOff = on
  })
}

/** To the place that was kept. */
export function backInLine(state: RoutingState, interactionId: InteractionId): void {
  const wait = knownWait(state, interactionId)
  stopCalling(state, wait.interaction)
  joinLine(state, wait)
}

function stopCalling(state: RoutingState, { phase }: Interaction): void {
  if (phase.name === 'calling') queueOf(state, phase.wait.queueId).calling -= 1
}

export function lapsePreference(state: RoutingState, interactionId: InteractionId): void {
  changeRequirement(state, knownWait(state, interactionId), (wait) => {
    wait.preferredAgentId = null
    wait.preferredUntil = null
  })
}

export function preferAgent(state: RoutingState, { interactionId, agentId, until }: Of<'agent-preferred'>): void {
  changeRequirement(state, knownWait(state, interactionId), (wait) => {
    wait.preferredAgentId = agentId
    wait.preferredUntil = until
  })
}

export function relaxRequirement(state: RoutingState, interactionId: InteractionId, step: number): void {
  changeRequirement(state, knownWait(state, interactionId), (wait) => {
    const rule = rulesOf(state, wait.queueId).relaxation[step - 1]
    if (rule === undefined) throw new Error(`queue ${wait.queueId} has no relaxation step ${step}`)
    wait.ownRequirement = relax(wait.ownRequirement, rule)
    wait.requirement = relax(wait.requirement, rule)
    wait.relaxationSteps = step
  })
}

export function overflow(state: RoutingState, fact: Of<'interaction-overflowed'>): void {
  const wait = knownWait(state, fact.interactionId)
  leaveLine(state, wait)
  wait.queueId = fact.toQueueId
  wait.enteredAt = fact.at
  wait.stoppedInQueueMs = 0
  wait.visitedQueueIds = [...wait.visitedQueueIds, fact.toQueueId]
  adoptRules(wait, rulesOf(state, fact.toQueueId))
  joinLine(state, wait)
}

export function dequeue(state: RoutingState, interactionId: InteractionId): void {
  leave(state, interactionOf(state, interactionId), { name: 'self-service' })
}

export function makeOffer(state: RoutingState, fact: Of<'offer-made'>): void {
  const { interactionId, offerId, agentId, queueId, at, expiresAt } = fact
  const interaction = interactionOf(state, interactionId)
  const wait = knownWait(state, interactionId)
  interaction.offers += 1
  leave(state, interaction, { name: 'offered', wait, offer: { id: offerId, agentId, madeAt: at, expiresAt } })
  startWork(state, agentId, { interactionId, channel: interaction.channel, queueId, phase: 'ringing' }, at)
}

export function acceptOffer(state: RoutingState, fact: Of<'offer-accepted'>): void {
  const { interactionId, offerId, agentId, at } = fact
  const { interaction, queueId } = knownWait(state, interactionId)
  leave(state, interaction, { name: 'engaged', agentId, offerId, queueId, acceptedAt: at })
  engage(state, agentId, interactionId, at)
}

/** Back to the place in line that was kept. */
export function failOffer(state: RoutingState, fact: Of<'offer-declined' | 'offer-expired' | 'offer-rescinded'>): void {
  joinLine(state, knownWait(state, fact.interactionId))
  finishWork(state, fact.agentId, fact.interactionId, fact.at)
}

export function end(state: RoutingState, interactionId: InteractionId, at: Instant): void {
  const { guests } = interactionOf(state, interactionId)
  leaveConversation(state, interactionId, at)
  for (const { agentId, phase } of guests)
    if (phase === 'joined' && state.agents.get(agentId)?.works.get(interactionId)?.phase === 'engaged')
      finishWork(state, agentId, interactionId, at)
  state.interactions.delete(interactionId)
}

/** Out of any phase; of a conversation, the agent's slot is free again unless a wrap-up keeps it. */
export function leaveConversation(state: RoutingState, interactionId: InteractionId, at: Instant): void {
  const interaction = interactionOf(state, interactionId)
  const { phase } = interaction
  leave(state, interaction, { name: 'self-service' })
  if (phase.name !== 'engaged') return
  const work = state.agents.get(phase.agentId)?.works.get(interactionId)
  if (work?.phase === 'engaged') finishWork(state, phase.agentId, interactionId, at)
}

function leave(state: RoutingState, interaction: Interaction, phase: Interaction['phase']): void {
  const wait = waitOf(interaction)
  if (wait !== null) leaveLine(state, wait)
  stopCalling(state, interaction)
  interaction.phase = phase
  state.timers.set(interaction.timer, interactionDeadline(state, interaction))
}

export function interactionOf(state: RoutingState, interactionId: InteractionId): Interaction {
  const interaction = state.interactions.get(interactionId)
  if (interaction === undefined) throw new Error(`no interaction ${interactionId}`)
  return interaction
}

function knownWait(state: RoutingState, interactionId: InteractionId): Wait {
  const wait = waitOf(interactionOf(state, interactionId))
  if (wait === null) throw new Error(`${interactionId} doesn't wait`)
  return wait
}

const rulesOf = (state: RoutingState, queueId: string): QueueRules => queueOf(state, queueId).rules

function queueOf(state: RoutingState, queueId: string): Queue {
  const queue = state.queues.get(queueId)
  if (queue === undefined) throw new Error(`no queue ${queueId}`)
  return queue
}
