/** An agent hands the customer on: to whoever serves a queue, or to one agent in it. */
import type { Decision } from '../decision.ts'
import { preference } from './decide-queue.ts'
import { newDraft, refuse, startWrapUp } from './draft.ts'
import type { InputOf } from './inputs.ts'
import { join } from './requirement.ts'
import type { RoutingState } from './state.ts'

/** One decision: at no moment is the customer with nobody and in no line. A full queue takes them all the same. */
export function transfer(state: RoutingState, input: InputOf<'transfer'>): Decision {
  const { at, interactionId, queueId, requirement, destination } = input
  const interaction = state.interactions.get(interactionId)
  if (interaction === undefined) return refuse('unknown-interaction', `no live interaction ${interactionId}`)
  if (interaction.phase.name !== 'engaged')
    return refuse('not-engaged', `${interactionId} is with no agent who could hand it on`)
  // Nobody stands in line with an agent at their side.
  if (interaction.guests.length > 0) return refuse('already-there', `another agent is on ${interactionId}`)
  const queue = state.queues.get(queueId)
  if (queue === undefined) return refuse('unknown-queue', `no queue ${queueId}`)
  const preferred = preference(state, queue, interaction, input)
  if (destination === 'agent' && preferred.preferredAgentId === null)
    return refuse(
      'unknown-agent',
      `agent ${input.preferredAgentId ?? ''} does not serve ${interaction.channel} in queue ${queueId}`,
    )
  const draft = newDraft()
  startWrapUp(state, draft, interaction, at)
  draft.facts.push(
    { kind: 'transferred-out', at, interactionId, destination },
    { kind: 'agent-leg-lost', at, interactionId, cause: 'transferred' },
    {
      kind: 'interaction-queued',
      at,
      interactionId,
      queueId,
      requirement: join(requirement, {}),
      priority: input.priority + queue.rules.priority,
      waitingSince: at,
      ...preferred,
    },
  )
  return draft
}
