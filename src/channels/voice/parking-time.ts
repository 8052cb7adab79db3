/** How long a call stays parked: nobody is forgotten there. */
import type { Instant } from '../../core/ids.ts'

export class ParkingTime {
  readonly #now: () => Instant
  readonly #onOver: () => void
  #timer: NodeJS.Timeout | null = null

  constructor(now: () => Instant, onOver: () => void) {
    this.#now = now
    this.#onOver = onOver
  }

  begin(until: Instant): void {
    this.end()
    this.#timer = setTimeout(
      () => {
        this.#timer = null
        this.#onOver()
      },
      Math.max(until - this.#now(), 0),
    )
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
