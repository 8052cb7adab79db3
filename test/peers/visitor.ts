/** A visitor's page as the service sees it: one WebSocket after the other, numbered messages, acknowledgements. */
import { randomUUID } from 'node:crypto'
import WebSocket from 'ws'
import { eventually } from './poll.ts'
import type { Answer } from './service.ts'

export type VisitorMessage = Readonly<{
  n: number
  id: string
  from: string
  agent: string | null
  text: string
  files: Answer[]
  buttons: { key: string; label: string }[]
}>

export class VisitorPage {
  readonly #baseUrl: string
  readonly #widget: string
  readonly messages: VisitorMessage[] = []
  readonly errors: Answer[] = []
  readonly acks = new Set<string>()
  token: string | null
  welcome: Answer = null
  state: Answer = null
  typing = false
  readByAgent: string | null = null
  #socket: WebSocket | null = null

  constructor(baseUrl: string, options: { widget?: string; token?: string | null } = {}) {
    this.#baseUrl = baseUrl
    this.#widget = options.widget ?? 'demo'
    this.token = options.token ?? null
  }

  static async open(
    baseUrl: string,
    options: { widget?: string; token?: string | null; hello?: object } = {},
  ): Promise<VisitorPage> {
    const page = new VisitorPage(baseUrl, options)
    await page.connect(options.hello)
    return page
  }

  /** Goes on behind the last message that it has. */
  async connect(hello: object = {}): Promise<void> {
    const socket = new WebSocket(`${this.#baseUrl.replace(/^http/, 'ws')}/api/chat/socket?widget=${this.#widget}`)
    this.#socket = socket
    this.welcome = null
    socket.on('message', (data) => this.#heard(JSON.parse(String(data))))
    socket.on('error', () => undefined)
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve())
      socket.once('close', (code) => reject(new Error(`the chat closed with ${code}`)))
      socket.once('error', reject)
    })
    const after = this.messages.at(-1)?.n ?? null
    this.say({ hello: { token: this.token, after, ...hello } })
    await eventually(() => this.welcome !== null, { withinMs: 15_000, what: 'the welcome' })
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  say(message: object): void {
    this.#socket?.send(JSON.stringify(message))
  }

  /** Sends and waits until it is safe; sent again under the same id it is the same message. */
  async write(
    text: string,
    more: { id?: string; button?: string; files?: string[]; withinMs?: number } = {},
  ): Promise<string> {
    const { withinMs = 15_000, ...message } = more
    const id = more.id ?? randomUUID()
    this.say({ send: { text, ...message, id } })
    await eventually(() => this.acks.has(id) || this.errors.some((error) => error.id === id), {
      withinMs,
      what: () => `the acknowledgement of ${text}; errors ${JSON.stringify(this.errors)}`,
    })
    return id
  }

  async reads(words: string | RegExp, from?: string): Promise<VisitorMessage> {
    const fits = (message: VisitorMessage): boolean =>
      (typeof words === 'string' ? message.text.includes(words) : words.test(message.text)) &&
      (from === undefined || message.from === from)
    return eventually(() => this.messages.find(fits), {
      withinMs: 15_000,
      what: () => `«${String(words)}»; there is ${JSON.stringify(this.messages.map(({ from, text }) => [from, text]))}`,
    })
  }

  async is(phase: string): Promise<Answer> {
    return eventually(() => this.state?.phase === phase && this.state, {
      withinMs: 15_000,
      what: () => `the phase ${phase}; it is ${JSON.stringify(this.state)}; errors ${JSON.stringify(this.errors)}`,
    })
  }

  /** The page is closed, without a word. */
  drop(): void {
    this.#socket?.terminate()
    this.#socket = null
  }

  [Symbol.dispose](): void {
    this.drop()
  }

  #heard(event: Answer): void {
    switch (event.type) {
      case 'welcome':
        this.token = event.token
        this.welcome = event
        return
      case 'message':
        this.messages.push({ n: event.n, ...event.message })
        return
      case 'state':
        this.state = event
        return
      case 'typing':
        this.typing = event.on
        return
      case 'read':
        this.readByAgent = event.messageId
        return
      case 'ack':
        this.acks.add(event.id)
        return
      case 'error':
        this.errors.push(event)
    }
  }
}
