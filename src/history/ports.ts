/** What the history's routes are handed in by the composition root. */
import type { Readable } from 'node:stream'
import type { Names } from '../core/history/wording.ts'
import type { InteractionId, Instant, QueueId } from '../core/ids.ts'
import type { HttpRequest } from '../platform/http/server.ts'
import type { Callback } from './callback-row.ts'
import type { History } from './history.ts'

/** Who asks for something to be done on a call: a user, or an API key with that role. */
export type Person = Readonly<{ id: string; role: 'agent' | 'supervisor' | 'admin' }>

export type Refused = Readonly<{
  refusal: Readonly<{
    /** `unknown-interaction` and `unknown-recording` are answered 404, `forbidden` 403, everything else 409. */
    code: string
    message: string
  }>
}>
export type CallResult = Readonly<{ ok: true }> | Refused

/** What can be done with a contact that is up; the channel that has it answers. */
export type CallControl = Readonly<{
  hold(interactionId: InteractionId, by: Person): Promise<CallResult>
  resume(interactionId: InteractionId, by: Person): Promise<CallResult>
  hangUp(interactionId: InteractionId, by: Person): Promise<CallResult>
  /** The agent's phone is rung for the call that they are on already: its audio was lost. */
  rejoin(interactionId: InteractionId, by: Person): Promise<CallResult>
  mute(interactionId: InteractionId, by: Person, on: boolean): Promise<CallResult>
  /** 0–9, A–D, * and #, towards the customer. */
  digits(interactionId: InteractionId, by: Person, digits: string): Promise<CallResult>
  recording(interactionId: InteractionId, by: Person, action: 'pause' | 'resume'): Promise<CallResult>
}>

export type Audio = Readonly<{
  /** As in `audio/wav`. */
  contentType: string
  bytes: number
  /** Both ends included; the whole when neither is given. */
  read(range?: Readonly<{ from: number; to: number }>): Readable
}>

export type RecordingStore = Readonly<{
  open(recordingId: string): Promise<Audio | Readonly<{ missing: string }>>
}>

export type HistoryPorts = Readonly<{
  history: History
  names: Names
  calls: CallControl
  recordings: RecordingStore
  callbackDesk: CallbackDesk
  /** A line in the audit log, for what changes nothing or is worth more than the route's name. */
  audit(
    request: HttpRequest,
    entry: { action: string; subject: { kind: string; id: string }; before?: unknown; after?: unknown },
  ): Promise<void>
}>

/** What becomes of a callback outside of the database. */
export type CallbackDesk = Readonly<{
  /** Queues for which strangers may ask to be called; the first unless they name one. */
  formQueueIds: readonly QueueId[]
  knowsQueue(queueId: QueueId): boolean
  /** Then, or when the queue opens next; null: it doesn't. */
  openingOf(queueId: QueueId, at: Instant): Instant | null
  /** Why we may not call there, for people; null: we may. */
  refusal(number: string, callbackId: string): string | null
  /** Puts it in line when it is due; told again, as it is now. */
  expect(callback: Callback): void
  /** Whatever rings or waits for that interaction of a callback is to stop. */
  end(callback: Callback, cause: 'cancelled' | 'moved'): Promise<void>
}>
