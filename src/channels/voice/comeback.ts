/**
 * After each connection to Asterisk: find out how the calls stand, as often as it takes, before anything else is done. The
 * next connection begins when this one has given up, or two would take up the same call.
 */
import type { UnseenWindow } from '../../core/facts.ts'
import type { Instant } from '../../core/ids.ts'
import type { Log } from '../../platform/log.ts'
import { patienceMs } from './arrivals.ts'

const retryEveryMs = 500

export type Attempt = Readonly<{
  /** Nobody listened in between. */
  unwatched: UnseenWindow
  /** Only the connection broke: this process has seen everything until then. */
  isSameProcess: boolean
  /** Another connection, or nobody of us, goes on from here. */
  isStale(): boolean
}>

export class Comeback {
  readonly #log: Log
  readonly #now: () => Instant
  readonly #catchUp: (attempt: Attempt) => Promise<boolean>
  readonly #onReady: () => void
  readonly #onLate: () => void
  /** Since when nobody listens; null while somebody does. */
  #unwatchedSince: Instant | null
  #isReady = false
  #wasReady = false
  #isLate = false
  #isOver = false
  #connections = 0
  #working: Promise<void> = Promise.resolve()

  constructor(options: {
    log: Log
    now(): Instant
    /** When a process of ours last listened; 0: none ever did. */
    lastAlive: Instant
    /** False: try again. */
    catchUp(attempt: Attempt): Promise<boolean>
    /** Nothing was missed any more. */
    onReady(): void
    /** It takes longer than a caller should wait. */
    onLate(): void
  }) {
    this.#log = options.log
    this.#now = options.now
    this.#unwatchedSince = options.lastAlive
    this.#catchUp = options.catchUp
    this.#onReady = options.onReady
    this.#onLate = options.onLate
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /** Whoever calls now is not made to wait. */
  get isLate(): boolean {
    return this.#isLate
  }

  connected(): void {
    const connection = ++this.#connections
    const isStale = () => connection !== this.#connections || this.#isOver
    this.#working = this.#working.then(() => this.#comeBack(isStale))
  }

  disconnected(): void {
    this.#connections++
    this.#isReady = false
    this.#unwatchedSince ??= this.#now()
  }

  /** What has to be done while there is no connection: once, unless one comes in between. */
  whileAway(work: (attempt: Attempt) => Promise<boolean>): void {
    const connection = this.#connections
    const isStale = () => connection !== this.#connections || this.#isOver
    this.#working = this.#working.then(async () => {
      for (let isDone = false; !isDone && !isStale();) {
        const now = this.#now()
        const unwatched = { from: this.#unwatchedSince ?? now, to: now }
        isDone = await work({ unwatched, isSameProcess: this.#wasReady, isStale }).catch((error: unknown) => {
          this.#log.warn({ err: error }, 'the calls of a dead Asterisk are not ended yet; trying again')
          return false
        })
        if (!isDone) await new Promise((resolve) => setTimeout(resolve, retryEveryMs))
      }
    })
  }

  /** Since when nobody listens; null: somebody does. */
  get unwatchedSince(): Instant | null {
    return this.#unwatchedSince
  }

  stop(): void {
    this.#isOver = true
    this.#isReady = false
  }

  async #comeBack(isStale: () => boolean): Promise<void> {
    const late = setTimeout(() => this.#beLate(), patienceMs)
    for (let attempt = 1; !isStale(); attempt++) {
      if (await this.#try(isStale, attempt)) break
      await new Promise((resolve) => setTimeout(resolve, retryEveryMs))
    }
    clearTimeout(late)
  }

  async #try(isStale: () => boolean, attempt: number): Promise<boolean> {
    const now = this.#now()
    const unwatched = { from: this.#unwatchedSince ?? now, to: now }
    try {
      if (!(await this.#catchUp({ unwatched, isSameProcess: this.#wasReady, isStale })) || isStale()) return false
    } catch (error) {
      // The database, most likely: the talkers talk on, and everything else waits for it.
      const level = attempt === 1 ? 'error' : 'debug'
      this.#log[level]({ err: error, attempt }, 'could not find out how the calls stand; trying again')
      this.#beLate()
      return false
    }
    this.#isReady = true
    this.#wasReady = true
    this.#isLate = false
    this.#unwatchedSince = null
    this.#onReady()
    // 0: no process of ours has ever watched.
    const before = unwatched.from === 0 ? {} : { unwatchedMs: unwatched.to - unwatched.from }
    this.#log.info(before, 'connected to Asterisk')
    return true
  }

  #beLate(): void {
    if (this.#isReady || this.#isLate) return
    this.#isLate = true
    this.#onLate()
  }
}
