import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { eventually } from './poll.ts'
import { encodeMuLaw, sine } from './tone.ts'

const packetMs = 20
const samplesPerPacket = 160
const payloadTypePcmu = 0

/**
 * A caller behind an address translation that it knows nothing of: its SDP names one port, and its audio comes from, and can
 * only be heard at, another.
 */
export class NattedCaller {
  readonly #sip: Socket
  readonly #announced: Socket
  readonly #real: Socket
  readonly #server: { host: string; port: number }
  readonly #number: string
  readonly #callId = randomBytes(8).toString('hex')
  #timer: NodeJS.Timeout | null = null
  #to = ''
  /** Audio packets that came to the port of the SDP, and to the one that the audio comes from. */
  readonly heard = { atAnnouncedPort: 0, atOwnPort: 0 }

  private constructor(sockets: [Socket, Socket, Socket], server: { host: string; port: number }, number: string) {
    ;[this.#sip, this.#announced, this.#real] = sockets
    this.#server = server
    this.#number = number
    this.#announced.on('message', () => this.heard.atAnnouncedPort++)
    this.#real.on('message', () => this.heard.atOwnPort++)
  }

  /** Calls, and says a tone from the other port once answered. */
  static async call(server: { host: string; port: number }, number: string, toneHz: number): Promise<NattedCaller> {
    const sockets: [Socket, Socket, Socket] = [createSocket('udp4'), createSocket('udp4'), createSocket('udp4')]
    for (const socket of sockets) {
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
    }
    const caller = new NattedCaller(sockets, server, number)
    try {
      const port = await caller.#invite()
      caller.#say(port, toneHz)
      return caller
    } catch (error) {
      await caller[Symbol.asyncDispose]()
      throw error
    }
  }

  hangUp(): void {
    this.#send('BYE', 2)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    const closed = [this.#sip, this.#announced, this.#real].map((socket) => once(socket, 'close'))
    for (const socket of [this.#sip, this.#announced, this.#real]) socket.close()
    await Promise.all(closed)
  }

  /** The port that the server takes audio at. */
  async #invite(): Promise<number> {
    const answers: string[] = []
    this.#sip.on('message', (message) => answers.push(message.toString()))
    this.#send('INVITE', 1)
    const answer = await eventually(() => answers.find((text) => text.startsWith('SIP/2.0 200')), {
      withinMs: 5_000,
      everyMs: 10,
      what: () => `an answer; got ${answers.join('\n')}`,
    })
    this.#to = /^To: (.*)$/m.exec(answer)?.[1]?.trim() ?? ''
    this.#send('ACK', 1)
    return Number(/^m=audio (\d+)/m.exec(answer)?.[1])
  }

  #send(method: 'INVITE' | 'ACK' | 'BYE', sequence: number): void {
    const { host, port } = this.#server
    const own = `127.0.0.1:${this.#sip.address().port}`
    const sdp = [
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${this.#announced.address().port} RTP/AVP ${payloadTypePcmu}`,
      '',
    ].join('\r\n')
    const body = method === 'INVITE' ? sdp : ''
    const lines = [
      `${method} sip:${this.#number}@${host}:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP ${own};branch=z9hG4bK${randomBytes(8).toString('hex')};rport`,
      `From: <sip:anonymous@127.0.0.1>;tag=${this.#callId}`,
      `To: ${this.#to === '' ? `<sip:${this.#number}@${host}>` : this.#to}`,
      `Call-ID: ${this.#callId}`,
      `CSeq: ${sequence} ${method}`,
      `Contact: <sip:caller@${own}>`,
      'Max-Forwards: 70',
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ]
    this.#sip.send(lines.join('\r\n'), port, host)
  }

  #say(port: number, toneHz: number): void {
    const tone = encodeMuLaw(sine(toneHz, 1_000))
    const source = randomBytes(4).readUInt32BE()
    let count = 0
    this.#timer = setInterval(() => {
      const packet = Buffer.alloc(12 + samplesPerPacket)
      packet.writeUInt8(0x80, 0)
      packet.writeUInt8(payloadTypePcmu, 1)
      packet.writeUInt16BE(count & 0xffff, 2)
      packet.writeUInt32BE(count * samplesPerPacket, 4)
      packet.writeUInt32BE(source, 8)
      const from = (count * samplesPerPacket) % tone.length
      packet.set(tone.subarray(from, from + samplesPerPacket), 12)
      this.#real.send(packet, port, this.#server.host)
      count++
    }, packetMs)
  }
}
