import { describe, expect, it } from 'vitest'
import { nextWake } from '../../../../src/core/routing/machine.ts'
import { agentView } from '../../../../src/core/routing/views.ts'
import { minute } from './fixtures.ts'
import { kinds, only, Scenario } from './scenario.ts'

const outage = (centre: Scenario, from: number, to: number) => centre.send({ kind: 'outage', from, to })

describe('an outage of ours', () => {
  it('never counts as a ring no answer: the phone rings on for what was left', () => {
    const centre = new Scenario()
    centre.queue('sales', { ringTimeoutMs: 15_000 })
    centre.agent('ana')
    centre.call('it')
    centre.at = 2 * minute
    expect(outage(centre, 5_000, 2 * minute).facts).toEqual([
      { kind: 'clock-stopped', at: 2 * minute, from: 5_000, to: 2 * minute },
    ])
    expect(centre.ringsAt('it')).toBe('ana')
    expect(centre.view('it').offer?.expiresAt).toBe(2 * minute + 10_000)
    expect(centre.pass(9_999)).toEqual([])
    expect(kinds(centre.pass(1))).toEqual(['offer-expired', 'presence-changed'])
  })

  it('gives wrap-ups, holds, relaxation, overflow, time-outs and returns that long again', () => {
    const centre = new Scenario()
    const relaxation = [{ afterMs: 20_000, skills: { french: 0 } }] as const
    centre.queue('sales', { wrapUpMs: 10_000, relaxation, preferredAgentHoldMs: 15_000, maxWaitMs: 50_000 })
    centre.queue('help')
    centre.queue('flows-over', { overflow: [{ afterMs: 30_000, toQueueId: 'help' }] })
    centre.agent('ana')
    centre.agent('bea')
    centre.call('done')
    centre.accept('done')
    centre.end('done')
    centre.call('busy')
    centre.decline('busy', 'phone-busy')
    centre.leave('busy')
    centre.call('held', { preferredAgentId: 'ana' })
    centre.call('relaxes', { requirement: { french: 1 } })
    centre.call('overflows', { queueId: 'flows-over' })
    const { length } = centre.facts
    centre.at = minute
    outage(centre, 0, minute)
    centre.pass(minute)
    const later = centre.facts.slice(length).map(({ kind, at }) => [kind, at - minute])
    expect(later).toEqual([
      ['clock-stopped', 0],
      ['wrap-up-ended', 10_000],
      ['offer-made', 10_000],
      ['presence-changed', 10_000],
      ['requirement-relaxed', 20_000],
      ['offer-made', 20_000],
      ['offer-expired', 25_000],
      ['preference-lapsed', 25_000],
      ['presence-changed', 25_000],
      // Suspended while it rang.
      ['requirement-relaxed', 25_000],
      ['interaction-overflowed', 30_000],
      ['offer-expired', 35_000],
      ['presence-changed', 35_000],
      ['interaction-dequeued', 50_000],
      ['interaction-dequeued', 50_000],
    ])
  })

  it('counts once however often it is told, and overlaps are joined', () => {
    const centre = new Scenario()
    centre.queue('sales', { ringTimeoutMs: 15_000 })
    centre.agent('ana')
    centre.call('it')
    centre.at = minute
    outage(centre, 0, minute)
    expect(outage(centre, 0, minute).facts).toEqual([])
    centre.at = minute + 5_000
    expect(only(outage(centre, 0, minute + 5_000).facts, 'clock-stopped')).toMatchObject([{ from: minute }])
    expect(nextWake(centre.state)).toBe(minute + 20_000)
  })

  it('that ends before it began, or is still to come, is refused', () => {
    const centre = new Scenario()
    expect(outage(centre, 1, 0).refusal?.code).toBe('invalid')
    expect(outage(centre, 0, 1).refusal?.code).toBe('invalid')
  })

  it('leaves presence alone', () => {
    const centre = new Scenario()
    centre.agent('ana')
    centre.at = minute
    outage(centre, 0, minute)
    expect(agentView(centre.state, 'ana')?.presence).toBe('available')
  })
})
