/** So many times, or so much, within a while, for each of many names; the longest unused are forgotten first. */
import type { Instant } from '../../core/ids.ts'

const mostNames = 10_000

type Taken = Readonly<{ at: Instant; amount: number }>

export class Allowance {
  readonly #most: number
  readonly #withinMs: number
  readonly #taken = new Map<string, readonly Taken[]>()

  constructor({ most, withinMs }: Readonly<{ most: number; withinMs: number }>) {
    this.#most = most
    this.#withinMs = withinMs
  }

  /** False: it is used up. */
  takes(name: string, at: Instant, amount = 1): boolean {
    const recent = (this.#taken.get(name) ?? []).filter((taken) => at - taken.at < this.#withinMs)
    const isLeft = recent.reduce((sum, taken) => sum + taken.amount, amount) <= this.#most
    this.#taken.delete(name)
    this.#taken.set(name, isLeft ? [...recent, { at, amount }] : recent)
    const [oldest] = this.#taken.keys()
    if (this.#taken.size > mostNames && oldest !== undefined) this.#taken.delete(oldest)
    return isLeft
  }
}
