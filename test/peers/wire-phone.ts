import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { eventually } from './poll.ts'
import { answerTo, answerToChallenge, newToken, readSip, type SipText } from './sip-text.ts'
import { WireLine } from './wire-line.ts'

export type WirePhoneOptions = Readonly<{
  host: string
  port: number
  username: string
  password: string
  /** Where it sends from; 127.0.0.1 unless given. */
  address?: string
  /** What it says of where it is: another one than `address` when a router translates it. */
  claims?: string
  toneHz?: number
  /** It speaks as the telephone of a page does, without audio. */
  isBrowser?: boolean
}>

/** A telephone with as many lines as it needs, played in the test itself: every word that it says or is told can be seen. */
export class WirePhone {
  readonly options: WirePhoneOptions
  readonly lines: WireLine[] = []
  readonly #socket: Socket
  readonly #answers: SipText[] = []
  /** By branch and method: what was answered, to be said again. */
  readonly #said = new Map<string, string>()
  #taken = 0

  private constructor(socket: Socket, options: WirePhoneOptions) {
    this.#socket = socket
    this.options = options
    socket.on('message', (data) => this.#heard(readSip(data)))
  }

  /** Registered, once it resolves. */
  static async open(options: WirePhoneOptions): Promise<WirePhone> {
    const socket = createSocket('udp4')
    socket.bind(0, options.address ?? '127.0.0.1')
    await once(socket, 'listening')
    const phone = new WirePhone(socket, options)
    try {
      await phone.#register(300)
      return phone
    } catch (error) {
      socket.close()
      throw error
    }
  }

  get contact(): string {
    const { username, claims, address = '127.0.0.1' } = this.options
    return `sip:${username}@${claims ?? `${address}:${this.#socket.address().port}`}`
  }

  get via(): string {
    const { claims, address = '127.0.0.1' } = this.options
    return `SIP/2.0/UDP ${claims ?? `${address}:${this.#socket.address().port}`};rport`
  }

  /** The next call that comes in; it rings. */
  async ringing(): Promise<WireLine> {
    const incoming = () => this.lines.filter((line) => line.isIncoming)[this.#taken]
    const line = await eventually(incoming, { withinMs: 10_000, everyMs: 10, what: 'a call to the phone' })
    this.#taken++
    return line
  }

  /** Calls on a line of its own. */
  async dial(to: string): Promise<WireLine> {
    const { host, port } = this.options
    const line = await WireLine.out(this, `sip:${to}@${host}:${port}`)
    this.lines.push(line)
    line.invite()
    return line
  }

  send(text: string): void {
    this.#socket.send(text, this.options.port, this.options.host)
  }

  /** Says an answer, and again whenever the request is said again. */
  answer(request: SipText, text: string): void {
    this.#said.set(keyOf(request), text)
    this.send(text)
  }

  /** Says a request until it is answered for good, with the password if it is asked for. */
  async ask(make: (branch: string, more: readonly string[]) => string): Promise<SipText> {
    const answer = await this.#converse(make, [])
    if (answer.status !== 401 && answer.status !== 407) return answer
    const { username, password, host, port } = this.options
    const method = answer.sequenceMethod
    const uri = /^\S+ (\S+)/.exec(make('', []))?.[1] ?? `sip:${host}:${port}`
    return this.#converse(make, [answerToChallenge(answer, { method, uri, username, password })])
  }

  async #converse(make: (branch: string, more: readonly string[]) => string, more: string[]): Promise<SipText> {
    const branch = newToken()
    const text = make(branch, more)
    const method = /^\w+/.exec(text)?.[0] ?? ''
    const answers = () => this.#answers.filter((it) => it.header('Via').includes(branch))
    let sayAgainAt = 0
    return eventually(
      () => {
        if (answers().length === 0 && performance.now() >= sayAgainAt) {
          this.send(text)
          sayAgainAt = performance.now() + 500
        }
        return answers().find(({ status }) => (status ?? 0) >= 200)
      },
      { withinMs: 40_000, everyMs: 10, what: `an answer to ${method}` },
    )
  }

  async #register(expires: number): Promise<void> {
    const { host, port, username } = this.options
    const own = `<sip:${username}@${host}>`
    const [callId, tag] = [newToken(), newToken()]
    let sequence = 0
    const { status } = await this.ask((branch, more) =>
      [
        `REGISTER sip:${host}:${port} SIP/2.0`,
        `Via: ${this.via};branch=z9hG4bK${branch}`,
        `From: ${own};tag=${tag}`,
        `To: ${own}`,
        `Call-ID: ${callId}`,
        `CSeq: ${++sequence} REGISTER`,
        `Contact: <${this.contact}>`,
        'Max-Forwards: 70',
        ...more,
        `Expires: ${expires}`,
        'Content-Length: 0',
        '\r\n',
      ].join('\r\n'),
    )
    if (status !== 200) throw new Error(`REGISTER was answered with ${status}`)
  }

  #heard(message: SipText): void {
    if (message.status !== null) {
      this.#answers.push(message)
      return this.#lineOf(message)?.heardAnswer(message)
    }
    const said = this.#said.get(keyOf(message))
    if (said !== undefined && message.method !== 'ACK') return this.send(said)
    const line = this.#lineOf(message)
    if (line !== undefined) return line.heardRequest(message)
    if (message.method !== 'INVITE') return
    void WireLine.in(this, message).then((it) => {
      this.lines.push(it)
      it.ring()
    })
    // Until the line is there, what is said again is said in vain.
    this.answer(message, answerTo(message, '100 Trying', ''))
  }

  #lineOf({ callId }: SipText): WireLine | undefined {
    return this.lines.find((line) => line.callId === callId)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const line of this.lines) await line.close()
    await this.#register(0).catch(() => undefined)
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }
}

const keyOf = (request: SipText): string =>
  `${/branch=([^;\s]+)/.exec(request.header('Via'))?.[1]} ${request.sequenceMethod}`
