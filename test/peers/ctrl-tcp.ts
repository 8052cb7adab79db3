import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { z } from 'zod'

const eventSchema = z.object({
  event: z.literal(true),
  type: z.string(),
  direction: z.enum(['incoming', 'outgoing']).optional(),
  peeruri: z.string().optional(),
  peerdisplayname: z.string().optional(),
  id: z.string().optional(),
  param: z.string().optional(),
})
const responseSchema = z.object({
  response: z.literal(true),
  ok: z.boolean(),
  data: z.string(),
  token: z.string(),
})
const messageSchema = z.union([eventSchema, responseSchema])

export type BaresipEvent = z.infer<typeof eventSchema>

type PendingCommand = { resolve: (data: string) => void; reject: (reason: Error) => void; command: string }

/** Splits the bytes of a stream into netstrings: `length:payload,`. */
export class NetstringReader {
  private rest = Buffer.alloc(0)

  /** The payloads that the chunk completes. */
  push(chunk: Buffer): string[] {
    this.rest = Buffer.concat([this.rest, chunk])
    const payloads: string[] = []
    for (;;) {
      const colon = this.rest.indexOf(':')
      if (colon < 0) return payloads
      const length = Number(this.rest.toString('ascii', 0, colon))
      if (!Number.isInteger(length)) throw new Error('not a netstring')
      const end = colon + 1 + length
      if (this.rest.length < end + 1) return payloads
      payloads.push(this.rest.toString('utf8', colon + 1, end))
      this.rest = this.rest.subarray(end + 1)
    }
  }
}

/** Control connection to baresip's ctrl_tcp module: JSON in netstrings, commands answered by token, events between. */
export class CtrlTcp {
  private readonly socket: Socket
  private readonly onEvent: (event: BaresipEvent) => void
  private readonly pending = new Map<string, PendingCommand>()
  private commandCount = 0

  private constructor(socket: Socket, onEvent: (event: BaresipEvent) => void) {
    this.socket = socket
    this.onEvent = onEvent
    const reader = new NetstringReader()
    socket.on('data', (chunk: Buffer) => {
      for (const text of reader.push(chunk)) this.receive(text)
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.failPending())
  }

  static async open(port: number, onEvent: (event: BaresipEvent) => void): Promise<CtrlTcp> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new CtrlTcp(socket, onEvent)
  }

  /** Runs a command of baresip's menu and gives what it prints; rejects when baresip refuses it. */
  command(command: string, params = ''): Promise<string> {
    const token = String(++this.commandCount)
    const payload = Buffer.from(JSON.stringify({ command, params, token }))
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) return reject(new Error(`the phone is gone: ${command}`))
      this.pending.set(token, { resolve, reject, command })
      this.socket.write(Buffer.concat([Buffer.from(`${payload.length}:`), payload, Buffer.from(',')]))
    })
  }

  get isOpen(): boolean {
    return !this.socket.destroyed
  }

  close(): void {
    this.socket.destroy()
  }

  private receive(text: string): void {
    const message = messageSchema.parse(JSON.parse(text))
    if ('event' in message) return this.onEvent(message)
    const waiting = this.pending.get(message.token)
    if (waiting === undefined) throw new Error(`an answer to no command: ${text}`)
    this.pending.delete(message.token)
    if (message.ok) waiting.resolve(message.data)
    else waiting.reject(new Error(`baresip refused ${waiting.command}: ${message.data}`))
  }

  private failPending(): void {
    for (const waiting of this.pending.values()) waiting.reject(new Error(`the phone is gone: ${waiting.command}`))
    this.pending.clear()
  }
}
