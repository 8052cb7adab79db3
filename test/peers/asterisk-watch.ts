import { once } from 'node:events'
import WebSocket from 'ws'
import { eventually } from './poll.ts'

/** An event of ARI, as Asterisk tells it: tests look into it by name. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AsteriskEvent = any

/** Listens to everything that happens in an Asterisk, beside the service. */
export class AsteriskWatch {
  readonly events: AsteriskEvent[] = []
  readonly #socket: WebSocket

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.events.push(JSON.parse(data.toString())))
  }

  static async open(ariUrl: string): Promise<AsteriskWatch> {
    const { host, username, password } = new URL(ariUrl)
    const query = new URLSearchParams({ app: 'watch', subscribeAll: 'true', api_key: `${username}:${password}` })
    const socket = new WebSocket(`ws://${host}/ari/events?${query.toString()}`)
    const watch = new AsteriskWatch(socket)
    await once(socket, 'open')
    return watch
  }

  /** The first event of that type that fits, among those seen so far and those to come. */
  event(type: string, wanted: (event: AsteriskEvent) => boolean, withinMs = 10_000): Promise<AsteriskEvent> {
    return eventually(() => this.events.find((event) => event.type === type && wanted(event)), {
      withinMs,
      what: () => `${type}; seen: ${this.events.map((event) => event.type).join(' ')}`,
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#socket.terminate()
    return Promise.resolve()
  }
}
