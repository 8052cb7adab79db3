/** What waits to be decided, in the order and at the times in which it came. */
import type { Decision } from '../core/decision.ts'
import type { Instant } from '../core/ids.ts'
import type { Beside, Submission } from '../core/writer.ts'

export type Letter = Readonly<{
  receivedAt: Instant
  input: Submission
  beside: Beside
  /** Letters of one group are taken together; null: alone. */
  group: number | null
  resolve(decision: Decision): void
  reject(error: Error): void
}>

export class Mailbox {
  #letters: Letter[] = []

  get isEmpty(): boolean {
    return this.#letters.length === 0
  }

  put(letter: Letter): void {
    this.#letters.push(letter)
  }

  /** That many, and the rest of the last one's group. */
  take(limit: number): Letter[] {
    let count = Math.min(limit, this.#letters.length)
    const group = this.#letters[count - 1]?.group ?? null
    if (group !== null) while (this.#letters[count]?.group === group) count += 1
    return this.#letters.splice(0, count)
  }

  /**
   * The writer stood still from then until now. Each letter still counts at the time when it came, and finds the clock
   * stopped up to that moment: a hang-up during an outage is as long ago as it was, and no offer has run out.
   */
  tellOutage(from: Instant, to: Instant): void {
    const told: Letter[] = []
    let toldUntil = from
    const tell = (until: Instant): void => {
      if (until <= toldUntil) return
      toldUntil = until
      told.push(unanswered(until, { kind: 'outage', from, to: until }))
    }
    for (const letter of this.#letters) {
      tell(letter.receivedAt)
      told.push(letter)
    }
    tell(to)
    this.#letters = told
  }
}

function unanswered(receivedAt: Instant, input: Submission): Letter {
  return { receivedAt, input, beside: {}, group: null, resolve: () => undefined, reject: () => undefined }
}
