/** Mail that leaves: answers to what was left, transcripts, notices of an answer, and what was left itself. */
import { z } from 'zod'
import type { ThreadMessage } from '../port.ts'
import { letterLanguage } from './letter-words.ts'
import { answer, leftMessage, replyNotice, transcript, type Letter, type LetterStyle } from './letters.ts'
import type { EmailPorts, Leaving } from './ports.ts'
import type { Handed } from './smtp.ts'

const file = z.object({ id: z.string(), name: z.string(), type: z.string(), bytes: z.number() })
const language = z.string().nullable().default(null)
const bodies = {
  message: z.object({ text: z.string(), files: z.array(file), language }),
  transcript: z.object({ to: z.string(), language }),
  reply: z.object({ ofMessage: z.string() }),
  leftMessage: z.object({
    text: z.string(),
    files: z.array(file),
    name: z.string().nullable(),
    address: z.string(),
    language,
  }),
}

type Outgoing = Readonly<{
  letter: Letter
  to: string
  replyTo?: string
  automatic: boolean
  files?: readonly z.output<typeof file>[]
}>

export class EmailChannel {
  readonly #ports: EmailPorts

  constructor(ports: EmailPorts) {
    this.#ports = ports
  }

  /** @throws when what lies in the outbox can't be read */
  async deliver(leaving: Leaving): Promise<Handed | { outcome: 'needless' }> {
    const outgoing = await this.#outgoing(leaving)
    return outgoing === null ? { outcome: 'needless' } : this.#hand(leaving, outgoing)
  }

  /** null: nobody wants it any more. */
  async #outgoing(leaving: Leaving): Promise<Outgoing | null> {
    switch (leaving.about) {
      case null: {
        const { text, files, language } = bodies.message.parse(leaving.body)
        return { letter: answer(text, this.#style(language)), to: leaving.identity, automatic: false, files }
      }
      case 'transcript': {
        const { to, language } = bodies.transcript.parse(leaving.body)
        const messages = await this.#ports.conversation(leaving.interactionId)
        if (messages.length === 0) return null
        return { letter: transcript(this.#said(messages), this.#style(language)), to, automatic: true }
      }
      case 'reply':
        return this.#notice(leaving, bodies.reply.parse(leaving.body).ofMessage)
      case 'left-message': {
        const { language, text, files, name, address } = bodies.leftMessage.parse(leaving.body)
        const left = { text, name, address, files: files.map((one) => one.name) }
        const letter = leftMessage(left, this.#style(language))
        return { letter, to: leaving.identity, replyTo: address, automatic: true, files }
      }
    }
  }

  /** Told once, of all that they have not seen, and not while they look at it. */
  async #notice(leaving: Leaving, ofMessage: string): Promise<Outgoing | null> {
    const { interactionId, entryPointId, identity, messageId } = leaving
    const { isThere, pageOf, unseen, visitor } = this.#ports
    if (isThere(entryPointId, identity)) return null
    const [messages, who] = await Promise.all([unseen(interactionId, ofMessage, messageId), visitor(identity)])
    if (messages.length === 0 || who?.email == null) return null
    const letter = replyNotice(this.#said(messages), pageOf(entryPointId), this.#style(who.language))
    return { letter, to: who.email, automatic: true }
  }

  async #hand(leaving: Leaving, { letter, to, replyTo, automatic, files = [] }: Outgoing): Promise<Handed> {
    const { from, organisation, hand, file: open } = this.#ports
    const domain = from.split('@')[1] ?? 'localhost'
    const attachments = files.flatMap((one) => {
      const content = open(one)
      return content === null ? [] : [{ filename: one.name, contentType: one.type, content }]
    })
    return hand({
      ...letter,
      messageId: `<${leaving.messageId}@${domain}>`,
      references: `<${leaving.interactionId}@${domain}>`,
      from: { name: organisation ?? '', address: from },
      to,
      replyTo: replyTo ?? null,
      automatic,
      attachments,
    })
  }

  #said(messages: readonly ThreadMessage[]) {
    return messages.map(({ at, from, text, files, agentId }) => {
      // Visitors know the agent's first name.
      const agent = agentId === null ? null : (this.#ports.agentName(agentId)?.split(' ')[0] ?? null)
      return { at, from, text, files, agent }
    })
  }

  #style(wanted: string | null): LetterStyle {
    const { organisation, timezone } = this.#ports
    return { organisation, timezone, language: letterLanguage(wanted) }
  }
}
