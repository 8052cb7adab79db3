/** Which case a new contact belongs to, before a person says otherwise. */
import type { Instant } from '../ids.ts'

export type CaseStanding = Readonly<{
  id: string
  state: 'open' | 'closed'
  /** Of its last interaction, or when it was opened. */
  lastContactAt: Instant
  closedAt: Instant | null
}>

export type CaseRules = Readonly<{
  /** An open case with no contact for longer is not joined by itself. */
  joinOpenWithinMs: number
  /** A case that was closed longer ago is not reopened by a new contact. */
  reopenWithinMs: number
}>

const dayMs = 86_400_000
export const defaultCaseRules: CaseRules = { joinOpenWithinMs: 30 * dayMs, reopenWithinMs: 3 * dayMs }

export type Placing =
  | Readonly<{ kind: 'join' | 'reopen'; caseId: string }>
  /** None fits, or several do and only a person can tell. */
  | Readonly<{ kind: 'none' | 'ambiguous' }>

/** One open matter: the contact is about it. Just closed and nothing else open: it wasn't over. */
export function placeContact(
  cases: readonly CaseStanding[],
  at: Instant,
  rules: CaseRules = defaultCaseRules,
): Placing {
  const open = cases.filter(
    ({ state, lastContactAt }) => state === 'open' && at - lastContactAt <= rules.joinOpenWithinMs,
  )
  const [only] = open
  if (open.length > 1) return { kind: 'ambiguous' }
  if (only !== undefined) return { kind: 'join', caseId: only.id }
  const justClosed = cases
    .filter(({ state, closedAt }) => state === 'closed' && closedAt !== null && at - closedAt <= rules.reopenWithinMs)
    .sort((a, b) => (b.closedAt ?? 0) - (a.closedAt ?? 0))[0]
  return justClosed === undefined ? { kind: 'none' } : { kind: 'reopen', caseId: justClosed.id }
}
