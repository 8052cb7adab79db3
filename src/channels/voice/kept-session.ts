/** What is kept of a call's flow beside the facts: where the session stands, and how the caller stands in line. */
import type { Effect } from '../../core/flow/effects.ts'
import { checkpoint, reopen, resume } from '../../core/flow/interpreter.ts'
import type { Library, Session, Step, World } from '../../core/flow/session.ts'
import type { Instant } from '../../core/ids.ts'

export type EnqueueEffect = Extract<Effect, { kind: 'enqueue' }>

export type KeptSession = Readonly<{
  flow: unknown
  /** How the flow sent the caller into the queue; null while it speaks with them itself. */
  enqueued: EnqueueEffect | null
}>

export function keep(session: Session, enqueued: EnqueueEffect | null): KeptSession {
  return { flow: checkpoint(session), enqueued: session.activity.kind === 'queued' ? enqueued : null }
}

/** The flow speaks on, from the node where it stood. Only we write these, so the shape is ours. */
export function resumeKept(kept: unknown, library: Library, world: World, at: Instant): Step {
  return resume(library, (kept as KeptSession).flow, at, world)
}

/** The caller is with the router: the session only waits for word from there. */
export function reopenKept(kept: unknown): { session: Session; enqueued: EnqueueEffect | null } {
  const { flow, enqueued } = kept as KeptSession
  return { session: reopen(flow), enqueued }
}
