/** New rules, live: what rings stands, what can't go on under the new rules is led elsewhere. */
import type { Agent } from '../agent/agent.ts'
import type { Decision } from '../decision.ts'
import { waitOf, type Wait } from '../interaction/interaction.ts'
import { sameValue } from '../same-value.ts'
import { endInvitationsOf } from './decide-guest.ts'
import { lapseWhoWaitsFor, rescindOffersTo } from './decide-presence.ts'
import { returnToFlow } from './decide-queue.ts'
import { lapsePreference, newDraft, nothing, refuse, rescind, stopCalling } from './draft.ts'
import type { InputOf } from './inputs.ts'
import { join, meets } from './requirement.ts'
import { suits } from './signature.ts'
import { agentOf, type RoutingState } from './state.ts'

export function configureQueue(state: RoutingState, { at, queue }: InputOf<'configure-queue'>): Decision {
  const known = state.queues.get(queue.id)
  if (known !== undefined && sameValue(known.rules, queue)) return nothing
  const draft = newDraft()
  for (const interaction of known === undefined ? [] : state.interactions.values()) {
    const wait = waitOf(interaction)
    const preferred = wait?.preferredUntil == null ? undefined : state.agents.get(wait.preferredAgentId ?? '')
    if (wait?.queueId !== queue.id || preferred === undefined) continue
    if (!meets(preferred.rules.skills, join(wait.ownRequirement, queue.requirement))) lapsePreference(draft, wait, at)
  }
  draft.facts.push({ kind: 'queue-configured', at, queue })
  return draft
}

/** Who waits there goes back to the flow; who rings is taken back first. */
export function removeQueue(state: RoutingState, { at, queueId }: InputOf<'remove-queue'>): Decision {
  const queue = state.queues.get(queueId)
  if (queue === undefined) return refuse('unknown-queue', `no queue ${queueId}`)
  const draft = newDraft()
  for (const interaction of state.interactions.values()) {
    if (waitOf(interaction)?.queueId !== queueId) continue
    if (interaction.phase.name === 'offered') rescind(draft, interaction, interaction.phase.offer, 'reconfigured', at)
    if (interaction.phase.name === 'calling') stopCalling(draft, interaction)
    returnToFlow(draft, interaction, queueId, 'closed', at)
  }
  draft.facts.push({ kind: 'queue-removed', at, queueId })
  return draft
}

export function configureAgent(state: RoutingState, { at, agent: rules }: InputOf<'configure-agent'>): Decision {
  const known = agentOf(state, rules.id)
  if (known !== null && sameValue(known.rules, rules)) return nothing
  const draft = newDraft()
  for (const wait of known === null ? [] : waitsKeptFor(state, known)) {
    const { queueId, requirement, interaction } = wait
    if (!suits(rules, interaction.channel, queueId, requirement)) lapsePreference(draft, wait, at)
  }
  draft.facts.push({ kind: 'agent-configured', at, agent: rules })
  return draft
}

export function removeAgent(state: RoutingState, { at, agentId }: InputOf<'remove-agent'>): Decision {
  const agent = agentOf(state, agentId)
  if (agent === null) return refuse('unknown-agent', `no agent ${agentId}`)
  const draft = newDraft()
  rescindOffersTo(state, draft, agent, 'reconfigured', at)
  endInvitationsOf(state, draft, agent, at)
  lapseWhoWaitsFor(draft, agent, at)
  for (const { interactionId, phase } of agent.works.values())
    if (phase === 'wrap-up') draft.facts.push({ kind: 'wrap-up-ended', at, agentId, interactionId, by: 'system' })
  draft.facts.push({ kind: 'agent-removed', at, agentId })
  return draft
}

/** Who waits for the agent alone, or would again if the offer that rings there failed. */
function waitsKeptFor(state: RoutingState, agent: Agent): Wait[] {
  const ringing = Array.from(agent.works.keys(), (id) => state.interactions.get(id)?.phase)
  return [
    ...agent.desks.flatMap(({ personal }) => [...personal]),
    ...ringing.flatMap((phase) => (phase?.name === 'offered' ? phase.wait : [])),
  ]
}
