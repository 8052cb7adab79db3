/** When a delivery that failed is tried again: soon at first, then ever more patiently, for about a day. */
import type { Instant } from '../ids.ts'

const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

const pausesMs = [
  10 * secondMs,
  30 * secondMs,
  2 * minuteMs,
  10 * minuteMs,
  30 * minuteMs,
  hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
] as const

/**
 * `attempts`: how many have failed. `chance`, 0 to 1, spreads the pause by a fifth, so that those who failed together don't
 * come back together. null: given up.
 */
export function nextAttempt(attempts: number, now: Instant, chance: number): Instant | null {
  const pause = pausesMs[attempts - 1]
  return pause === undefined ? null : now + Math.round(pause * (0.9 + 0.2 * chance))
}

/** Answers that another attempt won't change: the request itself is wrong. 408, 425 and 429 ask for patience. */
export function isFinal(status: number): boolean {
  return status === 410
}
