/** What mail is handed in by the composition root: it knows no other room. */
import type { Readable } from 'node:stream'
import type { AttachedFile } from '../../core/details.ts'
import type { LetterKind } from '../../core/facts.ts'
import type { AgentId, Channel, EntryPointId, InteractionId } from '../../core/ids.ts'
import type { ThreadMessage } from '../port.ts'
import type { Handed, Mail } from './smtp.ts'

/** A message as it lies in the outbox. */
export type Leaving = Readonly<{
  messageId: string
  interactionId: InteractionId
  channel: Channel
  entryPointId: EntryPointId
  /** An address; of a letter to a visitor, the visitor: their address is the one they have when it leaves. */
  identity: string
  about: LetterKind | null
  body: unknown
}>

export type EmailPorts = Readonly<{
  hand(mail: Mail): Promise<Handed>
  /** What mails come from. */
  from: string
  organisation: string | null
  /** IANA name. */
  timezone: string
  /** null: erased, or a stranger without an address. */
  visitor(id: string): Promise<Readonly<{ email: string | null; language: string | null }> | null>
  /** Where the chat is on the site, as the widget's settings say. */
  pageOf(entryPointId: EntryPointId): string | null
  agentName(agentId: AgentId): string | null
  /** The newest thousand, oldest first. */
  conversation(interactionId: InteractionId): Promise<readonly ThreadMessage[]>
  /** What the agent has written since the customer last wrote or read, if no letter has told of it: oldest first. That letter does. */
  unseen(interactionId: InteractionId, messageId: string, letterId: string): Promise<readonly ThreadMessage[]>
  /** A page of the visitor's is open. */
  isThere(entryPointId: EntryPointId, visitorId: string): boolean
  /** null: it is gone. */
  file(file: AttachedFile): Readable | null
}>
