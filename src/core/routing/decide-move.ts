/** A supervisor puts somebody who waits into another line, or has them wait for one agent; age and priority stay. */
import type { Decision } from '../decision.ts'
import { waitOf } from '../interaction/interaction.ts'
import { lapsePreference, newDraft, refuse, rescind } from './draft.ts'
import type { InputOf } from './inputs.ts'
import { join } from './requirement.ts'
import { suits } from './signature.ts'
import { agentOf, type RoutingState } from './state.ts'

/** Where the queue says nothing: somebody chose this agent, so they are waited for. */
const leastHoldMs = 60_000

export function move(state: RoutingState, input: InputOf<'move'>): Decision {
  const { at, interactionId, agentId } = input
  const interaction = state.interactions.get(interactionId)
  if (interaction === undefined) return refuse('unknown-interaction', `no live interaction ${interactionId}`)
  const wait = waitOf(interaction)
  if (wait === null) return refuse('not-queued', `${interactionId} is ${interaction.phase.name}: nobody waits there`)
  if (interaction.phase.name === 'calling')
    return refuse('not-queued', `the customer of ${interactionId} is being called back: wait until they answered`)
  const queueId = input.queueId ?? wait.queueId
  const queue = state.queues.get(queueId)
  if (queue === undefined) return refuse('unknown-queue', `no queue ${queueId}`)
  const isSameQueue = queueId === wait.queueId
  if (isSameQueue && agentId === null) return refuse('already-queued', `${interactionId} waits in ${queueId} already`)
  const refusal = agentId === null ? null : unfit(state, input, queueId)
  if (refusal !== null) return refusal
  const draft = newDraft()
  if (interaction.phase.name === 'offered') rescind(draft, interaction, interaction.phase.offer, 'left-queue', at)
  lapsePreference(draft, wait, at)
  if (!isSameQueue) {
    const queues = { fromQueueId: wait.queueId, toQueueId: queueId }
    draft.facts.push({ kind: 'interaction-overflowed', at, interactionId, ...queues, by: input.by })
  }
  if (agentId !== null) {
    const until = at + Math.max(queue.rules.preferredAgentHoldMs, leastHoldMs)
    draft.facts.push({ kind: 'agent-preferred', at, interactionId, agentId, until, by: input.by })
  }
  return draft
}

/** An agent who is chosen must be there, and able: a line that nobody serves helps no one. */
function unfit(state: RoutingState, { interactionId, agentId }: InputOf<'move'>, queueId: string): Decision | null {
  const agent = agentOf(state, agentId ?? '')
  if (agent === null) return refuse('unknown-agent', `no agent ${agentId ?? ''}`)
  const interaction = state.interactions.get(interactionId)
  const wait = interaction === undefined ? null : waitOf(interaction)
  const own = wait?.ownRequirement ?? {}
  const requirement = join(own, state.queues.get(queueId)?.rules.requirement ?? {})
  if (interaction === undefined || !suits(agent.rules, interaction.channel, queueId, requirement))
    return refuse('agent-unavailable', `${agent.id} doesn't serve queue ${queueId}, or lacks a skill that is asked for`)
  if (agent.presence === 'offline') return refuse('agent-offline', `${agent.id} is offline`)
  return null
}
