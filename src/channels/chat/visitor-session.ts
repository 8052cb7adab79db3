/**
 * One page of a visitor: numbered messages out, acknowledged ones in. After a drop it goes on behind the last number that
 * it had, so that every message is shown once and in order.
 */
import { z } from 'zod'
import { journeyKinds } from '../../core/customer/journey.ts'
import type { AttachedFile } from '../../core/details.ts'
import type { ThreadEvent, ThreadMessage, ThreadState } from '../port.ts'
import { threadOf, type ChatChannel } from './chat-channel.ts'
import { readFiles, type Visitor } from './chat-store.ts'
import type { Widget } from './widget.ts'

const url = z.string().max(2_000)
const short = z.string().trim().max(200)

/** What a page may send: one of these at a time. */
const said = z.union([
  z.strictObject({
    hello: z.strictObject({
      token: z.string().max(2_000).nullable().default(null),
      siteToken: z.string().max(8_000).nullable().default(null),
      invitation: z.string().max(2_000).nullable().default(null),
      after: z.int().min(0).nullable().default(null),
      language: z.string().max(20).nullable().default(null),
    }),
  }),
  z.strictObject({ begin: z.literal(true) }),
  z.strictObject({
    send: z.strictObject({
      id: z.string().min(1).max(100),
      text: z.string().max(5_000).default(''),
      files: z.array(z.guid()).max(10).default([]),
      button: z.string().max(20).nullable().default(null),
    }),
  }),
  z.strictObject({ typing: z.boolean() }),
  z.strictObject({ read: z.guid() }),
  z.strictObject({ exit: z.enum(['callback', 'voicemail']) }),
  z.strictObject({ leave: z.literal(true) }),
  z.strictObject({ siteToken: z.string().max(8_000) }),
  z.strictObject({
    details: z.strictObject({
      name: short.optional(),
      email: z.union([z.literal(''), z.email().max(190)]).optional(),
      phone: z.string().trim().max(40).optional(),
    }),
  }),
  z.strictObject({
    point: z.strictObject({
      kind: z.enum(journeyKinds),
      url: url.nullable().default(null),
      title: z.string().max(300).nullable().default(null),
      data: z.record(z.string().max(50), z.union([z.string().max(500), z.number(), z.boolean()])).default({}),
    }),
  }),
])
type Said = z.output<typeof said>

const historyLength = 100
/** More than this within the window, and the page is told to wait. */
const mostInWindow = 40
/** More than this, and it is no page of ours. */
const mostBeforeTheEnd = 400
const windowMs = 10_000

export type Page = Readonly<{ send(message: object): void; close(code: number, reason: string): void }>

export class VisitorSession {
  readonly #chat: ChatChannel
  readonly #widget: Widget
  readonly #page: Page
  #visitor: Visitor | null = null
  #unwatch: (() => void) | null = null
  #sentUpTo = 0
  /** Told while what came before is being read; null: nothing is. */
  #held: ThreadEvent[] | null = null
  #work: Promise<void> = Promise.resolve()
  #window = { since: 0, count: 0 }

  constructor(chat: ChatChannel, widget: Widget, page: Page) {
    this.#chat = chat
    this.#widget = widget
    this.#page = page
  }

  get #now(): number {
    return this.#chat.ports.now()
  }

  /** One after the other, in the order in which they came. */
  heard(message: unknown): void {
    const heard = this.#heardInWindow()
    if (heard > mostBeforeTheEnd) return this.#page.close(1008, 'too many messages')
    if (heard > mostInWindow) return this.#complain('too-many', 'slow down, and send it again')
    const parsed = said.safeParse(message)
    if (!parsed.success) return this.#complain('not-understood', z.prettifyError(parsed.error).slice(0, 500))
    this.#work = this.#work
      .then(() => this.#take(parsed.data))
      .catch((error: unknown) => {
        this.#chat.ports.log.warn({ err: error }, 'a visitor’s message was not taken')
        this.#page.close(1013, 'try again')
      })
  }

  gone(): void {
    this.#unwatch?.()
    this.#unwatch = null
  }

  async #take(said: Said): Promise<void> {
    if ('hello' in said) return this.#hello(said.hello)
    const visitor = this.#visitor
    if (visitor === null) return this.#complain('say-hello', 'send {"hello":{}} first')
    const { written } = this.#chat.ports
    const thread = threadOf(visitor)
    if ('begin' in said) return this.#chat.begin(await this.#kept(visitor))
    if ('send' in said) return this.#send(await this.#kept(visitor), said.send)
    if ('typing' in said) return written.types(thread, said.typing)
    if ('read' in said) return written.reads(thread, said.read)
    if ('exit' in said) return written.exit(thread, said.exit)
    if ('leave' in said) return written.leave(thread, 'closed by the visitor')
    if ('siteToken' in said) return this.#signIn(visitor, said.siteToken)
    if ('point' in said) {
      if (this.#widget.settings.consent !== 'never') await this.#chat.looksAt(await this.#kept(visitor), said.point)
      return
    }
    const { name = '', email = '', phone = '' } = said.details
    this.#visitor = await this.#chat.keep(visitor, { name: orNull(name), email: orNull(email), phone: orNull(phone) })
  }

  async #hello(hello: Extract<Said, { hello: unknown }>['hello']): Promise<void> {
    const { token, siteToken, invitation, after, language } = hello
    const invited = invitation === null ? null : await this.#chat.invited(this.#widget, invitation)
    const visitor = invited ?? (await this.#chat.visitor(this.#widget, token))
    this.#visitor = { ...visitor, language: visitor.language ?? language }
    if (siteToken !== null) await this.#signIn(this.#visitor, siteToken)
    await this.#follow(after)
  }

  async #signIn(visitor: Visitor, siteToken: string): Promise<void> {
    const signedIn = await this.#chat.signIn(this.#widget, visitor, siteToken)
    if (typeof signedIn === 'string') return this.#complain('site-token', signedIn)
    this.#visitor = signedIn
    if (this.#unwatch !== null) await this.#follow(null)
  }

  /** What was written before, and everything from now on. */
  async #follow(after: number | null): Promise<void> {
    const visitor = this.#visitor
    if (visitor === null) return
    this.gone()
    const { written } = this.#chat.ports
    const thread = threadOf(visitor)
    this.#sentUpTo = after ?? 0
    this.#welcome(visitor, after === null)
    const held: ThreadEvent[] = []
    this.#held = held
    this.#unwatch = written.watch(thread, (event) =>
      (this.#held ?? { push: (e: ThreadEvent) => this.#tell(e) }).push(event),
    )
    for (;;) {
      const messages = await written.messages(thread, { after, limit: historyLength })
      for (const message of messages) this.#tellMessage(message)
      if (after === null || messages.length < historyLength) break
      after = this.#sentUpTo
    }
    this.#tell({ kind: 'state', state: written.state(thread) })
    this.#held = null
    for (const event of held) this.#tell(event)
  }

  #welcome(visitor: Visitor, fromStart: boolean): void {
    const { name, email, phone, verified } = visitor
    this.#page.send({
      type: 'welcome',
      token: this.#chat.tokenFor(visitor),
      open: this.#chat.isOpen(this.#widget),
      visitor: { name, email, phone, verified },
      fromStart,
    })
  }

  async #send(
    visitor: Visitor,
    { id, text, files: ids, button }: Extract<Said, { send: unknown }>['send'],
  ): Promise<void> {
    const files = await this.#files(visitor, ids)
    if (files === null) return this.#complain('unknown-file', 'upload the file first', id)
    if (text.trim() === '' && files.length === 0) return this.#complain('empty', 'write something, or send a file', id)
    const messageId = await this.#chat.say(visitor, { id, text: text.trim(), files, button })
    this.#page.send({ type: 'ack', id, messageId })
  }

  /** null: one of them isn't theirs. */
  async #files(visitor: Visitor, ids: readonly string[]): Promise<AttachedFile[] | null> {
    const found = await readFiles(this.#chat.ports.database, ids)
    const own = found.filter(({ visitorId }) => visitorId === visitor.id)
    if (own.length !== ids.length) return null
    return own.map(({ id, name, type, bytes }) => ({ id, name, type, bytes }))
  }

  /** A visitor is kept from the first thing that they do. */
  async #kept(visitor: Visitor): Promise<Visitor> {
    this.#visitor = await this.#chat.keep(visitor, { language: visitor.language })
    return this.#visitor
  }

  #tell(event: ThreadEvent): void {
    switch (event.kind) {
      case 'message':
        return this.#tellMessage(event.message)
      case 'state':
        return this.#page.send({ type: 'state', ...this.#shownState(event.state) })
      case 'typing':
        return this.#page.send({ type: 'typing', on: event.on })
      case 'read':
        return this.#page.send({ type: 'read', messageId: event.messageId })
    }
  }

  #tellMessage(message: ThreadMessage): void {
    if (message.n <= this.#sentUpTo) return
    this.#sentUpTo = message.n
    const { n, id, at, from, agentId, text, files, buttons } = message
    const agent = agentId === null ? null : this.#agentName(agentId)
    this.#page.send({ type: 'message', n, message: { id, at, from, agent, text, files, buttons } })
  }

  #shownState({ phase, agentId, position, waitMs, exits }: ThreadState) {
    return { phase, agent: agentId === null ? null : this.#agentName(agentId), position, waitMs, exits }
  }

  /** Visitors know the agent's first name. */
  #agentName(agentId: string): string {
    return this.#chat.ports.directory.agentName(agentId)?.split(' ')[0] ?? ''
  }

  #heardInWindow(): number {
    const now = this.#now
    if (now - this.#window.since > windowMs) this.#window = { since: now, count: 0 }
    return ++this.#window.count
  }

  #complain(code: string, message: string, id?: string): void {
    this.#page.send({ type: 'error', code, message, ...(id !== undefined && { id }) })
  }
}

const orNull = (text: string): string | null => (text === '' ? null : text)
