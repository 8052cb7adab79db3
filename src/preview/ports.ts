/** What this room is handed in: who is who, when and whom one may call, and the telephone. */
import type { AgentId, CustomerId, InteractionId, Instant, QueueId } from '../core/ids.ts'
import type { ListedCall } from '../core/preview/entry.ts'
import type { Writer } from '../core/writer.ts'
import type { Database } from '../platform/database/database.ts'
import type { Role } from '../platform/http/principal.ts'
import type { Log } from '../platform/log.ts'

export type Agent = Readonly<{ id: AgentId; name: string; role: Role }>

export type Refused = Readonly<{ refusal: Readonly<{ code: string; message: string }> }>

export type FoundOnList = Readonly<{ id: CustomerId; name: string | null; number: string | null }>

export type PreviewPorts = Readonly<{
  database: Database
  writer: Pick<Writer, 'onFacts'>
  log: Log
  now(): Instant
  queueName(queueId: QueueId): string | null
  hoursName(hoursId: string): string | null
  agentName(agentId: AgentId): string | null
  queuesOf(agentId: AgentId): readonly QueueId[]
  /** `at`, or when these hours allow it next; null: they don't. `hoursId` null: those of the queue. */
  openingOf(queueId: QueueId, hoursId: string | null, at: Instant): Instant | null
  /** E.164; null: no numbering plan has it. */
  numberOf(written: string): string | null
  /** Why agents are never let out to that number, by the outbound policy; null: they may be. */
  neverLetOut(number: string): string | null
  /** As they are shown; made when nobody has this number yet. */
  recognise(number: string, name: string | null): Promise<CustomerId>
  mayBeCalled(customerId: CustomerId): Promise<boolean>
  forbidCalls(customerId: CustomerId, agent: Agent): Promise<void>
  /** As the search for customers finds them. */
  foundCustomers(search: string, most: number): Promise<readonly FoundOnList[]>
  /** Somebody talks with them, or they wait, or are owed a callback. */
  isInOtherHands(customerId: CustomerId): Promise<boolean>
  /** Whether that call goes on. */
  isLive(interactionId: InteractionId): boolean
  /** The agent's phone rings first, then the customer's, by the outbound policy and with the queue's number. */
  dial(agent: Agent, number: string, queueId: QueueId, listed: ListedCall): Promise<object | Refused>
}>
