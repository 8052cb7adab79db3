/** Messages that leave through providers once their facts are stored, each channel's in a lane of its own. */
import type { Channel, Instant } from '../core/ids.ts'
import type { Writer } from '../core/writer.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import { OutboxLane, type Deliver } from './outbox-lane.ts'
import { doubtWhatWasSending, listFailed, retryFailed, type Failed } from './outbox-store.ts'

export type OutboxStart = Readonly<{
  database: Database
  log: Log
  now: () => Instant
  writer: Writer
  /** How each channel delivers; a message of another one waits. */
  deliver: ReadonlyMap<Channel, Deliver>
}>

export class Outbox {
  readonly #start: OutboxStart
  readonly #lanes: readonly OutboxLane[]
  #stopListening: (() => void) | null = null

  constructor(start: OutboxStart) {
    this.#start = start
    this.#lanes = [...start.deliver].map(([channel, deliver]) => new OutboxLane({ ...start, channel, deliver }))
  }

  async open(): Promise<void> {
    await doubtWhatWasSending(this.#start.database)
    this.#stopListening = this.#start.writer.onFacts((facts) => {
      if (facts.some(({ fact }) => fact.kind === 'message-sent' || fact.kind === 'letter-written')) this.#look()
    })
    this.#look()
  }

  failed(page: Readonly<{ before: number | null; limit: number }>): Promise<Failed[]> {
    return listFailed(this.#start.database, page)
  }

  /** False: no such message has failed. */
  async retry(id: number): Promise<boolean> {
    const isAgain = await retryFailed(this.#start.database, id)
    if (isAgain) this.#look()
    return isAgain
  }

  /** Waits for what is being handed over. */
  async stop(): Promise<void> {
    this.#stopListening?.()
    await Promise.all(this.#lanes.map((lane) => lane.stop()))
  }

  #look(): void {
    for (const lane of this.#lanes) lane.look()
  }
}
