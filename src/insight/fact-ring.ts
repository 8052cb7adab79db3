/** The latest facts, so that a reader who keeps up costs no query. */
import type { StoredFact } from '../core/writer.ts'

export class FactRing {
  readonly #limit: number
  #facts: StoredFact[] = []
  /** Everything after this seq is here. */
  #floor: number
  #head: number

  constructor(limit: number, head: number) {
    this.#limit = limit
    this.#floor = head
    this.#head = head
  }

  /** Of the last fact that was pushed. */
  get head(): number {
    return this.#head
  }

  /** Facts seen before are dropped. */
  push(facts: readonly StoredFact[]): void {
    for (const fact of facts) {
      if (fact.seq <= this.#head) continue
      this.#facts.push(fact)
      this.#head = fact.seq
    }
    // Cut in halves: moving the rest for every fact would cost more than it saves.
    if (this.#facts.length <= this.#limit * 2) return
    const cut = this.#facts.length - this.#limit
    this.#floor = this.#facts[cut - 1]?.seq ?? this.#floor
    this.#facts = this.#facts.slice(cut)
  }

  /** Up to `limit` facts after `seq`, oldest first; null when some of them are gone. */
  after(seq: number, limit: number): readonly StoredFact[] | null {
    if (seq < this.#floor) return null
    const from = firstAfter(this.#facts, seq)
    return this.#facts.slice(from, from + limit)
  }
}

function firstAfter(facts: readonly StoredFact[], seq: number): number {
  let low = 0
  let high = facts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((facts[middle]?.seq ?? 0) <= seq) low = middle + 1
    else high = middle
  }
  return low
}
