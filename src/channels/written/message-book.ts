/** Messages between being written and being stored: their words wait here for their number, which the stored fact brings. */
import { randomUUID } from 'node:crypto'
import type { AttachedFile, Detail } from '../../core/details.ts'
import type { Fact } from '../../core/facts.ts'
import type { AgentId, InteractionId, Instant } from '../../core/ids.ts'
import type { Beside, StoredFact, Submitted } from '../../core/writer.ts'
import type { Author, ThreadMessage } from '../port.ts'

export type Written = Readonly<{
  /** Made unless given. */
  id?: string
  interactionId: InteractionId
  at: Instant
  from: Author
  agentId: AgentId | null
  text: string
  files: readonly AttachedFile[]
  buttons: readonly Readonly<{ key: string; label: string }>[]
  /** The text is not kept. */
  secret?: boolean
}>

type MessageFact = Extract<Fact, { kind: 'message-received' | 'message-sent' }>

export const isMessageFact = (fact: Fact): fact is MessageFact =>
  fact.kind === 'message-received' || fact.kind === 'message-sent'

export class MessageBook {
  readonly #waiting = new Map<string, Omit<ThreadMessage, 'n'>>()

  /** The fact and the detail beside it, to be stored. */
  write(written: Written, beside: Omit<Beside, 'details'> = {}): Submitted & Readonly<{ messageId: string }> {
    const { id = randomUUID(), interactionId, at, from, agentId, text, files, buttons, secret = false } = written
    const kept = secret ? '' : text
    const figures = { at, interactionId, messageId: id, length: text.length, files: files.length }
    const fact =
      from === 'customer'
        ? ({ kind: 'message-received', ...figures } as const)
        : ({ kind: 'message-sent', ...figures, by: from, ...(agentId !== null && { agentId }) } as const)
    const detail: Detail = {
      kind: 'message',
      interactionId,
      at,
      messageId: id,
      text: kept,
      files,
      buttons,
      ...(secret && { secret: true }),
    }
    this.#waiting.set(id, { id, interactionId, at, from, agentId, text: kept, files, buttons })
    return { input: { kind: 'record', fact }, beside: { ...beside, details: [detail] }, messageId: id }
  }

  /** The message that was stored; null when another process wrote it. */
  stored({ seq, fact }: StoredFact): ThreadMessage | null {
    if (!isMessageFact(fact)) return null
    const message = this.#waiting.get(fact.messageId)
    this.#waiting.delete(fact.messageId)
    return message === undefined ? null : { ...message, n: seq, at: fact.at }
  }

  /** It will not be stored. */
  forget(messageId: string): void {
    this.#waiting.delete(messageId)
  }
}
