import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { eventually } from './poll.ts'

export type RawRequest = Readonly<{
  method: string
  /** The user of the request URI. */
  to: string
  from?: string
  /** Its own unless given. */
  callId?: string
  headers?: readonly string[]
  /** True: G.711 alone. */
  sdp?: boolean | string
  /** Within this one instead of a dialog of its own. */
  dialog?: RawDialog
}>

/** What two sides have agreed on by an INVITE. */
export type RawDialog = Readonly<{ callId: string; from: string; to: string; contact: string; answer: string }>

/** Says any words over UDP from any address of the loopback range, and writes down what comes back. */
export class RawSip {
  readonly answers: string[] = []
  readonly #socket: Socket
  readonly #server: { host: string; port: number }
  readonly #address: string
  #sequence = 0

  private constructor(socket: Socket, server: { host: string; port: number }, address: string) {
    this.#socket = socket
    this.#server = server
    this.#address = address
    socket.on('message', (data) => {
      const text = data.toString()
      this.answers.push(text)
      if (text.startsWith('BYE ')) this.send(okTo(text))
    })
  }

  static async open(server: { host: string; port: number }, address = '127.0.0.1'): Promise<RawSip> {
    const socket = createSocket('udp4')
    socket.bind(0, address)
    await once(socket, 'listening')
    return new RawSip(socket, server, address)
  }

  get contact(): string {
    return `${this.#address}:${this.#socket.address().port}`
  }

  send(message: string | Uint8Array): void {
    this.#socket.send(message, this.#server.port, this.#server.host)
  }

  /** Sends a request and returns the status of its final answer. */
  async request(request: RawRequest): Promise<number> {
    return statusOf(await this.#converse(request))
  }

  /** Calls, and says ACK to the 200; throws on anything else. No media is sent. */
  async call(request: Omit<RawRequest, 'method'>): Promise<RawDialog> {
    const answer = await this.#converse({ sdp: true, ...request, method: 'INVITE' })
    if (statusOf(answer) !== 200) throw new Error(`not answered: ${answer.split('\r\n')[0]}`)
    const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(answer)?.[1]?.trim() ?? ''
    const contact = /<([^>]+)>/.exec(header('Contact'))?.[1] ?? ''
    const dialog = { callId: header('Call-ID'), from: header('From'), to: header('To'), contact, answer }
    this.send(this.#text({ method: 'ACK', to: request.to, dialog }, this.#sequence, newBranch()))
    return dialog
  }

  /** Says it again until somebody hears it, for UDP loses messages (RFC 3261 §17.1). */
  async #converse(request: RawRequest): Promise<string> {
    const branch = newBranch()
    const message = this.#text(request, ++this.#sequence, branch)
    const answers = () => this.answers.filter((text) => text.startsWith('SIP/2.0 ') && text.includes(branch))
    let sayAgainAt = 0
    return eventually(
      () => {
        if (answers().length === 0 && performance.now() >= sayAgainAt) {
          this.send(message)
          sayAgainAt = performance.now() + 500
        }
        return answers().find((text) => statusOf(text) >= 200)
      },
      { withinMs: 15_000, everyMs: 10, what: `an answer to ${request.method} ${request.to}` },
    )
  }

  #text(
    { method, to, from = 'stranger', callId: given, headers = [], sdp = false, dialog }: RawRequest,
    sequence: number,
    branch: string,
  ) {
    const { host, port } = this.#server
    const callId = given ?? dialog?.callId ?? branch
    const body = sdp === true ? offerOf(this.#address) : sdp === false ? '' : sdp
    const lines = [
      `${method} ${dialog?.contact ?? `sip:${to}@${host}:${port}`} SIP/2.0`,
      `Via: SIP/2.0/UDP ${this.contact};branch=z9hG4bK${branch};rport`,
      `From: ${dialog?.from ?? `<sip:${from}@${this.#address}>;tag=${branch}`}`,
      `To: ${dialog?.to ?? `<sip:${to}@${host}>`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${sequence} ${method}`,
      `Contact: <sip:${from}@${this.contact}>`,
      'Max-Forwards: 70',
      ...headers,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ]
    return lines.join('\r\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }
}

/** `format`: payload type and, for dynamic ones, what it is. */
export function offerOf(
  address: string,
  format: readonly [number, string?] = [0],
  profile = 'RTP/AVP',
  more: readonly string[] = [],
): string {
  const [type, name] = format
  const media = [`m=audio 9 ${profile} ${type}`, ...(name === undefined ? [] : [`a=rtpmap:${type} ${name}`]), ...more]
  return ['v=0', `o=- 1 1 IN IP4 ${address}`, 's=-', `c=IN IP4 ${address}`, 't=0 0', ...media, ''].join('\r\n')
}

const newBranch = (): string => randomBytes(8).toString('hex')

const statusOf = (answer: string): number => Number(/^SIP\/2\.0 (\d{3})/.exec(answer)?.[1])

function okTo(request: string): string {
  const kept = request.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line))
  return ['SIP/2.0 200 OK', ...kept, 'Content-Length: 0', '\r\n'].join('\r\n')
}
