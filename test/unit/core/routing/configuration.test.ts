import { describe, expect, it } from 'vitest'
import { agentView, placeInLine, queueView } from '../../../../src/core/routing/views.ts'
import { agentRules, minute } from './fixtures.ts'
import { kinds, only, Scenario } from './scenario.ts'

describe('a queue', () => {
  it('that changes applies to those who wait: whom it lets through is rung at once', () => {
    const centre = new Scenario()
    centre.queue('sales', { requirement: { french: 3 } })
    centre.agent('ana')
    centre.call('first')
    centre.call('second')
    expect(kinds(centre.queue('sales').facts)).toEqual(['queue-configured', 'offer-made'])
    expect(centre.ringsAt('first')).toBe('ana')
    expect(placeInLine(centre.state, 'second')).toEqual({ position: 1, queueLength: 1 })
  })

  it('that asks for more is asked of those who wait and of those whose offer fails', () => {
    const centre = new Scenario()
    centre.queue('sales')
    centre.agent('ana')
    centre.agent('bea')
    centre.presence('bea', 'not-ready')
    centre.call('rings')
    centre.queue('sales', { requirement: { french: 1 } })
    expect(centre.ringsAt('rings')).toBe('ana')
    centre.decline('rings', 'rejected')
    centre.presence('bea', 'available')
    expect(centre.ringsAt('rings')).toBeNull()
  })

  it('that is removed sends its callers back to their flow as closed, and stops what rings', () => {
    const centre = new Scenario()
    centre.queue('sales')
    centre.queue('help')
    centre.agent('ana', { queueIds: ['sales', 'help'] })
    centre.call('rings')
    centre.call('waits')
    centre.call('elsewhere', { queueId: 'help' })
    const { facts, commands } = centre.send({ kind: 'remove-queue', queueId: 'sales' })
    expect(only(facts, 'interaction-dequeued').map(({ outcome }) => outcome)).toEqual(['closed', 'closed'])
    expect(commands.map(({ kind }) => kind)).toEqual(['stop-ringing', 'return-to-flow', 'return-to-flow', 'ring-agent'])
    expect(centre.view('waits').phase).toBe('self-service')
    expect(centre.ringsAt('elsewhere')).toBe('ana')
    expect(queueView(centre.state, 'sales')).toBeNull()
  })

  it('that is removed leaves conversations alone', () => {
    const centre = new Scenario()
    centre.queue('sales', { wrapUpMs: 10_000 })
    centre.agent('ana')
    centre.call('it')
    centre.accept('it')
    expect(kinds(centre.send({ kind: 'remove-queue', queueId: 'sales' }).facts)).toEqual(['queue-removed'])
    expect(kinds(centre.end('it').facts)).toEqual(['interaction-ended'])
    expect(agentView(centre.state, 'ana')?.routing).toBe('idle')
  })
})

describe('an agent', () => {
  it('who learns something gets whom they now suit', () => {
    const centre = new Scenario()
    centre.queue('sales')
    centre.agent('ana')
    centre.call('it', { requirement: { french: 2 } })
    const { facts } = centre.send({ kind: 'configure-agent', agent: agentRules('ana', { skills: { french: 3 } }) })
    expect(kinds(facts)).toEqual(['agent-configured', 'offer-made'])
  })

  it('who is preferred and no longer suits is not waited for', () => {
    const centre = new Scenario()
    centre.queue('sales', { preferredAgentHoldMs: minute })
    centre.agent('ana')
    centre.agent('bea')
    centre.call('talk', { preferredAgentId: 'ana' })
    centre.accept('talk')
    centre.call('it', { preferredAgentId: 'ana' })
    const { facts } = centre.send({ kind: 'configure-agent', agent: agentRules('ana', { queueIds: [] }) })
    expect(kinds(facts)).toEqual(['preference-lapsed', 'agent-configured', 'offer-made'])
    expect(centre.ringsAt('it')).toBe('bea')
  })

  it('who is removed hands back what rings, and talks on', () => {
    const centre = new Scenario()
    centre.queue('sales', { wrapUpMs: 10_000 })
    centre.agent('ana', { capacity: { chat: 3 } })
    centre.agent('bea', { capacity: { chat: 1 } })
    centre.presence('bea', 'not-ready')
    for (const id of ['talks', 'done', 'rings']) centre.call(id, { channel: 'chat' })
    centre.accept('talks')
    centre.accept('done')
    centre.end('done')
    centre.presence('bea', 'available')
    const { facts } = centre.send({ kind: 'remove-agent', agentId: 'ana' })
    expect(kinds(facts)).toEqual(['offer-rescinded', 'wrap-up-ended', 'agent-removed', 'offer-made'])
    expect(centre.ringsAt('rings')).toBe('bea')
    expect(agentView(centre.state, 'ana')).toBeNull()
    expect(centre.view('talks').phase).toBe('engaged')
    expect(only(centre.end('talks').facts, 'interaction-ended')[0]?.outcome).toBe('answered')
  })

  it('who comes back while their last conversation goes on still has it', () => {
    const centre = new Scenario()
    centre.queue('sales')
    centre.agent('ana')
    centre.call('talks')
    centre.accept('talks')
    centre.send({ kind: 'remove-agent', agentId: 'ana' })
    centre.agent('ana')
    centre.call('next')
    expect(centre.ringsAt('next')).toBeNull()
    centre.end('talks')
    expect(centre.ringsAt('next')).toBe('ana')
  })

  it('with less capacity than load takes nothing more until there is room', () => {
    const centre = new Scenario()
    centre.queue('sales')
    centre.agent('ana', { capacity: { chat: 3 } })
    for (const id of ['a', 'b']) {
      centre.call(id, { channel: 'chat' })
      centre.accept(id)
    }
    centre.send({ kind: 'configure-agent', agent: agentRules('ana', { capacity: { chat: 1 } }) })
    centre.call('c', { channel: 'chat' })
    centre.end('a')
    expect(centre.ringsAt('c')).toBeNull()
    centre.end('b')
    expect(centre.ringsAt('c')).toBe('ana')
  })
})

describe('a reload', () => {
  it('of queues with thousands of members says nothing when nothing changed, and rings nobody twice', () => {
    const centre = new Scenario()
    const agents = Array.from({ length: 5_000 }, (_, i) => agentRules(`agent-${i}`, { skills: { english: 3 } }))
    centre.queue('sales')
    for (const agent of agents) centre.agent(agent.id, agent)
    centre.call('it')
    const { length } = centre.facts
    centre.queue('sales')
    for (const agent of agents) centre.send({ kind: 'configure-agent', agent: structuredClone(agent) })
    expect(centre.facts).toHaveLength(length)
  })

  it('of one member costs the same however many there are', () => {
    const centre = new Scenario()
    centre.queue('sales')
    for (let i = 0; i < 5_000; i += 1) centre.agent(`agent-${i}`)
    centre.call('it')
    const change = { kind: 'configure-agent', agent: agentRules('agent-7', { skills: { french: 1 } }) } as const
    expect(kinds(centre.send(change).facts)).toEqual(['agent-configured'])
    const standings = [...centre.state.signatures.byKey.values()].map((signature) => signature.standings.length)
    expect(standings).toEqual([5_000])
  })
})
