/**
 * Hands the messages of one channel to their provider: those to one identity in order, each at least once. A second time
 * only after an answer that nobody heard, and then it says so.
 */
import type { Channel, Instant } from '../core/ids.ts'
import type { Writer } from '../core/writer.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import {
  beginSending,
  dropLeaving,
  earliestToLeave,
  nextToLeave,
  settle,
  tryLater,
  type Leaving,
} from './outbox-store.ts'

/** `later`: the provider did not take it. `unknown`: it may have. `needless`: nobody wants it any more. */
export type Delivered = Readonly<
  | { outcome: 'sent'; providerId?: string }
  | { outcome: 'needless' }
  | { outcome: 'refused'; cause: string }
  | { outcome: 'later'; cause: string }
  | { outcome: 'unknown'; cause: string }
>
export type Deliver = (message: Leaving) => Promise<Delivered>

export type LaneStart = Readonly<{
  database: Database
  log: Log
  now: () => Instant
  writer: Pick<Writer, 'submit'>
  channel: Channel
  deliver: Deliver
}>

const atOnce = 20
const mostAttempts = 10
/** A mail server may be away for half a day (RFC 5321, 4.5.4.1 asks for more patience still). */
const mostAttemptsOf: Partial<Record<Channel, number>> = { email: 80 }
const firstRetryMs = 2_000
const longestRetryMs = 600_000
const lookAgainMs = 1_000

export class OutboxLane {
  readonly #start: LaneStart
  #timer: NodeJS.Timeout | null = null
  #work: Promise<void> | null = null
  #again = false
  #stopped = false

  constructor(start: LaneStart) {
    this.#start = start
  }

  /** Waits for what is being handed over. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#work
  }

  look(): void {
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
          return this.look()
        }
        if (inMs !== null) this.#timer = setTimeout(() => this.look(), inMs)
      })
  }

  /** When to look again, in ms; null: when something new is written. */
  async #sendAll(): Promise<number | null> {
    const { channel, database, now } = this.#start
    while (!this.#stopped) {
      const ready = await nextToLeave(database, channel, now(), atOnce)
      if (ready.length === 0) break
      await beginSending(
        database,
        ready.map(({ id }) => id),
        now(),
      )
      await Promise.all(ready.map((message) => this.#send(message)))
    }
    const at = await earliestToLeave(database, channel)
    return at === null ? null : Math.min(Math.max(at - now(), lookAgainMs), longestRetryMs)
  }

  async #send(message: Leaving): Promise<void> {
    const { database, log, now } = this.#start
    const { id } = message
    const delivered = await this.#deliver(message)
    switch (delivered.outcome) {
      case 'sent':
        await settle(database, id, { state: 'sent', providerId: delivered.providerId ?? null })
        return this.#tell(message, message.uncertain ? 'uncertain' : 'delivered', null)
      case 'needless':
        return dropLeaving(database, id)
      case 'refused':
        return this.#fail(message, delivered.cause)
      case 'later':
      case 'unknown': {
        const attempts = message.attempts + 1
        log.warn({ id, attempts, ...delivered }, 'a message did not get through yet')
        if (attempts >= (mostAttemptsOf[message.channel] ?? mostAttempts)) return this.#fail(message, delivered.cause)
        const pauseMs = Math.min(firstRetryMs * 2 ** (attempts - 1), longestRetryMs)
        return tryLater(database, id, now() + pauseMs, delivered.cause, delivered.outcome === 'unknown')
      }
    }
  }

  async #fail(message: Leaving, cause: string): Promise<void> {
    await settle(this.#start.database, message.id, { state: 'failed', error: cause })
    return this.#tell(message, 'failed', cause)
  }

  async #deliver(message: Leaving): Promise<Delivered> {
    try {
      return await this.#start.deliver(message)
    } catch (error) {
      return { outcome: 'unknown', cause: error instanceof Error ? error.message : String(error) }
    }
  }

  async #tell(
    { interactionId, messageId, about }: Leaving,
    outcome: 'delivered' | 'failed' | 'uncertain',
    cause: string | null,
  ): Promise<void> {
    const { now, writer } = this.#start
    await writer.submit({
      kind: 'record',
      fact: {
        ...{ at: now(), kind: 'message-settled', interactionId, messageId, outcome, cause },
        ...(about !== null && { about }),
      },
    })
  }
}
