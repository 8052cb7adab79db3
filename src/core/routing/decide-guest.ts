/** Agents who are rung past the lines: asked by name or found for one question, beside whoever has the interaction. */
import { hasRoom, isReachable, statusOn, type Agent } from '../agent/agent.ts'
import type { Decision } from '../decision.ts'
import type { InvitationFact } from '../facts.ts'
import type { AgentId, Instant, OfferId } from '../ids.ts'
import { waitOf, type Guest, type Interaction } from '../interaction/interaction.ts'
import { newDraft, nothing, refuse, startWrapUp, wrapUpOf, type Draft } from './draft.ts'
import type { Explanation } from './explanation.ts'
import { findFreeAgent } from './free-agent.ts'
import { interruptFor } from './interruption.ts'
import type { InputOf } from './inputs.ts'
import { agentOf, type RoutingState } from './state.ts'

type Reason = Extract<InvitationFact, { kind: 'invitation-ended' }>['reason']
type Found = Readonly<{ agent: Agent; explanation: Explanation | null }>

export function invite(state: RoutingState, input: InputOf<'invite'>): Decision {
  const { at, interactionId, queueId, purpose, by, ringMs } = input
  const interaction = state.interactions.get(interactionId)
  if (interaction === undefined) return refuse('unknown-interaction', `no live interaction ${interactionId}`)
  // Who waits in line gets somebody by the line.
  if (waitOf(interaction) !== null) return refuse('already-queued', `${interactionId} is ${interaction.phase.name}`)
  if (!state.queues.has(queueId)) return refuse('unknown-queue', `no queue ${queueId}`)
  const found = whomToAsk(state, interaction, input)
  if ('facts' in found) return found
  const { id: agentId, works } = found.agent
  const offerId = `${interactionId}/${interaction.offers + 1}`
  const expiresAt = at + ringMs
  const draft = newDraft()
  if (works.get(interactionId)?.phase === 'wrap-up')
    draft.facts.push({ kind: 'wrap-up-ended', at, agentId, interactionId, by: 'system' })
  const asked = { interactionId, offerId, agentId, queueId, purpose, expiresAt }
  draft.facts.push({ kind: 'agent-invited', at, ...asked, by, explanation: found.explanation })
  draft.commands.push({ kind: 'ring-guest', channel: interaction.channel, ...asked })
  return draft
}

function whomToAsk(state: RoutingState, interaction: Interaction, input: InputOf<'invite'>): Found | Decision {
  const { to, at } = input
  if ('queueId' in to) {
    const queue = state.queues.get(to.queueId)
    if (queue === undefined) return refuse('unknown-queue', `no queue ${to.queueId}`)
    const found = findFreeAgent(state, { queue, interaction, except: to.except, at })
    return found ?? refuse('nobody-free', `nobody of ${to.queueId} is free at the moment`)
  }
  const agent = agentOf(state, to.agentId)
  if (agent === null) return refuse('unknown-agent', `no agent ${to.agentId}`)
  const work = agent.works.get(interaction.id)
  if (work !== undefined && work.phase !== 'wrap-up')
    return refuse('already-there', `${agent.id} is on ${interaction.id} already`)
  const obstacle = obstacleFor(agent, interaction, input)
  return obstacle === null ? { agent, explanation: null } : refuse('agent-unavailable', `the agent is ${obstacle}`)
}

/** By their own wish agents may be rung whatever their presence says, though not beyond their capacity. */
function obstacleFor(agent: Agent, { channel, id }: Interaction, { by }: InputOf<'invite'>): string | null {
  if (by === agent.id) {
    if (!isReachable(agent, channel)) return 'unreachable: no phone is registered'
    const isBack = agent.works.get(id)?.phase === 'wrap-up'
    return isBack || hasRoom(agent, channel) ? null : 'busy'
  }
  const status = statusOn(agent, channel)
  return status === 'idle' ? null : status
}

/** The guest whose invitation this is; null: it is that of an offer, or over. */
export function guestOf(
  state: RoutingState,
  { interactionId, offerId }: { interactionId: string; offerId: OfferId },
): { interaction: Interaction; guest: Guest } | null {
  const interaction = state.interactions.get(interactionId)
  const guest = interaction?.guests.find((it) => it.offerId === offerId)
  return interaction === undefined || guest === undefined ? null : { interaction, guest }
}

export function joinAsGuest(state: RoutingState, interaction: Interaction, guest: Guest, at: Instant): Decision {
  const { id: interactionId, channel } = interaction
  if (guest.phase === 'joined') return nothing
  const { offerId, agentId, purpose, queueId } = guest
  const draft = newDraft({ kind: 'agent-joined', at, interactionId, offerId, agentId, purpose, queueId })
  draft.commands.push({ kind: 'connect-guest', channel, interactionId, offerId, agentId })
  interruptFor(state, draft, interaction, agentId, at)
  return draft
}

export function endInvitation(interaction: Interaction, guest: Guest, reason: Reason, at: Instant): Decision {
  if (guest.phase === 'joined') return refuse('offer-over', `offer ${guest.offerId} is over`)
  const draft = newDraft()
  takeBack(draft, interaction, guest, reason, at)
  return draft
}

function takeBack(draft: Draft, interaction: Interaction, guest: Guest, reason: Reason, at: Instant): void {
  const { id: interactionId, channel } = interaction
  const { offerId, agentId, purpose } = guest
  draft.facts.push({ kind: 'invitation-ended', at, interactionId, offerId, agentId, purpose, reason })
  const word = reason === 'customer-left' || reason === 'reconfigured' || reason === 'expired' ? reason : 'lost'
  draft.commands.push({ kind: 'stop-ringing', channel, interactionId, offerId, agentId, reason: word })
}

export function expireInvitations(interaction: Interaction, at: Instant): Decision {
  const draft = newDraft()
  for (const guest of interaction.guests)
    if (guest.phase === 'ringing' && guest.expiresAt <= at) takeBack(draft, interaction, guest, 'expired', at)
  return draft
}

export function endInvitationsOf(state: RoutingState, draft: Draft, agent: Agent, at: Instant): void {
  for (const { interactionId } of agent.works.values()) {
    const interaction = state.interactions.get(interactionId)
    for (const guest of interaction?.guests ?? [])
      if (interaction !== undefined && guest.agentId === agent.id && guest.phase === 'ringing')
        takeBack(draft, interaction, guest, 'reconfigured', at)
  }
}

/** The interaction is over for all who are on it. */
export function endGuests(state: RoutingState, draft: Draft, interaction: Interaction, at: Instant): void {
  for (const guest of interaction.guests) {
    if (guest.phase === 'ringing') takeBack(draft, interaction, guest, 'customer-left', at)
    else if (guest.purpose !== 'monitor') wrapUpOf(state, draft, { ...guest, interactionId: interaction.id, at })
  }
}

export function leave(state: RoutingState, { at, interactionId, agentId, cause }: InputOf<'leave'>): Decision {
  const interaction = state.interactions.get(interactionId)
  if (interaction === undefined) return refuse('unknown-interaction', `no live interaction ${interactionId}`)
  const { phase, guests } = interaction
  const draft = newDraft()
  if (phase.name === 'engaged' && phase.agentId === agentId) {
    const { offerId } = phase
    startWrapUp(state, draft, interaction, at)
    const successor = successorTo(guests, agentId)
    draft.facts.push({ kind: 'agent-left', at, interactionId, offerId, agentId, purpose: 'transfer', cause, successor })
    return draft
  }
  const guest = guests.find((it) => it.agentId === agentId)
  if (guest === undefined) return refuse('not-there', `${agentId} is not on ${interactionId}`)
  const { offerId, purpose } = guest
  if (guest.phase === 'ringing') return endInvitation(interaction, guest, 'agent-left', at)
  if (purpose !== 'monitor') wrapUpOf(state, draft, { ...guest, interactionId, at })
  draft.facts.push({ kind: 'agent-left', at, interactionId, offerId, agentId, purpose, cause, successor: null })
  return draft
}

/** Who has been there for longest. */
function successorTo(guests: readonly Guest[], agentId: AgentId): { agentId: AgentId; offerId: OfferId } | null {
  const heir = guests.find((it) => it.phase === 'joined' && it.purpose !== 'monitor' && it.agentId !== agentId)
  return heir === undefined ? null : { agentId: heir.agentId, offerId: heir.offerId }
}
