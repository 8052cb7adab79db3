import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { eventually } from './poll.ts'

export type RawRequest = Readonly<{
  method: string
  /** The user of the request URI. */
  to: string
  from?: string
  headers?: readonly string[]
  sdp?: boolean
}>

/** Says any words over UDP from any address of the loopback range, and writes down what comes back. */
export class RawSip {
  readonly answers: string[] = []
  readonly #socket: Socket
  readonly #server: { host: string; port: number }
  readonly #address: string

  private constructor(socket: Socket, server: { host: string; port: number }, address: string) {
    this.#socket = socket
    this.#server = server
    this.#address = address
    socket.on('message', (data) => this.answers.push(data.toString()))
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
  async request({ method, to, from = 'stranger', headers = [], sdp = false }: RawRequest): Promise<number> {
    const callId = randomBytes(8).toString('hex')
    const { host, port } = this.#server
    const body = sdp ? offer(this.#address) : ''
    const lines = [
      `${method} sip:${to}@${host}:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP ${this.contact};branch=z9hG4bK${callId};rport`,
      `From: <sip:${from}@${this.#address}>;tag=${callId}`,
      `To: <sip:${to}@${host}>`,
      `Call-ID: ${callId}`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:${from}@${this.contact}>`,
      'Max-Forwards: 70',
      ...headers,
      ...(sdp ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${body.length}`,
      '',
      body,
    ]
    const message = lines.join('\r\n')
    const statuses = () =>
      this.answers.filter((text) => text.includes(callId)).map((text) => Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1]))
    // UDP loses messages: said again until somebody hears it (RFC 3261 §17.1).
    let sayAgainAt = 0
    return eventually(
      () => {
        if (statuses().length === 0 && performance.now() >= sayAgainAt) {
          this.send(message)
          sayAgainAt = performance.now() + 500
        }
        return statuses().find((code) => code >= 200)
      },
      { withinMs: 10_000, everyMs: 10, what: `an answer to ${method} ${to}` },
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }
}

function offer(address: string): string {
  return ['v=0', `o=- 1 1 IN IP4 ${address}`, 's=-', `c=IN IP4 ${address}`, 't=0 0', 'm=audio 9 RTP/AVP 0', ''].join(
    '\r\n',
  )
}
