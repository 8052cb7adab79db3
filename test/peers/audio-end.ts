import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { eventually } from './poll.ts'
import { decodeMuLaw, encodeMuLaw, sine, soundMs, toneMs } from './tone.ts'

const packetMs = 20
const samplesPerPacket = 160
const headerBytes = 12

/** One end of G.711 audio over RTP: says a tone, and tells which one it hears. */
export class AudioEnd {
  readonly #socket: Socket
  readonly #heard: Int16Array[] = []
  #timer: NodeJS.Timeout | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('message', (packet) => this.#heard.push(decodeMuLaw(packet.subarray(headerBytes))))
  }

  static async open(address: string): Promise<AudioEnd> {
    const socket = createSocket('udp4')
    socket.bind(0, address)
    await once(socket, 'listening')
    return new AudioEnd(socket)
  }

  get port(): number {
    return this.#socket.address().port
  }

  /** Once `minMs` of what comes from now on carry the tone. */
  async hears(hz: number, { minMs = 400, withinMs = 8_000 } = {}): Promise<void> {
    const from = this.#heard.length
    const what = () => `${hz} Hz; ${this.#since(from).length / 8} ms heard`
    await eventually(() => toneMs(this.#since(from), { hz }) >= minMs, { withinMs, what })
  }

  /** Once anything but silence comes from now on. */
  async hearsSound({ minMs = 400, withinMs = 8_000 } = {}): Promise<void> {
    const from = this.#heard.length
    await eventually(() => soundMs(this.#since(from)) >= minMs, { withinMs, what: 'sound' })
  }

  say(hz: number, to: Readonly<{ host: string; port: number }>): void {
    this.silence()
    const tone = encodeMuLaw(sine(hz, 1_000))
    const source = randomBytes(4).readUInt32BE()
    let count = 0
    this.#timer = setInterval(() => {
      const packet = Buffer.alloc(headerBytes + samplesPerPacket)
      packet.writeUInt8(0x80, 0)
      packet.writeUInt16BE(count & 0xffff, 2)
      packet.writeUInt32BE(count * samplesPerPacket, 4)
      packet.writeUInt32BE(source, 8)
      const from = (count * samplesPerPacket) % tone.length
      packet.set(tone.subarray(from, from + samplesPerPacket), headerBytes)
      this.#socket.send(packet, to.port, to.host)
      count++
    }, packetMs)
  }

  silence(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.silence()
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }

  #since(from: number): Int16Array {
    return Int16Array.from(this.#heard.slice(from).flatMap((samples) => [...samples]))
  }
}
