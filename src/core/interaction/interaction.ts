/**
 * The life of an interaction, whatever its channel: self-service → queued → offered → engaged → ended. A failed offer leads
 * back to queued, a wait without an agent back to self-service; the end leads out of the state from everywhere. A customer
 * who is away while they wait is called on the way: queued → calling → queued, and only then offered.
 */
import type { Purpose } from '../facts.ts'
import type { AgentId, Channel, CustomerId, EntryPointId, InteractionId, Instant, OfferId, QueueId } from '../ids.ts'
import type { Line } from '../routing/line.ts'
import type { Signature } from '../routing/signature.ts'
import type { Timer } from '../routing/timers.ts'
import type { Requirement } from '../rules.ts'

/** On the line; away, to be called when their turn is near; or called back and on the line since. */
export type CustomerPresence = 'here' | 'away' | 'reached'

/** A place in line and what the interaction waits for. Outlives offers, so that a failed one leads back to this place. */
export type Wait = {
  readonly interaction: Interaction
  queueId: QueueId
  /** What the interaction itself asks, lowered by the relaxation so far. */
  ownRequirement: Requirement
  readonly ownPriority: number
  /** In force: own and queue's requirement together, after relaxation. */
  requirement: Requirement
  relaxationSteps: number
  customer: CustomerPresence
  /** Their line is out of our reach: they keep their place, and nobody is offered. */
  isCutOff: boolean
  /** When they were called the last time; null: never. */
  calledAt: Instant | null
  readonly waitingSince: Instant
  readonly queuedAt: Instant
  /** When this queue was entered; differs from `queuedAt` after an overflow. */
  enteredAt: Instant
  /** Overflow never leads back to one of these, so it comes to an end. */
  visitedQueueIds: readonly QueueId[]
  /** How long the clock stood still during this wait, in all and in this queue. */
  stoppedMs: number
  stoppedInQueueMs: number
  preferredAgentId: AgentId | null
  /** Until then the interaction waits for the preferred agent alone. */
  preferredUntil: Instant | null
  /** The order in every line: when an interaction without priority would have come to stand here. */
  virtualArrival: number
  readonly sequence: number
  /** Where it waits; null while offered. */
  place: { readonly signature: Signature; readonly line: Line<Wait> } | null
}

export type Offer = { readonly id: OfferId; readonly agentId: AgentId; readonly madeAt: Instant; expiresAt: Instant }

/** An agent beside whoever the interaction was offered to; one who answers for it is no guest any more. */
export type Guest = Readonly<{ offerId: OfferId; agentId: AgentId; queueId: QueueId; purpose: Purpose }> &
  (
    | { readonly phase: 'ringing'; readonly expiresAt: Instant }
    | { readonly phase: 'joined'; readonly joinedAt: Instant }
  )

export type Phase =
  | { readonly name: 'self-service' }
  | { readonly name: 'queued'; readonly wait: Wait }
  /** The phone of a customer who is away rings, or asks them whether they are there. Keeps their place in line. */
  | { readonly name: 'calling'; readonly wait: Wait; expiresAt: Instant }
  | { readonly name: 'offered'; readonly wait: Wait; readonly offer: Offer }
  | {
      readonly name: 'engaged'
      readonly agentId: AgentId
      readonly offerId: OfferId
      readonly queueId: QueueId
      readonly acceptedAt: Instant
    }

export type Interaction = {
  readonly id: InteractionId
  readonly channel: Channel
  readonly direction: 'inbound' | 'outbound'
  readonly entryPointId: EntryPointId
  readonly arrivedAt: Instant
  customerId: CustomerId | null
  /** How many offers were made so far; numbers the next one. */
  offers: number
  phase: Phase
  /** In the order in which they were asked. */
  guests: readonly Guest[]
  readonly timer: Timer
}

/** The wait of an interaction that is in the queue or rings somewhere. */
export const waitOf = ({ phase }: Interaction): Wait | null =>
  phase.name === 'queued' || phase.name === 'calling' || phase.name === 'offered' ? phase.wait : null
