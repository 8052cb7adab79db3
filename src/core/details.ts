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
  /** The number outside that was rung for a call. */
  | { kind: 'outside'; interactionId: InteractionId; at: Instant; partyId: string; number: string }
  /** What a message said, beside its fact. `secret`: the text was never kept. */
  | {
      kind: 'message'
      interactionId: InteractionId
      at: Instant
      messageId: string
      text: string
      files: readonly AttachedFile[]
      /** What the customer could press instead of writing. */
      buttons: readonly Readonly<{ key: string; label: string }>[]
      secret?: true
    }

/** A file that came or went with a message: kept by its id, described here. `bytes`: its size. */
export type AttachedFile = Readonly<{ id: string; name: string; type: string; bytes: number }>

/** Where a flow session stands, so that another process can go on from its last node. Holds no secret. */
export type SessionCheckpoint = { interactionId: InteractionId; session: unknown }
