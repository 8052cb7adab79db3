/**
 * Does something for stored facts, at least once and in order: what is done and how far it got are one transaction. It takes
 * what was committed, so the writer never waits for it; after a crash it goes on where it stood.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Knex } from 'knex'
import type { Fact } from '../core/facts.ts'
import type { StoredFact, Writer } from '../core/writer.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import { factsAfter } from './facts-store.ts'

export type FollowerStart = Readonly<{
  database: Database
  writer: Pick<Writer, 'onFacts'>
  log: Log
  /** Its place among the facts is kept under this name. */
  name: string
  /** Where it begins the first time. */
  from: 'first-fact' | 'next-fact'
  /** A batch in which nothing does is passed over. */
  concerns(fact: Fact): boolean
  /** Throwing leaves the facts to be taken again. */
  take: (trx: Knex.Transaction, facts: readonly StoredFact[]) => Promise<void>
}>

const factsAtOnce = 500
const retryAfterMs = 1_000
/** How far it may lag behind: what comes within this time is taken in one transaction. */
const gatherMs = 500
/** Facts of another process are not announced here; and who is concerned by nothing moves on all the same. */
const lookEveryMs = 5_000
/** Announced facts beyond these are read again when their time comes. */
const mostInMemory = 5_000

export class FactFollower {
  readonly #start: FollowerStart
  readonly #stopping = new AbortController()
  #wake = Promise.withResolvers<void>()
  /** Announced and not passed yet, without a gap. */
  #announced: StoredFact[] = []
  #unsubscribe: (() => void) | null = null
  #work: Promise<void> = Promise.resolve()

  constructor(start: FollowerStart) {
    this.#start = start
  }

  async begin(): Promise<void> {
    const { database, writer, name, from } = this.#start
    await database.knex.raw(
      `insert into projections (name, seq)
       select ?, case when ? then 0 else coalesce(max(seq), 0) end from facts on conflict (name) do nothing`,
      [name, from === 'first-fact'],
    )
    this.#unsubscribe = writer.onFacts((facts) => this.#receive(facts))
    this.#work = this.#run()
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.()
    this.#stopping.abort()
    this.#wake.resolve()
    await this.#work
  }

  #receive(facts: readonly StoredFact[]): void {
    if (this.#announced.at(-1)?.seq !== (facts[0]?.seq ?? 0) - 1) this.#announced = []
    this.#announced.push(...facts)
    if (this.#announced.length > mostInMemory) this.#announced.splice(0, this.#announced.length - mostInMemory)
    if (facts.some(({ fact }) => this.#start.concerns(fact))) this.#wake.resolve()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers()
      try {
        if ((await this.#step()) === factsAtOnce) continue
      } catch (error) {
        this.#start.log.warn({ err: error, follower: this.#start.name }, 'facts not followed yet; trying again')
        await delay(retryAfterMs, undefined, { signal }).catch(() => undefined)
        continue
      }
      const looking = new AbortController()
      await Promise.race([
        this.#wake.promise,
        delay(lookEveryMs, undefined, { signal: looking.signal, ref: false }).catch(() => undefined),
      ])
      looking.abort()
      await delay(gatherMs, undefined, { signal }).catch(() => undefined)
    }
  }

  async #step(): Promise<number> {
    const { database, name, concerns, take } = this.#start
    return database.knex.transaction(async (trx) => {
      // A crash takes back both what was done and how far it got.
      await trx.raw('set local synchronous_commit = off')
      const place = await trx('projections').where({ name }).forUpdate().first<{ seq: number } | undefined>('seq')
      const facts = place === undefined ? [] : await this.#factsAfter(place.seq)
      const last = facts.at(-1)
      if (last === undefined) return 0
      if (facts.some(({ fact }) => concerns(fact))) await take(trx, facts)
      await trx('projections').where({ name }).update({ seq: last.seq })
      return facts.length
    })
  }

  async #factsAfter(seq: number): Promise<readonly StoredFact[]> {
    this.#announced = this.#announced.filter((fact) => fact.seq > seq)
    if (this.#announced[0]?.seq === seq + 1) return this.#announced.slice(0, factsAtOnce)
    return factsAfter(this.#start.database, seq, factsAtOnce)
  }
}
