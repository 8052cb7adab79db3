/** What a waiting customer was told about the rest of their wait, held against how it came. */
import type { Instant, QueueId } from '../ids.ts'

export type AnnouncedWait = Readonly<{
  queueId: QueueId
  at: Instant
  /** Counted from 1. */
  position: number
  /** The rest of the wait that `quantile` of those in this place should stay below; null: nothing to estimate from. */
  estimateMs: number | null
  /** As it was said: in whole minutes, rounded up; null: the place alone. */
  announcedMs: number | null
  quantile: number
  /** From the announcement to the end of the wait; null: it goes on. */
  waitedMs: number | null
  /** How the wait ended; null: it goes on. */
  end: 'answered' | 'left' | null
}>

/**
 * `unknown`: the customer left before the time was over, so nobody knows. Who left after it has waited longer than was said.
 * null: no time was said, or the wait goes on.
 */
export type Verdict = 'kept' | 'broken' | 'unknown'

export function verdictOn({ announcedMs, waitedMs, end }: AnnouncedWait): Verdict | null {
  if (announcedMs === null || waitedMs === null || end === null) return null
  if (waitedMs > announcedMs) return 'broken'
  return end === 'answered' ? 'kept' : 'unknown'
}

export const endAnnouncedWait = (announced: AnnouncedWait, end: 'answered' | 'left', at: Instant): AnnouncedWait =>
  announced.end === null ? { ...announced, end, waitedMs: at - announced.at } : announced

/** What is said in whole minutes: never less than one, never less than the estimate. */
export const inWholeMinutes = (estimateMs: number): number => Math.max(1, Math.ceil(estimateMs / 60_000))
