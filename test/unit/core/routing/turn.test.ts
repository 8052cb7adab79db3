import { describe, expect, it } from 'vitest'
import { queueFacts } from '../../../../src/core/routing/queue-facts.ts'
import { callTimeoutMs } from '../../../../src/core/routing/turn.ts'
import { minute } from './fixtures.ts'
import { kinds, only, Scenario } from './scenario.ts'

function callback(centre: Scenario, id: string, waitingSince: number | null = null): void {
  const contact = { direction: 'outbound', entryPointId: 'callback', providerId: id, customerId: null } as const
  centre.send({ kind: 'arrive', interactionId: id, channel: 'voice', ...contact })
  const wish = { queueId: 'sales', requirement: {}, priority: 0, preferredAgentId: null, waitingSince }
  centre.send({ kind: 'enqueue', interactionId: id, ...wish, customerAway: true })
}

const reached = (centre: Scenario, id: string) => centre.send({ kind: 'customer-reached', interactionId: id })
const called = (centre: Scenario): string[] => only(centre.facts, 'customer-called').map((fact) => fact.interactionId)

/** One agent who is talking, and a queue that knows how long that takes. */
function busyCentre(handlingMs: number, agents = 1): Scenario {
  const centre = new Scenario()
  centre.queue('sales')
  for (let n = 0; n < agents; n += 1) centre.agent(`agent-${n}`)
  centre.call('past')
  centre.accept('past')
  centre.pass(handlingMs)
  centre.end('past')
  for (let n = 0; n < agents; n += 1) {
    centre.call(`talk-${n}`)
    centre.accept(`talk-${n}`)
  }
  return centre
}

describe('a customer who is away', () => {
  it('is called when an agent is free, and offered once they are there', () => {
    const centre = new Scenario()
    centre.queue('sales')
    centre.agent('ana')
    callback(centre, 'back')
    expect(centre.view('back').phase).toBe('calling')
    expect(centre.ringsAt('back')).toBeNull()
    reached(centre, 'back')
    expect(centre.ringsAt('back')).toBe('ana')
  })

  it('is not called while nobody is there to talk to them', () => {
    const centre = new Scenario()
    centre.queue('sales')
    callback(centre, 'back')
    centre.pass(30 * minute)
    expect(called(centre)).toEqual([])
    centre.agent('ana')
    expect(called(centre)).toEqual(['back'])
  })

  it('keeps no agent from others while their phone rings, and comes first once they are there', () => {
    const centre = new Scenario()
    centre.queue('sales')
    centre.agent('ana')
    callback(centre, 'back')
    centre.call('other')
    expect(centre.ringsAt('other')).toBe('ana')
    centre.accept('other')
    centre.pass(1_000)
    centre.call('later')
    reached(centre, 'back')
    centre.end('other')
    expect(centre.ringsAt('back')).toBe('ana')
  })

  it('is called alone for one free agent, and the next one when the first does not answer', () => {
    const centre = new Scenario()
    centre.queue('sales')
    for (const id of ['one', 'two', 'three']) callback(centre, id)
    centre.agent('ana')
    expect(called(centre)).toEqual(['one'])
    centre.send({ kind: 'end-interaction', interactionId: 'one', by: 'system', outcome: 'failed', cause: 'busy' })
    expect(called(centre)).toEqual(['one', 'two'])
  })

  it('is called ahead when agents become free quickly, so that nobody waits for anybody', () => {
    const quick = busyCentre(30_000, 2)
    callback(quick, 'back')
    expect(called(quick)).toEqual(['back'])
    const slow = busyCentre(5 * minute)
    callback(slow, 'back')
    expect(called(slow)).toEqual([])
  })

  it('is called when an agent goes to somebody behind them', () => {
    const centre = busyCentre(5 * minute)
    callback(centre, 'back')
    centre.call('behind')
    const { facts } = centre.end('talk-0')
    expect(kinds(facts)).toEqual(['interaction-ended', 'offer-made', 'customer-called'])
    expect(centre.ringsAt('behind')).toBe('agent-0')
  })

  it('keeps the place of their call before those who came later', () => {
    const centre = busyCentre(5 * minute)
    const asked = centre.at
    centre.pass(minute)
    centre.call('later')
    callback(centre, 'back', asked)
    centre.pass(minute)
    centre.end('talk-0')
    centre.accept('later')
    reached(centre, 'back')
    centre.call('last')
    centre.end('later')
    expect(centre.ringsAt('back')).toBe('agent-0')
  })

  it('is in line again, to be called anew, when nothing is heard of the call', () => {
    const centre = new Scenario()
    centre.queue('sales')
    centre.agent('ana')
    callback(centre, 'back')
    expect(kinds(centre.pass(callTimeoutMs))).toEqual(['customer-call-expired', 'customer-called'])
  })

  it('comes a moment too late and is welcome', () => {
    const centre = new Scenario()
    centre.queue('sales')
    centre.agent('ana')
    callback(centre, 'back')
    centre.presence('ana', 'not-ready')
    centre.pass(callTimeoutMs)
    expect(centre.view('back')).toMatchObject({ phase: 'queued', customer: 'away' })
    expect(kinds(reached(centre, 'back').facts)).toEqual(['customer-reached'])
    centre.presence('ana', 'available')
    expect(centre.ringsAt('back')).toBe('ana')
  })

  it('is neither refused by a full queue nor timed out', () => {
    const centre = new Scenario()
    centre.queue('sales', { maxWaiting: 0, maxWaitMs: 1_000 })
    callback(centre, 'back')
    centre.pass(minute)
    expect(centre.view('back').phase).toBe('queued')
    centre.agent('ana')
    reached(centre, 'back')
    centre.decline('back', 'rejected')
    centre.pass(minute)
    expect(centre.view('back')).toMatchObject({ phase: 'queued', customer: 'reached' })
  })

  it('has their phone stopped when the contact ends, leaves or its queue goes', () => {
    for (const stop of ['end', 'leave', 'remove'] as const) {
      const centre = new Scenario()
      centre.queue('sales')
      centre.agent('ana')
      callback(centre, 'back')
      const decision =
        stop === 'end'
          ? centre.end('back')
          : stop === 'leave'
            ? centre.leave('back')
            : centre.send({ kind: 'remove-queue', queueId: 'sales' })
      expect(decision.commands.map(({ kind }) => kind)).toContain('stop-calling')
    }
  })

  it('counts for the place of those behind', () => {
    const centre = busyCentre(5 * minute)
    callback(centre, 'back')
    expect(queueFacts(centre.state, 'voice')['sales']?.waiting).toBe(1)
  })
})
