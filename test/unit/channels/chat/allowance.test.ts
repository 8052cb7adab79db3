import { describe, expect, it } from 'vitest'
import { Allowance } from '../../../../src/channels/chat/allowance.ts'

describe('an allowance', () => {
  it('is used up, and there again after a while, for each name alone', () => {
    const allowance = new Allowance({ most: 2, withinMs: 1_000 })
    expect([allowance.takes('a', 0), allowance.takes('a', 500), allowance.takes('a', 999)]).toEqual([true, true, false])
    expect(allowance.takes('b', 999)).toBe(true)
    expect(allowance.takes('a', 1_000)).toBe(true)
    expect(allowance.takes('a', 1_001)).toBe(false)
  })

  it('counts amounts: what is too much now is taken later', () => {
    const allowance = new Allowance({ most: 100, withinMs: 1_000 })
    expect([60, 50, 40, 1].map((amount) => allowance.takes('a', 0, amount))).toEqual([true, false, true, false])
    expect(allowance.takes('a', 1_000, 100)).toBe(true)
  })

  it('keeps no more names than it can', () => {
    const allowance = new Allowance({ most: 1, withinMs: 1e9 })
    for (let i = 0; i < 10_001; i++) allowance.takes(`name ${i}`, i)
    expect(allowance.takes('name 0', 10_001)).toBe(true)
    expect(allowance.takes('name 10000', 10_001)).toBe(false)
  })
})
