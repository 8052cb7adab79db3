import { describe, expect, it } from 'vitest'
import { Phone, flow } from './phone.ts'

describe('a queue', () => {
  const queue = flow(
    `one:
  enqueue: { queue: sales, skills: { romanian: 3 }, priority: 5, prefer: wanted, voicemail-key: "1", callback-key: 2 }
  on: { full: two, timeout: bye, callback: three, voicemail: four, after: five }
two: { say: Full, next: end }
three: { callback: { queue: sales }, next: bye, on: { refused: two } }
four: { voicemail: { queue: sales, longest: 1m, end-key: "#" }, next: bye }
five: { say: How was it?, next: end }`,
    'vars: { wanted: { type: text, default: ana } }',
  )

  it('is asked for with requirement, priority, agent and keys', () => {
    expect(new Phone(queue).effect('enqueue')).toEqual({
      kind: 'enqueue',
      effectId: expect.any(String) as string,
      queueId: 'sales',
      requirement: { romanian: 3 },
      priority: 5,
      preferred: { agentId: 'ana' },
      voicemailKey: '1',
      callbackKey: '2',
      language: 'en',
      fallback: false,
    })
  })

  it.each([
    ['full', 'two'],
    ['closed', 'two'],
    ['timeout', 'bye'],
    ['callback', 'three'],
    ['voicemail', 'four'],
  ] as const)('comes back by %s', (outcome, node) => {
    expect(new Phone(queue).send({ kind: 'queue-returned', outcome }).node()).toBe(node)
  })

  it.each(['left', 'served-otherwise'] as const)('is the end of the flow by %s', (outcome) => {
    const phone = new Phone(queue).send({ kind: 'queue-returned', outcome })
    expect(phone.step.session.over).toBe(true)
    expect(phone.kinds()).toEqual([])
    expect(phone.notes('flow-finished')).toMatchObject([{ outcome }])
  })

  it('goes on after the conversation where the flow says so, and hangs up where it doesn’t', () => {
    expect(new Phone(queue).send({ kind: 'conversation-ended' }).said()).toBe('How was it?')
    const without = new Phone(queue.replace(', after: five', '')).send({ kind: 'conversation-ended' })
    expect(without.effect('hang-up').cause).toBe('normal')
  })

  it('books a call back, or takes the other way', () => {
    const phone = new Phone(queue).send({ kind: 'queue-returned', outcome: 'callback' })
    const offer = phone.effect('offer-callback')
    expect(offer).toMatchObject({ queueId: 'sales', number: '+40721000001' })
    expect(phone.send({ kind: 'callback-refused', effectId: offer.effectId }).node()).toBe('two')
    const withheld = new Phone(queue, { contact: { caller: null, dialled: '1', customer: null } })
    expect(withheld.send({ kind: 'queue-returned', outcome: 'callback' }).node()).toBe('two')
  })

  it('takes a message after the greeting, which a key cuts short', () => {
    const phone = new Phone(queue).send({ kind: 'queue-returned', outcome: 'voicemail' })
    expect(phone.said()).toContain('leave a message after the tone')
    phone.press('5')
    expect(phone.kinds()).toEqual(['stop-playing', 'record-voicemail'])
    const recording = phone.effect('record-voicemail')
    expect(recording).toMatchObject({ queueId: 'sales', maxMs: 60_000, endKey: '#', beep: true })
    phone.send({ kind: 'recorded', effectId: recording.effectId, recordingId: 'r1', durationMs: 3000 })
    expect(phone.node()).toBe('bye')
  })

  it('takes a message in writing', () => {
    const phone = new Phone(queue, { channel: 'chat' }).send({ kind: 'queue-returned', outcome: 'voicemail' })
    expect(phone.said()).toBe('Please write your message.')
    phone.listened().send({ kind: 'words', text: 'Call me' })
    expect(phone.effect('take-message')).toMatchObject({ queueId: 'sales', text: 'Call me' })
    expect(phone.node()).toBe('bye')
  })
})

describe('a transfer', () => {
  const transfer = flow(
    'one: { transfer: { number: "{{to}}" }, on: { failed: person } }',
    'vars: { to: { type: text, default: "+40 (21) 555-0000" } }',
  )

  it('is over when it was answered', () => {
    const phone = new Phone(transfer)
    const { effectId, to } = phone.effect('transfer')
    expect(to).toEqual({ number: '+40215550000' })
    phone.send({ kind: 'transferred', effectId })
    expect(phone.step.session.over).toBe(true)
    expect(phone.kinds()).toEqual([])
    expect(phone.notes('flow-finished')).toMatchObject([{ outcome: 'transferred' }])
  })

  it('takes its way out when it failed, never came back, or has no number', () => {
    const phone = new Phone(transfer)
    const { effectId } = phone.effect('transfer')
    expect(phone.send({ kind: 'transfer-failed', effectId, reason: 'busy' }).node()).toBe('person')
    expect(new Phone(transfer).silence().node()).toBe('person')
    expect(new Phone(transfer.replace('+40 (21) 555-0000', 'nobody')).node()).toBe('person')
  })
})

describe('the end', () => {
  it('hangs up where the flow says `end`', () => {
    const phone = new Phone(flow('one: { say: Bye., next: end }')).listened()
    expect(phone.kinds()).toEqual(['hang-up'])
    expect(phone.step).toMatchObject({ wakeAt: null, session: { over: true } })
    expect(phone.notes('flow-finished')).toMatchObject([{ outcome: 'done' }])
  })

  it('says goodbye first where the flow says nothing', () => {
    const phone = new Phone(flow('one: { say: Well. }')).listened()
    expect(phone.said()).toBe('Thank you for contacting us. Goodbye.')
    expect(phone.listened().kinds()).toEqual(['hang-up'])
  })

  it('has a cause, an outcome', () => {
    expect(new Phone(flow('one: { hang-up: busy }')).effect('hang-up').cause).toBe('busy')
    expect(new Phone(flow('one: { end: sold }')).notes('flow-finished')).toMatchObject([{ outcome: 'sold' }])
  })

  it('is final', () => {
    const phone = new Phone(flow('one: { hang-up: normal }'))
    for (const event of [{ kind: 'tick' }, { kind: 'key', digit: '1' }, { kind: 'contact-ended' }] as const)
      expect(phone.send(event)).toMatchObject({ effects: [], step: { wakeAt: null } })
  })

  it('comes at any time when the customer leaves', () => {
    const phone = new Phone(flow('one: { say: Well., next: bye }')).send({ kind: 'contact-ended' })
    expect(phone.step.session.over).toBe(true)
    expect(phone.kinds()).toEqual([])
    expect(phone.notes('flow-finished')).toMatchObject([{ outcome: 'left' }])
  })
})

describe('a flow that breaks', () => {
  const broken = 'one: { say: "{{1 / 0}}", next: bye }'

  it('takes the flow’s own way for errors', () => {
    expect(new Phone(flow(broken, 'on-error: person')).node()).toBe('person')
  })

  it('hands the customer to the entry point’s queue', () => {
    const phone = new Phone(flow(broken))
    expect(phone.effect('enqueue')).toMatchObject({ queueId: 'reception', fallback: true })
    expect(phone.notes('flow-error')).toMatchObject([{ flowId: 'test', nodeId: 'one' }])
    expect(phone.notes('flow-finished')).toMatchObject([{ outcome: 'failed' }])
    phone.send({ kind: 'queue-returned', outcome: 'timeout' })
    expect(phone.said()).toContain('All our agents are busy')
    expect(phone.listened().effect('hang-up').cause).toBe('failed')
  })

  it('says so and hangs up where there is no queue', () => {
    const phone = new Phone(flow(broken), { fallbackQueueId: null })
    expect(phone.said()).toContain('technical problem')
    expect(phone.listened().kinds()).toEqual(['hang-up'])
  })

  it('ends a circle that asks nobody', () => {
    const phone = new Phone(flow('one: { set: { n: n + 1 }, next: one }', 'vars: { n: { type: number, default: 0 } }'))
    expect(phone.effect('enqueue').fallback).toBe(true)
    expect(phone.notes('flow-error').at(-1)?.message).toContain('without hearing from the customer')
  })

  it('ends a circle of errors', () => {
    const phone = new Phone(
      flow(
        'one: { say: "{{1 / 0}}", next: bye, on: { error: two } }\ntwo: { set: { n: "1" }, next: one }',
        'vars: { n: { type: number } }',
      ),
    )
    expect(phone.effect('enqueue').fallback).toBe(true)
  })

  it('loses nobody when its version is gone', () => {
    const phone = new Phone(flow('one: { say: Well., next: bye }'), { flowId: 'other' })
    expect(phone.effect('enqueue')).toMatchObject({ queueId: 'reception', fallback: true })
  })
})
