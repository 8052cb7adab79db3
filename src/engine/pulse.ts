/**
 * Whether the database answers: heard from every statement of the writer, and from a heartbeat when there is none. The
 * heartbeat also tells the next process how long this one lived.
 */
import type { Instant } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'
import { isDatabaseUnavailable } from '../platform/database/outage.ts'
import type { Log } from '../platform/log.ts'
import { NotTheWriter, writeHeartbeat } from './store.ts'

/** How finely a later start can tell when this process was last alive. */
const beatEveryMs = 1_000

export type Outage = Readonly<{ from: Instant; to: Instant }>

export class Pulse {
  readonly #database: Database
  readonly #log: Log
  readonly #now: () => Instant
  readonly #epoch: () => number
  readonly #onBack: () => void
  #timer: NodeJS.Timeout | null = null
  #isBeating = false
  #answeredAt: Instant
  #stalledSince: Instant | null = null

  constructor(options: {
    database: Database
    log: Log
    now(): Instant
    epoch(): number
    /** A heartbeat got through after an outage. */
    onBack(): void
  }) {
    this.#database = options.database
    this.#log = options.log
    this.#now = options.now
    this.#epoch = options.epoch
    this.#onBack = options.onBack
    this.#answeredAt = options.now()
  }

  /** null: it answers, as far as anybody knows. */
  get stalledSince(): Instant | null {
    return this.#stalledSince
  }

  start(): void {
    this.#timer = setInterval(() => void this.#beatAlone(), beatEveryMs)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  /** Tells whether it answers. Throws on anything else than an outage. */
  async beat(): Promise<boolean> {
    const askedAt = this.#now()
    try {
      await writeHeartbeat(this.#database, this.#epoch(), askedAt)
      return true
    } catch (error) {
      this.failed(error, askedAt)
      return false
    }
  }

  /** Throws it again unless it means that the database is away. `askedAt`: when the statement that failed was sent. */
  failed(error: unknown, askedAt: Instant): void {
    if (error instanceof NotTheWriter || !isDatabaseUnavailable(error)) throw error
    this.stall(error, askedAt)
  }

  /** A heartbeat may have been answered while the statement was not: it touches no table that another may hold. */
  stall(error: unknown, askedAt: Instant): void {
    if (this.#stalledSince !== null) return
    this.#stalledSince = Math.min(askedAt, this.#answeredAt)
    this.#log.error({ err: error }, 'the database does not answer; holding decisions until it does')
  }

  /** Tells from when to when it was away, if it was. */
  answered(): Outage | null {
    const from = this.#stalledSince
    const to = this.#now()
    this.#answeredAt = to
    this.#stalledSince = null
    if (from === null) return null
    this.#log.warn({ ms: to - from }, 'the database is back')
    return { from, to }
  }

  async #beatAlone(): Promise<void> {
    if (this.#isBeating) return
    this.#isBeating = true
    try {
      const isAnswered = await this.beat()
      if (isAnswered && this.#stalledSince !== null) this.#onBack()
      else if (isAnswered) this.#answeredAt = this.#now()
    } catch (error) {
      this.#log.error({ err: error }, 'heartbeat not written')
    }
    this.#isBeating = false
  }
}
