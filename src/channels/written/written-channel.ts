/**
 * Everything written, whatever brings it: takes messages in, hosts their flows, follows the router's commands, carries
 * agents' words out, and tells threads and agents what was stored, in the order in which it was.
 */
import { randomUUID } from 'node:crypto'
import type { Command } from '../../core/commands.ts'
import type { AttachedFile } from '../../core/details.ts'
import type { Fact } from '../../core/facts.ts'
import type { AgentId, Channel, InteractionId } from '../../core/ids.ts'
import { interactionView } from '../../core/routing/views.ts'
import type { Decision } from '../../core/decision.ts'
import type { StoredFact, Submission } from '../../core/writer.ts'
import type { InboundMessage, Thread, ThreadMessage, WrittenPort } from '../port.ts'
import { AgentWords } from './agent-words.ts'
import { takeIn, type Surroundings } from './arriving.ts'
import { Contact, closed, type ContactOptions } from './contact.ts'
import { readInbound } from './inbound.ts'
import { transcriptLetter } from './letters.ts'
import { isMessageFact, MessageBook } from './message-book.ts'
import type { AgentNews, WrittenPorts } from './ports.ts'
import { recoverContacts } from './recovery.ts'
import { messagesOfThread } from './threads-store.ts'
import { Watchers } from './watchers.ts'

/** Served here; a telephone has words of its own. */
export const writtenChannels: readonly Channel[] = ['chat', 'sms', 'messenger', 'email']

type Inboxed = Readonly<{ id: number; body: unknown }>
type Inbox = Readonly<{
  receive(message: Thread & Readonly<{ providerId: string; body: unknown }>): Promise<boolean>
}>

export class WrittenChannel {
  readonly #ports: WrittenPorts
  readonly #inbox: Inbox
  readonly #book = new MessageBook()
  readonly #contacts = new Map<InteractionId, Contact>()
  /** The live contact of each thread that somebody waits in. */
  readonly #byThread = new Map<string, Contact>()
  readonly #watchers: Watchers
  readonly #words: AgentWords
  readonly #around: Surroundings
  readonly #stops: (() => void)[]
  /** Commands for contacts that are still being taken up; null: all are. */
  #held: Command[] | null = []

  constructor(options: { ports: WrittenPorts; inbox: Inbox }) {
    this.#ports = options.ports
    this.#inbox = options.inbox
    this.#watchers = new Watchers(options.ports, (thread) => this.contactOf(thread))
    this.#words = new AgentWords(options.ports, this.#book, this.#watchers)
    this.#around = {
      ports: options.ports,
      book: this.#book,
      contactOf: (thread) => this.contactOf(thread),
      begin: (made) => this.#begin(made),
      isWatched: (thread) => this.isWatched(thread),
    }
    const { writer } = options.ports
    this.#stops = [
      writer.onCommands((commands) => this.#commands(commands)),
      writer.onFacts((facts) => facts.forEach((stored) => this.#stored(stored))),
    ]
  }

  /** Takes up what an earlier process left; the inbox may be opened afterwards. */
  async open(): Promise<void> {
    await recoverContacts(this.#ports, writtenChannels, (made) => this.#begin(made))
    const held = this.#held ?? []
    this.#held = null
    this.#commands(held)
  }

  close(): void {
    for (const stop of this.#stops) stop()
    for (const contact of this.#contacts.values()) contact.over()
    this.#watchers.close()
  }

  contact(interactionId: InteractionId): Contact | null {
    return this.#contacts.get(interactionId) ?? null
  }

  contactOf(thread: Thread): Contact | null {
    return this.#byThread.get(keyOf(thread)) ?? null
  }

  /** A page of the customer's is open. */
  isWatched(thread: Thread): boolean {
    return this.#watchers.isWatched(thread)
  }

  /** For channels. */
  readonly port: WrittenPort = {
    receive: (message) => {
      const { channel, entryPointId, identity, providerId } = message
      return this.#inbox.receive({ channel, entryPointId, identity, providerId, body: message })
    },
    watch: (thread, listener) => this.#watchers.watch(thread, listener),
    state: (thread) => this.contactOf(thread)?.state() ?? closed,
    messages: (thread, page) => messagesOfThread(this.#ports.database, thread, page),
    present: (thread, isPresent) => this.contactOf(thread)?.present(isPresent),
    types: (thread, on) => this.#tellAgent(this.contactOf(thread), { type: 'typing', by: 'customer', on }),
    reads: (thread, messageId) => this.#reads(this.contactOf(thread), 'customer', messageId),
    exit: (thread, outcome) => {
      const contact = this.contactOf(thread)
      if (contact?.state().exits.includes(outcome) === true)
        this.#submit({ kind: 'leave-queue', interactionId: contact.id, outcome })
    },
    transcript: (thread, to, language) => this.#transcript(thread, to, language),
    leave: async (thread, cause) => {
      const contact = this.contactOf(thread)
      if (contact === null) return
      const interactionId = contact.id
      await this.#ports.writer.submit({ kind: 'end-interaction', interactionId, by: 'customer', outcome: null, cause })
    },
  }

  /** From the inbox. False: nothing comes of it. */
  async take({ id, body }: Inboxed): Promise<boolean> {
    return takeIn(this.#around, readInbound(body), id)
  }

  /** An agent writes; the same `id` again is the same message. */
  write(
    interactionId: InteractionId,
    message: Readonly<{ id: string; agentId: AgentId; text: string; files: readonly AttachedFile[] }>,
  ): Promise<Decision | ThreadMessage> {
    return this.#words.write(interactionId, this.contact(interactionId), message)
  }

  types(interactionId: InteractionId, on: boolean): void {
    const contact = this.contact(interactionId)
    if (contact !== null) this.#watchers.tell(contact.thread, { kind: 'typing', on })
  }

  agentReads(interactionId: InteractionId, messageId: string): void {
    this.#reads(this.contact(interactionId), 'agent', messageId)
  }

  /** By the agent's wish: the customer stays when the flow has something for them yet. */
  async end(interactionId: InteractionId, by: 'agent' | 'system'): Promise<Decision> {
    const { now, writer } = this.#ports
    const contact = this.contact(interactionId)
    if (by === 'agent' && contact?.flow.goesOnAfterTalk === true) {
      const fact = { at: now(), kind: 'agent-leg-lost', interactionId, cause: 'done' } as const
      const decision = await writer.submit({ kind: 'record', fact })
      if (decision.refusal === undefined) contact.agentLeft()
      return decision
    }
    return writer.submit({ kind: 'end-interaction', interactionId, by, outcome: null, cause: null })
  }

  async #transcript(thread: Thread, to: string, language: string | null): Promise<boolean> {
    const { database, now, writer } = this.#ports
    const [last] = await messagesOfThread(database, thread, { after: null, limit: 1 })
    if (last === undefined) return false
    const { interactionId } = last
    const messageId = randomUUID()
    const sends = [transcriptLetter({ id: interactionId, thread }, messageId, { to, language })]
    const fact = { at: now(), kind: 'letter-written', interactionId, messageId, about: 'transcript' } as const
    await writer.submit({ kind: 'record', fact }, { sends })
    return true
  }

  #begin(made: Omit<ContactOptions, 'ports' | 'book' | 'leaves'>): Contact {
    const contact: Contact = new Contact({
      ...made,
      ports: this.#ports,
      book: this.#book,
      leaves: (text, queueId) => this.#leave(contact, text, queueId),
    })
    this.#contacts.set(contact.id, contact)
    if (!contact.isLeft) this.#byThread.set(keyOf(contact.thread), contact)
    return contact
  }

  /** A message that the flow took for somebody who isn't there is a contact of its own. */
  #leave({ id, thread }: Contact, text: string, queueId: string): void {
    const sender = {
      customerId: interactionView(this.#ports.writer.state(), id)?.customerId ?? null,
      displayName: null,
      language: null,
      email: null,
      phone: null,
    }
    const message: InboundMessage = {
      ...thread,
      channel: 'email',
      providerId: `left-in-${id}`,
      text,
      files: [],
      button: null,
      opens: false,
      leftFor: queueId,
      mailedTo: null,
      sender,
    }
    this.port
      .receive(message)
      .catch((error: unknown) => this.#ports.log.error({ err: error, interactionId: id }, 'a message was not kept'))
  }

  #commands(commands: readonly Command[]): void {
    if (this.#held !== null) return void this.#held.push(...commands)
    for (const command of commands) {
      if (!writtenChannels.includes(command.channel)) continue
      const contact = this.#contacts.get(command.interactionId)
      if (contact !== undefined) contact.command(command)
      else this.#ports.log.warn({ command }, 'a command for a contact that does not go on')
    }
  }

  #stored(stored: StoredFact): void {
    const { fact } = stored
    if (!('interactionId' in fact)) return
    const contact = this.#contacts.get(fact.interactionId)
    if (contact === undefined) return
    if (isMessageFact(fact)) return this.#messageStored(contact, stored)
    if (fact.kind === 'messages-read')
      return fact.by === 'agent'
        ? this.#watchers.tell(contact.thread, { kind: 'read', messageId: fact.messageId })
        : this.#tellAgent(contact, { type: 'read', by: 'customer', messageId: fact.messageId })
    if (fact.kind === 'interaction-ended') this.#over(contact)
    if (changesState.has(fact.kind)) {
      contact.settle()
      this.#watchers.tellState(contact)
    }
  }

  #messageStored(contact: Contact, stored: StoredFact): void {
    const message = this.#book.stored(stored)
    if (message === null) return
    this.#watchers.stored(contact.thread, message)
    if (message.from === 'agent') contact.word('agent', message.at)
    const agent =
      message.agentId === null ? null : { id: message.agentId, name: this.#ports.directory.agentName(message.agentId) }
    const { interactionId: _, agentId: __, at, ...shown } = message
    this.#tellAgent(contact, { type: 'message', message: { ...shown, at: new Date(at).toISOString(), agent } })
  }

  #over(contact: Contact): void {
    contact.over()
    this.#contacts.delete(contact.id)
    const key = keyOf(contact.thread)
    if (this.#byThread.get(key) === contact) this.#byThread.delete(key)
  }

  #reads(contact: Contact | null, by: 'customer' | 'agent', messageId: string): void {
    if (contact === null) return
    const fact = { at: this.#ports.now(), kind: 'messages-read', interactionId: contact.id, by, messageId } as const
    this.#submit({ kind: 'record', fact })
  }

  /** Whoever has it, or is being offered it. */
  #tellAgent(contact: Contact | null, news: AgentNews): void {
    if (contact === null) return
    const view = interactionView(this.#ports.writer.state(), contact.id)
    const agentId = view?.phase === 'engaged' ? view.agentId : (view?.offer?.agentId ?? null)
    if (agentId !== null) this.#ports.tellAgent(agentId, { interactionId: contact.id, ...news })
  }

  #submit(input: Submission): void {
    this.#ports.writer
      .submit(input)
      .catch((error: unknown) => this.#ports.log.error({ err: error, kind: input.kind }, 'an input was not taken'))
  }
}

const changesState = new Set<Fact['kind']>([
  'interaction-arrived',
  'interaction-queued',
  'interaction-dequeued',
  'interaction-overflowed',
  'offer-made',
  'offer-accepted',
  'offer-declined',
  'offer-expired',
  'offer-rescinded',
  'agent-leg-lost',
  'interaction-ended',
])

const keyOf = ({ channel, entryPointId, identity }: Thread): string => `${channel}\n${entryPointId}\n${identity}`
