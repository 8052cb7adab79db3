/**
 * Inbound messages are made safe first and taken in afterwards: each once, those of one identity one after the other. What
 * can't be taken in is set aside for a person and holds nobody up.
 */
import type { Instant } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'
import { isDatabaseUnavailable } from '../platform/database/outage.ts'
import type { Log } from '../platform/log.ts'
import {
  dropInbound,
  failInbound,
  insertInbound,
  listSetAside,
  retryInbound,
  waitingInbound,
  type Inbound,
  type SetAside,
  type StoredInbound,
} from './inbox-store.ts'

/** So many failures, and a message is set aside. */
const mostAttempts = 3
const retryAfterMs = 250

export type InboxStart = Readonly<{
  database: Database
  log: Log
  now: () => Instant
  /** Resolves with whether it was stored together with its number (`Beside.takes`); false: nothing comes of it. */
  take(message: StoredInbound): Promise<boolean>
}>

type Waiting = { message: Inbound; resolve(isNew: boolean): void; reject(error: unknown): void }

export class Inbox {
  readonly #start: InboxStart
  readonly #lanes = new Map<string, Promise<void>>()
  #waiting: Waiting[] = []
  #storing = false
  #stopped = false

  constructor(start: InboxStart) {
    this.#start = start
  }

  /** Takes in what an earlier process left. */
  async open(): Promise<void> {
    for (const message of await waitingInbound(this.#start.database)) this.#queue(message)
  }

  stop(): void {
    this.#stopped = true
  }

  /** Resolves once the message is safe; `isNew` false: a copy of it was there. */
  receive(message: Omit<Inbound, 'receivedAt'>): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message: { ...message, receivedAt: this.#start.now() }, resolve, reject })
      if (!this.#storing) void this.#store()
    })
  }

  setAside(): Promise<SetAside[]> {
    return listSetAside(this.#start.database)
  }

  /** False: there is no such message set aside. */
  async retry(id: number): Promise<boolean> {
    const message = await retryInbound(this.#start.database, id)
    if (message !== null) this.#queue(message)
    return message !== null
  }

  /** What comes while a statement is under way goes with the next one. */
  async #store(): Promise<void> {
    this.#storing = true
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting.splice(0, 500)
      try {
        const stored = await insertInbound(
          this.#start.database,
          waiting.map(({ message }) => message),
        )
        const fresh = new Map(stored.map((message) => [keyOf(message), message]))
        for (const { message, resolve } of waiting) {
          const found = fresh.get(keyOf(message))
          fresh.delete(keyOf(message))
          if (found !== undefined) this.#queue(found)
          resolve(found !== undefined)
        }
      } catch (error) {
        for (const { reject } of waiting) reject(error)
      }
    }
    this.#storing = false
  }

  #queue(message: StoredInbound): void {
    const lane = `${message.entryPointId}\n${message.identity}`
    const before = this.#lanes.get(lane) ?? Promise.resolve()
    const work = before.then(() => this.#take(message))
    this.#lanes.set(lane, work)
    void work.then(() => {
      if (this.#lanes.get(lane) === work) this.#lanes.delete(lane)
    })
  }

  async #take(message: StoredInbound): Promise<void> {
    for (let attempts = message.attempts; !this.#stopped;) {
      try {
        if (!(await this.#start.take(message))) await dropInbound(this.#start.database, message.id)
        return
      } catch (error) {
        if (this.#stopped) return
        if (!isDatabaseUnavailable(error) && (await this.#failed(message, ++attempts, error))) return
        await new Promise((resolve) => setTimeout(resolve, retryAfterMs))
      }
    }
  }

  /** Whether it is set aside. */
  async #failed(message: StoredInbound, attempts: number, error: unknown): Promise<boolean> {
    const { database, log } = this.#start
    const { id, channel } = message
    const isHopeless = attempts >= mostAttempts
    log.error({ err: error, id, channel, attempts, isHopeless }, 'an inbound message could not be taken in')
    try {
      await failInbound(database, id, error instanceof Error ? error.message : String(error), isHopeless)
    } catch (failure) {
      log.warn({ err: failure, id }, 'the failure was not noted')
      return false
    }
    return isHopeless
  }
}

const keyOf = ({ entryPointId, providerId }: Inbound): string => `${entryPointId}\n${providerId}`
