/**
 * Does something for each stored fact, at least once and in order: what is done and how far it got are one transaction. It
 * reads what was committed, so the writer never waits for it; after a crash it goes on where it stood.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Knex } from 'knex'
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
  /** Throwing leaves the facts to be taken again. */
  take: (trx: Knex.Transaction, facts: readonly StoredFact[]) => Promise<void>
}>

const factsAtOnce = 500
const retryAfterMs = 1_000
/** How far it may lag behind: what comes within this time is taken in one transaction. */
const gatherMs = 500
/** Facts of another process are not announced here. */
const lookEveryMs = 5_000

export class FactFollower {
  readonly #start: FollowerStart
  readonly #stopping = new AbortController()
  #wake = Promise.withResolvers<void>()
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
    this.#unsubscribe = writer.onFacts(() => this.#wake.resolve())
    this.#work = this.#run()
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.()
    this.#stopping.abort()
    this.#wake.resolve()
    await this.#work
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
    const { database, name, take } = this.#start
    return database.knex.transaction(async (trx) => {
      // A crash takes back both what was done and how far it got.
      await trx.raw('set local synchronous_commit = off')
      const place = await trx('projections').where({ name }).forUpdate().first<{ seq: number } | undefined>('seq')
      const facts = place === undefined ? [] : await factsAfter(database, place.seq, factsAtOnce)
      const last = facts.at(-1)
      if (last === undefined) return 0
      await take(trx, facts)
      await trx('projections').where({ name }).update({ seq: last.seq })
      return facts.length
    })
  }
}
