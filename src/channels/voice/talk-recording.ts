/** The recording of a talk, told to the history: when it began, its pauses, and how long it came out. */
import type { RecordingTrace } from '../../core/call/trace.ts'
import type { ContactFact } from '../../core/facts.ts'
import type { InteractionId, Instant, QueueId } from '../../core/ids.ts'
import { failureOf } from './ari/connection.ts'
import type { Ari } from './ari/operations.ts'
import { bridgeId, recordingId } from './naming.ts'
import type { VoicePorts } from './ports.ts'

/** How long the end of a call is kept waiting for Asterisk's word that the file is complete. */
const finishedWithinMs = 2_000

export class TalkRecording {
  readonly #interactionId: InteractionId
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #record: (fact: ContactFact) => void
  #finished = Promise.withResolvers<void>()
  #ending: Promise<void> = Promise.resolve()
  /** null: begun by an earlier process, or not at all. */
  #startedAt: Instant | null = null
  #pausedAt: Instant | null = null
  #pausedMs = 0
  #isRunning = false
  #count = 0

  constructor(options: { interactionId: InteractionId; ari: Ari; ports: VoicePorts; record(fact: ContactFact): void }) {
    this.#interactionId = options.interactionId
    this.#ari = options.ari
    this.#ports = options.ports
    this.#record = options.record
  }

  /** null: what is said in a talk of that queue is not recorded. */
  nameOfNext(queueId: QueueId | null): string | null {
    if (queueId === null || !this.#ports.directory.queueTreatment(queueId).record) return null
    return recordingId(this.#interactionId, this.#ports.now() + ++this.#count)
  }

  /** An earlier process began it, and it runs. */
  goOn({ startedAt, pausedAt, pausedMs }: RecordingTrace): void {
    this.#isRunning = true
    this.#startedAt = startedAt
    this.#pausedAt = pausedAt
    this.#pausedMs = pausedMs
  }

  async start(name: string): Promise<void> {
    this.#isRunning = true
    this.#finished = Promise.withResolvers<void>()
    this.#startedAt = null
    this.#pausedAt = null
    this.#pausedMs = 0
    const failed = failureOf(await this.#ari.recordBridge(bridgeId(this.#interactionId), name))
    if (failed !== null) {
      this.#settle()
      return void this.#ports.log.error({ interactionId: this.#interactionId, failed }, 'recording did not start')
    }
    this.#startedAt = this.#ports.now()
    this.#record({
      at: this.#startedAt,
      kind: 'recording-started',
      interactionId: this.#interactionId,
      recordingId: name,
    })
  }

  async startUnlessRunning(name: string): Promise<void> {
    if (!(await this.#ari.isRecording(name))) await this.start(name)
  }

  pause(name: string, reason: string): void {
    void this.#ari.pauseRecording(name)
    this.#pausedAt ??= this.#ports.now()
    this.#note('recording-paused', name, reason)
  }

  resume(name: string, reason: string): void {
    void this.#ari.resumeRecording(name)
    if (this.#pausedAt !== null) this.#pausedMs += this.#ports.now() - this.#pausedAt
    this.#pausedAt = null
    this.#note('recording-resumed', name, reason)
  }

  /** Asterisk has closed the file. Its own figure is in whole seconds, and 0 when the bridge ended the recording. */
  finished(name: string, durationSeconds: number | null): void {
    this.#tellFinished(name, this.#measuredMs(this.#ports.now()) ?? (durationSeconds ?? 0) * 1_000)
  }

  /** Resolves once nothing more is to be told; a call is not forgotten before. */
  get settled(): Promise<void> {
    return this.#ending
  }

  /** The talk is over, and its bridge with it. */
  over(name: string): Promise<void> {
    this.#ending = this.#end(name)
    return this.#ending
  }

  async #end(name: string): Promise<void> {
    if (!this.#isRunning) return
    const measuredMs = this.#measuredMs(this.#ports.now())
    const limit = Promise.withResolvers<void>()
    const timer = setTimeout(limit.resolve, finishedWithinMs)
    await Promise.race([this.#finished.promise, limit.promise])
    clearTimeout(timer)
    // Word of the file's end goes astray when the bridge is gone before it.
    if (this.#isRunning) this.#tellFinished(name, measuredMs ?? 0)
  }

  #tellFinished(recordingId: string, durationMs: number): void {
    this.#record({
      at: this.#ports.now(),
      kind: 'recording-finished',
      interactionId: this.#interactionId,
      recordingId,
      durationMs: durationMs === 0 ? null : durationMs,
    })
    this.#settle()
  }

  #measuredMs(until: Instant): number | null {
    if (this.#startedAt === null) return null
    const pausedMs = this.#pausedMs + (this.#pausedAt === null ? 0 : until - this.#pausedAt)
    return Math.max(until - this.#startedAt - pausedMs, 0)
  }

  #settle(): void {
    this.#isRunning = false
    this.#finished.resolve()
  }

  #note(kind: 'recording-paused' | 'recording-resumed', name: string, reason: string): void {
    this.#record({ at: this.#ports.now(), kind, interactionId: this.#interactionId, recordingId: name, reason })
  }
}
