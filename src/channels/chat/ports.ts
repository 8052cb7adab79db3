/** What the chat is handed in by the composition root: it knows no other room. */
import type { JourneyPoint } from '../../core/customer/journey.ts'
import type { AgentId, CustomerId, EntryPointId, InteractionId, Instant, QueueId } from '../../core/ids.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Log } from '../../platform/log.ts'
import type { Thread, WrittenPort } from '../port.ts'
import type { Visitor } from './chat-store.ts'
import type { SiteUser } from './site-token.ts'

export type ChatEntryPoint = Readonly<{ id: EntryPointId; address: string; fallbackQueueId: QueueId | null }>

export type ChatPorts = Readonly<{
  log: Log
  now(): Instant
  database: Database
  written: WrittenPort
  /** Whether mail leaves here at all. */
  sendsMail: boolean
  /** Files are kept below it. */
  filesFolder: string
  directory: Readonly<{
    entryPoint(address: string): ChatEntryPoint | null
    entryPointById(id: EntryPointId): ChatEntryPoint | null
    queueIsOpen(queueId: QueueId, at: Instant): boolean
    agentName(agentId: AgentId): string | null
  }>
  /** The customer of somebody whom the site vouches for; `visitorId`: who they were before. */
  identify(visitorId: string, user: SiteUser): Promise<CustomerId>
  /** With consent: where a visitor is on the site. */
  journey(
    entry: Readonly<{ visitor: Visitor; interactionId: InteractionId | null; point: JourneyPoint }>,
  ): Promise<void>
  /** A contact that goes on belongs to that customer. */
  joins(thread: Thread, customerId: CustomerId): Promise<void>
}>
