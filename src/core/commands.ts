/** What to do: handed to the channel of the interaction once the facts beside it are stored. */
import type { Purpose, QueueOutcome, RescindReason } from './facts.ts'
import type { AgentId, Channel, InteractionId, Instant, OfferId, QueueId } from './ids.ts'

export type Command = { readonly channel: Channel; readonly interactionId: InteractionId } & (
  | { kind: 'ring-agent'; offerId: OfferId; agentId: AgentId; expiresAt: Instant }
  /** Beside whoever has the interaction already. */
  | { kind: 'ring-guest'; offerId: OfferId; agentId: AgentId; queueId: QueueId; purpose: Purpose; expiresAt: Instant }
  | { kind: 'stop-ringing'; offerId: OfferId; agentId: AgentId; reason: RescindReason | 'expired' }
  | { kind: 'connect-agent'; offerId: OfferId; agentId: AgentId }
  /** The turn of a customer who is away is near: reach them, and say so by `customer-reached` or the interaction's end. */
  | { kind: 'call-customer'; expiresAt: Instant }
  | { kind: 'stop-calling' }
  | { kind: 'connect-guest'; offerId: OfferId; agentId: AgentId }
  /** The wait is over without an agent; the flow goes on at the way out of that name. */
  | { kind: 'return-to-flow'; outcome: QueueOutcome }
)
