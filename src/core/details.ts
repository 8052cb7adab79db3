/**
 * Personal data beside the facts: stored in the same transaction, read by the history, erased without touching a fact.
 */
import type { InteractionId, Instant } from './ids.ts'

export type Detail =
  /** What the customer pressed or typed at a node. Never given for secret input. */
  | { kind: 'input'; interactionId: InteractionId; at: Instant; nodeId: string; text: string }
  /** Number, address or handle that the contact came from; null when withheld. */
  | {
      kind: 'contact'
      interactionId: InteractionId
      at: Instant
      identity: string | null
      displayName: string | null
      dialled: string
    }

/** Where a flow session stands, so that another process can go on from its last node. Holds no secret. */
export type SessionCheckpoint = { interactionId: InteractionId; session: unknown }
