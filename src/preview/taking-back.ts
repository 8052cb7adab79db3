/** Whom nobody has in hand after all is everybody's again: looked at no longer, or never called. */
import { setTimeout as delay } from 'node:timers/promises'
import { changeEntry, dialled, hasFacts, nobodys, releaseLapsed } from './entry-store.ts'
import type { PreviewPorts } from './ports.ts'

const lookEveryMs = 5_000
/** A call that has not begun by then never will: the telephone or the database went away under the agent's key. */
const beginsWithinMs = 60_000

export class TakingBack {
  readonly #ports: PreviewPorts
  readonly #stopping = new AbortController()
  #work: Promise<void> = Promise.resolve()

  constructor(ports: PreviewPorts) {
    this.#ports = ports
  }

  /** No call of the last process can still begin. */
  async begin(): Promise<void> {
    await takeBackUncalled(this.#ports, this.#ports.now())
    this.#work = this.#run(this.#stopping.signal)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#work
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { database, log, now } = this.#ports
    while (!signal.aborted) {
      try {
        await releaseLapsed(database.knex, now())
        await takeBackUncalled(this.#ports, now() - beginsWithinMs)
      } catch (error) {
        log.warn({ err: error }, 'customers of preview lists could not be taken back; trying again')
      }
      await delay(lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
}

/** Marked as being called until `before`, and nobody's phone has rung for it. */
async function takeBackUncalled({ database: { knex }, now, isLive }: PreviewPorts, before: number): Promise<void> {
  for (const { id, interactionId, attempts, holderId, changedAt } of await dialled(knex)) {
    if (interactionId === null || changedAt > before || isLive(interactionId)) continue
    if (await hasFacts(knex, interactionId)) continue
    await changeEntry(
      knex,
      { id, from: ['dialling'], interactionId },
      { state: 'waiting', attempts: attempts - 1, interactionId: null, ...nobodys },
      { kind: 'not-dialled', at: now(), agentId: holderId, reason: 'interrupted' },
    )
  }
}
