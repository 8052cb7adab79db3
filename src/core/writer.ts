/** The one writer, as the rooms around it see it: hand in an input, get the stored decision. */
import type { Decision } from './decision.ts'
import type { Detail, SessionCheckpoint } from './details.ts'
import type { Fact } from './facts.ts'
import type { Instant } from './ids.ts'
import type { RoutingInput } from './routing/inputs.ts'
import type { RoutingState } from './routing/state.ts'

/** An input without its time: the writer stamps it, so that time never goes back. */
type Unstamped<T> = T extends unknown ? Omit<T, 'at'> : never
export type Submission = Unstamped<RoutingInput>

export type Beside = Readonly<{ details?: readonly Detail[]; checkpoint?: SessionCheckpoint }>

export type StoredFact = Readonly<{ seq: number; fact: Fact }>

export type Writer = Readonly<{
  /** Resolves once facts and details are committed. Rejects only when the writer stops for good. */
  submit(input: Submission, beside?: Beside): Promise<Decision>
  /** The state as of the last decision; read only, never kept across an await. */
  state(): RoutingState
  /** Since when a commit is waiting for the database; null when all is well. */
  stalledSince(): Instant | null
  /** Called in order after each commit. Returns how to stop. */
  onFacts(listener: (facts: readonly StoredFact[]) => void): () => void
}>
