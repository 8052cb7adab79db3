/** Whatever crosses whatever: no order of events leaves a leg up, an agent taken, or a call that nobody can end. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fullLoad } from '../../src/core/agent/capacity.ts'
import { legsOf } from '../../src/core/call/parties.ts'
import { agents, deeds, OneCall, type Deed } from './one-call.ts'

const deed: fc.Arbitrary<Deed> = fc.record({
  deed: fc.constantFrom(...deeds),
  pick: fc.nat(60),
  afterMs: fc.constantFrom(0, 0, 10, 500),
})

function play(plan: readonly Deed[]): OneCall {
  const one = new OneCall().talk()
  expect(one.persons).toHaveLength(1)
  for (const step of plan) {
    one.do(step)
    for (const agent of one.router.agents.values()) expect(agent.load, agent.id).toBeLessThanOrEqual(fullLoad)
  }
  return one
}

describe('one call, in 1,000 random interleavings', () => {
  const plans = fc.array(deed, { minLength: 30, maxLength: 150, size: 'max' })

  it('ends once, with every leg hung up and every agent free', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const one = play(plan)
        one.finish()
        expect(one.call.stage.kind).toBe('over')
        expect([...one.legs.keys()]).toEqual([])
        expect(one.ends).toBe(1)
        expect([...one.router.interactions.keys()]).toEqual([])
        for (const agent of one.router.agents.values()) expect([...agent.works.keys()], agent.id).toEqual([])
      }),
      { numRuns: 1_000, seed: 20261126 },
    )
  }, 120_000)

  it('has at rest exactly the legs that its machine knows, and its agents engaged', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const one = play(plan)
        one.deliver()
        const known = legsOf(one.call)
        if (one.call.stage.kind !== 'over') expect([...one.legs.keys()].sort()).toEqual([...known].sort())
        const engaged = agents.filter((id) => one.router.agents.get(id)?.works.get('call')?.phase === 'engaged')
        expect([...engaged].sort()).toEqual([...one.joinedAgents].sort())
        const talking = one.call.stage.kind === 'talking' ? one.call.stage : null
        const expected = (talking?.parties ?? []).filter(({ place }) => place === 'talking').map((it) => it.channelId)
        if (talking?.customer === 'talking') expected.push('customer')
        expect([...one.bridge].sort()).toEqual(expected.sort())
      }),
      { numRuns: 1_000, seed: 20261127 },
    )
  }, 120_000)
})
