/**
 * When a customer who is away is called: so that they come on the line about when an agent is there for them, and no agent
 * ever waits for a phone that rings or hears a machine. Until they say that they are there they keep their place in line,
 * and agents pass over them.
 */
import type { Decision } from '../decision.ts'
import type { Instant } from '../ids.ts'
import type { Interaction, Wait } from '../interaction/interaction.ts'
import { newDraft, nothing, refuse, stopCalling, type Draft } from './draft.ts'
import type { InputOf } from './inputs.ts'
import { compareOrder } from './line.ts'
import type { Match } from './match.ts'
import type { Signature } from './signature.ts'
import type { RoutingState } from './state.ts'

/** About how long a phone rings and a person needs to hear who calls and press a key. */
const leadMs = 20_000
/** Longer than the ring and all that is asked can take; who has not come by then is in line again, to be called anew. */
export const callTimeoutMs = 120_000

/** The first in order whose turn is near and who isn't called yet; null: nobody. */
export function nextToCall(state: RoutingState): Wait | null {
  let first: Wait | null = null
  for (const signature of state.signatures.away) {
    const wait = signature.away.first
    if (wait !== undefined && isNear(state, signature, wait) && (first === null || compareOrder(wait, first) < 0))
      first = wait
  }
  return first
}

/**
 * Near: an agent is free whom nobody else is being called for, or, as fast as the queue moves, one will be by the time that
 * the customer has been reached.
 */
function isNear(state: RoutingState, { queueId, counts }: Signature, wait: Wait): boolean {
  const queue = state.queues.get(queueId)
  if (queue === undefined) return false
  if (queue.calling < counts.idle) return true
  const { handling, line, calling } = queue
  const agents = counts.idle + counts.busy
  return handling.count > 0 && (line.rank(wait) + calling + 1) * handling.meanMs <= agents * leadMs
}

/** The agent of this match passes over somebody who is away: their turn has come. One is called for each such agent. */
export function passedOver({ chosen, wait }: Match): Wait | null {
  let first: Wait | null = null
  for (const { standings } of chosen.desk.agent.desks)
    for (const { signature } of standings) {
      const away = signature.away.first
      if (away !== undefined && compareOrder(away, first ?? wait) < 0) first = away
    }
  return first
}

export function callCustomer({ interaction, queueId }: Wait, at: Instant): Draft {
  const { id: interactionId, channel } = interaction
  const expiresAt = at + callTimeoutMs
  const draft = newDraft({ kind: 'customer-called', at, interactionId, queueId, expiresAt })
  draft.commands.push({ kind: 'call-customer', channel, interactionId, expiresAt })
  return draft
}

export function expireCall(interaction: Interaction, at: Instant): Draft {
  const draft = newDraft({ kind: 'customer-call-expired', at, interactionId: interaction.id })
  stopCalling(draft, interaction)
  return draft
}

/** Somebody who says so a moment too late is there all the same. */
export function customerReached(state: RoutingState, { at, interactionId }: InputOf<'customer-reached'>): Decision {
  const interaction = state.interactions.get(interactionId)
  if (interaction === undefined) return refuse('unknown-interaction', `no live interaction ${interactionId}`)
  const { phase } = interaction
  if (phase.name !== 'queued' && phase.name !== 'calling')
    return phase.name === 'offered' ? nothing : refuse('not-queued', `${interactionId} is ${phase.name}`)
  return phase.wait.customer === 'away' ? newDraft({ kind: 'customer-reached', at, interactionId }) : nothing
}
