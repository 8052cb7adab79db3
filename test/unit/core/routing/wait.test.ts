import { describe, expect, it } from 'vitest'
import { agentView, placeInLine } from '../../../../src/core/routing/views.ts'
import type { QueueRules } from '../../../../src/core/rules.ts'
import { minute } from './fixtures.ts'
import { kinds, only, Scenario } from './scenario.ts'

describe('relaxation', () => {
  const relaxation = [
    { afterMs: 20_000, skills: { french: 2 } },
    { afterMs: 40_000, skills: { french: 0, german: 1 } },
  ] as const

  function waiting(requirement = {}): Scenario {
    const centre = new Scenario()
    centre.queue('sales', { relaxation, requirement })
    centre.agent('ana', { skills: { french: 2 } })
    centre.agent('bea')
    return centre
  }

  it('lowers the level when its time has come, and the agent who has it is rung', () => {
    const centre = waiting()
    centre.call('it', { requirement: { french: 4 } })
    expect(centre.pass(19_999)).toEqual([])
    expect(kinds(centre.pass(1))).toEqual(['requirement-relaxed', 'offer-made'])
    expect(centre.ringsAt('it')).toBe('ana')
    expect(only(centre.facts, 'offer-made')[0]?.explanation).toMatchObject({
      requirement: { french: 2 },
      relaxationSteps: 1,
    })
  })

  it('drops a skill in the end, the queue’s as well as the interaction’s own', () => {
    const centre = waiting({ german: 3 })
    centre.call('it', { requirement: { french: 4 } })
    expect(kinds(centre.pass(40_000))).toEqual(['requirement-relaxed', 'requirement-relaxed'])
    expect(centre.view('it')).toMatchObject({ requirement: { german: 1 }, relaxationSteps: 2 })
  })

  it('never raises a level', () => {
    const centre = waiting()
    centre.presence('ana', 'offline')
    centre.call('it', { requirement: { french: 1 } })
    centre.pass(20_000)
    expect(centre.view('it')).toMatchObject({ requirement: { french: 1 } })
  })

  it('keeps the place in line', () => {
    const centre = waiting()
    centre.call('first', { requirement: { french: 4 } })
    centre.at = 1
    centre.presence('bea', 'offline')
    centre.call('second', { requirement: { dutch: 1 } })
    centre.presence('ana', 'offline')
    centre.pass(30_000)
    expect(placeInLine(centre.state, 'first')).toEqual({ position: 1, queueLength: 2 })
  })

  it('counts a callback’s wait from its call', () => {
    const centre = waiting()
    centre.at = minute
    expect(kinds(centre.call('it', { requirement: { french: 4 }, waitingSince: 0 }).facts)).toContain('offer-made')
    expect(only(centre.facts, 'offer-made')[0]?.explanation.relaxationSteps).toBe(1)
  })
})

describe('overflow', () => {
  const overflow = [{ afterMs: 30_000, toQueueId: 'help' }]

  function overflowing(help: Partial<QueueRules> = {}): Scenario {
    const centre = new Scenario()
    centre.queue('sales', { overflow, priority: 3 })
    centre.queue('help', help)
    centre.agent('hugo', { queueIds: ['help'] })
    return centre
  }

  it('moves the interaction to the other queue, with its age', () => {
    const centre = overflowing()
    centre.presence('hugo', 'not-ready')
    centre.call('it')
    centre.at = 10_000
    centre.call('later', { queueId: 'help' })
    expect(only(centre.pass(20_000), 'interaction-overflowed')).toMatchObject([
      { fromQueueId: 'sales', toQueueId: 'help' },
    ])
    expect(placeInLine(centre.state, 'it')).toEqual({ position: 1, queueLength: 2 })
    centre.presence('hugo', 'available')
    expect(centre.ringsAt('it')).toBe('hugo')
  })

  it('swaps the queue’s part of the priority and keeps the interaction’s own', () => {
    const centre = overflowing({ priority: 1 })
    centre.presence('hugo', 'offline')
    centre.call('it', { priority: 2 })
    centre.at = 3 * minute - 1
    centre.call('later', { queueId: 'help', priority: 5 })
    centre.pass(minute)
    expect(placeInLine(centre.state, 'it')?.position).toBe(2)
    expect(placeInLine(centre.state, 'later')?.position).toBe(1)
  })

  it('never goes back to a queue it came from', () => {
    const centre = overflowing({ overflow: [{ afterMs: 0, toQueueId: 'sales' }] })
    centre.presence('hugo', 'offline')
    centre.call('it')
    expect(only(centre.pass(10 * minute), 'interaction-overflowed')).toHaveLength(1)
    expect(centre.view('it')).toMatchObject({ queueId: 'help' })
  })

  it('waits for a queue that is configured later, and forgets one that is removed', () => {
    const centre = new Scenario()
    centre.queue('sales', { overflow })
    centre.call('it')
    expect(centre.pass(minute)).toEqual([])
    centre.queue('help')
    expect(centre.view('it')).toMatchObject({ queueId: 'help' })
    centre.call('other')
    centre.send({ kind: 'remove-queue', queueId: 'help' })
    expect(centre.pass(minute)).toEqual([])
    expect(centre.view('other')).toMatchObject({ queueId: 'sales' })
  })

  it('takes the soonest of several', () => {
    const centre = new Scenario()
    const rules = [overflow[0], { afterMs: 10_000, toQueueId: 'night' }].flatMap((rule) => rule ?? [])
    centre.queue('sales', { overflow: rules })
    centre.queue('help')
    centre.queue('night')
    centre.call('it')
    expect(only(centre.pass(minute), 'interaction-overflowed')).toMatchObject([{ at: 10_000, toQueueId: 'night' }])
  })
})

describe('the preferred agent', () => {
  function preferring(preferredAgentHoldMs = 20_000): Scenario {
    const centre = new Scenario()
    centre.queue('sales', { preferredAgentHoldMs })
    for (const id of ['ana', 'bea']) {
      centre.agent(id)
      centre.at += 1
    }
    return centre
  }

  it('is rung when free, before anybody else', () => {
    const centre = preferring()
    centre.call('it', { preferredAgentId: 'bea' })
    expect(centre.ringsAt('it')).toBe('bea')
    expect(only(centre.facts, 'offer-made')[0]?.explanation).toMatchObject({
      rule: 'preferred-agent',
      runnersUp: [{ agentId: 'ana' }],
    })
  })

  function busyBea(): Scenario {
    const centre = preferring()
    centre.call('talk', { preferredAgentId: 'bea' })
    centre.accept('talk')
    centre.call('it', { preferredAgentId: 'bea' })
    return centre
  }

  it('is waited for alone while busy', () => {
    const centre = busyBea()
    expect(centre.ringsAt('it')).toBeNull()
    centre.call('other')
    expect(centre.ringsAt('other')).toBe('ana')
    centre.end('talk')
    expect(centre.ringsAt('it')).toBe('bea')
  })

  it('is waited for only so long; then everyone counts, from the same place', () => {
    const centre = busyBea()
    expect(centre.pass(19_999)).toEqual([])
    expect(kinds(centre.pass(1))).toEqual(['preference-lapsed', 'offer-made'])
    expect(centre.ringsAt('it')).toBe('ana')
  })

  it('is not waited for when offline, and no longer when they sign out', () => {
    const centre = busyBea()
    expect(kinds(centre.presence('bea', 'offline').facts)).toEqual([
      'presence-changed',
      'preference-lapsed',
      'offer-made',
    ])
    centre.end('it')
    centre.call('again', { preferredAgentId: 'bea' })
    expect(centre.ringsAt('again')).toBe('ana')
  })

  it('is not waited for when the queue does not wait', () => {
    const centre = preferring(0)
    centre.call('talk', { preferredAgentId: 'bea' })
    centre.accept('talk')
    centre.call('it', { preferredAgentId: 'bea' })
    expect(centre.ringsAt('it')).toBe('ana')
  })

  it('who does not answer is not waited for again', () => {
    const centre = preferring()
    centre.call('it', { preferredAgentId: 'bea' })
    expect(kinds(centre.pass(15_000))).toEqual(['offer-expired', 'preference-lapsed', 'presence-changed', 'offer-made'])
    expect(centre.ringsAt('it')).toBe('ana')
  })

  it('who declines is not waited for again', () => {
    const centre = preferring()
    centre.call('it', { preferredAgentId: 'bea' })
    expect(kinds(centre.decline('it', 'phone-busy').facts)).toContain('preference-lapsed')
    expect(centre.ringsAt('it')).toBe('ana')
  })

  it('has to suit', () => {
    const centre = preferring()
    centre.call('it', { preferredAgentId: 'bea', requirement: { french: 1 } })
    expect(centre.view('it')).toMatchObject({ preferredAgentId: null, preferredUntil: null })
  })

  it('is not waited for in a queue that they don’t serve', () => {
    const centre = new Scenario()
    centre.queue('sales', { preferredAgentHoldMs: minute, overflow: [{ afterMs: 10_000, toQueueId: 'help' }] })
    centre.queue('help')
    centre.agent('ana')
    centre.agent('hugo', { queueIds: ['help'] })
    centre.call('talk', { preferredAgentId: 'ana' })
    centre.accept('talk')
    centre.call('it', { preferredAgentId: 'ana' })
    expect(kinds(centre.pass(10_000))).toEqual(['preference-lapsed', 'interaction-overflowed', 'offer-made'])
    expect(centre.ringsAt('it')).toBe('hugo')
  })

  it('takes the first of those who wait for them and of the line', () => {
    const centre = busyBea()
    centre.presence('ana', 'offline')
    centre.call('later')
    centre.end('talk')
    expect(centre.ringsAt('it')).toBe('bea')
    centre.accept('it')
    centre.end('it')
    expect(centre.ringsAt('later')).toBe('bea')
    expect(agentView(centre.state, 'bea')?.routing).toBe('reserved')
  })
})
