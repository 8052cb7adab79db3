/** How a call comes out, and what follows from it: a callback that was promised, or another attempt at one. */
import type { CallAction } from '../../core/call/call.ts'
import type { Outcome } from '../../core/facts.ts'
import type { InteractionId } from '../../core/ids.ts'
import type { CallbackCourse } from './callback-course.ts'
import type { CallFlow } from './call-flow.ts'
import type { CallJournal } from './call-journal.ts'
import type { CallbackRequest, VoicePorts } from './ports.ts'
import type { TalkRecording } from './talk-recording.ts'

export type CallEndingOptions = Readonly<{
  interactionId: InteractionId
  ports: VoicePorts
  flow: CallFlow
  journal: CallJournal
  recording: TalkRecording
  /** null: the call is no callback. */
  course: CallbackCourse | null
  /** The end is stored, and nothing more is to be told. */
  onOver(next: CallbackRequest | null): void
}>

export class CallEnding {
  readonly #options: CallEndingOptions
  #promised: CallbackRequest | null = null
  #hasTalked = false

  constructor(options: CallEndingOptions) {
    this.#options = options
  }

  /** A callback is owed to this caller: it begins when the call is over. */
  promise(callback: CallbackRequest): void {
    const { interactionId, ports, journal } = this.#options
    const { id: callbackId, queueId } = callback
    this.#promised = callback
    journal.record({ at: ports.now(), kind: 'callback-requested', interactionId, callbackId, queueId })
  }

  /** After recovery: it was, or none is. */
  rememberPromise(callback: CallbackRequest | null): void {
    this.#promised = callback
  }

  /** Customer and agent are on the line. */
  talked(): void {
    this.#hasTalked = true
    this.#options.course?.answered()
  }

  /** After recovery: they were. */
  rememberTalk(): void {
    this.#hasTalked = true
  }

  /** How it came out as far as this call knows; null: the router does. */
  get outcome(): Outcome | null {
    if (this.#hasTalked) return 'answered'
    if (this.#options.flow.leftVoicemail) return 'voicemail'
    return this.#promised === null ? null : 'callback'
  }

  /** Whoever asked to be called and was not talked to is called again, unless nobody is to call them any more. */
  async #afterCallback(outcome: Outcome | null, cause: string | null): Promise<CallbackRequest | null> {
    const { course } = this.#options
    if (course === null) return null
    // Told again, should the first time have been lost.
    if (this.#hasTalked) course.answered()
    else if (outcome !== 'callback') return course.failed(cause ?? 'failed')
    else if (cause === 'declined') course.declined()
    return null
  }

  async end({ by, outcome, cause, unseen }: Extract<CallAction, { do: 'end-interaction' }>): Promise<void> {
    const { interactionId, ports, recording, onOver } = this.#options
    // First what follows, then the end: between the two a new process finds a callback that still has to be made.
    const again = await this.#afterCallback(outcome, cause)
    try {
      await ports.writer.submit({
        kind: 'end-interaction',
        interactionId,
        by,
        outcome: outcome ?? this.outcome,
        cause,
        ...(unseen !== undefined && { unseen }),
      })
      await recording.settled
      onOver(again ?? this.#promised)
    } catch (error) {
      ports.log.error({ err: error, interactionId }, 'the end was not stored')
    }
  }
}
