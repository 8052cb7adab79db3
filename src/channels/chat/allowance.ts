/** So many times within a while, for each of many names; the longest unused are forgotten first. */
import type { Instant } from '../../core/ids.ts'

const mostNames = 10_000

export class Allowance {
  readonly #most: number
  readonly #withinMs: number
  readonly #taken = new Map<string, readonly Instant[]>()

  constructor({ most, withinMs }: Readonly<{ most: number; withinMs: number }>) {
    this.#most = most
    this.#withinMs = withinMs
  }

  /** False: it is used up. */
  takes(name: string, at: Instant): boolean {
    const recent = (this.#taken.get(name) ?? []).filter((taken) => at - taken < this.#withinMs)
    const isLeft = recent.length < this.#most
    this.#taken.delete(name)
    this.#taken.set(name, isLeft ? [...recent, at] : recent)
    const [oldest] = this.#taken.keys()
    if (this.#taken.size > mostNames && oldest !== undefined) this.#taken.delete(oldest)
    return isLeft
  }
}
