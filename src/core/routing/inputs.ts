/** Everything that the routing machine is told. `at` never goes back: the engine sees to that. */
import type {
  Actor,
  ContactFact,
  DeclineReason,
  EndedBy,
  Outcome,
  Presence,
  Purpose,
  QueueOutcome,
  UnseenWindow,
} from '../facts.ts'
import type { AgentId, Channel, CustomerId, EntryPointId, InteractionId, Instant, OfferId, QueueId } from '../ids.ts'
import type { AgentRules, QueueRules, Requirement } from '../rules.ts'

type At = { readonly at: Instant }

export type RoutingInput = At &
  (
    | { kind: 'configure-queue'; queue: QueueRules }
    | { kind: 'remove-queue'; queueId: QueueId }
    | { kind: 'configure-agent'; agent: AgentRules }
    | { kind: 'remove-agent'; agentId: AgentId }
    | { kind: 'set-presence'; agentId: AgentId; presence: Presence; reason: string | null; by: Actor }
    | { kind: 'set-reachability'; agentId: AgentId; channel: Channel; reachable: boolean }
    | {
        kind: 'arrive'
        interactionId: InteractionId
        channel: Channel
        direction: 'inbound' | 'outbound'
        entryPointId: EntryPointId
        providerId: string
        customerId: CustomerId | null
        since?: Instant
      }
    | { kind: 'recognise-customer'; interactionId: InteractionId; customerId: CustomerId }
    | {
        kind: 'enqueue'
        interactionId: InteractionId
        queueId: QueueId
        requirement: Requirement
        /** 0–10 */
        priority: number
        preferredAgentId: AgentId | null
        /** null: now. A callback hands in when its call began to wait. */
        waitingSince: Instant | null
        /** To be called when their turn is near. Never refused as `full`, and never timed out: the place was promised. */
        customerAway?: true
      }
    | { kind: 'customer-reached'; interactionId: InteractionId }
    /** Whoever holds the line of a customer who waits can't be reached, or can again. */
    | { kind: 'cut-off'; interactionId: InteractionId; on: boolean }
    /** From the agent who has it: their part ends, the customer waits for another. */
    | {
        kind: 'transfer'
        interactionId: InteractionId
        queueId: QueueId
        requirement: Requirement
        priority: number
        /** Whom alone it is for, when `destination` is an agent. */
        preferredAgentId: AgentId | null
        destination: 'queue' | 'agent'
      }
    /** A person moves somebody who waits: into another queue, to one agent, or both. null: as it is. */
    | { kind: 'move'; interactionId: InteractionId; queueId: QueueId | null; agentId: AgentId | null; by: AgentId }
    | { kind: 'leave-queue'; interactionId: InteractionId; outcome: QueueOutcome }
    | { kind: 'accept-offer'; interactionId: InteractionId; offerId: OfferId }
    | { kind: 'decline-offer'; interactionId: InteractionId; offerId: OfferId; reason: DeclineReason }
    /** The offer's device vanished for reasons that say nothing of the agent: offered again in place, nobody blamed. */
    | { kind: 'lose-offer'; interactionId: InteractionId; offerId: OfferId }
    /** An agent is rung for an interaction past the lines: `to` a queue means whoever of it is free now. */
    | {
        kind: 'invite'
        interactionId: InteractionId
        to: { agentId: AgentId } | { queueId: QueueId; except: readonly AgentId[] }
        /** Whose rules hold for the wrap-up. */
        queueId: QueueId
        purpose: Purpose
        by: AgentId | null
        ringMs: number
      }
    /** The agent's leg is gone, or they handed the interaction on; it is not over by that. */
    | { kind: 'leave'; interactionId: InteractionId; agentId: AgentId; cause: string }
    /** The contact is over: from any phase. `outcome` null: the machine derives it. */
    | {
        kind: 'end-interaction'
        interactionId: InteractionId
        by: EndedBy
        outcome: Outcome | null
        cause: string | null
        unseen?: UnseenWindow
      }
    | { kind: 'finish-wrap-up'; agentId: AgentId; interactionId: InteractionId; by: Actor }
    | { kind: 'extend-wrap-up'; agentId: AgentId; interactionId: InteractionId; byMs: number }
    | { kind: 'record'; fact: ContactFact }
    /** We were away: offers, wrap-ups, waits and holds that would have run out meanwhile get that long again. */
    | { kind: 'outage'; from: Instant; to: Instant }
    | { kind: 'tick' }
  )

/** One kind of input. */
export type InputOf<K extends RoutingInput['kind']> = Extract<RoutingInput, { kind: K }>
