import { describe, expect, it } from 'vitest'
import { placeInLine } from '../../../../src/core/routing/views.ts'
import { minute } from './fixtures.ts'
import { kinds, only, Scenario } from './scenario.ts'

/** Ana serves sales, Hugo help; neither is there yet. */
function waiting(): Scenario {
  const centre = new Scenario()
  centre.queue('sales', { preferredAgentHoldMs: 0 })
  centre.queue('help', { requirement: { french: 2 } })
  centre.agent('ana', { queueIds: ['sales'] })
  centre.agent('hugo', { queueIds: ['sales', 'help'], skills: { french: 3 } })
  centre.presence('ana', 'not-ready')
  centre.presence('hugo', 'not-ready')
  return centre
}
const move = (centre: Scenario, queueId: string | null, agentId: string | null = null) =>
  centre.send({ kind: 'move', interactionId: 'it', queueId, agentId, by: 'boss' })

describe('a supervisor who moves somebody that waits', () => {
  it('puts them into the other line with their age, and says who did it', () => {
    const centre = waiting()
    centre.call('it')
    centre.at = 30_000
    centre.call('later', { queueId: 'help' })
    const { facts } = move(centre, 'help')
    expect(facts).toMatchObject([
      { kind: 'interaction-overflowed', fromQueueId: 'sales', toQueueId: 'help', by: 'boss' },
    ])
    expect(placeInLine(centre.state, 'it')).toEqual({ position: 1, queueLength: 2 })
    centre.presence('hugo', 'available')
    expect(centre.ringsAt('it')).toBe('hugo')
  })

  it('takes it from whoever is rung for it', () => {
    const centre = waiting()
    centre.presence('ana', 'available')
    centre.call('it')
    expect(centre.ringsAt('it')).toBe('ana')
    const decision = move(centre, 'help')
    expect(kinds(decision.facts)).toEqual(['offer-rescinded', 'interaction-overflowed'])
    expect(decision.commands).toMatchObject([{ kind: 'stop-ringing', agentId: 'ana' }])
    expect(centre.view('it')).toMatchObject({ phase: 'queued', queueId: 'help' })
  })

  it('has it wait for one agent alone, for a minute at least, and then for everybody', () => {
    const centre = waiting()
    centre.call('it')
    expect(move(centre, null, 'hugo').facts).toMatchObject([
      { kind: 'agent-preferred', agentId: 'hugo', until: minute, by: 'boss' },
    ])
    centre.presence('ana', 'available')
    expect(centre.view('it')).toMatchObject({ phase: 'queued' })
    expect(kinds(centre.pass(minute))).toEqual(['preference-lapsed', 'offer-made'])
    expect(centre.ringsAt('it')).toBe('ana')
  })

  it('rings the chosen agent at once when they are free', () => {
    const centre = waiting()
    centre.call('it')
    centre.presence('hugo', 'available')
    expect(centre.ringsAt('it')).toBe('hugo')
    expect(only(move(centre, 'help', 'hugo').facts, 'offer-made')).toMatchObject([{ agentId: 'hugo', queueId: 'help' }])
  })

  it.each([
    ['who is with an agent', 'help', null, 'not-queued'],
    ['to a queue that is not there', 'nowhere', null, 'unknown-queue'],
    ['to where they are', 'sales', null, 'already-queued'],
    ['to an agent whom nobody knows', null, 'nobody', 'unknown-agent'],
    ['to an agent without the skill', 'help', 'ana', 'agent-unavailable'],
    ['to an agent who is offline', 'help', 'hugo', 'agent-offline'],
  ])('is refused: %s', (_what, queueId, agentId, code) => {
    const centre = waiting()
    centre.presence('ana', code === 'not-queued' ? 'available' : 'not-ready')
    centre.presence('hugo', 'offline')
    centre.call('it')
    if (code === 'not-queued') centre.accept('it')
    const decision = move(centre, queueId, agentId)
    expect(decision).toMatchObject({ facts: [], refusal: { code } })
  })
})
