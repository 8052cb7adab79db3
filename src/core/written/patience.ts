/** When a written contact ends because nobody is there any more. */
import { assertNever } from '../assert-never.ts'
import type { Outcome } from '../facts.ts'
import type { Instant } from '../ids.ts'

/** Each 0: never. */
export type Patience = Readonly<{
  /** So long without a word from the customer after the agent's last one. */
  silentMs: number
  /** So long without the customer's page while they wait for an agent, or for the flow. */
  absentMs: number
}>

export type Presence = Readonly<{
  phase: 'self-service' | 'queued' | 'calling' | 'offered' | 'engaged'
  /** When either of them wrote last, or the agent came. */
  lastWordAt: Instant
  lastWordBy: 'customer' | 'agent'
  /** Since when no page of theirs is open; null: one is. */
  absentSince: Instant | null
}>

export type Ending = Readonly<{
  at: Instant
  cause: 'silent' | 'absent'
  by: 'customer' | 'system'
  outcome: Outcome | null
}>

/** When the contact will end if nothing happens; null: it will not. */
export function endingOf(presence: Presence, { silentMs, absentMs }: Patience): Ending | null {
  switch (presence.phase) {
    case 'engaged':
      if (silentMs === 0 || presence.lastWordBy === 'customer') return null
      return { at: presence.lastWordAt + silentMs, cause: 'silent', by: 'system', outcome: null }
    case 'self-service':
    case 'queued':
    case 'calling':
    case 'offered':
      if (absentMs === 0 || presence.absentSince === null) return null
      return { at: presence.absentSince + absentMs, cause: 'absent', by: 'customer', outcome: null }
    default:
      return assertNever(presence.phase)
  }
}
