import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../../src/config.ts'
import { diskLevel, type DiskLevel } from '../../../../src/platform/disks/level.ts'

const GB = 1e9
const { diskBounds: usual } = readConfig({})
const bounds = (low: string, urgent: string) => readConfig({ DISK_LOW: low, DISK_URGENT: urgent }).diskBounds

describe('how full a disk is', () => {
  it.each([
    ['a large disk is told by the amount', 1_000 * GB, { enough: 5 * GB, low: 4.9 * GB, urgent: 0.9 * GB }],
    ['a small one by its share', 20 * GB, { enough: 2 * GB, low: 1.9 * GB, urgent: 0.39 * GB }],
  ])('%s, whichever is less', (_, totalBytes, free) => {
    for (const [level, freeBytes] of Object.entries(free))
      expect(diskLevel('enough', { totalBytes, freeBytes }, usual)).toBe(level)
  })

  it('is better only when a fifth more than the bound is free, so that it does not flap', () => {
    let level: DiskLevel = 'enough'
    const after = (freeGB: number): DiskLevel =>
      (level = diskLevel(level, { totalBytes: 1_000 * GB, freeBytes: freeGB * GB }, usual))
    expect([5.1, 4.9, 5.1, 4.9, 5.9, 6].map(after)).toEqual(['enough', 'low', 'low', 'low', 'low', 'enough'])
    expect([0.9, 1.1, 0.9, 1.2, 5.9, 0].map(after)).toEqual(['urgent', 'urgent', 'urgent', 'low', 'low', 'urgent'])
    expect(after(700)).toBe('enough')
  })

  it('is not urgent before it is low, however the two are written', () => {
    const space = { totalBytes: 10 * GB, freeBytes: 2 * GB }
    expect(diskLevel('enough', space, bounds('10%', '3GB'))).toBe('enough')
    expect(diskLevel('enough', { ...space, freeBytes: 0.9 * GB }, bounds('10%', '3GB'))).toBe('urgent')
  })

  it('is nothing to worry about where the file system counts nothing', () => {
    expect(diskLevel('enough', { totalBytes: 0, freeBytes: 0 }, usual)).toBe('enough')
  })
})
