/**
 * One WebSocket to Asterisk: events come in, REST requests go out over the same socket where Asterisk can do that
 * (22.5 and later), else over HTTP keep-alive. Reconnects without limit; a silent peer is noticed by pings.
 */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as TlsAgent, request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import WebSocket from 'ws'
import type { AriEvent } from './events.ts'
import { FrozenWatch } from './frozen-watch.ts'

export type AriAccess = Readonly<{ url: string; username: string; password: string; app: string }>

/** What a request is answered with; `status` 0 means that no answer came: connection lost or time-out. */
export type AriReply = Readonly<{
  status: number
  /** Read when it is asked for: most replies are of interest for their status alone. */
  readonly body: unknown
  reason: string
}>
export type AriRequest = Readonly<{
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/ari/`, already encoded, for example `channels/1234.5/answer`. */
  path: string
  query?: Readonly<Record<string, string | number | boolean | undefined>>
  body?: unknown
}>

type Listeners = Readonly<{
  onEvent(event: AriEvent): void
  /** After each (re)connection, once requests can be made; Asterisk's version and whether it is a new process. */
  onConnected(): void
  onDisconnected(reason: string): void
}>

type Waiting = { resolve(reply: AriReply): void; timer: NodeJS.Timeout }

const requestTimeoutMs = 5_000
const pingEveryMs = 5_000
const firstRetryMs = 100
const longestRetryMs = 2_000

export class AriConnection {
  readonly #access: AriAccess
  readonly #listeners: Listeners
  readonly #waiting = new Map<string, Waiting>()
  readonly #httpAgent: Agent | TlsAgent
  #socket: WebSocket | null = null
  #restOverSocket = false
  #connected = false
  #closed = false
  #retryMs = firstRetryMs
  #nextRequest = 1
  #timers = new Set<NodeJS.Timeout>()
  /** Below the WebSocket, where what is sent in one turn can leave in one write. */
  #wire: Socket | null = null
  readonly #frozen = new FrozenWatch()
  #corked = false

  constructor(access: AriAccess, listeners: Listeners) {
    this.#access = access
    this.#listeners = listeners
    const options = { keepAlive: true, maxSockets: 8 }
    this.#httpAgent = access.url.startsWith('https:') ? new TlsAgent(options) : new Agent(options)
  }

  get connected(): boolean {
    return this.#connected
  }

  /** Starts connecting; `onConnected` tells when it has worked. */
  open(): void {
    const { url, username, password, app } = this.#access
    const target = new URL('ari/events', url.endsWith('/') ? url : `${url}/`)
    target.protocol = target.protocol === 'https:' ? 'wss:' : 'ws:'
    target.searchParams.set('app', app)
    target.searchParams.set('api_key', `${username}:${password}`)
    const socket = new WebSocket(target, { handshakeTimeout: 5_000, perMessageDeflate: false })
    this.#socket = socket
    let answered = true
    const pinger = setInterval(() => {
      if (!answered) return socket.terminate()
      answered = false
      if (socket.readyState === WebSocket.OPEN) socket.ping()
    }, pingEveryMs)
    socket.on('upgrade', ({ socket: wire }: IncomingMessage) => (this.#wire = wire))
    socket.on('pong', () => (answered = true))
    socket.on('open', () => void this.#greet(socket))
    socket.on('message', (data: Buffer) => {
      answered = true
      this.#receive(data)
    })
    let problem = 'closed'
    socket.on('error', (error) => (problem = error.message))
    socket.on('close', () => {
      clearInterval(pinger)
      this.#lost(problem)
    })
  }

  /** Sends a request. Never rejects: a lost connection and a time-out are replies with status 0. */
  send(request: AriRequest): Promise<AriReply> {
    const { wakingUp } = this.#frozen
    return wakingUp === null ? this.#send(request) : wakingUp.then(() => this.#send(request))
  }

  #send(request: AriRequest): Promise<AriReply> {
    if (this.#closed) return Promise.resolve(noReply('closed'))
    return this.#restOverSocket ? this.#sendOverSocket(request) : this.#sendOverHttp(request)
  }

  /** A file's bytes, which only HTTP can carry: `recordings/stored/{name}/file`. */
  download(path: string): Promise<{ status: number; body: Buffer }> {
    return this.#http({ method: 'GET', path })
  }

  close(): void {
    this.#closed = true
    this.#connected = false
    this.#frozen.stop()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#socket?.terminate()
    this.#httpAgent.destroy()
  }

  async #greet(socket: WebSocket): Promise<void> {
    const probe: AriRequest = { method: 'GET', path: 'asterisk/ping' }
    this.#restOverSocket = (await this.#sendOverSocket(probe, 1_000)).status === 200
    if (this.#socket !== socket || socket.readyState !== WebSocket.OPEN) return
    this.#connected = true
    this.#retryMs = firstRetryMs
    this.#listeners.onConnected()
  }

  #receive(data: Buffer): void {
    const message = JSON.parse(data.toString('utf8')) as { type: string } & Record<string, unknown>
    if (message.type !== 'RESTResponse') return this.#listeners.onEvent(message as unknown as AriEvent)
    const id = String(message['request_id'])
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    clearTimeout(waiting.timer)
    waiting.resolve(replyOf(Number(message['status_code']), String(message['reason_phrase']), message['message_body']))
  }

  #sendOverSocket(request: AriRequest, timeoutMs = requestTimeoutMs): Promise<AriReply> {
    const socket = this.#socket
    if (socket?.readyState !== WebSocket.OPEN) return Promise.resolve(noReply('not connected'))
    const id = String(this.#nextRequest++)
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id)
        resolve(noReply(`no answer within ${timeoutMs} ms`))
      }, timeoutMs)
      this.#waiting.set(id, { resolve, timer })
      this.#cork()
      socket.send(
        JSON.stringify({
          type: 'RESTRequest',
          request_id: id,
          transaction_id: id,
          method: request.method,
          uri: request.path,
          query_strings: queryOf(request).map(([name, value]) => ({ name, value })),
          ...(request.body === undefined
            ? {}
            : { content_type: 'application/json', message_body: JSON.stringify(request.body) }),
        }),
      )
    })
  }

  /** Requests of one turn of the event loop leave together: a write costs more than a request. */
  #cork(): void {
    const wire = this.#wire
    if (this.#corked || wire === null) return
    this.#corked = true
    wire.cork()
    setImmediate(() => {
      this.#corked = false
      wire.uncork()
    })
  }

  async #sendOverHttp(request: AriRequest): Promise<AriReply> {
    const { status, body, reason } = await this.#http(request)
    return status === 0 ? noReply(reason) : replyOf(status, reason, body.toString('utf8'))
  }

  #http(request: AriRequest): Promise<{ status: number; body: Buffer; reason: string }> {
    const target = new URL(
      `ari/${request.path}`,
      this.#access.url.endsWith('/') ? this.#access.url : `${this.#access.url}/`,
    )
    for (const [name, value] of queryOf(request)) target.searchParams.set(name, value)
    const payload = request.body === undefined ? undefined : JSON.stringify(request.body)
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest
    return new Promise((resolve) => {
      const failed = (error: Error) => resolve({ status: 0, body: Buffer.alloc(0), reason: error.message })
      const outgoing = send(
        target,
        {
          method: request.method,
          agent: this.#httpAgent,
          auth: `${this.#access.username}:${this.#access.password}`,
          timeout: requestTimeoutMs,
          headers: payload === undefined ? {} : { 'content-type': 'application/json' },
        },
        (incoming) => {
          const chunks: Buffer[] = []
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
          incoming.on('error', failed)
          incoming.on('end', () =>
            resolve({
              status: incoming.statusCode ?? 0,
              body: Buffer.concat(chunks),
              reason: incoming.statusMessage ?? '',
            }),
          )
        },
      )
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${requestTimeoutMs} ms`)))
      outgoing.on('error', failed)
      outgoing.end(payload)
    })
  }

  #lost(reason: string): void {
    const wasConnected = this.#connected
    this.#connected = false
    this.#restOverSocket = false
    this.#wire = null
    for (const [id, waiting] of this.#waiting) {
      clearTimeout(waiting.timer)
      this.#waiting.delete(id)
      waiting.resolve(noReply('connection lost'))
    }
    if (this.#closed) return
    if (wasConnected) this.#listeners.onDisconnected(reason)
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.open()
    }, this.#retryMs)
    this.#timers.add(timer)
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs)
  }
}

function queryOf(request: AriRequest): [string, string][] {
  return Object.entries(request.query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
}

/** null: it worked. */
export function failureOf(reply: AriReply): AriReply | null {
  return reply.status >= 200 && reply.status < 300 ? null : reply
}

function noReply(reason: string): AriReply {
  return { status: 0, body: null, reason }
}

function replyOf(status: number, reason: string, text: unknown): AriReply {
  return {
    status,
    reason,
    get body(): unknown {
      return typeof text !== 'string' || text === '' ? null : parsed(text)
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
