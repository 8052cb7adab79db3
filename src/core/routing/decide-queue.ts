/** Into a queue and out of it without an agent. */
import type { Decision } from '../decision.ts'
import type { QueueOutcome } from '../facts.ts'
import type { Instant, QueueId } from '../ids.ts'
import type { Interaction } from '../interaction/interaction.ts'
import { newDraft, refuse, rescind, stopCalling, type Draft, nothing } from './draft.ts'
import type { InputOf } from './inputs.ts'
import { isIdleAgentFor } from './match.ts'
import { join } from './requirement.ts'
import { suits } from './signature.ts'
import { agentOf, type Queue, type RoutingState } from './state.ts'

/** While a phone rings for them it rings on: it may well be answered. */
export function cutOff(state: RoutingState, { at, interactionId, on }: InputOf<'cut-off'>): Decision {
  const phase = state.interactions.get(interactionId)?.phase
  const waits = phase?.name === 'queued' || phase?.name === 'offered'
  return waits && phase.wait.isCutOff !== on ? newDraft({ kind: 'customer-cut-off', at, interactionId, on }) : nothing
}

export function enqueue(state: RoutingState, input: InputOf<'enqueue'>): Decision {
  const { at, interactionId, queueId } = input
  const interaction = state.interactions.get(interactionId)
  if (interaction === undefined) return refuse('unknown-interaction', `no live interaction ${interactionId}`)
  if (interaction.phase.name !== 'self-service')
    return refuse('already-queued', `${interactionId} is ${interaction.phase.name}`)
  if (interaction.guests.length > 0) return refuse('already-there', `an agent is on ${interactionId}`)
  const queue = state.queues.get(queueId)
  if (queue === undefined) return refuse('unknown-queue', `no queue ${queueId}`)
  if (input.customerAway !== true && isFull(state, queue, interaction, input)) {
    const draft = newDraft()
    returnToFlow(draft, interaction, queueId, 'full', at)
    return draft
  }
  return newDraft({
    kind: 'interaction-queued',
    at,
    interactionId,
    queueId,
    requirement: join(input.requirement, {}),
    priority: input.priority + queue.rules.priority,
    waitingSince: Math.min(input.waitingSince ?? at, at),
    ...preference(state, queue, interaction, input),
    ...(input.customerAway === true && { customerAway: true }),
  })
}

/** A full queue still lets through whom an idle agent takes at once. */
function isFull(state: RoutingState, queue: Queue, { channel }: Interaction, input: InputOf<'enqueue'>): boolean {
  const { maxWaiting, requirement } = queue.rules
  if (maxWaiting === null || queue.line.length < maxWaiting) return false
  return !isIdleAgentFor(state, channel, queue, join(input.requirement, requirement))
}

/** Only an agent who could serve the interaction is preferred, and only one who is signed in is waited for. */
export function preference(
  state: RoutingState,
  { rules }: Queue,
  { channel }: Interaction,
  { at, requirement, preferredAgentId }: Pick<InputOf<'enqueue'>, 'at' | 'requirement' | 'preferredAgentId'>,
): { preferredAgentId: string | null; preferredUntil: Instant | null } {
  const agent = preferredAgentId === null ? null : agentOf(state, preferredAgentId)
  if (agent === null || !suits(agent.rules, channel, rules.id, join(requirement, rules.requirement)))
    return { preferredAgentId: null, preferredUntil: null }
  const isAwaited = rules.preferredAgentHoldMs > 0 && agent.presence !== 'offline'
  return { preferredAgentId: agent.id, preferredUntil: isAwaited ? at + rules.preferredAgentHoldMs : null }
}

export function leaveQueue(state: RoutingState, input: InputOf<'leave-queue'>): Decision {
  const { at, interactionId, outcome } = input
  const interaction = state.interactions.get(interactionId)
  if (interaction === undefined) return refuse('unknown-interaction', `no live interaction ${interactionId}`)
  const { phase } = interaction
  if (phase.name === 'self-service' || phase.name === 'engaged')
    return refuse('not-queued', `${interactionId} is ${phase.name}`)
  const draft = newDraft()
  if (phase.name === 'offered') rescind(draft, interaction, phase.offer, 'left-queue', at)
  if (phase.name === 'calling') stopCalling(draft, interaction)
  returnToFlow(draft, interaction, phase.wait.queueId, outcome, at)
  return draft
}

export function returnToFlow(
  draft: Draft,
  { id: interactionId, channel }: Interaction,
  queueId: QueueId,
  outcome: QueueOutcome,
  at: Instant,
): void {
  draft.facts.push({ kind: 'interaction-dequeued', at, interactionId, queueId, outcome })
  draft.commands.push({ kind: 'return-to-flow', channel, interactionId, outcome })
}
