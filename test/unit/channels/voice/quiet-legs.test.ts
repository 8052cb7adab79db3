import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QuietLegs } from '../../../../src/channels/voice/quiet-legs.ts'

/** A leg, `leg`, that sends `rate` packets a second. */
function scene({ isBrowser = true }: { isBrowser?: boolean } = {}) {
  const heard: string[] = []
  const line = { rate: 50, count: 1_000 }
  const legs = new QuietLegs({
    now: Date.now,
    isBrowser: () => Promise.resolve(isBrowser),
    received: () => Promise.resolve((line.count += line.rate)),
    onQuiet: (channelId, isQuiet) => heard.push(`${channelId} ${isQuiet ? 'quiet' : 'heard'}`),
    onLost: (channelId) => heard.push(`${channelId} lost`),
  })
  return { legs, line, heard }
}

const seconds = (n: number) => vi.advanceTimersByTimeAsync(n * 1_000)

describe('a leg whose browser can’t be spoken to', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('is left alone while it is heard', async () => {
    const { legs, heard } = scene()
    legs.suspect('leg', 'closed')
    await seconds(120)
    expect(heard).toEqual([])
    legs.stop()
  })

  it('that is quiet is told after two seconds, and lost ten seconds after its browser closed', async () => {
    const { legs, line, heard } = scene()
    line.rate = 0
    legs.suspect('leg', 'closed')
    await seconds(2)
    expect(heard).toEqual(['leg quiet'])
    await seconds(7.5)
    expect(heard).toEqual(['leg quiet'])
    await seconds(1)
    expect(heard).toEqual(['leg quiet', 'leg lost'])
    await seconds(60)
    expect(heard).toHaveLength(2)
  })

  it('is waited for longer when its network has vanished, and is heard again when that is back', async () => {
    const { legs, line, heard } = scene()
    line.rate = 0
    legs.suspect('leg', 'silent')
    await seconds(20)
    line.rate = 50
    await seconds(1)
    expect(heard).toEqual(['leg quiet', 'leg heard'])
    line.rate = 0
    await seconds(10)
    expect(heard).toEqual(['leg quiet', 'leg heard', 'leg quiet', 'leg lost'])
  })

  it('is no longer watched once the browser is back and it is heard', async () => {
    const { legs, line, heard } = scene()
    line.rate = 0
    legs.suspect('leg', 'closed')
    await seconds(9)
    legs.back('leg')
    await seconds(15)
    line.rate = 50
    await seconds(2)
    line.rate = 0
    await seconds(120)
    expect(heard).toEqual(['leg quiet', 'leg heard'])
  })

  it('is lost when the browser is back and it stays quiet', async () => {
    const { legs, line, heard } = scene()
    line.rate = 0
    legs.suspect('leg', 'closed')
    await seconds(5)
    legs.back('leg')
    await seconds(21)
    expect(heard).toEqual(['leg quiet', 'leg lost'])
  })

  it('that leads to a desk phone is none of ours', async () => {
    const { legs, line, heard } = scene({ isBrowser: false })
    line.rate = 0
    legs.suspect('leg', 'closed')
    await seconds(60)
    expect(heard).toEqual([])
  })

  it('is forgotten with its end', async () => {
    const { legs, line, heard } = scene()
    line.rate = 0
    legs.suspect('leg', 'closed')
    await seconds(1)
    legs.forget('leg')
    await seconds(60)
    expect(heard).toEqual([])
  })
})
