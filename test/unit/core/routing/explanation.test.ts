import { describe, expect, it } from 'vitest'
import { explainNow } from '../../../../src/core/routing/explain-now.ts'
import { agentRules } from './fixtures.ts'
import { only, Scenario } from './scenario.ts'

/** Nine agents, one for each thing that can keep them from a French call. */
function team(): Scenario {
  const centre = new Scenario()
  centre.queue('sales')
  const french = { skills: { french: 3 } } as const
  for (const id of ['best', 'second', 'third']) centre.agent(id, french)
  centre.agent('expert', { skills: { french: 5 } })
  centre.agent('novice', { skills: { french: 1 } })
  centre.agent('elsewhere', { ...french, queueIds: ['help'] })
  centre.agent('chats', { ...french, capacity: { chat: 3 } })
  centre.agent('talking', french)
  centre.agent('unplugged', french)
  centre.agent('at-lunch', french)
  centre.send({ kind: 'configure-agent', agent: agentRules('at-home', french) })
  centre.reach('unplugged', false)
  centre.presence('expert', 'not-ready', 'training')
  for (const id of ['best', 'second', 'third']) centre.presence(id, 'not-ready', 'meeting')
  centre.call('talk', { requirement: { french: 2 } })
  centre.accept('talk')
  centre.at = 10_000
  for (const id of ['best', 'second', 'third', 'expert']) {
    centre.presence(id, 'available')
    centre.at += 1_000
  }
  centre.presence('at-lunch', 'not-ready', 'lunch')
  return centre
}

describe('an offer', () => {
  it('says who, by which rule, before whom, and what kept the others out', () => {
    const centre = team()
    centre.at = 20_000
    const { facts } = centre.call('it', { requirement: { french: 2 }, waitingSince: 12_000 })
    expect(only(facts, 'offer-made')[0]?.explanation).toEqual({
      rule: 'most-skilled',
      trigger: 'interaction-waited',
      requirement: { french: 2 },
      relaxationSteps: 0,
      chosen: { agentId: 'expert', score: 5, idleMs: 7_000, skills: { french: 5 } },
      runnersUp: [
        { agentId: 'best', score: 3, idleMs: 10_000, skills: { french: 3 } },
        { agentId: 'second', score: 3, idleMs: 9_000, skills: { french: 3 } },
        { agentId: 'third', score: 3, idleMs: 8_000, skills: { french: 3 } },
      ],
      waitedMs: 8_000,
      excluded: { unsuited: 3, offline: 1, notReady: 1, unreachable: 1, busy: 1 },
    })
  })

  it('says when an agent looked for the caller', () => {
    const centre = new Scenario()
    centre.queue('sales', { selection: 'longest-idle' })
    centre.call('it')
    centre.at = 5_000
    centre.agent('ana')
    expect(only(centre.facts, 'offer-made')[0]?.explanation).toMatchObject({
      rule: 'longest-idle',
      trigger: 'agent-became-free',
      waitedMs: 5_000,
      chosen: { score: 0 },
    })
  })
})

describe('someone who waits', () => {
  it('is told of every agent why not, and what would have to change', () => {
    const centre = team()
    for (const id of ['best', 'second', 'third', 'expert']) centre.presence(id, 'offline')
    centre.call('it', { requirement: { french: 2 } })
    const outlook = explainNow(centre.state, 'it')
    const reasons = Object.fromEntries(
      (outlook?.agents ?? []).map(({ agentId, hindrances }) => [agentId, hindrances.map(({ kind }) => kind)]),
    )
    expect(reasons).toEqual({
      best: ['offline'],
      second: ['offline'],
      third: ['offline'],
      expert: ['offline'],
      novice: ['skill-too-low'],
      elsewhere: ['not-in-queue'],
      chats: ['channel-not-served'],
      talking: ['busy'],
      unplugged: ['unreachable'],
      'at-lunch': ['not-ready'],
      'at-home': ['offline', 'unreachable'],
    })
    for (const { hindrances } of outlook?.agents ?? [])
      for (const { change } of hindrances) expect(change).toMatch(/^\S.*\S$/)
  })

  it('is told how far the missing level is, and when relaxation makes it enough', () => {
    const centre = new Scenario()
    const relaxation = [20_000, 40_000].map((afterMs, i) => ({ afterMs, skills: { french: i === 0 ? 3 : 1 } as const }))
    centre.queue('sales', { relaxation })
    centre.agent('ana', { skills: { french: 2 } })
    centre.call('it', { requirement: { french: 5 } })
    expect(explainNow(centre.state, 'it')).toMatchObject({
      requirement: { french: 5 },
      next: { at: 20_000, cause: 'relaxation' },
      agents: [{ hindrances: [{ kind: 'skill-too-low', level: 2, required: 5, enoughAt: 40_000 }] }],
    })
  })

  it('is told how many others an agent would take first, in all of the agent’s queues', () => {
    const centre = new Scenario()
    centre.queue('sales')
    centre.queue('help')
    centre.agent('ana', { queueIds: ['sales', 'help'] })
    centre.presence('ana', 'not-ready')
    centre.call('a', { queueId: 'help' })
    centre.call('b', { requirement: { french: 1 } })
    centre.call('it')
    centre.call('c')
    const outlook = explainNow(centre.state, 'it')
    expect(outlook).toMatchObject({ position: 2, queueLength: 3, agents: [{ agentId: 'ana', othersFirst: 1 }] })
  })

  it('is told whom they wait for alone', () => {
    const centre = new Scenario()
    centre.queue('sales', { preferredAgentHoldMs: 20_000 })
    centre.agent('ana')
    centre.agent('bea')
    centre.presence('ana', 'not-ready', 'lunch')
    centre.call('it', { preferredAgentId: 'ana' })
    expect(explainNow(centre.state, 'it')?.agents).toMatchObject([
      { agentId: 'ana', hindrances: [{ kind: 'not-ready', reason: 'lunch' }] },
      { agentId: 'bea', hindrances: [{ kind: 'kept-for-preferred-agent', agentId: 'ana', until: 20_000 }] },
    ])
  })

  it('has to wait', () => {
    const centre = new Scenario()
    centre.queue('sales')
    centre.agent('ana')
    centre.call('it')
    expect(explainNow(centre.state, 'it')).toBeNull()
    expect(explainNow(centre.state, 'nobody')).toBeNull()
  })
})
