/**
 * Hands messages to their providers once their facts are stored: those to one identity in order, each at least once. A
 * second time only after an answer that nobody heard, and then it says so.
 */
import type { Channel, Instant } from '../core/ids.ts'
import type { Writer } from '../core/writer.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import {
  beginSending,
  doubtWhatWasSending,
  earliestToLeave,
  nextToLeave,
  settle,
  tryLater,
  type Leaving,
} from './outbox-store.ts'

/** `later`: the provider did not take it. `unknown`: it may have. */
type Delivered = Readonly<
  | { outcome: 'sent'; providerId?: string }
  | { outcome: 'refused'; cause: string }
  | { outcome: 'later'; cause: string }
  | { outcome: 'unknown'; cause: string }
>

export type OutboxStart = Readonly<{
  database: Database
  log: Log
  now: () => Instant
  writer: Writer
  /** How each channel delivers; a message of another one waits. */
  deliver: ReadonlyMap<Channel, (message: Leaving) => Promise<Delivered>>
}>

const atOnce = 20
const mostAttempts = 10
const firstRetryMs = 2_000
const longestRetryMs = 600_000
const lookAgainMs = 1_000

export class Outbox {
  readonly #start: OutboxStart
  #timer: NodeJS.Timeout | null = null
  #work: Promise<void> | null = null
  #again = false
  #stopped = false
  #stopListening: (() => void) | null = null

  constructor(start: OutboxStart) {
    this.#start = start
  }

  async open(): Promise<void> {
    await doubtWhatWasSending(this.#start.database)
    this.#stopListening = this.#start.writer.onFacts((facts) => {
      if (facts.some(({ fact }) => fact.kind === 'message-sent')) this.#look()
    })
    this.#look()
  }

  /** Waits for what is being handed over. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#stopListening?.()
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#work
  }

  #look(): void {
    if (this.#stopped) return
    if (this.#work !== null) {
      this.#again = true
      return
    }
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#work = this.#sendAll()
      .catch((error: unknown) => {
        this.#start.log.warn({ err: error }, 'the outbox could not be read; trying again')
        return lookAgainMs
      })
      .then((inMs) => {
        this.#work = null
        if (this.#stopped) return
        if (this.#again) {
          this.#again = false
          return this.#look()
        }
        if (inMs !== null) this.#timer = setTimeout(() => this.#look(), inMs)
      })
  }

  /** When to look again, in ms; null: when something new is written. */
  async #sendAll(): Promise<number | null> {
    const { database, now } = this.#start
    while (!this.#stopped) {
      const ready = await nextToLeave(database, now(), atOnce)
      if (ready.length === 0) break
      await beginSending(
        database,
        ready.map(({ id }) => id),
      )
      await Promise.all(ready.map((message) => this.#send(message)))
    }
    const at = await earliestToLeave(database)
    return at === null ? null : Math.min(Math.max(at - now(), lookAgainMs), longestRetryMs)
  }

  async #send(message: Leaving): Promise<void> {
    const { database, log, now } = this.#start
    const { id } = message
    const delivered = await this.#deliver(message)
    switch (delivered.outcome) {
      case 'sent':
        await settle(database, id, 'sent', { providerId: delivered.providerId })
        return this.#tell(message, message.uncertain ? 'uncertain' : 'delivered', null)
      case 'refused':
        await settle(database, id, 'failed', { error: delivered.cause })
        return this.#tell(message, 'failed', delivered.cause)
      case 'later':
      case 'unknown': {
        const attempts = message.attempts + 1
        log.warn({ id, attempts, ...delivered }, 'a message did not get through yet')
        if (attempts >= mostAttempts) {
          await settle(database, id, 'failed', { error: delivered.cause })
          return this.#tell(message, 'failed', delivered.cause)
        }
        const pauseMs = Math.min(firstRetryMs * 2 ** (attempts - 1), longestRetryMs)
        return tryLater(database, id, now() + pauseMs, delivered.cause, delivered.outcome === 'unknown')
      }
    }
  }

  async #deliver(message: Leaving): Promise<Delivered> {
    const deliver = this.#start.deliver.get(message.channel)
    if (deliver === undefined) return { outcome: 'later', cause: `nothing sends ${message.channel} here yet` }
    try {
      return await deliver(message)
    } catch (error) {
      return { outcome: 'unknown', cause: error instanceof Error ? error.message : String(error) }
    }
  }

  async #tell(
    { interactionId, messageId }: Leaving,
    outcome: 'delivered' | 'failed' | 'uncertain',
    cause: string | null,
  ): Promise<void> {
    const { now, writer } = this.#start
    await writer.submit({
      kind: 'record',
      fact: { at: now(), kind: 'message-settled', interactionId, messageId, outcome, cause },
    })
  }
}
