import { describe, expect, it } from 'vitest'
import { estimateWaitMs, gammaQuantile, normalQuantile } from '../../../../src/core/measures/estimated-wait.ts'
import { addHandlingTime } from '../../../../src/core/measures/handling-times.ts'
import { estimatedWait } from '../../../../src/core/routing/views.ts'
import { Scenario } from '../routing/scenario.ts'

describe('quantiles', () => {
  it.each([
    [0.5, 0],
    [0.8, 0.8416],
    [0.9, 1.2816],
    [0.99, 2.3263],
    [0.1, -1.2816],
  ])('of the normal distribution at %f', (quantile, expected) => {
    expect(normalQuantile(quantile)).toBeCloseTo(expected, 3)
  })

  // Half of the chi-square quantile with twice as many degrees of freedom, from its tables.
  it.each([
    [1, 0.5, 0.6931],
    [1, 0.9, 2.3026],
    [2, 0.5, 1.6783],
    [5, 0.9, 7.9936],
    [10, 0.95, 15.7052],
    [50, 0.5, 49.6673],
  ])('of %i exponentials in a row at %f', (shape, quantile, expected) => {
    expect(Math.abs(gammaQuantile(shape, quantile) / expected - 1)).toBeLessThan(0.01)
  })
})

describe('the estimate', () => {
  const base = { position: 3, agents: 6, meanHandlingMs: 180_000, quantile: 0.8 }

  it('grows with the place in line and the quantile, and falls with the agents', () => {
    const of = (change: Partial<typeof base>): number => estimateWaitMs({ ...base, ...change }) ?? NaN
    expect(of({ position: 4 })).toBeGreaterThan(of({}))
    expect(of({ quantile: 0.9 })).toBeGreaterThan(of({}))
    expect(of({ agents: 12 })).toBeCloseTo(of({}) / 2)
  })

  it('is unknown without agents', () => {
    expect(estimateWaitMs({ ...base, agents: 0 })).toBeNull()
  })
})

describe('handling times', () => {
  it('are a mean first and forget slowly later', () => {
    const times = { count: 0, meanMs: 0 }
    for (const ms of [100, 200, 300]) addHandlingTime(times, ms)
    expect(times).toEqual({ count: 3, meanMs: 200 })
    for (let i = 0; i < 500; i += 1) addHandlingTime(times, 1_000)
    expect(times.meanMs).toBeCloseTo(1_000, 0)
  })
})

describe('the estimated wait of a caller', () => {
  it('is known once contacts of the queue were handled, wrap-up included', () => {
    const centre = new Scenario()
    centre.queue('sales', { wrapUpMs: 30_000 })
    centre.agent('ana')
    centre.call('first')
    centre.accept('first')
    centre.call('it')
    expect(estimatedWait(centre.state, 'it', 0.5)).toBeNull()
    centre.pass(70_000)
    centre.end('first')
    centre.presence('ana', 'not-ready')
    centre.pass(30_000)
    expect(estimatedWait(centre.state, 'it', 0.5)).toBeCloseTo(100_000 * Math.log(2), 5)
    centre.presence('ana', 'offline')
    expect(estimatedWait(centre.state, 'it', 0.5)).toBeNull()
  })

  it('is only for those who wait', () => {
    const centre = new Scenario()
    centre.arrive('it')
    expect(estimatedWait(centre.state, 'it', 0.5)).toBeNull()
    expect(estimatedWait(centre.state, 'nobody', 0.5)).toBeNull()
  })
})
