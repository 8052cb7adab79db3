import { describe, expect, it } from 'vitest'
import { firstLoad } from '../peers/first-load.ts'

describe('the first load', () => {
  it('of a desk stays under 400 kB compressed, the telephone and a font with Cyrillic included', () => {
    const { bytes, files } = firstLoad()
    expect(files).toBeGreaterThan(3)
    expect(bytes).toBeGreaterThan(100_000)
    expect(bytes).toBeLessThan(400_000)
  })
})
