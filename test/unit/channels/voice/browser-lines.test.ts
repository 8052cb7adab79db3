import { describe, expect, it } from 'vitest'
import { BrowserLines } from '../../../../src/channels/voice/browser-lines.ts'

describe('the lines of browsers', () => {
  it('tell when an agent has none any more, and when there is one again', () => {
    const told: string[] = []
    const lines = new BrowserLines((agentId, loss) => told.push(`${agentId} ${loss ?? 'back'}`))
    const first = lines.opened('ana')
    const second = lines.opened('ana')
    first('closed')
    expect(lines.isOpen('ana')).toBe(true)
    expect(told).toEqual(['ana back'])
    second('silent')
    expect(lines.isOpen('ana')).toBe(false)
    lines.opened('ana')
    expect(told).toEqual(['ana back', 'ana silent', 'ana back'])
  })
})
