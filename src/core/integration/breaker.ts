/** Whether a system outside is asked at all: after it failed often enough it is left alone for a while. */
import type { Instant } from '../ids.ts'

export type Breaker =
  | Readonly<{ kind: 'closed'; failures: number }>
  /** Nobody asks until then; the next one who does tries it out for all. */
  | Readonly<{ kind: 'open'; until: Instant }>
  | Readonly<{ kind: 'trying'; until: Instant }>

export const closedBreaker: Breaker = { kind: 'closed', failures: 0 }

const failuresToOpen = 5
const openForMs = 30_000
/** Whoever tries it out and is never heard of again holds it no longer. */
const tryingForMs = 30_000

/** The state to go on with, or null: don't ask. */
export function asking(breaker: Breaker, now: Instant): Breaker | null {
  if (breaker.kind === 'closed') return breaker
  return now < breaker.until ? null : { kind: 'trying', until: now + tryingForMs }
}

export function answered(): Breaker {
  return closedBreaker
}

export function failed(breaker: Breaker, now: Instant): Breaker {
  const failures = breaker.kind === 'closed' ? breaker.failures + 1 : failuresToOpen
  return failures >= failuresToOpen ? { kind: 'open', until: now + openForMs } : { kind: 'closed', failures }
}
