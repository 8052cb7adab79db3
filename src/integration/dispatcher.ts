/**
 * Sends what is due, a few at a time for each target, so that a slow one holds up nobody else. What was under way when the
 * process died is sent again once its time is over: at least once, and the event's id tells copies apart.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Instant } from '../core/ids.ts'
import { isFinal, nextAttempt } from '../core/integration/retries.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import type { OutgoingAnswer } from '../platform/outgoing.ts'
import {
  enqueueAll,
  forgetDelivered,
  noteDelivered,
  noteFailed,
  takeAnnouncements,
  takeDue,
  type Delivery,
} from './delivery-store.ts'

export type DispatcherStart = Readonly<{
  database: Database
  log: Log
  now: () => Instant
  /** 0 to 1. */
  chance: () => number
  send(delivery: Delivery, signal: AbortSignal): Promise<OutgoingAnswer>
  everyMs?: number
}>

const perTarget = 4
const atOnce = 40
/** Longer than any request may take. */
const takenForMs = 60_000
const announcementsAtOnce = 200
const keptForMs = 7 * 86_400_000
const forgetEveryMs = 3_600_000

export class Dispatcher {
  readonly #start: DispatcherStart
  readonly #stopping = new AbortController()
  readonly #underWay = new Map<string, number>()
  readonly #sending = new Set<Promise<void>>()
  #wake = Promise.withResolvers<void>()
  #work: Promise<void> = Promise.resolve()
  #forgetAt: Instant = 0

  constructor(start: DispatcherStart) {
    this.#start = start
  }

  begin(): void {
    this.#work = this.#run(this.#stopping.signal)
  }

  /** There may be something to send. */
  wake(): void {
    this.#wake.resolve()
  }

  /** What is under way is cut off; the next start sends it again. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.wake()
    await this.#work
    await Promise.allSettled(this.#sending)
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers()
      try {
        await this.#announce()
        await this.#sendDue()
        await this.#forget()
      } catch (error) {
        this.#start.log.warn({ err: error }, 'deliveries could not be looked for; trying again')
      }
      const waiting = new AbortController()
      const pause = delay(this.#start.everyMs ?? 1_000, undefined, { signal: waiting.signal, ref: false })
      await Promise.race([this.#wake.promise, pause.catch(() => undefined)])
      waiting.abort()
    }
  }

  async #announce(): Promise<void> {
    const { database, now } = this.#start
    for (;;) {
      const taken = await database.knex.transaction(async (trx) => {
        const events = await takeAnnouncements(trx, announcementsAtOnce)
        await enqueueAll(trx, events, now())
        return events.length
      })
      if (taken < announcementsAtOnce) return
    }
  }

  async #sendDue(): Promise<void> {
    const { database, now } = this.#start
    const room = atOnce - this.#sending.size
    if (room <= 0) return
    const due = await takeDue(database, {
      now: now(),
      takenUntil: now() + takenForMs,
      underWay: this.#underWay,
      perTarget,
      limit: room,
    })
    for (const delivery of due) {
      const sending = this.#send(delivery).finally(() => {
        this.#sending.delete(sending)
        this.wake()
      })
      this.#sending.add(sending)
    }
  }

  async #send(delivery: Delivery): Promise<void> {
    const { database, log, now, chance, send } = this.#start
    const target = `${delivery.target.kind} ${delivery.target.id}`
    this.#underWay.set(target, (this.#underWay.get(target) ?? 0) + 1)
    try {
      const answer = await send(delivery, this.#stopping.signal)
      if (this.#stopping.signal.aborted) return
      if ('status' in answer && answer.status >= 200 && answer.status < 300)
        return await noteDelivered(database, delivery.id, answer.status, now())
      const status = 'status' in answer ? answer.status : null
      const error = 'failed' in answer ? answer.failed : `answered ${answer.status}`
      const nextAt = status !== null && isFinal(status) ? null : nextAttempt(delivery.attempts + 1, now(), chance())
      await noteFailed(database, delivery.id, { status, error, nextAt, at: now() })
    } catch (error) {
      log.warn({ err: error, delivery: delivery.id }, 'a delivery was not settled; it is sent again')
    } finally {
      const left = (this.#underWay.get(target) ?? 1) - 1
      if (left === 0) this.#underWay.delete(target)
      else this.#underWay.set(target, left)
    }
  }

  async #forget(): Promise<void> {
    const { database, now } = this.#start
    if (now() < this.#forgetAt) return
    this.#forgetAt = now() + forgetEveryMs
    await forgetDelivered(database, now() - keptForMs)
  }
}
