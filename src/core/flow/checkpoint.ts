/** What is stored of a session: everything but secrets, and where to ask for them again. */
import type { Session } from './session.ts'

export type Checkpoint = Readonly<{
  v: 1
  session: Session
  /** The node to enter again: the last one, or the first that collected a secret which is lost now. */
  restart: Readonly<{ depth: number; nodeId: string }>
}>

export function checkpoint(session: Session): Checkpoint {
  const { secrets, ...rest } = session
  const last = { depth: session.frames.length - 1, nodeId: session.frames.at(-1)?.nodeId ?? '' }
  // Outer flows first: a secret that was handed down is asked for again where it came from.
  const [lost] = [...secrets.values].sort((a, b) => a.depth - b.depth)
  const restart = lost ? { depth: lost.depth, nodeId: lost.nodeId } : last
  // The new owner starts without secret input, and switches it on when it collects.
  const stored = { ...rest, secretInput: false, deafUntil: 0, skipKey: null, secrets: { values: [], typed: '' } }
  return { v: 1, session: stored, restart }
}

/** The session as it stood, for an interaction that is with the router: it waits for `queue-returned`. */
export function reopen(stored: unknown): Session {
  return readCheckpoint(stored).session
}

/** Only we write checkpoints, so this tells a foreign or damaged value from one, and no more. */
export function readCheckpoint(stored: unknown): Checkpoint {
  const value = stored as Partial<Checkpoint> | null
  if (typeof value !== 'object' || value?.v !== 1 || !value.session || !value.restart)
    throw new Error('not a checkpoint of a flow session')
  return value as Checkpoint
}
