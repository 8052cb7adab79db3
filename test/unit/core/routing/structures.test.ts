import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareOrder, Line, type Ordered } from '../../../../src/core/routing/line.ts'
import { newTimer, Timers, type Deadline } from '../../../../src/core/routing/timers.ts'
import { restore, snapshot } from '../../../../src/core/routing/machine.ts'
import { Scenario } from './scenario.ts'

describe('a line', () => {
  it('is what a sorted array would be, however long', () => {
    const place = fc.record({ virtualArrival: fc.integer({ min: -20, max: 20 }), remove: fc.boolean(), pick: fc.nat() })
    fc.assert(
      fc.property(fc.array(place, { maxLength: 3_000, size: 'max' }), (places) => {
        const line = new Line<Ordered>()
        const expected: Ordered[] = []
        for (const [sequence, { virtualArrival, remove, pick }] of places.entries()) {
          const item = { virtualArrival, waitingSince: 0, sequence }
          if (remove && expected.length > 0) expected.splice(pick % expected.length, 1).forEach((it) => line.remove(it))
          else {
            line.insert(item)
            expected.push(item)
          }
        }
        expected.sort(compareOrder)
        expect([...line]).toEqual(expected)
        expect(line).toHaveLength(expected.length)
        expect(line.first).toBe(expected[0])
        for (const [index, item] of expected.entries()) if (index % 97 === 0) expect(line.rank(item)).toBe(index)
      }),
      { numRuns: 100 },
    )
  })

  it('refuses to give away what isn’t in it', () => {
    const line = new Line<Ordered>()
    const item = { virtualArrival: 0, waitingSince: 0, sequence: 0 }
    expect(() => line.remove(item)).toThrow('not in this line')
    line.insert(item)
    expect(() => line.remove({ ...item })).toThrow('not in this line')
  })
})

describe('timers', () => {
  it('come in order of time, cause and owner, however they were set, moved and stopped', () => {
    const causes: readonly Deadline['cause'][] = ['wrap-up-over', 'offer-expires', 'max-wait']
    const deadline = fc.record({ at: fc.nat(20), cause: fc.constantFrom(...causes) })
    const change = fc.record({
      owner: fc.nat(30),
      deadline: fc.option(deadline),
      postponeMs: fc.constantFrom(0, 0, 0, 7),
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const timers = new Timers()
        const all = Array.from({ length: 31 }, (_, i) => newTimer('agent', `owner-${i}`))
        const expected = new Map<string, Deadline>()
        for (const { owner, deadline: due, postponeMs } of changes) {
          all.slice(owner, owner + 1).forEach((timer) => timers.set(timer, due))
          if (due === null) expected.delete(`owner-${owner}`)
          else expected.set(`owner-${owner}`, due)
          timers.postpone(postponeMs)
          for (const [id, { at, cause }] of expected) expected.set(id, { at: at + postponeMs, cause })
        }
        const inOrder = [...expected].sort(
          ([a, x], [b, y]) => x.at - y.at || causes.indexOf(x.cause) - causes.indexOf(y.cause) || (a < b ? -1 : 1),
        )
        const drained: string[] = []
        for (let first = timers.first; first !== undefined; first = timers.first) {
          drained.push(first.id)
          timers.set(first, null)
        }
        expect(drained).toEqual(inOrder.map(([id]) => id))
      }),
      { numRuns: 500 },
    )
  })
})

describe('signatures', () => {
  it('that nobody waits with are forgotten when there are many, whoever may come back', () => {
    const centre = new Scenario()
    centre.queue('sales')
    centre.agent('ana', { skills: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`skill-${i}`, 3])) })
    centre.presence('ana', 'not-ready')
    for (let i = 0; i < 5_000; i += 1) {
      centre.call('it', { requirement: { [`skill-${i}`]: 1 } })
      centre.end('it')
    }
    expect(centre.state.signatures.byKey.size).toBe(4_096)
    expect(centre.state.agents.get('ana')?.desks.map(({ standings }) => standings.length)).toEqual([4_096])
    centre.call('it', { requirement: { 'skill-0': 1 } })
    centre.presence('ana', 'available')
    expect(centre.ringsAt('it')).toBe('ana')
  })

  it('know an agent once, however often the rules name a queue', () => {
    const centre = new Scenario()
    centre.queue('sales')
    centre.call('it')
    centre.agent('ana', { queueIds: ['sales', 'sales'] })
    expect([...centre.state.signatures.byKey.values()].map(({ counts }) => counts.busy)).toEqual([1])
  })
})

describe('a snapshot', () => {
  it('of another version, or something else, is refused', () => {
    const saved = snapshot(new Scenario().state)
    expect(() => restore({ ...saved, version: 0 })).toThrow('not a routing snapshot')
    expect(() => restore(null)).toThrow('not a routing snapshot')
  })
})
