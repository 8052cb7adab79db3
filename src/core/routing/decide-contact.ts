/** An interaction arrives, is known, is told about, and ends, whatever phase it is in. */
import type { Decision } from '../decision.ts'
import type { ContactFact } from '../facts.ts'
import { outcomeAtEnd } from '../interaction/outcome.ts'
import { endGuests } from './decide-guest.ts'
import { newDraft, nothing, refuse, rescind, startWrapUp, stopCalling } from './draft.ts'
import type { InputOf } from './inputs.ts'
import type { RoutingState } from './state.ts'

export function arrive(state: RoutingState, { kind: _, ...arrival }: InputOf<'arrive'>): Decision {
  if (state.interactions.has(arrival.interactionId)) return nothing
  return newDraft({ kind: 'interaction-arrived', ...arrival })
}

export function recogniseCustomer(state: RoutingState, input: InputOf<'recognise-customer'>): Decision {
  const { at, interactionId, customerId } = input
  const interaction = state.interactions.get(interactionId)
  if (interaction === undefined) return refuseUnknown(interactionId)
  if (interaction.customerId === customerId) return nothing
  return newDraft({ kind: 'customer-recognised', at, interactionId, customerId })
}

/** Nothing else is told of an interaction that is over. */
const toldAfterwards: ReadonlySet<ContactFact['kind']> = new Set([
  'recording-finished',
  'voicemail-taken',
  'voicemail-released',
  'voicemail-finished',
  'message-settled',
  'letter-written',
])

export function record(state: RoutingState, { at, fact }: InputOf<'record'>): Decision {
  if (!state.interactions.has(fact.interactionId) && !toldAfterwards.has(fact.kind))
    return refuseUnknown(fact.interactionId)
  if (fact.kind === 'agent-leg-lost') return leaveConversation(state, { ...fact, at })
  return newDraft({ ...fact, at })
}

/** The agent is gone and the customer stays: with the flow again, until it ends or hands them to somebody else. */
function leaveConversation(state: RoutingState, fact: Extract<ContactFact, { kind: 'agent-leg-lost' }>): Decision {
  const interaction = state.interactions.get(fact.interactionId)
  if (interaction?.phase.name !== 'engaged') return nothing
  const draft = newDraft()
  startWrapUp(state, draft, interaction, fact.at)
  draft.facts.push(fact)
  return draft
}

/** The wrap-up begins before the conversation ends, so that the agent's slot is never free in between. */
export function end(state: RoutingState, input: InputOf<'end-interaction'>): Decision {
  const { at, interactionId, by, cause } = input
  const interaction = state.interactions.get(interactionId)
  if (interaction === undefined) return refuseUnknown(interactionId)
  const draft = newDraft()
  const { phase } = interaction
  if (phase.name === 'offered') rescind(draft, interaction, phase.offer, 'customer-left', at)
  if (phase.name === 'calling') stopCalling(draft, interaction)
  startWrapUp(state, draft, interaction, at)
  endGuests(state, draft, interaction, at)
  const outcome = input.outcome ?? outcomeAtEnd(interaction, at)
  const ended = { kind: 'interaction-ended', at, interactionId, by, outcome, cause } as const
  draft.facts.push(input.unseen === undefined ? ended : { ...ended, unseen: input.unseen })
  return draft
}

const refuseUnknown = (interactionId: string): Decision =>
  refuse('unknown-interaction', `no live interaction ${interactionId}`)
