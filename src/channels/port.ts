/**
 * Where a written channel (chat, mail, SMS, a messenger) meets the product. It brings messages in through `WrittenPort`, and
 * either shows a thread to its customer (`watch`, `messages`) or hands what is written to a provider (`Transport`). Flows,
 * queues, agents, history and order are the port's business: a channel knows its protocol and nothing else.
 */
import type { AttachedFile } from '../core/details.ts'
import type { CustomerFacts } from '../core/flow/session.ts'
import type { AgentId, Channel, CustomerId, EntryPointId, InteractionId, Instant, QueueId } from '../core/ids.ts'

/** All that one identity writes at one entry point, whenever. */
export type Thread = Readonly<{ channel: Channel; entryPointId: EntryPointId; identity: string }>

/** What is known of who writes. `customerId` null: whoever the identities lead to, or a new customer. */
export type Sender = Readonly<{
  customerId: CustomerId | null
  displayName: string | null
  language: string | null
  /** Other ways to reach them: they lead to the customer before the thread's own identity does. */
  email: string | null
  phone: string | null
}>

export type InboundMessage = Thread &
  Readonly<{
    /** The outside's own id, unique at the entry point: a copy of it changes nothing. */
    providerId: string
    text: string
    files: readonly AttachedFile[]
    /** The key of the button that was pressed; `text` is its label. */
    button: string | null
    /** The customer is at the door and has not written yet: the flow greets them. */
    opens: boolean
    /** A message for later, to whoever serves the queue: nobody waits for the answer. null: no, it is live. */
    leftFor: QueueId | null
    /** As `leftFor`, but it goes to this address by mail instead of a queue. */
    mailedTo: string | null
    sender: Sender
  }>

export type Author = 'customer' | 'agent' | 'flow' | 'system'

export type ThreadMessage = Readonly<{
  /** Grows from message to message over all threads, so it says where a reader stands. */
  n: number
  id: string
  interactionId: InteractionId
  at: Instant
  from: Author
  agentId: AgentId | null
  text: string
  files: readonly AttachedFile[]
  buttons: readonly Readonly<{ key: string; label: string }>[]
}>

/** How it goes with the customer now. */
export type ThreadState = Readonly<{
  interactionId: InteractionId | null
  phase: 'closed' | 'flow' | 'waiting' | 'talking'
  agentId: AgentId | null
  /** Counted from 1; null: does not wait, or is being offered to an agent. */
  position: number | null
  /** Most wait no longer than this; null: not known. */
  waitMs: number | null
  /** Ways out of the line that the flow offers. */
  exits: readonly ('callback' | 'voicemail')[]
}>

export type ThreadEvent =
  | Readonly<{ kind: 'message'; message: ThreadMessage }>
  | Readonly<{ kind: 'state'; state: ThreadState }>
  | Readonly<{ kind: 'typing'; on: boolean }>
  | Readonly<{ kind: 'read'; messageId: string }>

export type WrittenPort = Readonly<{
  /** Resolves once the message is safe. False: a copy of it was there. */
  receive(message: InboundMessage): Promise<boolean>
  /** Tells what happens in the thread from now on. Returns how to stop. */
  watch(thread: Thread, listener: (event: ThreadEvent) => void): () => void
  state(thread: Thread): ThreadState
  /** Of all its contacts: those after `after`, oldest first, or the newest `limit`, oldest first too. */
  messages(thread: Thread, page: Readonly<{ after: number | null; limit: number }>): Promise<ThreadMessage[]>
  /** A page of the customer's is open, or none is. */
  present(thread: Thread, isPresent: boolean): void
  types(thread: Thread, on: boolean): void
  reads(thread: Thread, messageId: string): void
  /** The customer takes a way out of the line that was offered. */
  exit(thread: Thread, by: 'callback' | 'voicemail'): void
  /** What was written in the newest contact goes to this address by mail; false: nothing was. */
  transcript(thread: Thread, to: string, language: string | null): Promise<boolean>
  /** The customer ends it. */
  leave(thread: Thread, cause: string): Promise<void>
}>

export type RecognisedSender = Readonly<{
  customerId: CustomerId
  lastAgentId: AgentId | null
  customer: CustomerFacts
}>
