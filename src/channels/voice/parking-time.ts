/** How long a call stays parked: nobody is forgotten there. */
import type { Call, CallInput } from '../../core/call/call.ts'
import type { Instant } from '../../core/ids.ts'

/** How long a caller is parked before they go back to their queue. */
const parkedForMs = 5 * 60_000
/** What is added while somebody picks the call up. */
const pickUpMs = 5_000

export type ParkingTimeOptions = Readonly<{
  now(): Instant
  call(): Call
  step(input: CallInput): void
}>

export class ParkingTime {
  readonly #options: ParkingTimeOptions
  #timer: NodeJS.Timeout | null = null

  constructor(options: ParkingTimeOptions) {
    this.#options = options
  }

  /** The call is parked now; tells until when. */
  beginWhole(): Instant {
    const until = this.#options.now() + parkedForMs
    this.begin(until)
    return until
  }

  begin(until: Instant): void {
    this.end()
    this.#timer = setTimeout(
      () => {
        this.#timer = null
        this.#over()
      },
      Math.max(until - this.#options.now(), 0),
    )
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #over(): void {
    const { now, call, step } = this.#options
    const { stage } = call()
    // Whoever picks it up at this moment may still succeed.
    if (stage.kind === 'talking' && stage.parties.length > 0) return this.begin(now() + pickUpMs)
    step({ kind: 'unpark' })
  }
}
