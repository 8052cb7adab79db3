import { describe, expect, it } from 'vitest'
import { explainOffer } from '../../../../src/core/history/offer-explanation.ts'
import { foldStory } from '../../../../src/core/history/story.ts'
import { restore, snapshot } from '../../../../src/core/routing/machine.ts'
import { agentView } from '../../../../src/core/routing/views.ts'
import { kinds, only, Scenario } from './scenario.ts'

const mails = ['m1', 'm2', 'm3', 'm4', 'm5']
const names = {
  agent: (id: string) => (id === 'ana' ? 'Ana' : 'Ben'),
  queue: () => 'Sales',
  skill: () => null,
  entryPoint: () => null,
}

/** Ana handles five mails, which give way to calls, and has no room for anything else. */
function busyWithMails(wrapUpMs = 0): Scenario {
  const centre = new Scenario()
  centre.queue('sales', { wrapUpMs })
  centre.agent('ana', { capacity: { voice: 1, email: 5 }, interruptible: ['email'] })
  for (const id of mails) {
    centre.call(id, { channel: 'email' })
    centre.accept(id)
  }
  return centre
}

const paused = (centre: Scenario) => only(centre.facts, 'work-paused').map(({ interactionId }) => interactionId)
const resumed = (centre: Scenario) => only(centre.facts, 'work-resumed').map(({ interactionId }) => interactionId)

describe('mail that gives way to a call', () => {
  it('leaves room for one, pauses while it lasts, and goes on after it', () => {
    const centre = busyWithMails()
    centre.call('sixth', { channel: 'email' })
    expect(centre.ringsAt('sixth')).toBeNull()
    expect(agentView(centre.state, 'ana')).toMatchObject({ channels: { voice: 'idle', email: 'busy' } })
    centre.pass(60_000)
    centre.call('call')
    expect(centre.ringsAt('call')).toBe('ana')
    expect(paused(centre)).toEqual([])
    centre.accept('call')
    expect(paused(centre)).toEqual(mails)
    centre.call('another call')
    expect(centre.ringsAt('another call')).toBeNull()
    centre.pass(30_000)
    centre.end('call')
    // The next caller first: mail waits until nobody speaks.
    expect(resumed(centre)).toEqual([])
    centre.accept('another call')
    centre.pass(10_000)
    centre.end('another call')
    expect(resumed(centre)).toEqual(mails)
    expect(centre.ringsAt('sixth')).toBeNull()
  })

  it('stops its clock meanwhile', () => {
    const centre = busyWithMails()
    centre.pass(60_000)
    centre.call('call')
    centre.accept('call')
    centre.pass(30_000)
    centre.end('call')
    centre.pass(5_000)
    centre.end('m1')
    const story = foldStory(centre.facts.filter((fact) => 'interactionId' in fact && fact.interactionId === 'm1'))
    expect(story).toMatchObject({ talkMs: 65_000 })
    expect(story?.segments.map(({ kind, outcome }) => [kind, outcome])).toContainEqual(['pause', 'resumed'])
    // Its queue learns from it how long mails take: that it lay there is no part of it.
    expect(centre.state.queues.get('sales')?.handling.meanMs).toBeLessThan(95_000)
  })

  it('waits for the wrap-up of the call as well', () => {
    const centre = busyWithMails(20_000)
    centre.call('call')
    centre.accept('call')
    centre.end('call')
    expect(resumed(centre)).toEqual([])
    expect(kinds(centre.pass(20_000))).toEqual(['wrap-up-ended', ...mails.map(() => 'work-resumed')])
  })

  it('may end while it is paused, and leaves nothing behind', () => {
    const centre = busyWithMails()
    centre.call('call')
    centre.accept('call')
    centre.pass(30_000)
    for (const id of mails) centre.end(id)
    centre.end('call')
    expect(resumed(centre)).toEqual([])
    expect(centre.state.interrupted.size).toBe(0)
  })

  it('is interrupted only when nobody else is free, however skilled, and the offer says so', () => {
    const centre = busyWithMails()
    centre.agent('ben', { capacity: { voice: 1 } })
    centre.call('first')
    expect(centre.ringsAt('first')).toBe('ben')
    centre.call('second')
    expect(centre.ringsAt('second')).toBe('ana')
    const [first, second] = only(centre.facts, 'offer-made').slice(-2)
    if (first === undefined || second === undefined) throw new Error('two offers')
    expect(first.explanation).not.toHaveProperty('interrupts')
    expect(second.explanation).toMatchObject({ interrupts: mails })
    expect(explainOffer(second.explanation, names).whyThisAgent.join(' ')).toContain(
      '5 conversations of Ana give way, and pause until the call is over.',
    )
  })

  it('that still rings gives way to nothing, nor does a chat or a mail to another chat', () => {
    const centre = new Scenario()
    centre.queue('sales')
    centre.agent('ana', { capacity: { voice: 1, chat: 1, email: 1 }, interruptible: ['email'] })
    centre.call('mail', { channel: 'email' })
    centre.call('call')
    expect(centre.ringsAt('call')).toBeNull()
    centre.accept('mail')
    expect(centre.ringsAt('call')).toBe('ana')
    centre.decline('call', 'phone-busy')
    centre.call('chat', { channel: 'chat' })
    expect(centre.ringsAt('chat')).toBeNull()
  })

  it('is as it was after a restart in the middle', () => {
    const centre = busyWithMails()
    centre.call('call')
    centre.accept('call')
    const again = restore(JSON.parse(JSON.stringify(snapshot(centre.state))))
    expect([...again.interrupted]).toEqual(['ana'])
    expect(agentView(again, 'ana')).toEqual(agentView(centre.state, 'ana'))
  })
})
