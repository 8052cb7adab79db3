/**
 * While we are cut off from Asterisk no phone can be heard answering: an offer that is about to run out is taken back
 * instead, so that nobody is blamed for it.
 */
import type { InteractionId } from '../../core/ids.ts'
import { liveInteractions } from '../../core/routing/views.ts'
import type { VoicePorts } from './ports.ts'

const lookEveryMs = 500
const beforeExpiryMs = 1_500

export class OfferGuard {
  readonly #ports: VoicePorts
  readonly #isCutOff: (interactionId: InteractionId) => boolean
  #timer: NodeJS.Timeout | null = null

  /** `isCutOff`: of a call, whether its Asterisk can't be heard. */
  constructor(ports: VoicePorts, isCutOff: (interactionId: InteractionId) => boolean) {
    this.#ports = ports
    this.#isCutOff = isCutOff
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#look(), lookEveryMs)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  #look(): void {
    const soon = this.#ports.now() + beforeExpiryMs
    for (const { interactionId, offer } of liveInteractions(this.#ports.writer.state(), 'voice')) {
      if (offer === null || offer.expiresAt > soon || !this.#isCutOff(interactionId)) continue
      this.#ports.writer
        .submit({ kind: 'lose-offer', interactionId, offerId: offer.offerId })
        .catch((error: unknown) => this.#ports.log.warn({ err: error, interactionId }, 'an offer was not taken back'))
    }
  }
}
