/** Agents come, go and can be reached or not; what rings at an agent who leaves is offered elsewhere. */
import type { Agent } from '../agent/agent.ts'
import { isReachable } from '../agent/agent.ts'
import type { Decision } from '../decision.ts'
import type { Actor, AgentFact, RescindReason } from '../facts.ts'
import type { Instant } from '../ids.ts'
import { lapsePreference, newDraft, nothing, refuse, rescind, type Draft } from './draft.ts'
import type { InputOf } from './inputs.ts'
import { agentOf, type RoutingState } from './state.ts'

export function setPresence(state: RoutingState, input: InputOf<'set-presence'>): Decision {
  const { at, agentId, presence, reason, by } = input
  const agent = agentOf(state, agentId)
  if (agent === null) return refuse('unknown-agent', `no agent ${agentId}`)
  const same = agent.presence === presence && agent.reason === reason && agent.presenceBy === by
  if (same && agent.returnsAt === null) return nothing
  const draft = newDraft({ kind: 'presence-changed', at, agentId, presence, reason, by, returnsAt: null })
  if (presence !== 'available') rescindOffersTo(state, draft, agent, 'agent-left', at)
  if (presence === 'offline') lapseWhoWaitsFor(draft, agent, at)
  return draft
}

/** A phone that comes back heals what its absence did to the agent's presence. */
export function setReachability(state: RoutingState, input: InputOf<'set-reachability'>): Decision {
  const { at, agentId, channel, reachable } = input
  const agent = agentOf(state, agentId)
  if (agent === null) return refuse('unknown-agent', `no agent ${agentId}`)
  const draft = newDraft()
  // The first word that a page is there is worth a fact: after a restart it says who is to come back.
  const isFirstWord = reachable && !agent.reachability.has(channel)
  if (isReachable(agent, channel) !== reachable || isFirstWord)
    draft.facts.push({ kind: 'reachability-changed', at, agentId, channel, reachable })
  const missed = agent.presence === 'not-ready' && agent.reason === 'phone-unreachable' && agent.presenceBy === 'system'
  if (reachable && missed) draft.facts.push(available(agent, at))
  return draft
}

/** After an offer that the agent didn't take: whatever else rings there is offered elsewhere. */
export function setNotReady(
  state: RoutingState,
  draft: Draft,
  agent: Agent,
  why: { reason: string; returnsAt: Instant | null; at: Instant; untaken: string },
): void {
  const { reason, returnsAt, at, untaken } = why
  const by: Actor = 'system'
  draft.facts.push({ kind: 'presence-changed', at, agentId: agent.id, presence: 'not-ready', reason, by, returnsAt })
  rescindOffersTo(state, draft, agent, 'agent-left', at, untaken)
}

export const available = (agent: Agent, at: Instant): AgentFact => ({
  kind: 'presence-changed',
  at,
  agentId: agent.id,
  presence: 'available',
  reason: null,
  by: 'system',
  returnsAt: null,
})

export function rescindOffersTo(
  state: RoutingState,
  draft: Draft,
  agent: Agent,
  reason: RescindReason,
  at: Instant,
  exceptInteractionId?: string,
): void {
  for (const { interactionId } of agent.works.values()) {
    const interaction = state.interactions.get(interactionId)
    if (interaction?.phase.name !== 'offered' || interactionId === exceptInteractionId) continue
    rescind(draft, interaction, interaction.phase.offer, reason, at)
    lapsePreference(draft, interaction.phase.wait, at)
  }
}

export function lapseWhoWaitsFor(draft: Draft, agent: Agent, at: Instant): void {
  for (const { personal } of agent.desks) for (const wait of personal) lapsePreference(draft, wait, at)
}
