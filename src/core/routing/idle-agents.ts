/** The idle agents of one signature: by score, and among equals in the order in which they became idle. */
import type { Standing } from './signature.ts'

type Bucket = { readonly score: number; head: Standing | null; tail: Standing | null }

export class IdleAgents {
  /** Highest score first. */
  readonly #buckets: Bucket[] = []

  get best(): Standing | null {
    for (const { head } of this.#buckets) if (head !== null) return head
    return null
  }

  /** Who just became idle stands last, so the walk from the tail ends at once; it goes on only after reconfiguration. */
  add(standing: Standing): void {
    const bucket = this.#bucketOf(standing.score)
    let before = bucket.tail
    while (before !== null && before.agent.idleSequence > standing.agent.idleSequence) before = before.previous
    const after = before === null ? bucket.head : before.next
    standing.previous = before
    standing.next = after
    if (before === null) bucket.head = standing
    else before.next = standing
    if (after === null) bucket.tail = standing
    else after.previous = standing
  }

  remove(standing: Standing): void {
    const { previous, next } = standing
    const bucket = this.#bucketOf(standing.score)
    if (previous === null) bucket.head = next
    else previous.next = next
    if (next === null) bucket.tail = previous
    else next.previous = previous
    standing.previous = null
    standing.next = null
  }

  /** Best first. */
  *[Symbol.iterator](): Generator<Standing> {
    for (const { head } of this.#buckets) for (let each = head; each !== null; each = each.next) yield each
  }

  #bucketOf(score: number): Bucket {
    const index = this.#buckets.findIndex((bucket) => bucket.score <= score)
    const found = this.#buckets[index]
    if (found?.score === score) return found
    const bucket: Bucket = { score, head: null, tail: null }
    this.#buckets.splice(index < 0 ? this.#buckets.length : index, 0, bucket)
    return bucket
  }
}
