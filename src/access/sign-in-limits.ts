/**
 * Slows down guessing. Failures are counted per (username, address) and per address; once a count passes its allowance,
 * each further failure locks that key for twice as long as the one before. Times are milliseconds.
 */
import { customerOf } from '../platform/internet-address.ts'

type Count = { failures: number; lockedUntil: number; lastAt: number }

export type SignInLimits = Readonly<{
  /** Call before the password is looked at: the attempt counts as failed until `succeeded`. Returns how long to wait. */
  attempt(username: string, address: string, now: number): number
  succeeded(username: string, address: string): void
}>

const perUser = { allowed: 5, firstLockMs: 30_000 }
const perAddress = { allowed: 50, firstLockMs: 60_000 }
const longestLockMs = 15 * 60_000
const forgottenAfterMs = 60 * 60_000
// Bounds memory under an attack with made-up names.
const mostKeys = 20_000

export function createSignInLimits(): SignInLimits {
  const counts = new Map<string, Count>()

  const lockedFor = (key: string, now: number): number => {
    const count = counts.get(key)
    if (count === undefined) return 0
    if (count.lockedUntil > now) return count.lockedUntil - now
    if (now - count.lastAt > forgottenAfterMs) counts.delete(key)
    return 0
  }

  const fail = (key: string, limit: { allowed: number; firstLockMs: number }, now: number): void => {
    const failures = (counts.get(key)?.failures ?? 0) + 1
    const beyond = failures - limit.allowed
    const lockMs = beyond < 0 ? 0 : Math.min(limit.firstLockMs * 2 ** beyond, longestLockMs)
    // Taken out first, so that the map stays in the order of last use and the stalest key goes when it is full.
    counts.delete(key)
    counts.set(key, { failures, lockedUntil: now + lockMs, lastAt: now })
    for (const stalest of counts.keys()) {
      if (counts.size <= mostKeys) break
      counts.delete(stalest)
    }
  }

  const userKey = (username: string, address: string): string => `u ${sourceOf(address)} ${username}`
  const addressKey = (address: string): string => `a ${sourceOf(address)}`

  return {
    attempt(username, address, now) {
      const waitMs = Math.max(lockedFor(userKey(username, address), now), lockedFor(addressKey(address), now))
      if (waitMs > 0) return waitMs
      fail(userKey(username, address), perUser, now)
      fail(addressKey(address), perAddress, now)
      return 0
    },
    succeeded(username, address) {
      counts.delete(userKey(username, address))
      const count = counts.get(addressKey(address))
      // Only this attempt is taken back: a guesser who owns one account must not clear the address with it.
      if (count !== undefined) count.failures -= 1
      if (count !== undefined && count.failures < perAddress.allowed) count.lockedUntil = 0
    },
  }
}

/** Who has one address of IPv6 has all of their network, and could guess from another one each time. */
const sourceOf = (address: string): string => customerOf(address) ?? address
