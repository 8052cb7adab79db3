import { describe, expect, it } from 'vitest'
import { RefusalBounds } from '../../../src/outbound/refusal-bounds.ts'

const hourMs = 3_600_000
const times = (count: number, ask: () => boolean): number => Array.from({ length: count }, ask).filter(Boolean).length

describe('what is written down of refused calls', () => {
  it('is a hundred rows of one asker within an hour, and as many again afterwards', () => {
    const bounds = new RefusalBounds()
    expect(times(1_000, () => bounds.admitsRow('agent ana', 5))).toBe(100)
    expect(bounds.admitsRow('agent bogdan', 6)).toBe(true)
    expect(bounds.admitsRow('agent ana', hourMs)).toBe(false)
    expect(times(1_000, () => bounds.admitsRow('agent ana', hourMs + 5))).toBe(100)
  })

  it('is ten times in the history of one interaction', () => {
    const bounds = new RefusalBounds()
    expect(times(50, () => bounds.admitsFact('a'))).toBe(10)
    expect(times(50, () => bounds.admitsFact('b'))).toBe(10)
    expect(bounds.admitsFact('a')).toBe(false)
  })
})
