import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ReturningLegs } from '../../../../src/channels/voice/returning-legs.ts'

const failure = 38
const hungUp = 16

function scene() {
  const rung: string[] = []
  const lost: string[] = []
  let away = 0
  const legs = new ReturningLegs({
    ring: (channelId, agentId) => rung.push(`${channelId} for ${agentId}`),
    onAway: () => away++,
    onLost: (channelId, cause) => lost.push(`${channelId} ${cause}`),
  })
  return { legs, rung, lost, timesAway: () => away }
}

describe('an agent’s leg', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('that hangs up is gone at once', () => {
    expect(scene().legs.gone('leg', 'ana', hungUp)).toBe(false)
  })

  it('that is lost is waited for ten seconds, then gone', () => {
    const { legs, lost, timesAway } = scene()
    expect(legs.gone('leg', 'ana', failure)).toBe(true)
    expect(timesAway()).toBe(1)
    vi.advanceTimersByTime(9_999)
    expect(lost).toEqual([])
    vi.advanceTimersByTime(1)
    expect(lost).toEqual(['leg 38'])
  })

  it('that is asked for is rung once the old one is gone, and is no loss when it is up in time', () => {
    const { legs, rung, lost, timesAway } = scene()
    expect(legs.ask('leg', 'ana')).toBe(true)
    expect(rung).toEqual([])
    expect(legs.gone('leg', 'ana', hungUp)).toBe(true)
    expect(rung).toEqual(['leg for ana'])
    expect(legs.up('leg')).toBe(true)
    vi.advanceTimersByTime(60_000)
    expect(lost).toEqual([])
    expect(timesAway()).toBe(0)
  })

  it('that was lost already is rung as soon as it is asked for', () => {
    const { legs, rung } = scene()
    legs.gone('leg', 'ana', failure)
    expect(legs.ask('leg', 'ana')).toBe(false)
    expect(rung).toEqual(['leg for ana'])
  })

  it('is not waited for when the call is over', () => {
    const { legs, lost } = scene()
    legs.gone('leg', 'ana', failure)
    legs.stop()
    vi.advanceTimersByTime(60_000)
    expect(lost).toEqual([])
  })
})
