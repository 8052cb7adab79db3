/** The flow of one call, from when it is begun or taken up again: a call without one ignores what is meant for it. */
import type { QueueOutcome } from '../../core/facts.ts'
import type { InteractionId } from '../../core/ids.ts'
import type { Session, Step } from '../../core/flow/session.ts'
import type { Ari } from './ari/operations.ts'
import type { CallJournal } from './call-journal.ts'
import { FlowHost, type FlowInput, type FlowRequests } from './flow-host.ts'
import { reopenKept, type KeptMessage, type KeptSession } from './kept-session.ts'
import type { VoicePorts } from './ports.ts'

export type CallFlowOptions = Readonly<{
  interactionId: InteractionId
  ari: Ari
  ports: VoicePorts
  journal: CallJournal
  requests: Omit<FlowRequests, 'voicemailLeft'>
  /** Whom it speaks with; null: nobody yet. */
  channelId(): string | null
}>

export class CallFlow {
  readonly #options: CallFlowOptions
  #host: FlowHost | null = null
  #leftVoicemail = false

  constructor(options: CallFlowOptions) {
    this.#options = options
  }

  get language(): string {
    return this.#host?.session.language ?? 'en'
  }

  /** The one that runs now: a sub-flow, while it is in one. */
  get flowId(): string | null {
    return this.#host?.session.frames.at(-1)?.flowId ?? null
  }

  /** Where the flow stands. */
  get nodeId(): string | null {
    return this.#host?.session.frames.at(-1)?.nodeId ?? null
  }

  /** The flow has something for the caller once they have talked to an agent. */
  get goesOnAfterTalk(): boolean {
    const frame = this.#host?.session.frames.at(-1)
    if (frame === undefined) return false
    const entry = this.#options.ports.flows.library.flow(frame.flowId, frame.version)
    return entry?.script.nodes[frame.nodeId]?.on['after'] !== undefined
  }

  /** The caller said something into a recording of theirs. */
  get leftVoicemail(): boolean {
    return this.#leftVoicemail
  }

  begin(step: Step): void {
    this.#open(step.session)
    this.#host?.begin(step)
  }

  /** After recovery: it waits for word, as it did before. */
  reopen(kept: KeptSession): void {
    this.#open(reopenKept(kept))
  }

  /** After recovery: the caller is in the middle of a message. */
  goOnRecording(message: KeptMessage): void {
    this.#host?.goOnRecording(message)
  }

  /** After recovery: the caller left a message, and is gone. */
  messageLeft({ recordingId, queueId }: KeptMessage, durationMs: number): void {
    const { interactionId, journal, ports } = this.#options
    this.#leftVoicemail = true
    journal.record({ at: ports.now(), kind: 'voicemail-left', interactionId, recordingId, queueId, durationMs })
  }

  /** After recovery: an earlier process heard of a message already. */
  rememberVoicemail(): void {
    this.#leftVoicemail = true
  }

  /** After recovery: what the flow was waiting for has come while nobody listened. */
  hears(event: Extract<FlowInput, { kind: 'callback-accepted' | 'queue-returned' }>): void {
    this.#host?.send(event)
  }

  /** After a time without a connection to Asterisk. */
  catchUp(): void {
    this.#host?.catchUp()
  }

  key(digit: string): void {
    this.#host?.send({ kind: 'key', digit })
  }

  /** False: there is no flow to return to. */
  returned(outcome: QueueOutcome): boolean {
    this.#host?.send({ kind: 'queue-returned', outcome })
    return this.#host !== null
  }

  agentLeft(): void {
    this.#host?.send({ kind: 'conversation-ended' })
  }

  transferred(effectId: string): void {
    this.#host?.send({ kind: 'transferred', effectId })
  }

  transferFailed(effectId: string, reason: string): void {
    // What is known at once still comes after the step that asked.
    queueMicrotask(() => this.#host?.send({ kind: 'transfer-failed', effectId, reason }))
  }

  playbackFinished(name: string): void {
    this.#host?.playbackFinished(name)
  }

  /** True when the recording was one of this flow's. */
  recordingFinished(name: string, durationSeconds: number | null): boolean {
    return this.#host?.recordingFinished(name, durationSeconds) ?? false
  }

  stop(): void {
    this.#host?.stop()
  }

  #open(session: Session): void {
    const { interactionId, ari, ports, journal, requests } = this.#options
    const channelId = this.#options.channelId()
    if (channelId === null) return
    this.#host = new FlowHost({
      interactionId,
      channelId,
      ari,
      ports,
      session,
      requests: {
        ...requests,
        voicemailLeft: (fact) => {
          this.#leftVoicemail = true
          journal.record(fact)
        },
      },
    })
  }
}
