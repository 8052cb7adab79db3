/** What facts change about agents who are on an interaction beside the one that it was offered to. */
import type { InvitationFact } from '../facts.ts'
import type { AgentId, InteractionId, Instant } from '../ids.ts'
import type { Guest, Interaction, Phase } from '../interaction/interaction.ts'
import { engage, finishWork, startWork } from './apply-agent.ts'
import { interactionOf } from './apply-wait.ts'
import { interactionDeadline } from './deadlines.ts'
import type { RoutingState } from './state.ts'

type Of<K extends InvitationFact['kind']> = Extract<InvitationFact, { kind: K }>

export function inviteAgent(state: RoutingState, fact: Of<'agent-invited'>): void {
  const { interactionId, offerId, agentId, queueId, purpose, expiresAt, at } = fact
  const interaction = interactionOf(state, interactionId)
  interaction.offers += 1
  setGuests(state, interaction, [
    ...interaction.guests,
    { offerId, agentId, queueId, purpose, phase: 'ringing', expiresAt },
  ])
  startWork(state, agentId, { interactionId, channel: interaction.channel, queueId, phase: 'ringing' }, at)
}

export function endInvitation(state: RoutingState, { interactionId, agentId, at }: Of<'invitation-ended'>): void {
  forgetGuest(state, interactionOf(state, interactionId), agentId)
  finishWork(state, agentId, interactionId, at)
}

/** Whoever joins an interaction that nobody has answers for it. */
export function join(state: RoutingState, fact: Of<'agent-joined'>): void {
  const { interactionId, offerId, agentId, queueId, purpose, at } = fact
  const interaction = interactionOf(state, interactionId)
  engage(state, agentId, interactionId, at)
  if (interaction.phase.name === 'self-service' && purpose !== 'monitor')
    return lead(state, interaction, { name: 'engaged', agentId, offerId, queueId, acceptedAt: at })
  const joined = (guest: Guest): Guest =>
    guest.agentId === agentId ? { offerId, agentId, queueId, purpose, phase: 'joined', joinedAt: at } : guest
  setGuests(state, interaction, interaction.guests.map(joined))
}

export function leave(state: RoutingState, { interactionId, agentId, successor, at }: Of<'agent-left'>): void {
  const interaction = interactionOf(state, interactionId)
  const { phase } = interaction
  if (phase.name === 'engaged' && phase.agentId === agentId) {
    const heir = interaction.guests.find((guest) => guest.agentId === successor?.agentId)
    if (heir?.phase === 'joined') {
      const { offerId, queueId, joinedAt: acceptedAt } = heir
      lead(state, interaction, { name: 'engaged', agentId: heir.agentId, offerId, queueId, acceptedAt })
    } else lead(state, interaction, { name: 'self-service' })
  } else forgetGuest(state, interaction, agentId)
  freeUnlessWrappingUp(state, agentId, interactionId, at)
}

function freeUnlessWrappingUp(state: RoutingState, agentId: AgentId, interactionId: InteractionId, at: Instant): void {
  if (state.agents.get(agentId)?.works.get(interactionId)?.phase === 'engaged')
    finishWork(state, agentId, interactionId, at)
}

function lead(state: RoutingState, interaction: Interaction, phase: Phase): void {
  interaction.phase = phase
  forgetGuest(state, interaction, phase.name === 'engaged' ? phase.agentId : '')
}

function forgetGuest(state: RoutingState, interaction: Interaction, agentId: AgentId): void {
  const others = interaction.guests.filter((guest) => guest.agentId !== agentId)
  setGuests(state, interaction, others)
}

function setGuests(state: RoutingState, interaction: Interaction, guests: readonly Guest[]): void {
  interaction.guests = guests
  state.timers.set(interaction.timer, interactionDeadline(state, interaction))
}
