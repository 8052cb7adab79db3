import { describe, expect, it } from 'vitest'
import { createSignInLimits } from '../../../src/access/sign-in-limits.ts'

const minuteMs = 60_000
const failTimes = (limits: ReturnType<typeof createSignInLimits>, times: number, username: string, now = 0): number[] =>
  Array.from({ length: times }, () => limits.attempt(username, '192.0.2.1', now))

describe('sign-in limits', () => {
  it('lets five attempts pass and then locks the username for that address', () => {
    const limits = createSignInLimits()
    expect(failTimes(limits, 5, 'ana')).toEqual([0, 0, 0, 0, 0])
    expect(limits.attempt('ana', '192.0.2.1', 1)).toBe(29_999)
    expect(limits.attempt('ana', '192.0.2.2', 1)).toBe(0)
    expect(limits.attempt('bogdan', '192.0.2.1', 1)).toBe(0)
  })

  it('doubles the lock with each further failure, up to fifteen minutes', () => {
    const limits = createSignInLimits()
    failTimes(limits, 5, 'ana')
    let now = 30_000
    const locks: number[] = []
    for (let i = 0; i < 7; i += 1) {
      expect(limits.attempt('ana', '192.0.2.1', now)).toBe(0)
      const lockMs = limits.attempt('ana', '192.0.2.1', now)
      locks.push(lockMs)
      now += lockMs
    }
    expect(locks.map((lockMs) => lockMs / minuteMs)).toEqual([1, 2, 4, 8, 15, 15, 15])
  })

  it('forgets failures after a success and after an hour', () => {
    const limits = createSignInLimits()
    failTimes(limits, 4, 'ana')
    limits.succeeded('ana', '192.0.2.1')
    expect(failTimes(limits, 5, 'ana', 1)).toEqual([0, 0, 0, 0, 0])
    expect(limits.attempt('ana', '192.0.2.1', 1 + 61 * minuteMs)).toBe(0)
    expect(limits.attempt('ana', '192.0.2.1', 2 + 61 * minuteMs)).toBe(0)
  })

  it('locks an address that tries many names, and one good password does not clear it', () => {
    const limits = createSignInLimits()
    for (let i = 0; i < 49; i += 1) expect(limits.attempt(`user-${i}`, '192.0.2.1', 0)).toBe(0)
    expect(limits.attempt('mine', '192.0.2.1', 0)).toBe(0)
    limits.succeeded('mine', '192.0.2.1')
    expect(limits.attempt('user-49', '192.0.2.1', 1)).toBe(0)
    expect(limits.attempt('user-50', '192.0.2.1', 1)).toBe(minuteMs)
    expect(limits.attempt('user-50', '192.0.2.9', 1)).toBe(0)
  })

  it('counts all addresses of one IPv6 network as one, and those of others apart', () => {
    const limits = createSignInLimits()
    for (let i = 1; i <= 5; i += 1) expect(limits.attempt('ana', `2001:db8:1:2::${i}`, 0)).toBe(0)
    expect(limits.attempt('ana', '2001:db8:1:2:aaaa::1', 1)).toBe(29_999)
    expect(limits.attempt('ana', '2001:db8:1:3::1', 1)).toBe(0)
    limits.succeeded('ana', '2001:db8:1:2::77')
    expect(limits.attempt('ana', '2001:db8:1:2::1', 1)).toBe(0)
  })
})
