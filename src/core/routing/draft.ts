/** A decision being written, and the few shapes that decisions share. */
import type { Command } from '../commands.ts'
import type { Decision, Refusal } from '../decision.ts'
import type { Fact, RescindReason } from '../facts.ts'
import type { Instant } from '../ids.ts'
import type { Interaction, Offer, Wait } from '../interaction/interaction.ts'
import type { RoutingState } from './state.ts'

export type Draft = { readonly facts: Fact[]; readonly commands: Command[] }

export const newDraft = (...facts: Fact[]): Draft => ({ facts, commands: [] })

/** For what is known already: duplicates change nothing. */
export const nothing: Decision = { facts: [], commands: [] }

export const refuse = (code: Refusal['code'], message: string): Decision => ({ ...nothing, refusal: { code, message } })

export function stopRinging(
  draft: Draft,
  { id: interactionId, channel }: Interaction,
  { id: offerId, agentId }: Offer,
  reason: RescindReason | 'expired',
): void {
  draft.commands.push({ kind: 'stop-ringing', channel, interactionId, offerId, agentId, reason })
}

export function stopCalling(draft: Draft, { id: interactionId, channel }: Interaction): void {
  draft.commands.push({ kind: 'stop-calling', channel, interactionId })
}

export function rescind(
  draft: Draft,
  interaction: Interaction,
  offer: Offer,
  reason: RescindReason,
  at: Instant,
): void {
  const { id: offerId, agentId } = offer
  draft.facts.push({ kind: 'offer-rescinded', at, interactionId: interaction.id, offerId, agentId, reason })
  stopRinging(draft, interaction, offer, reason)
}

/** Who waited for one agent alone waits for everyone from now on. */
export function lapsePreference(draft: Draft, wait: Wait, at: Instant): void {
  if (wait.preferredUntil === null) return
  draft.facts.push({ kind: 'preference-lapsed', at, interactionId: wait.interaction.id })
}

/** For whoever answers for the interaction; before they leave it, so that their slot is never free in between. */
export function startWrapUp(state: RoutingState, draft: Draft, { id, phase }: Interaction, at: Instant): void {
  if (phase.name === 'engaged') wrapUpOf(state, draft, { ...phase, interactionId: id, at })
}

export function wrapUpOf(
  state: RoutingState,
  draft: Draft,
  contact: Readonly<{ interactionId: string; agentId: string; queueId: string; at: Instant }>,
): void {
  const { interactionId, agentId, queueId, at } = contact
  const wrapUpMs = state.queues.get(queueId)?.rules.wrapUpMs ?? 0
  if (wrapUpMs > 0 && state.agents.get(agentId)?.removed === false)
    draft.facts.push({ kind: 'wrap-up-started', at, agentId, interactionId, endsAt: at + wrapUpMs })
}
