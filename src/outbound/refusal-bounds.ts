/** How much is written down of what was refused: enough to see who tried what, never as much as somebody tries. */
import type { InteractionId, Instant } from '../core/ids.ts'

const windowMs = 3_600_000
/** Of one asker, within an hour. */
const mostPerAsker = 100
/** In the history of one interaction. */
const mostPerInteraction = 10
/** Interactions that are remembered; the oldest is forgotten first. */
const mostInteractions = 10_000

export class RefusalBounds {
  readonly #byAsker = new Map<string, { since: Instant; count: number }>()
  readonly #byInteraction = new Map<InteractionId, number>()

  /** Whether one more row of that asker is written. */
  admitsRow(asker: string, at: Instant): boolean {
    for (const [key, { since }] of this.#byAsker) if (since <= at - windowMs) this.#byAsker.delete(key)
    const seen = this.#byAsker.get(asker) ?? { since: at, count: 0 }
    seen.count++
    this.#byAsker.set(asker, seen)
    return seen.count <= mostPerAsker
  }

  /** Whether the history of the interaction is told of one more. */
  admitsFact(interactionId: InteractionId): boolean {
    const count = (this.#byInteraction.get(interactionId) ?? 0) + 1
    this.#byInteraction.delete(interactionId)
    this.#byInteraction.set(interactionId, count)
    const [oldest] = this.#byInteraction.keys()
    if (this.#byInteraction.size > mostInteractions && oldest !== undefined) this.#byInteraction.delete(oldest)
    return count <= mostPerInteraction
  }
}
