/** What is kept of a call's flow beside the facts: where the session stands, and how the caller stands in line. */
import type { Checkpoint } from '../../core/flow/checkpoint.ts'
import type { Effect } from '../../core/flow/effects.ts'
import { checkpoint, reopen, resume } from '../../core/flow/interpreter.ts'
import type { Library, Session, Step, World } from '../../core/flow/session.ts'
import type { Instant, QueueId } from '../../core/ids.ts'

export type EnqueueEffect = Extract<Effect, { kind: 'enqueue' }>

/** A message that is being recorded, and the effect that waits for it. */
export type KeptMessage = Readonly<{ recordingId: string; effectId: string; queueId: QueueId }>

export type KeptSession = Readonly<{
  flow: Checkpoint
  /** How the flow sent the caller into the queue; null while it speaks with them itself. */
  enqueued: EnqueueEffect | null
  message: KeptMessage | null
  /** Number of the last playback before this: what is said after it has later numbers. */
  playbacks: number
}>

export function keep(
  session: Session,
  beside: { enqueued: EnqueueEffect | null; message: KeptMessage | null; playbacks: number },
): KeptSession {
  const enqueued = session.activity.kind === 'queued' ? beside.enqueued : null
  return { ...beside, enqueued, flow: checkpoint(session) }
}

/** The flow speaks on, from the node where it stood. */
export function resumeKept(kept: KeptSession, library: Library, world: World, at: Instant): Step {
  return resume(library, kept.flow, at, world)
}

/** The caller is with the router, or leaves a message: the session only waits for word from there. */
export function reopenKept({ flow }: KeptSession): Session {
  return reopen(flow)
}
