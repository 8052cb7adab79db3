import { describe, expect, it } from 'vitest'
import { Random } from './random.ts'
import { contains, interval, studentAt999 } from './statistics.ts'

describe('a confidence interval', () => {
  // Tables of Student's distribution, 99.9 % two-sided.
  it.each([
    [20, 3.85],
    [60, 3.46],
    [120, 3.373],
  ])('uses t with %i degrees of freedom', (freedom, t) => {
    expect(studentAt999(freedom)).toBeCloseTo(t, 2)
  })

  it('contains the true mean about 999 times in 1,000', () => {
    const random = new Random(7)
    const sample = (): number[] => Array.from({ length: 30 }, () => random.next() + random.next() + random.next())
    const held = Array.from({ length: 4_000 }, () => contains(interval(sample()), 1.5)).filter((holds) => holds).length
    expect(held).toBeGreaterThan(3_980)
    expect(held).toBeLessThan(4_000)
  })

  it('becomes narrow, and not wrong, with a control of mean 0', () => {
    const random = new Random(8)
    const control = Array.from({ length: 100 }, () => random.next() - 0.5)
    const batches = control.map((value) => 10 + 3 * value + 0.01 * (random.next() - 0.5))
    const [plain, sharpened] = [interval(batches), interval(batches, [control])]
    expect(sharpened.halfWidth).toBeLessThan(plain.halfWidth / 50)
    expect(contains(sharpened, 10)).toBe(true)
  })
})
