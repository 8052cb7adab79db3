/** What the written channels are handed in by the composition root: they know no other room. */
import type { AttachedFile } from '../../core/details.ts'
import type { ToldArticle, WantedArticle } from '../../core/flow/effects.ts'
import type { CustomerFacts, Json, Library, World } from '../../core/flow/session.ts'
import type { AgentId, Channel, EntryPointId, FlowId, InteractionId, Instant, QueueId } from '../../core/ids.ts'
import type { Fact } from '../../core/facts.ts'
import type { ChannelWriter } from '../../core/writer.ts'
import type { PastContact } from '../../core/written/course.ts'
import type { Patience } from '../../core/written/patience.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Log } from '../../platform/log.ts'
import type { RecognisedSender, Sender, Thread } from '../port.ts'

export type WrittenEntryPoint = Readonly<{
  id: EntryPointId
  flowId: FlowId
  language: string | null
  fallbackQueueId: QueueId | null
}>

export type WrittenRules = Patience & Readonly<{ againWithinMs: number }>

type FetchRequest = Readonly<{
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  body: Json | null
  timeoutMs: number
  retries: number
}>

/** Of a contact that an earlier process took. */
export type KnownContact = Readonly<{
  interactionId: InteractionId
  entryPointId: EntryPointId
  identity: string | null
  displayName: string | null
}>

/** What an agent's page is told at once, beside the facts. */
export type AgentEvent = Readonly<
  { interactionId: InteractionId } & (
    | { type: 'message'; message: object }
    | { type: 'typing'; by: 'customer'; on: boolean }
    | { type: 'read'; by: 'customer'; messageId: string }
  )
>
/** Without the contact that it is about. */
export type AgentNews = AgentEvent extends infer E ? (E extends AgentEvent ? Omit<E, 'interactionId'> : never) : never

export type WrittenPorts = Readonly<{
  log: Log
  now(): Instant
  database: Database
  writer: ChannelWriter
  directory: Readonly<{
    entryPoint(id: EntryPointId): WrittenEntryPoint | null
    rules(id: EntryPointId): WrittenRules
    queueIsOpen(queueId: QueueId, at: Instant): boolean
    agentName(agentId: AgentId): string | null
  }>
  flows: Readonly<{ library: Library; world(channel: Channel): World }>
  customers: Readonly<{
    recognise(thread: Thread, sender: Sender, interactionId: InteractionId): Promise<RecognisedSender>
    find(identity: string): Promise<CustomerFacts | null>
  }>
  /** What every customer may read; null: nothing is published under that id, or nothing answers the question. */
  findArticle(wanted: WantedArticle, languages: readonly string[]): Promise<ToldArticle | null>
  fetch(request: FetchRequest, signal: AbortSignal): Promise<{ status: number; body: Json } | { failed: string }>
  pay(
    request: Readonly<{
      provider: string
      amount: number
      currency: string
      secrets: Readonly<Record<string, string>>
      timeoutMs: number
    }>,
  ): Promise<{ token: string; reference: string | null } | { failed: 'declined' | 'failed' }>
  /** False: no call can be booked. */
  bookCallback(
    request: Readonly<{
      ofInteractionId: InteractionId
      queueId: QueueId
      number: string
      waitingSince: Instant
      language: string
    }>,
  ): Promise<boolean>
  recovery: Readonly<{
    checkpoint(interactionId: InteractionId): Promise<unknown>
    contacts(interactionIds: readonly InteractionId[]): Promise<readonly KnownContact[]>
    facts(interactionIds: readonly InteractionId[]): Promise<readonly Fact[]>
  }>
  /** Those of these ids that were uploaded by staff and may be sent. */
  files(ids: readonly string[]): Promise<readonly AttachedFile[]>
  tellAgent(agentId: AgentId, event: AgentEvent): void
  /** Where a message to this thread goes besides: an address outside; null: the customer fetches it themselves. */
  addressee(thread: Thread): Promise<Readonly<{ identity: string; language: string | null }> | null>
  /** Where the contact was out of which this thread's customer was invited, as a past contact of theirs; null: they weren't. */
  invited(thread: Thread): Promise<PastContact | null>
  /** How long an answer may lie unseen before its customer is told by mail; null: they are not told. */
  noticeAfterMs(thread: Thread): Promise<number | null>
}>
