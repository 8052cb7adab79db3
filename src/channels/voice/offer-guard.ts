/**
 * While we are cut off from an Asterisk nobody there can be put through: those who wait are offered to no agent until it is
 * back. No phone can be heard answering, either: an offer that is about to run out is taken back, so that nobody is blamed.
 */
import type { InteractionId } from '../../core/ids.ts'
import { liveInteractions } from '../../core/routing/views.ts'
import type { Submission } from '../../core/writer.ts'
import type { VoicePorts } from './ports.ts'

const lookEveryMs = 500
const beforeExpiryMs = 1_500
/** An interruption that the router needn't hear of. */
const shortMs = 900

export class OfferGuard {
  readonly #ports: VoicePorts
  readonly #isCutOff: (interactionId: InteractionId) => boolean
  #timer: NodeJS.Timeout | null = null
  #since: number | null = null

  /** `isCutOff`: of a call, whether its Asterisk can't be heard. */
  constructor(ports: VoicePorts, isCutOff: (interactionId: InteractionId) => boolean) {
    this.#ports = ports
    this.#isCutOff = isCutOff
  }

  start(): void {
    this.#since ??= this.#ports.now()
    this.#timer ??= setInterval(() => this.#look(), lookEveryMs)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#since = null
  }

  /** Some are within reach again: they are not to wait for the next look. */
  lookForReturns(): void {
    for (const { interactionId, phase, ...view } of liveInteractions(this.#ports.writer.state(), 'voice'))
      if ((phase === 'queued' || phase === 'offered') && 'isCutOff' in view && view.isCutOff)
        if (!this.#isCutOff(interactionId)) this.#submit({ kind: 'cut-off', interactionId, on: false })
  }

  #look(): void {
    const isStalled = this.#ports.writer.stalledSince() !== null
    // What isn't stored is not done: it would be said again and again.
    const isEarly = this.#ports.now() - (this.#since ?? 0) < shortMs || isStalled
    const soon = this.#ports.now() + beforeExpiryMs
    for (const view of liveInteractions(this.#ports.writer.state(), 'voice')) {
      if (view.phase !== 'queued' && view.phase !== 'offered') continue
      const { interactionId, offer, customer } = view
      // Who is to be called back is on no line yet.
      const isCutOff = customer !== 'away' && this.#isCutOff(interactionId)
      if (isCutOff !== view.isCutOff && !isEarly) this.#submit({ kind: 'cut-off', interactionId, on: isCutOff })
      if (isCutOff && offer !== null && offer.expiresAt <= soon)
        this.#submit({ kind: 'lose-offer', interactionId, offerId: offer.offerId })
    }
  }

  #submit(input: Submission): void {
    this.#ports.writer
      .submit(input)
      .catch((error: unknown) => this.#ports.log.warn({ err: error, input }, 'the router was not told who is cut off'))
  }
}
