/** The idle agents of one signature: by score, and among equals in the order in which they became idle. */
import { Chain } from './chain.ts'
import type { Standing } from './signature.ts'

type Bucket = { readonly score: number; readonly standings: Chain<Standing> }

export class IdleAgents {
  /** Highest score first. */
  readonly #buckets: Bucket[] = []

  get best(): Standing | null {
    for (const { standings } of this.#buckets) if (standings.head !== null) return standings.head
    return null
  }

  /** Who just became idle stands last, so the walk from the tail ends at once; it goes on only after reconfiguration. */
  add(standing: Standing): void {
    const standings = this.#withScore(standing.score)
    let before = standings.tail
    while (before !== null && before.agent.idleSequence > standing.agent.idleSequence) before = before.previous
    standings.insertAfter(before, standing)
  }

  remove(standing: Standing): void {
    this.#withScore(standing.score).remove(standing)
  }

  /** Best first. */
  *[Symbol.iterator](): Generator<Standing> {
    for (const { standings } of this.#buckets) yield* standings
  }

  #withScore(score: number): Chain<Standing> {
    const index = this.#buckets.findIndex((bucket) => bucket.score <= score)
    const found = this.#buckets[index]
    if (found?.score === score) return found.standings
    const bucket: Bucket = { score, standings: new Chain() }
    this.#buckets.splice(index < 0 ? this.#buckets.length : index, 0, bucket)
    return bucket.standings
  }
}
