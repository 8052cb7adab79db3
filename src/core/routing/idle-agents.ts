/** The idle agents of one signature: by score, and among equals in the order in which they became idle. */
import { Chain } from './chain.ts'
import type { Standing } from './signature.ts'

export class IdleAgents {
  /** Highest score first. */
  readonly #ranks: { readonly score: number; readonly standings: Chain<Standing> }[] = []

  get best(): Standing | null {
    for (const { standings } of this.#ranks) if (standings.head !== null) return standings.head
    return null
  }

  ofScore(score: number): Chain<Standing> {
    const index = this.#ranks.findIndex((rank) => rank.score <= score)
    const found = this.#ranks[index]
    if (found?.score === score) return found.standings
    const standings = new Chain<Standing>()
    this.#ranks.splice(index < 0 ? this.#ranks.length : index, 0, { score, standings })
    return standings
  }

  /** Best first. */
  *[Symbol.iterator](): Generator<Standing> {
    for (const { standings } of this.#ranks) yield* standings
  }
}
