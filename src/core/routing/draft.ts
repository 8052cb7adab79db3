/** A decision being written, and the few shapes that decisions share. */
import type { Command } from '../commands.ts'
import type { Decision, Refusal } from '../decision.ts'
import type { Fact, RescindReason } from '../facts.ts'
import type { Instant } from '../ids.ts'
import type { Interaction, Offer, Wait } from '../interaction/interaction.ts'

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
