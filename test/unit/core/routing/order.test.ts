import { describe, expect, it } from 'vitest'
import { placeInLine } from '../../../../src/core/routing/views.ts'
import type { QueueRules } from '../../../../src/core/rules.ts'
import { minute } from './fixtures.ts'
import { Scenario } from './scenario.ts'

/** Ana talks to `talk`; whoever is called next waits. */
function busy(rules: Partial<QueueRules> = {}): Scenario {
  const centre = new Scenario()
  centre.queue('sales', rules)
  centre.agent('ana')
  centre.call('talk')
  centre.accept('talk')
  return centre
}

/** Serves until nobody waits; returns the order. */
function served(centre: Scenario, ...interactionIds: string[]): string[] {
  const order: string[] = []
  centre.end('talk')
  for (let next = ringing(); next !== undefined; next = ringing()) {
    order.push(next)
    centre.accept(next)
    centre.end(next)
  }
  return order

  function ringing(): string | undefined {
    return interactionIds.find((id) => !order.includes(id) && centre.ringsAt(id) !== null)
  }
}

describe('the line', () => {
  it('is served first come, first served, even within one instant', () => {
    const centre = busy()
    for (const id of ['a', 'b', 'c', 'd']) centre.call(id)
    expect(served(centre, 'd', 'c', 'b', 'a')).toEqual(['a', 'b', 'c', 'd'])
  })

  it('lets priority overtake by what a point is worth, and no more', () => {
    const centre = busy({ ageingMsPerPoint: minute })
    centre.call('ordinary')
    centre.at = 2 * minute + 1
    centre.call('too-late', { priority: 2 })
    centre.at = 3 * minute - 1
    centre.call('in-time', { priority: 3 })
    expect(served(centre, 'ordinary', 'too-late', 'in-time')).toEqual(['in-time', 'ordinary', 'too-late'])
  })

  it('is by age alone when priority is worth nothing', () => {
    const centre = busy({ ageingMsPerPoint: 0 })
    centre.call('first')
    centre.at = 1
    centre.call('important', { priority: 10 })
    expect(served(centre, 'first', 'important')).toEqual(['first', 'important'])
  })

  it('puts a callback where its call began to wait', () => {
    const centre = busy()
    centre.at = minute
    centre.call('newcomer')
    centre.at = 2 * minute
    centre.call('callback', { waitingSince: 0 })
    expect(placeInLine(centre.state, 'callback')).toEqual({ position: 1, queueLength: 2 })
    expect(served(centre, 'newcomer', 'callback')).toEqual(['callback', 'newcomer'])
  })

  it('takes the future for now', () => {
    const centre = busy()
    centre.call('it', { waitingSince: minute })
    expect(centre.view('it')).toMatchObject({ waitingSince: 0 })
  })

  it('tells everyone their place among all of the queue, whatever they need', () => {
    const centre = busy()
    centre.call('a', { requirement: { french: 1 } })
    centre.call('b')
    centre.call('c', { priority: 1 })
    const positions = ['a', 'b', 'c'].map((id) => placeInLine(centre.state, id)?.position)
    expect(positions).toEqual([2, 3, 1])
    expect(placeInLine(centre.state, 'talk')).toBeNull()
    expect(placeInLine(centre.state, 'nobody')).toBeNull()
  })
})

describe('several queues', () => {
  it('do not block each other: a heavy one whose agents cannot serve it leaves the rest alone', () => {
    const centre = new Scenario()
    centre.queue('heavy', { priority: 10 })
    centre.queue('light')
    centre.agent('ana', { queueIds: ['heavy', 'light'], skills: {} })
    for (let i = 0; i < 50; i += 1) centre.call(`heavy-${i}`, { queueId: 'heavy', requirement: { dutch: 5 } })
    centre.call('light', { queueId: 'light' })
    expect(centre.ringsAt('light')).toBe('ana')
  })

  it('compete by priority and age for an agent who serves both', () => {
    const centre = new Scenario()
    centre.queue('gold', { priority: 5 })
    centre.queue('sales')
    centre.agent('ana', { queueIds: ['gold', 'sales'] })
    centre.call('talk')
    centre.accept('talk')
    centre.call('waits')
    centre.at = minute
    centre.call('gold', { queueId: 'gold' })
    expect(served(centre, 'waits', 'gold')).toEqual(['gold', 'waits'])
  })
})

describe('who gets the interaction', () => {
  function withTwo(selection: QueueRules['selection']): Scenario {
    const centre = new Scenario()
    centre.queue('sales', { selection })
    centre.agent('novice', { skills: { english: 2, french: 5 } })
    centre.at = 1_000
    centre.agent('expert', { skills: { english: 4 } })
    return centre
  }

  it('is the most skilled in what is asked', () => {
    const centre = withTwo('most-skilled')
    centre.call('it', { requirement: { english: 2 } })
    expect(centre.ringsAt('it')).toBe('expert')
  })

  it('is who has been idle longest when nothing is asked, or when the queue says so', () => {
    const plain = withTwo('most-skilled')
    plain.call('it')
    expect(plain.ringsAt('it')).toBe('novice')
    const fair = withTwo('longest-idle')
    fair.call('it', { requirement: { english: 1 } })
    expect(fair.ringsAt('it')).toBe('novice')
  })

  it('is only who has the level', () => {
    const centre = withTwo('most-skilled')
    centre.presence('expert', 'offline')
    centre.call('it', { requirement: { english: 3 } })
    expect(centre.ringsAt('it')).toBeNull()
  })

  it('goes round among equals', () => {
    const centre = new Scenario()
    centre.queue('sales')
    for (const id of ['ana', 'bea', 'cleo']) centre.agent(id)
    const order = ['a', 'b', 'c', 'd'].map((id) => {
      centre.at += 1_000
      centre.call(id)
      const agentId = centre.ringsAt(id)
      centre.accept(id)
      centre.end(id)
      return agentId
    })
    expect(order).toEqual(['ana', 'bea', 'cleo', 'ana'])
  })
})
