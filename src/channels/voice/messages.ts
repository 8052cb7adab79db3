/** Messages that callers leave: recorded by Asterisk, kept whatever happens to us meanwhile. */
import type { Effect } from '../../core/flow/effects.ts'
import type { InteractionId } from '../../core/ids.ts'
import { failureOf } from './ari/connection.ts'
import type { Ari } from './ari/operations.ts'
import type { KeptMessage } from './kept-session.ts'
import { recordingId } from './naming.ts'
import { messageLength } from './recorded-message.ts'
import type { VoicePorts } from './ports.ts'

type RecordEffect = Extract<Effect, { kind: 'record-voicemail' }>

export class Messages {
  readonly #interactionId: InteractionId
  readonly #channelId: string
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #onRecorded: (message: KeptMessage, durationMs: number | null) => void
  /** What is being recorded; `effect` null: an earlier process asked for it. */
  readonly #recording = new Map<string, { message: KeptMessage; effect: RecordEffect | null }>()

  constructor(options: {
    interactionId: InteractionId
    channelId: string
    ari: Ari
    ports: VoicePorts
    /** null: nothing was recorded. */
    onRecorded(message: KeptMessage, durationMs: number | null): void
  }) {
    this.#interactionId = options.interactionId
    this.#channelId = options.channelId
    this.#ari = options.ari
    this.#ports = options.ports
    this.#onRecorded = options.onRecorded
  }

  /** The message that the effect is going to be; `record` begins it. */
  prepare(effect: RecordEffect): KeptMessage {
    const { effectId, queueId } = effect
    const message = { recordingId: recordingId(this.#interactionId, this.#ports.now()), effectId, queueId }
    this.#recording.set(message.recordingId, { message, effect })
    return message
  }

  async record({ recordingId: name }: KeptMessage): Promise<void> {
    const effect = this.#recording.get(name)?.effect ?? null
    if (effect === null) return
    const failed = failureOf(
      await this.#ari.recordChannel(this.#channelId, name, {
        maxSeconds: Math.max(1, Math.round(effect.maxMs / 1000)),
        beep: effect.beep,
        endKey: effect.endKey === '' ? 'none' : effect.endKey,
      }),
    )
    if (failed === null || (failed.status === 0 && !this.#ari.isConnected())) return
    this.#over(name, null)
  }

  /** An earlier process began it. */
  goOn(message: KeptMessage): void {
    this.#recording.set(message.recordingId, { message, effect: null })
  }

  /** True when the recording was such a message. */
  finished(name: string, durationSeconds: number | null): boolean {
    const durationMs = durationSeconds === null || durationSeconds <= 0 ? null : Math.round(durationSeconds * 1000)
    return this.#over(name, durationMs)
  }

  /** After a time without a connection: what was not begun begins now, and what came to its end meanwhile is told. */
  async catchUp(): Promise<void> {
    for (const [name, { message, effect }] of [...this.#recording]) {
      const length = await messageLength(this.#ari, name)
      if (length === 'recording') continue
      if (length === null && effect !== null) await this.record(message)
      else this.#over(name, length)
    }
  }

  #over(name: string, durationMs: number | null): boolean {
    const recording = this.#recording.get(name)
    if (recording === undefined) return false
    this.#recording.delete(name)
    this.#onRecorded(recording.message, durationMs)
    return true
  }
}
