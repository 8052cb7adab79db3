/** A caller's stay in a queue: how the flow sent them there, since when, which keys lead out, and what they hear. */
import type { InteractionId, Instant, QueueId } from '../../core/ids.ts'
import type { Ari } from './ari/operations.ts'
import type { EnqueueEffect } from './kept-session.ts'
import type { VoicePorts } from './ports.ts'
import { WaitingLine, type WayOut } from './waiting-line.ts'

export class QueueStay {
  readonly #interactionId: InteractionId
  readonly #ari: Ari
  readonly #ports: VoicePorts
  #effect: EnqueueEffect | null = null
  #since: Instant | null = null
  #line: WaitingLine | null = null

  constructor(options: { interactionId: InteractionId; ari: Ari; ports: VoicePorts }) {
    this.#interactionId = options.interactionId
    this.#ari = options.ari
    this.#ports = options.ports
  }

  /** When the caller began to wait, the last time they did; a callback keeps it. */
  get since(): Instant | null {
    return this.#since
  }

  /** The router's own time, to the millisecond: of two who asked at once, one was first. */
  waitsSince(since: Instant): void {
    this.#since = since
  }

  /** How the flow asked for it; null when it didn't. */
  ask(effect: EnqueueEffect | null): void {
    this.#effect = effect
  }

  begin(options: { queueId: QueueId; channelId: string | null; language: string; since: Instant }): void {
    const { queueId, channelId, language, since } = options
    this.#since = since
    this.#line?.end()
    this.#line = null
    if (channelId === null) return
    const keys: WayOut[] = []
    const { callbackKey = null, voicemailKey = null } = this.#effect ?? {}
    if (callbackKey !== null) keys.push({ prompt: 'press-for-callback', key: callbackKey })
    if (voicemailKey !== null) keys.push({ prompt: 'press-for-voicemail', key: voicemailKey })
    this.#line = new WaitingLine({
      interactionId: this.#interactionId,
      channelId,
      treatment: this.#ports.directory.queueTreatment(queueId),
      language,
      keys,
      ari: this.#ari,
      ports: this.#ports,
    })
  }

  /** The way out that the key leads to; null: none. */
  wayOut(digit: string): 'callback' | 'voicemail' | null {
    if (digit === this.#effect?.callbackKey) return 'callback'
    return digit === this.#effect?.voicemailKey ? 'voicemail' : null
  }

  /** Silences announcements; the music is the call's own affair. */
  end(): void {
    this.#line?.end()
  }

  /** True when the playback was an announcement to this caller. */
  playbackFinished(name: string): boolean {
    return this.#line?.playbackFinished(name) ?? false
  }
}
