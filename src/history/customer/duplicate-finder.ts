/** Looks, a little at a time, whether customers that are new or changed are somebody whom we know already. */
import { setTimeout as delay } from 'node:timers/promises'
import { likeness, proposedFrom, type Profile } from '../../core/customer/duplicates.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Log } from '../../platform/log.ts'
import { candidatesFor, keepDuplicate, markExamined, passOverStrangers, readUnexamined } from './duplicate-store.ts'
import type { Customer } from './store.ts'

export type DuplicateFinderStart = Readonly<{
  database: Database
  log: Log
  /** Keys of attributes that name one person. */
  identifying: () => Promise<readonly string[]>
  everyMs?: number
}>

const customersAtOnce = 50

export class DuplicateFinder {
  readonly #start: DuplicateFinderStart
  readonly #stopping = new AbortController()
  #work: Promise<void> = Promise.resolve()

  constructor(start: DuplicateFinderStart) {
    this.#start = start
  }

  begin(): void {
    this.#work = this.#run(this.#stopping.signal)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#work
  }

  /** Looks at everybody that is due; returns how many that were. */
  async examine(): Promise<number> {
    const { database } = this.#start
    let examined = 0
    await passOverStrangers(database)
    while (!this.#stopping.signal.aborted) {
      const due = await readUnexamined(database, customersAtOnce)
      const identifying = due.length === 0 ? [] : await this.#start.identifying()
      for (const { customer } of due) await this.#compare(customer, identifying)
      await markExamined(database, due)
      examined += due.length
      if (due.length < customersAtOnce) break
    }
    return examined
  }

  async #compare(customer: Customer, identifying: readonly string[]): Promise<void> {
    const { database } = this.#start
    const own = profileOf(customer, identifying)
    for (const other of await candidatesFor(database, customer, identifying)) {
      const found = likeness(own, profileOf(other, identifying))
      if (found !== null && found.score >= proposedFrom) await keepDuplicate(database, [customer.id, other.id], found)
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.examine()
      } catch (error) {
        this.#start.log.warn({ err: error }, 'duplicates could not be looked for; trying again')
      }
      await delay(this.#start.everyMs ?? 5_000, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
}

function profileOf(customer: Customer, identifying: readonly string[]): Profile {
  const { id, name, company, attributes } = customer
  return {
    id,
    name,
    company,
    identities: [
      ...customer.identities.map(({ kind, value }) => ({ kind, value, linked: true })),
      ...customer.claims.map(({ kind, value }) => ({ kind, value, linked: false })),
    ],
    identifying: Object.fromEntries(
      identifying.flatMap((key) => {
        const value = attributes[key]
        return value === undefined ? [] : [[key, value]]
      }),
    ),
  }
}
