/** How a callback comes about and what becomes of it: booked by a flow, answered, or tried again later. */
import type { InteractionId, Instant, QueueId } from '../../core/ids.ts'
import type { CallParty } from './call-party.ts'
import { callbackInteractionIdOf } from './naming.ts'
import type { CallbackRequest, VoicePorts } from './ports.ts'

/** null: the number can't be called, or the callback could not be stored. */
export async function bookCallback(
  ports: VoicePorts,
  wanted: Readonly<{
    of: InteractionId
    party: CallParty
    number: string
    queueId: QueueId
    waitingSince: Instant
    language: string
  }>,
): Promise<CallbackRequest | null> {
  const { of, party, number, queueId, waitingSince, language } = wanted
  const interactionId = callbackInteractionIdOf(of)
  const asker = { kind: 'callback', callbackId: interactionId } as const
  if (ports.outbound.wouldRefuse({ asker, number, interactionId: of, callerId: null }) !== null) return null
  const callback: CallbackRequest = {
    id: interactionId,
    ofInteractionId: of,
    interactionId,
    customerId: party.caller.customerId,
    number,
    queueId,
    waitingSince,
    language,
    dueAt: null,
  }
  try {
    return await ports.callbacks.request(callback)
  } catch (error) {
    ports.log.error({ err: error, interactionId: of }, 'the callback could not be stored')
    return null
  }
}

/** Notes about a callback beside its call: when one can't be stored, the next start finds the callback still open. */
export class CallbackCourse {
  readonly #callback: CallbackRequest
  readonly #ports: VoicePorts

  constructor(callback: CallbackRequest, ports: VoicePorts) {
    this.#callback = callback
    this.#ports = ports
  }

  /** The customer's phone is about to ring: one more try. */
  dialling(): void {
    this.#noted(this.#ports.callbacks.dialling(this.#callback.id))
  }

  answered(): void {
    this.#noted(this.#ports.callbacks.close(this.#callback.id, 'done', 'answered'))
  }

  /** The customer needs it no longer. */
  declined(): void {
    this.#noted(this.#ports.callbacks.close(this.#callback.id, 'cancelled', 'by customer'))
  }

  /** The customer was not reached: the same callback as another interaction, unless there were enough tries. */
  async failed(reason: string): Promise<CallbackRequest | null> {
    try {
      const interactionId = callbackInteractionIdOf(this.#callback.interactionId)
      return await this.#ports.callbacks.tryAgain(this.#callback.id, interactionId, reason)
    } catch (error) {
      this.#ports.log.error({ err: error, callback: this.#callback.id }, 'the next try was not stored')
      return null
    }
  }

  #noted(stored: Promise<void>): void {
    stored.catch((error: unknown) =>
      this.#ports.log.error({ err: error, callback: this.#callback.id }, 'what became of a callback was not stored'),
    )
  }
}
