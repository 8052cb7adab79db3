import { describe, expect, it } from 'vitest'
import { median, quantile } from '../../load/calls/statistics.ts'

describe('quantile', () => {
  it('takes the nearest rank, whatever the order', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect([quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1)]).toEqual([50, 99, 100])
    expect(quantile([7], 0.99)).toBe(7)
    expect(quantile([], 0.5)).toBeNaN()
  })
})

describe('median', () => {
  it('is the middle value, or between the two middle ones', () => {
    expect([median([5, 1, 3]), median([4, 1, 2, 3]), median([9])]).toEqual([3, 2.5, 9])
    expect(median([])).toBeNaN()
  })
})
