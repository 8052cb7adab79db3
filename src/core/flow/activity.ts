/** What a session is in the middle of. `deadline` is when it stops waiting; a Step's `wakeAt` repeats it. */
import type { HangUpCause } from './effects.ts'
import type { Instant } from '../ids.ts'

export type Activity =
  /** The prompt of a `say` node plays. */
  | { kind: 'saying'; playId: string; interruptible: boolean; deadline: Instant }
  /** The prompt of a node that waits for input plays; the wait starts when it was heard. */
  | { kind: 'prompting'; playId: string; interruptible: boolean; deadline: Instant }
  /** Waiting for keys or words. `listenId`: the recogniser runs. */
  | { kind: 'collecting'; listenId: string | null; deadline: Instant }
  /** The greeting of a voicemail plays; recording follows. */
  | { kind: 'greeting'; playId: string; deadline: Instant }
  /** An effect is out and answers. `repeatable`: doing it again after a crash harms nobody. */
  | { kind: 'awaiting'; effectId: string; repeatable: boolean; deadline: Instant }
  | { kind: 'queued'; fallback: boolean }
  /** The last words before hanging up. */
  | { kind: 'leaving'; playId: string; cause: HangUpCause; deadline: Instant }
  | { kind: 'over' }
