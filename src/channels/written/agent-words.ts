/** What agents write: each message once, however often the same request comes, and on its way outside where it has one. */
import type { Decision } from '../../core/decision.ts'
import type { AttachedFile } from '../../core/details.ts'
import type { AgentId, InteractionId } from '../../core/ids.ts'
import type { Outbound } from '../../core/writer.ts'
import { stableId } from '../../platform/stable-id.ts'
import type { ThreadMessage } from '../port.ts'
import type { Contact } from './contact.ts'
import { replyNotice } from './letters.ts'
import type { MessageBook } from './message-book.ts'
import type { WrittenPorts } from './ports.ts'
import { messageById } from './threads-store.ts'
import type { Watchers } from './watchers.ts'

/** `id`: the agent's own; the same again is the same message. */
type Words = Readonly<{ id: string; agentId: AgentId; text: string; files: readonly AttachedFile[] }>

export class AgentWords {
  readonly #ports: WrittenPorts
  readonly #book: MessageBook
  readonly #watchers: Watchers
  /** Under way, by message. */
  readonly #writing = new Map<string, Promise<Decision | ThreadMessage>>()

  constructor(ports: WrittenPorts, book: MessageBook, watchers: Watchers) {
    this.#ports = ports
    this.#book = book
    this.#watchers = watchers
  }

  /** `contact` null: it doesn't go on, and the decision says so. */
  async write(interactionId: InteractionId, contact: Contact | null, words: Words): Promise<Decision | ThreadMessage> {
    const messageId = stableId(interactionId, words.id)
    const under = this.#writing.get(messageId)
    if (under !== undefined) return under
    const writing = this.#write(interactionId, contact, messageId, words)
    this.#writing.set(messageId, writing)
    return writing.finally(() => this.#writing.delete(messageId))
  }

  async #write(
    interactionId: InteractionId,
    contact: Contact | null,
    messageId: string,
    { agentId, text, files }: Words,
  ): Promise<Decision | ThreadMessage> {
    const { database, now, writer } = this.#ports
    const before = await messageById(database, messageId)
    if (before !== null) return before
    const sends = contact === null ? [] : await this.#leaving(contact, messageId, text, files)
    const message = {
      id: messageId,
      interactionId,
      at: now(),
      from: 'agent',
      agentId,
      text,
      files,
      buttons: [],
    } as const
    const letter = this.#book.write(message, { sends })
    const number = this.#watchers.numberOf(messageId)
    const decision = await writer.submit(letter.input, letter.beside)
    if (decision.refusal !== undefined) {
      this.#book.forget(messageId)
      this.#watchers.forget(messageId)
      return decision
    }
    return { n: await number, ...message }
  }

  /** What goes outside with it. */
  async #leaving(
    { id, thread }: Contact,
    messageId: string,
    text: string,
    files: readonly AttachedFile[],
  ): Promise<Outbound[]> {
    const { addressee, noticeAfterMs, now } = this.#ports
    const { channel, entryPointId } = thread
    const to = await addressee(thread)
    if (to !== null) {
      const body = { text, files, language: to.language }
      return [{ messageId, interactionId: id, channel, entryPointId, identity: to.identity, body }]
    }
    const afterMs = await noticeAfterMs(thread)
    return afterMs === null ? [] : [replyNotice({ id, thread }, messageId, now() + afterMs)]
  }
}
