import { describe, expect, it } from 'vitest'
import type { Channel } from '../../../../src/core/ids.ts'
import { agentView } from '../../../../src/core/routing/views.ts'
import { kinds, only, Scenario } from './scenario.ts'

function centreWith(capacity: Partial<Record<Channel, number>>, wrapUpMs = 0): Scenario {
  const centre = new Scenario()
  centre.queue('sales', { wrapUpMs, wrapUpExtensionLimitMs: 20_000 })
  centre.agent('ana', { capacity })
  return centre
}

/** How many of these ring at once. */
const rings = (centre: Scenario, ids: string[]): number => ids.filter((id) => centre.ringsAt(id) !== null).length

describe('capacity', () => {
  it('is one call or three chats', () => {
    const centre = centreWith({ voice: 1, chat: 3 })
    for (const id of ['a', 'b', 'c', 'd']) centre.call(id, { channel: 'chat' })
    expect(rings(centre, ['a', 'b', 'c', 'd'])).toBe(3)
    centre.call('voice')
    expect(centre.ringsAt('voice')).toBeNull()
    expect(agentView(centre.state, 'ana')).toMatchObject({ load: 1, channels: { voice: 'busy', chat: 'busy' } })
  })

  it('mixes channels up to a full load', () => {
    const centre = centreWith({ chat: 2, email: 4 })
    centre.call('chat', { channel: 'chat' })
    const mails = ['m1', 'm2', 'm3']
    for (const id of mails) centre.call(id, { channel: 'email' })
    expect(rings(centre, mails)).toBe(2)
  })

  it.each([3, 7, 11, 13, 15])('of %i is neither one more nor one less', (chat) => {
    const centre = centreWith({ chat })
    const ids = Array.from({ length: chat + 2 }, (_, i) => `chat-${i}`)
    for (const id of ids) centre.call(id, { channel: 'chat' })
    expect(rings(centre, ids)).toBe(chat)
  })

  it('serves no channel that it leaves out', () => {
    const centre = centreWith({ chat: 2 })
    centre.call('voice')
    expect(centre.ringsAt('voice')).toBeNull()
  })

  it('needs a registered phone for voice, and nothing for the rest', () => {
    const centre = centreWith({ voice: 1, chat: 1 })
    centre.reach('ana', false)
    centre.call('voice')
    centre.call('chat', { channel: 'chat' })
    expect(centre.ringsAt('voice')).toBeNull()
    expect(centre.ringsAt('chat')).toBe('ana')
  })
})

describe('wrap-up', () => {
  function wrappingUp(): Scenario {
    const centre = centreWith({ voice: 1 }, 30_000)
    centre.call('first')
    centre.accept('first')
    centre.at = 60_000
    centre.end('first')
    centre.call('second')
    return centre
  }

  it('begins with the end of the conversation and keeps the next one away', () => {
    const centre = wrappingUp()
    expect(only(centre.facts, 'wrap-up-started')).toMatchObject([{ at: 60_000, endsAt: 90_000 }])
    expect(centre.ringsAt('second')).toBeNull()
    expect(agentView(centre.state, 'ana')).toMatchObject({ routing: 'wrap-up', load: 1 })
  })

  it('ends when it is over, not sooner, whatever else happens', () => {
    const centre = wrappingUp()
    centre.presence('ana', 'not-ready', 'break')
    centre.presence('ana', 'available')
    centre.reach('ana', false)
    centre.reach('ana', true)
    centre.call('third')
    expect(kinds(centre.pass(29_999))).toEqual([])
    expect(kinds(centre.pass(1))).toEqual(['wrap-up-ended', 'offer-made'])
    expect(centre.ringsAt('second')).toBe('ana')
  })

  it('ends early when the agent says so', () => {
    const centre = wrappingUp()
    const finish = { kind: 'finish-wrap-up', agentId: 'ana', interactionId: 'first', by: 'agent' } as const
    expect(kinds(centre.send(finish).facts)).toEqual(['wrap-up-ended', 'offer-made'])
    expect(centre.send(finish).refusal?.code).toBe('no-wrap-up')
    expect(centre.pass(60_000).some(({ kind }) => kind === 'wrap-up-ended')).toBe(false)
  })

  it('is extended up to its limit, in all', () => {
    const centre = wrappingUp()
    const extend = (byMs: number) =>
      centre.send({ kind: 'extend-wrap-up', agentId: 'ana', interactionId: 'first', byMs })
    expect(only(extend(15_000).facts, 'wrap-up-extended')[0]?.endsAt).toBe(105_000)
    expect(extend(5_001).refusal?.code).toBe('extension-limit')
    expect(only(extend(5_000).facts, 'wrap-up-extended')[0]?.endsAt).toBe(110_000)
    expect(extend(0).refusal?.code).toBe('invalid')
    expect(kinds(centre.pass(49_999))).toEqual([])
    expect(kinds(centre.pass(1))).toEqual(['wrap-up-ended', 'offer-made'])
  })

  it('holds one slot of several, and each ends by itself', () => {
    const centre = centreWith({ chat: 2 }, 30_000)
    for (const id of ['a', 'b']) {
      centre.call(id, { channel: 'chat' })
      centre.accept(id)
      centre.at += 10_000
    }
    centre.end('a')
    centre.at += 10_000
    centre.end('b')
    centre.call('c', { channel: 'chat' })
    centre.call('d', { channel: 'chat' })
    expect(kinds(centre.pass(20_000))).toEqual(['wrap-up-ended', 'offer-made'])
    expect(kinds(centre.pass(10_000))).toEqual(['wrap-up-ended', 'offer-made'])
  })
})
