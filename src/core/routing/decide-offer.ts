/** An offer is taken, declined, lost or runs out. Only the pending offer of an interaction can change; older ones are over. */
import { assertNever } from '../assert-never.ts'
import type { Decision } from '../decision.ts'
import type { DeclineReason, SystemReason } from '../facts.ts'
import type { Instant } from '../ids.ts'
import type { Interaction, Offer, Wait } from '../interaction/interaction.ts'
import { endInvitation, guestOf, joinAsGuest } from './decide-guest.ts'
import { setNotReady } from './decide-presence.ts'
import { interruptFor } from './interruption.ts'
import { lapsePreference, newDraft, nothing, refuse, rescind, stopRinging } from './draft.ts'
import type { InputOf } from './inputs.ts'
import { agentOf, type RoutingState } from './state.ts'

/** How soon an agent is tried again whose phone was busy or failed. */
export const phoneRetryMs = 10_000
/** A phone that nothing reaches is tried again after this, or as soon as it is heard of. */
const unreachableRetryMs = 30_000

type OfferInput = InputOf<'accept-offer' | 'decline-offer' | 'lose-offer'>
type Pending = { interaction: Interaction; wait: Wait; offer: Offer }

export function accept(state: RoutingState, input: InputOf<'accept-offer'>): Decision {
  const { at, interactionId, offerId } = input
  const phase = state.interactions.get(interactionId)?.phase
  if (phase?.name === 'engaged' && phase.offerId === offerId) return nothing
  const guest = guestOf(state, input)
  if (guest !== null) return joinAsGuest(state, guest.interaction, guest.guest, at)
  const pending = pendingOffer(state, input)
  if ('facts' in pending) return pending
  const { interaction, offer } = pending
  if (at >= offer.expiresAt) return refuse('offer-over', `offer ${offerId} has expired`)
  const { agentId } = offer
  const draft = newDraft({ kind: 'offer-accepted', at, interactionId, offerId, agentId })
  draft.commands.push({ kind: 'connect-agent', channel: interaction.channel, interactionId, offerId, agentId })
  interruptFor(state, draft, interaction, agentId, at)
  return draft
}

export function decline(state: RoutingState, input: InputOf<'decline-offer'>): Decision {
  const { at, interactionId, offerId, reason } = input
  const guest = guestOf(state, input)
  if (guest !== null) return endInvitation(guest.interaction, guest.guest, reason, at)
  const pending = pendingOffer(state, input)
  if ('facts' in pending) return pending
  const { wait, offer } = pending
  const draft = newDraft({ kind: 'offer-declined', at, interactionId, offerId, agentId: offer.agentId, reason })
  lapsePreference(draft, wait, at)
  const agent = agentOf(state, offer.agentId)
  if (agent !== null) setNotReady(state, draft, agent, { ...afterDecline(reason, at), at, untaken: interactionId })
  return draft
}

function afterDecline(reason: DeclineReason, at: Instant): { reason: SystemReason; returnsAt: Instant | null } {
  switch (reason) {
    case 'rejected':
      return { reason: 'rejected', returnsAt: null }
    // The phone says it for its agent, who alone can take it back.
    case 'do-not-disturb':
      return { reason: 'do-not-disturb', returnsAt: null }
    case 'phone-busy':
    case 'failed':
      return { reason: 'phone-busy', returnsAt: at + phoneRetryMs }
    case 'phone-unreachable':
      return { reason: 'phone-unreachable', returnsAt: at + unreachableRetryMs }
    default:
      return assertNever(reason)
  }
}

/** Nobody is blamed, and the preferred agent stays preferred. */
export function lose(state: RoutingState, input: InputOf<'lose-offer'>): Decision {
  const guest = guestOf(state, input)
  if (guest !== null) return endInvitation(guest.interaction, guest.guest, 'lost', input.at)
  const pending = pendingOffer(state, input)
  if ('facts' in pending) return pending
  const draft = newDraft()
  rescind(draft, pending.interaction, pending.offer, 'lost', input.at)
  return draft
}

/** RONA: the interaction goes back to its own place and the agent isn't ready until a person says so. */
export function expire(state: RoutingState, { interaction, wait, offer }: Pending, at: Instant): Decision {
  const { id: interactionId } = interaction
  const { id: offerId, agentId } = offer
  const draft = newDraft({ kind: 'offer-expired', at, interactionId, offerId, agentId })
  stopRinging(draft, interaction, offer, 'expired')
  lapsePreference(draft, wait, at)
  const agent = agentOf(state, agentId)
  if (agent !== null) setNotReady(state, draft, agent, { reason: 'rona', returnsAt: null, at, untaken: interactionId })
  return draft
}

function pendingOffer(state: RoutingState, { interactionId, offerId }: OfferInput): Pending | Decision {
  const interaction = state.interactions.get(interactionId)
  if (interaction === undefined) return refuse('unknown-interaction', `no live interaction ${interactionId}`)
  const { phase, offers } = interaction
  if (phase.name === 'offered' && phase.offer.id === offerId)
    return { interaction, wait: phase.wait, offer: phase.offer }
  const number = offerId.startsWith(`${interactionId}/`) ? Number(offerId.slice(interactionId.length + 1)) : NaN
  const wasMade = Number.isInteger(number) && number >= 1 && number <= offers
  return wasMade ? refuse('offer-over', `offer ${offerId} is over`) : refuse('unknown-offer', `no offer ${offerId}`)
}
