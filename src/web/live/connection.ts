/** The page's one WebSocket: comes back by itself and goes on where it was lost. */
import type { FloorMessage } from '../../insight/floor-view.ts'
import type { LiveMessage } from '../../insight/live-view.ts'

export type ConnectionState = 'connecting' | 'live' | 'away' | 'taken-over' | 'signed-out'

type ConnectionOptions = Readonly<{
  deskId: string
  /** Up to where everything is known; null: begin with a snapshot. */
  after(): number | null
  onMessage(message: LiveMessage | FloorMessage): void
  /** The line has come up, again or for the first time. */
  onOpen(): void
  onState(state: ConnectionState): void
}>

/** The service says something every 5 s; a line that is silent for longer is dead. */
const silenceMs = 12_000
const firstRetryMs = 250
const longestRetryMs = 5_000
const codes = { signedOut: 4401, takenOver: 4409 } as const

export class LiveConnection {
  readonly #options: ConnectionOptions
  #socket: WebSocket | null = null
  #timer: number | undefined
  #watch: number | undefined
  #attempts = 0
  #isClosed = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    window.addEventListener('online', this.#atOnce)
  }

  open(): void {
    window.clearTimeout(this.#timer)
    const after = this.#options.after()
    const query = new URLSearchParams({ desk: this.#options.deskId, ...(after !== null && { after: String(after) }) })
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/live?${query}`)
    this.#socket = socket
    this.#listenForSilence(socket)
    socket.addEventListener('open', () => {
      if (after === null) socket.send('{"subscribe":{}}')
      this.#options.onOpen()
    })
    socket.addEventListener('message', ({ data }) => {
      if (socket !== this.#socket) return
      this.#listenForSilence(socket)
      this.#attempts = 0
      this.#options.onState('live')
      this.#options.onMessage(JSON.parse(String(data)) as LiveMessage | FloorMessage)
    })
    socket.addEventListener('close', ({ code }) => {
      if (socket === this.#socket) this.#lost(code)
    })
  }

  /** Nothing while the line is down: what is to be known is asked again when it comes up. */
  say(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  /** Something between was lost: begin again. */
  restart(): void {
    this.#drop()
    this.open()
  }

  close(): void {
    this.#isClosed = true
    window.removeEventListener('online', this.#atOnce)
    window.clearTimeout(this.#timer)
    this.#drop()
  }

  #lost(code: number): void {
    this.#socket = null
    window.clearTimeout(this.#watch)
    if (this.#isClosed) return
    if (code === codes.takenOver) return this.#options.onState('taken-over')
    if (code === codes.signedOut) return this.#options.onState('signed-out')
    this.#options.onState('away')
    const wait = Math.min(firstRetryMs * 2 ** this.#attempts++, longestRetryMs)
    // Desks that lost the same service don't all come back in the same instant.
    this.#timer = window.setTimeout(() => this.open(), wait * (0.5 + Math.random() / 2))
  }

  #listenForSilence(socket: WebSocket): void {
    window.clearTimeout(this.#watch)
    this.#watch = window.setTimeout(() => {
      if (socket !== this.#socket) return
      this.#drop()
      this.#lost(0)
    }, silenceMs)
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    window.clearTimeout(this.#watch)
    socket?.close()
  }

  readonly #atOnce = (): void => {
    if (this.#socket === null && !this.#isClosed) this.open()
  }
}
