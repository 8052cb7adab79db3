/**
 * Follows the facts into the history's rows. New facts are folded into memory as the writer announces them and stored in
 * bulk a moment later; position and rows move in one statement, so each fact counts exactly once. After a start, an error
 * or a gap it reads on from the table of facts.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Board } from '../core/history/board.ts'
import type { Story } from '../core/history/story.ts'
import type { InteractionId } from '../core/ids.ts'
import type { StoredFact, Writer } from '../core/writer.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import { factsAfter, factsOf } from './facts-store.ts'
import { ProjectionMemory } from './projection-memory.ts'
import { advance, forgetDerived, readStanding } from './projection-store.ts'

/** How far the rows may lag behind the facts. */
const storeEveryMs = 200
const retryAfterMs = 500
const catchUpPage = 5_000

export type ProjectorStart = Readonly<{ database: Database; writer: Pick<Writer, 'onFacts'>; log: Log }>

export class Projector {
  readonly #start: ProjectorStart
  readonly #listeners = new Set<(facts: readonly StoredFact[]) => void>()
  #memory = new ProjectionMemory(0, { agents: [], queues: [] })
  /** Facts announced while reading on from the table; null while following. */
  #waiting: StoredFact[] | null = []
  #work: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | null = null
  #unsubscribe: (() => void) | null = null
  #needsReload = false
  readonly #stopping = new AbortController()

  constructor(start: ProjectorStart) {
    this.#start = start
  }

  /** Of the last fact in the memory below. */
  get seq(): number {
    return this.#memory.foldedSeq
  }

  get board(): Board {
    return this.#memory.board
  }

  live(): Iterable<Story> {
    return this.#memory.live()
  }

  story(interactionId: InteractionId): Story | undefined {
    return this.#memory.story(interactionId)
  }

  /** Called with facts in order, right after they entered `board` and `live`; a reload may repeat some. */
  onFolded(listener: (facts: readonly StoredFact[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves when the rows hold everything that was stored before the call. */
  async start(): Promise<void> {
    this.#unsubscribe = this.#start.writer.onFacts((facts) => this.#receiveSafely(facts))
    await this.#enqueue(() => this.#load())
  }

  /** Stores what is in hand. */
  async stop(): Promise<void> {
    this.#unsubscribe?.()
    this.#stopping.abort()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    await this.#work
    if (this.#waiting !== null || this.#needsReload) return
    try {
      await this.#store()
    } catch (error) {
      // The next start reads on from the position that was stored.
      this.#start.log.warn({ err: error }, 'the last of the history will be stored at the next start')
    }
  }

  /** Waits until the rows hold every fact announced so far, at most this long; says whether they do. */
  async caughtUp(withinMs = 1_000): Promise<boolean> {
    const seq = this.#memory.foldedSeq
    const isStored = () => this.#waiting === null && this.#memory.storedSeq >= seq
    if (isStored()) return true
    const limit = new AbortController()
    await Promise.race([
      this.#enqueue(() => this.#storeOrReload()),
      delay(withinMs, undefined, { signal: limit.signal, ref: false }).catch(() => undefined),
    ])
    limit.abort()
    return isStored()
  }

  /** Forgets all rows and derives them again from the first fact. */
  rebuild(): Promise<void> {
    return this.#enqueue(async () => {
      this.#waiting ??= []
      await forgetDerived(this.#start.database)
      await this.#load()
    })
  }

  /** The writer must not fall over a reader's bug. */
  #receiveSafely(facts: readonly StoredFact[]): void {
    try {
      this.#receive(facts)
    } catch (error) {
      this.#start.log.error({ err: error, seq: facts[0]?.seq }, 'the history broke on a fact; reading again')
      this.#waiting = []
      void this.#enqueue(() => this.#load())
    }
  }

  #receive(facts: readonly StoredFact[]): void {
    if (this.#waiting !== null) {
      this.#waiting.push(...facts)
      return
    }
    const next = facts[0]?.seq
    if (next === undefined) return
    if (next !== this.#memory.foldedSeq + 1) {
      this.#waiting = [...facts]
      void this.#enqueue(() => this.#catchUp())
      return
    }
    this.#fold(facts)
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      void this.#enqueue(() => this.#storeOrReload())
    }, storeEveryMs)
  }

  #fold(facts: readonly StoredFact[]): void {
    const fresh = facts.filter(({ seq }) => seq > this.#memory.foldedSeq)
    if (fresh.length === 0) return
    for (const fact of fresh) this.#memory.fold(fact)
    for (const listener of this.#listeners) listener(fresh)
  }

  /** One thing at a time, repeated until it succeeds: the database may be away for a while. */
  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(async () => {
      for (let attempt = 0; !this.#stopping.signal.aborted; attempt++) {
        try {
          return await work()
        } catch (error) {
          if (attempt % 20 === 0) this.#start.log.warn({ err: error }, 'history not stored yet; trying again')
          await delay(retryAfterMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
        }
      }
    })
    return this.#work
  }

  async #load(): Promise<void> {
    const { database } = this.#start
    this.#waiting ??= []
    const standing = await readStanding(database)
    const memory = new ProjectionMemory(standing.seq, standing)
    memory.learn(await factsOf(database, standing.unsettled, standing.seq), false)
    this.#memory = memory
    this.#needsReload = false
    await this.#catchUp()
  }

  async #catchUp(): Promise<void> {
    const { database } = this.#start
    for (;;) {
      const facts = await factsAfter(database, this.#memory.foldedSeq, catchUpPage)
      if (facts.length === 0) break
      this.#fold(facts)
      await this.#store()
      if (this.#needsReload) return this.#load()
    }
    // No await between the last look at the table and this: what came meanwhile is in `waiting`.
    const waiting = this.#waiting ?? []
    this.#waiting = null
    this.#fold(waiting)
    await this.#store()
  }

  async #storeOrReload(): Promise<void> {
    if (this.#waiting !== null) await this.#catchUp()
    else await this.#store()
    if (this.#needsReload) await this.#load()
  }

  async #store(): Promise<void> {
    const { database, log } = this.#start
    await this.#meetUnknown()
    if (this.#memory.foldedSeq === this.#memory.storedSeq) return
    const { batch, stored, failed } = this.#memory.take()
    try {
      if (await advance(database, batch)) return stored()
    } catch (error) {
      failed()
      throw error
    }
    log.warn({ from: batch.from, to: batch.to }, 'the history was moved on by another process; reading it again')
    this.#needsReload = true
  }

  async #meetUnknown(): Promise<void> {
    for (;;) {
      const ids = this.#memory.takeUnknown()
      if (ids.length === 0) return
      try {
        this.#memory.learn(await factsOf(this.#start.database, ids, this.#memory.foldedSeq), true)
      } catch (error) {
        this.#memory.putBackUnknown(ids)
        throw error
      }
    }
  }
}
