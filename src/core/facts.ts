/**
 * What happened. Append-only shapes: a field is never removed or given another meaning; `v` on the stored row tells which
 * revision wrote it. Facts hold ids and figures, never personal data (see details.ts), so erasure can't break replay.
 */
import type {
  AgentId,
  Channel,
  CustomerId,
  EntryPointId,
  FlowId,
  InteractionId,
  Instant,
  OfferId,
  QueueId,
} from './ids.ts'
import type { AgentRules, QueueRules, Requirement } from './rules.ts'
import type { Explanation } from './routing/explanation.ts'

export const presences = ['offline', 'available', 'not-ready'] as const
export type Presence = (typeof presences)[number]

/** Reasons that the system itself sets; agents choose theirs from the directory. */
export const systemReasons = [
  'rona',
  'rejected',
  'phone-busy',
  'phone-unreachable',
  'do-not-disturb',
  'disconnected',
] as const
export type SystemReason = (typeof systemReasons)[number]

export type Actor = 'agent' | 'system' | 'supervisor'
export type EndedBy = 'customer' | 'agent' | 'system' | 'unknown'

/** Why an agent's device did not take an offer. */
export type DeclineReason = 'rejected' | 'phone-busy' | 'phone-unreachable' | 'do-not-disturb' | 'failed'
/** Why an offer was taken back before the agent answered. */
export type RescindReason = 'customer-left' | 'agent-left' | 'left-queue' | 'lost' | 'reconfigured'

/**
 * Why an agent is rung past the queues: to advise, to join in, to take over, to fetch a parked caller, to call a customer, or
 * to listen.
 */
export const purposes = ['consult', 'conference', 'transfer', 'pick-up', 'outbound', 'monitor'] as const
export type Purpose = (typeof purposes)[number]

/** What somebody on a call does: `talks` with the customer, `consults` without them, `waits` hearing music. */
export type PartyDoes = 'talks' | 'consults' | 'waits'

/** How a wait in a queue ended without an agent; each is a way out of the flow's enqueue node. */
export type QueueOutcome = 'full' | 'timeout' | 'closed' | 'callback' | 'voicemail' | 'left' | 'served-otherwise'

/** How an interaction came out, for counting. */
export type Outcome =
  'answered' | 'abandoned' | 'short-abandon' | 'self-served' | 'voicemail' | 'callback' | 'failed' | 'unknown'

/** What came of a message that a customer left. */
export const voicemailOutcomes = ['called-back', 'answered-otherwise', 'no-answer-needed'] as const
export type VoicemailOutcome = (typeof voicemailOutcomes)[number]

/** What goes by mail about a conversation: all of it, that there is an answer, or what was left in a form. */
export const letterKinds = ['transcript', 'reply', 'left-message'] as const
export type LetterKind = (typeof letterKinds)[number]

/** It happened between these two moments, and nobody watched; equal: known, and told late. */
export type UnseenWindow = Readonly<{ from: Instant; to: Instant }>

type At = { readonly at: Instant }

export type ConfigurationFact = At &
  (
    | { kind: 'queue-configured'; queue: QueueRules }
    | { kind: 'queue-removed'; queueId: QueueId }
    | { kind: 'agent-configured'; agent: AgentRules }
    | { kind: 'agent-removed'; agentId: AgentId }
  )

export type AgentFact = At &
  (
    | {
        kind: 'presence-changed'
        agentId: AgentId
        presence: Presence
        reason: string | null
        by: Actor
        /** When the system makes the agent available again by itself; null: a person must. */
        returnsAt: Instant | null
      }
    | { kind: 'reachability-changed'; agentId: AgentId; channel: Channel; reachable: boolean }
    | { kind: 'wrap-up-started'; agentId: AgentId; interactionId: InteractionId; endsAt: Instant }
    | { kind: 'wrap-up-extended'; agentId: AgentId; interactionId: InteractionId; endsAt: Instant }
    | { kind: 'wrap-up-ended'; agentId: AgentId; interactionId: InteractionId; by: Actor }
    /** A conversation gives way to a call that its agent has taken, until their calls are over. */
    | { kind: 'work-paused'; agentId: AgentId; interactionId: InteractionId; forInteractionId: InteractionId }
    | { kind: 'work-resumed'; agentId: AgentId; interactionId: InteractionId }
  )

export type RoutingFact = At &
  (
    | {
        kind: 'interaction-queued'
        interactionId: InteractionId
        queueId: QueueId
        /** What the interaction itself asks, before the queue's own requirement is joined to it. */
        requirement: Requirement
        /** Queue's and interaction's own, added up. */
        priority: number
        /** When this wait began for the customer: a callback keeps the one of the call. */
        waitingSince: Instant
        preferredAgentId: AgentId | null
        preferredUntil: Instant | null
        /** The customer is not on the line: they are called when their turn is near, and no agent is offered before. */
        customerAway?: true
      }
    /** The turn of somebody who is away is near: their phone is to ring. By `expiresAt` they have come, or wait on. */
    | { kind: 'customer-called'; interactionId: InteractionId; queueId: QueueId; expiresAt: Instant }
    /** They said that they are there; from now on they wait like everybody. */
    | { kind: 'customer-reached'; interactionId: InteractionId }
    | { kind: 'customer-call-expired'; interactionId: InteractionId }
    /** They wait where we can't reach them just now: no agent is offered. `on` false: they are within reach again. */
    | { kind: 'customer-cut-off'; interactionId: InteractionId; on: boolean }
    | { kind: 'preference-lapsed'; interactionId: InteractionId }
    | { kind: 'requirement-relaxed'; interactionId: InteractionId; step: number }
    | {
        kind: 'interaction-overflowed'
        interactionId: InteractionId
        fromQueueId: QueueId
        toQueueId: QueueId
        /** Who moved it; absent: a rule of the queue. */
        by?: AgentId
      }
    /** Somebody chose the agent for whom it waits alone, until then. */
    | { kind: 'agent-preferred'; interactionId: InteractionId; agentId: AgentId; until: Instant; by: AgentId }
    | { kind: 'interaction-dequeued'; interactionId: InteractionId; queueId: QueueId; outcome: QueueOutcome }
    | {
        kind: 'offer-made'
        interactionId: InteractionId
        offerId: OfferId
        agentId: AgentId
        queueId: QueueId
        expiresAt: Instant
        explanation: Explanation
      }
    | { kind: 'offer-accepted'; interactionId: InteractionId; offerId: OfferId; agentId: AgentId }
    | {
        kind: 'offer-declined'
        interactionId: InteractionId
        offerId: OfferId
        agentId: AgentId
        reason: DeclineReason
      }
    | { kind: 'offer-expired'; interactionId: InteractionId; offerId: OfferId; agentId: AgentId }
    | {
        kind: 'offer-rescinded'
        interactionId: InteractionId
        offerId: OfferId
        agentId: AgentId
        reason: RescindReason
      }
    | InvitationFact
  )

/** An agent who is asked by name, or found for one question, beside whoever the interaction was offered to. */
export type InvitationFact = At & {
  interactionId: InteractionId
  offerId: OfferId
  agentId: AgentId
  purpose: Purpose
} & (
    | {
        kind: 'agent-invited'
        /** Whose rules hold for the wrap-up. */
        queueId: QueueId
        /** null: not an agent. The same as `agentId`: by their own wish. */
        by: AgentId | null
        expiresAt: Instant
        /** null: asked by name. */
        explanation: Explanation | null
      }
    | { kind: 'invitation-ended'; reason: DeclineReason | RescindReason | 'expired' }
    | { kind: 'agent-joined'; queueId: QueueId }
    /** Their leg is gone and the interaction goes on. `successor`: who answers for it from now on, if that changes. */
    | { kind: 'agent-left'; cause: string; successor: Readonly<{ agentId: AgentId; offerId: OfferId }> | null }
  )

export type InteractionFact = At &
  (
    | {
        kind: 'interaction-arrived'
        interactionId: InteractionId
        channel: Channel
        direction: 'inbound' | 'outbound'
        entryPointId: EntryPointId
        /** The outside's own id of this contact; unique per entry point. For voice: the caller's Asterisk channel. */
        providerId: string
        customerId: CustomerId | null
        /** When it came, if nobody of us was there then. */
        since?: Instant
      }
    | { kind: 'customer-recognised'; interactionId: InteractionId; customerId: CustomerId }
    | {
        kind: 'interaction-ended'
        interactionId: InteractionId
        by: EndedBy
        outcome: Outcome
        cause: string | null
        unseen?: UnseenWindow
      }
    | ContactFact
  )

/** What a channel saw during the contact. The machine keeps them in order and refuses them after the end. */
export type ContactFact =
  | { at: Instant; kind: 'flow-started'; interactionId: InteractionId; flowId: FlowId; version: number }
  | { at: Instant; kind: 'flow-node-entered'; interactionId: InteractionId; flowId: FlowId; nodeId: string }
  /** Keys or words the customer gave at a node. What they were is a detail; `secret` ones have no detail at all. */
  | { at: Instant; kind: 'input-given'; interactionId: InteractionId; nodeId: string; length: number; secret: boolean }
  | { at: Instant; kind: 'flow-finished'; interactionId: InteractionId; outcome: string }
  | { at: Instant; kind: 'survey-answered'; interactionId: InteractionId; nodeId: string; score: number }
  /** An article of the knowledge base was told by a flow, and whoever it was told to said whether it helped. */
  | {
      at: Instant
      kind: 'article-told'
      interactionId: InteractionId
      nodeId: string
      articleId: string
      language: string
    }
  | {
      at: Instant
      kind: 'article-judged'
      interactionId: InteractionId
      nodeId: string
      articleId: string
      language: string
      helped: boolean
    }
  | { at: Instant; kind: 'hold-started' | 'hold-ended'; interactionId: InteractionId; agentId: AgentId }
  | { at: Instant; kind: 'recording-started'; interactionId: InteractionId; recordingId: string }
  | {
      at: Instant
      kind: 'recording-paused' | 'recording-resumed'
      interactionId: InteractionId
      recordingId: string
      reason: string
    }
  | {
      at: Instant
      kind: 'recording-finished'
      interactionId: InteractionId
      recordingId: string
      durationMs: number | null
    }
  | {
      at: Instant
      kind: 'voicemail-left'
      interactionId: InteractionId
      recordingId: string
      queueId: QueueId
      durationMs: number
      /** When, if it is told later. */
      leftAt?: Instant
    }
  /** Somebody deals with a message, or no longer does. Told after the contact is over, as a rule. */
  | {
      at: Instant
      kind: 'voicemail-taken' | 'voicemail-released'
      interactionId: InteractionId
      recordingId: string
      queueId: QueueId
      agentId: AgentId
    }
  | {
      at: Instant
      kind: 'voicemail-finished'
      interactionId: InteractionId
      recordingId: string
      queueId: QueueId
      agentId: AgentId
      outcome: VoicemailOutcome
    }
  /** What a waiting customer was told; `waitMs` null: the place alone. */
  | {
      at: Instant
      kind: 'wait-announced'
      interactionId: InteractionId
      queueId: QueueId
      /** Counted from 1. */
      position: number
      /** The rest of the wait that `quantile` of those in this place stay below, as it was estimated. */
      estimateMs: number | null
      /** As it was said. */
      announcedMs: number | null
      quantile: number
    }
  | { at: Instant; kind: 'callback-requested'; interactionId: InteractionId; callbackId: string; queueId: QueueId }
  /** In writing, from the customer: what it says, and the names of its files, are details. */
  | {
      at: Instant
      kind: 'message-received'
      interactionId: InteractionId
      messageId: string
      length: number
      files: number
    }
  /** In writing, to the customer. */
  | {
      at: Instant
      kind: 'message-sent'
      interactionId: InteractionId
      messageId: string
      by: 'agent' | 'flow' | 'system'
      /** Who wrote it, when an agent did. */
      agentId?: AgentId
      length: number
      files: number
    }
  /** What became of a message that left through a provider. `uncertain`: its answer was lost, so it may have gone twice. */
  | {
      at: Instant
      kind: 'message-settled'
      interactionId: InteractionId
      messageId: string
      outcome: 'delivered' | 'failed' | 'uncertain'
      cause: string | null
      /** Set when it was no message of the conversation but a letter about it. */
      about?: LetterKind
    }
  /** A letter about the conversation leaves by mail; where to is no fact. Transcripts are asked for after the end, as a rule. */
  | { at: Instant; kind: 'letter-written'; interactionId: InteractionId; messageId: string; about: LetterKind }
  /** Everything up to that message was seen. */
  | { at: Instant; kind: 'messages-read'; interactionId: InteractionId; by: 'customer' | 'agent'; messageId: string }
  | { at: Instant; kind: 'caller-leg-lost'; interactionId: InteractionId; cause: string }
  /** The agent left the conversation and the customer stayed: with the flow again, the agent free or wrapping up. */
  | { at: Instant; kind: 'agent-leg-lost'; interactionId: InteractionId; cause: string }
  | { at: Instant; kind: 'transferred-out'; interactionId: InteractionId; destination: 'number' | 'queue' | 'agent' }
  /** Who is with whom, whenever that is more than one agent and the customer. Who isn't named has left. */
  | {
      at: Instant
      kind: 'parties-changed'
      interactionId: InteractionId
      customer: PartyDoes | 'left'
      agents: readonly Readonly<{ agentId: AgentId; does: PartyDoes }>[]
      outside: readonly Readonly<{ partyId: string; does: PartyDoes }>[]
    }
  /** Nobody has the call: it waits for whoever picks it up, and goes back to its queue at `until`. */
  | {
      at: Instant
      kind: 'call-parked'
      interactionId: InteractionId
      agentId: AgentId
      queueId: QueueId
      until: Instant
    }
  /** A number outside is rung for this call; which one is a detail. */
  | {
      at: Instant
      kind: 'outside-dialled'
      interactionId: InteractionId
      partyId: string
      purpose: Purpose
      queueId: QueueId
      agentId: AgentId | null
    }
  | { at: Instant; kind: 'outside-left'; interactionId: InteractionId; partyId: string; cause: string }
  /** Somebody wanted a number outside to be called, and it was not let out; `code` says why. */
  | {
      at: Instant
      kind: 'call-out-refused'
      interactionId: InteractionId
      by: 'agent' | 'flow' | 'callback' | 'system'
      /** null: not an agent. */
      agentId: AgentId | null
      code: string
    }
  /** The call of an agent who looked at the next customer of a preview list and dialled. */
  | {
      at: Instant
      kind: 'called-from-list'
      interactionId: InteractionId
      listId: string
      entryId: string
      agentId: AgentId
      /** Counted from 1. */
      attempt: number
      mostAttempts: number
      why: NextBecause
    }

/** Why this customer of a list came next: a call was promised, nobody has called yet, or the last call did not reach them. */
export type NextBecause = 'promised' | 'first-call' | 'again'

/** We were away from `from` to `to`: every deadline that ran (offer, wrap-up, hold, wait, return) moved by that much. */
export type ClockFact = At & { kind: 'clock-stopped'; from: Instant; to: Instant }

export type Fact = ConfigurationFact | AgentFact | RoutingFact | InteractionFact | ClockFact
export type FactKind = Fact['kind']
