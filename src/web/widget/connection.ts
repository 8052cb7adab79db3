/** The line to the service: comes back by itself, goes on behind what it heard last, and sends again what nobody confirmed. */
import type { Heard } from './shapes.ts'

const firstRetryMs = 500
const longestRetryMs = 20_000

export type ConnectionOptions = Readonly<{
  url: string
  /** Said first, on every connection. */
  hello(): object
  heard(message: Heard): void
  changed(online: boolean): void
}>

export class Connection {
  readonly #options: ConnectionOptions
  /** By their id, until they are acknowledged. */
  readonly #unconfirmed = new Map<string, object>()
  #socket: WebSocket | null = null
  #ready = false
  #retryMs = firstRetryMs
  #held: object[] = []

  constructor(options: ConnectionOptions) {
    this.#options = options
    addEventListener('online', () => this.#hurry())
    document.addEventListener('visibilitychange', () => this.#hurry())
  }

  open(): void {
    if (this.#socket !== null) return
    const socket = new WebSocket(this.#options.url)
    this.#socket = socket
    socket.addEventListener('open', () => socket.send(JSON.stringify({ hello: this.#options.hello() })))
    socket.addEventListener('message', ({ data }) => this.#heard(JSON.parse(String(data)) as Heard))
    socket.addEventListener('close', () => this.#lost())
  }

  /** Lost with the connection: what is worth nothing later. */
  say(message: object): void {
    if (this.#ready) this.#socket?.send(JSON.stringify(message))
  }

  /** Kept until there is a connection. */
  later(message: object): void {
    if (this.#ready) this.say(message)
    else this.#held.push(message)
  }

  /** Again and again until it is confirmed under that id. */
  send(id: string, message: object): void {
    this.#unconfirmed.set(id, message)
    this.say(message)
  }

  #heard(message: Heard): void {
    if (message.type === 'welcome') {
      this.#ready = true
      this.#retryMs = firstRetryMs
      this.#options.changed(true)
    }
    if (message.type === 'ack' || (message.type === 'error' && message.id !== undefined))
      this.#unconfirmed.delete(message.id ?? '')
    this.#options.heard(message)
    if (message.type !== 'welcome') return
    for (const held of this.#held.splice(0)) this.say(held)
    for (const unconfirmed of this.#unconfirmed.values()) this.say(unconfirmed)
  }

  #lost(): void {
    this.#socket = null
    if (this.#ready) this.#options.changed(false)
    this.#ready = false
    // Not all pages at the same moment after a restart of ours.
    setTimeout(() => this.open(), this.#retryMs * (0.5 + Math.random()))
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs)
  }

  #hurry(): void {
    if (this.#socket === null && document.visibilityState === 'visible') this.open()
  }
}
