/** What becomes of one customer on a preview list: after a call, a skip or a promise. Pure. */
import { unreachedBecause } from '../call/calling.ts'
import { nextAttemptAfterMs } from '../callback/next-attempt.ts'
import type { EndedBy, NextBecause, Outcome } from '../facts.ts'
import type { InteractionId, Instant } from '../ids.ts'

export const skipReasons = ['not-now', 'wrong-number', 'served-already', 'do-not-call', 'other'] as const
export type SkipReason = (typeof skipReasons)[number]

/** Calls in all, and how long the customer is left in peace in between. */
export type CallingRule = Readonly<{ mostAttempts: number; gapMs: number }>

/** The customer is next on a preview list, and this interaction is the call. */
export type ListedCall = Readonly<{
  interactionId: InteractionId
  listId: string
  entryId: string
  attempt: number
  mostAttempts: number
  why: NextBecause
}>

export type CallEnd = Readonly<{ outcome: Outcome; by: EndedBy; cause: string | null }>

export type Settled =
  /** To be called again, not before `dueAt`. */
  | Readonly<{ state: 'waiting'; dueAt: Instant; outcome: string; counts: boolean }>
  | Readonly<{ state: 'done'; outcome: string; counts: boolean }>
  | Readonly<{ state: 'left-out'; outcome: string; counts: boolean }>

/** `reached`, `agent-away` when the customer's phone never rang, or why they were not reached. */
export function callOutcome({ outcome, by, cause }: CallEnd): string {
  if (outcome === 'answered') return 'reached'
  const q850 = /^q850-(\d+)$/.exec(cause ?? '')?.[1]
  if (q850 !== undefined) return unreachedBecause(Number(q850))
  if (cause?.startsWith('agent-') === true) return 'agent-away'
  if (by === 'agent') return 'given-up'
  return cause ?? 'unknown'
}

/**
 * `attempts`: with this one. `promisedFor`: when the customer was told meanwhile that they would be called; that holds however
 * often they were called already.
 */
export function afterCall(
  entry: Readonly<{ attempts: number; promisedFor: Instant | null }>,
  end: CallEnd,
  { mostAttempts, gapMs }: CallingRule,
  at: Instant,
): Settled {
  const outcome = callOutcome(end)
  // Nobody bothered the customer: somebody else may call at once.
  if (outcome === 'agent-away') return { state: 'waiting', dueAt: 0, outcome, counts: false }
  if (entry.promisedFor !== null) return { state: 'waiting', dueAt: entry.promisedFor, outcome, counts: true }
  if (outcome === 'reached') return { state: 'done', outcome, counts: true }
  const afterMs = nextAttemptAfterMs(
    { attempts: entry.attempts, reason: outcome },
    { most: mostAttempts, everyMs: gapMs },
  )
  return afterMs === null
    ? { state: 'done', outcome, counts: true }
    : { state: 'waiting', dueAt: at + afterMs, outcome, counts: true }
}

export function afterSkip(reason: SkipReason, { gapMs }: CallingRule, at: Instant): Settled {
  switch (reason) {
    case 'not-now':
      return { state: 'waiting', dueAt: at + gapMs, outcome: reason, counts: false }
    case 'do-not-call':
      return { state: 'left-out', outcome: reason, counts: false }
    case 'wrong-number':
    case 'served-already':
    case 'other':
      return { state: 'done', outcome: `skipped-${reason}`, counts: false }
  }
}

export function nextBecause(entry: Readonly<{ attempts: number; dueAt: Instant; isPromised: boolean }>): NextBecause {
  if (entry.isPromised) return 'promised'
  return entry.attempts === 0 && entry.dueAt === 0 ? 'first-call' : 'again'
}

const longestAheadMs = 60 * 24 * 60 * 60_000

/** Why a customer can't be promised a call then; null: they can. `opensAt`: then, or when the list may call next. */
export function promiseProblem(
  at: Instant,
  opensAt: Instant | null,
  now: Instant,
): 'past' | 'too-far' | 'closed' | null {
  if (at <= now) return 'past'
  if (at > now + longestAheadMs) return 'too-far'
  return opensAt === at ? null : 'closed'
}
