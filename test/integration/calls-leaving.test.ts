import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CallCentre } from '../peers/call-centre.ts'
import { startPhone, type Phone, type PhoneOptions } from '../peers/phone.ts'
import { phonePort } from '../peers/phone-port.ts'
import { eventually } from '../peers/poll.ts'
import type { Answer } from '../peers/service.ts'
import { trunkTo } from '../peers/trunk.ts'

let centre: CallCentre
/** Where the outside world takes calls. */
let outsidePort: number

beforeAll(async () => {
  outsidePort = await phonePort()
  centre = await CallCentre.start({
    asterisk: { custom: { 'pjsip.conf': trunkTo(outsidePort) } },
    env: { OUTBOUND_DIAL: 'PJSIP/{number}@trunk', CALLBACK_RETRY: '1', SPEECH_RATE: '450' },
  })
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(async () => {
  await centre.queue()
  for (const name of ['ana', 'bogdan', 'citra'] as const) await centre.offline(name)
  // Of a test that failed: no customer of the next one is called for it.
  const { items } = await centre.service.api('GET', '/api/callbacks?state=open')
  for (const { id } of items) await centre.service.api('POST', `/api/callbacks/${id}/cancel`)
})
afterEach(() => centre.leavesNoGhost())

const agentPhone = (answer: 'manual' | 'auto' = 'manual') => centre.service.agentPhone('ana', 440, answer)

/** A customer's own telephone: calls in, and can be called back. */
function customerPhone(number: string, answer: PhoneOptions['answer'] = 'manual'): Promise<Phone> {
  const { sipHost: host, sipPort: port } = centre.service.asterisk
  return startPhone({ host, port, toneHz: 700, callerNumber: number, listenPort: outsidePort, answer })
}

/** Calls, waits in line, presses the key for a callback, and hears the end. */
async function asksForCallback(customer: Phone, number: string): Promise<{ id: string; callback: Answer }> {
  await customer.dial(centre.number('line'))
  await customer.established()
  const { id } = await centre.interactionFrom(number, ({ state }) => state === 'queued')
  await customer.digits('2')
  await customer.closed()
  expect(await centre.ended(id)).toMatchObject({ outcome: 'callback', endedBy: 'system' })
  return { id, callback: await callbackOf(id, ({ state }) => state === 'waiting') }
}

function callbackOf(id: string, wanted: (callback: Answer) => boolean): Promise<Answer> {
  let last: Answer
  return eventually(
    async () => {
      const { items } = await centre.service.api('GET', '/api/callbacks')
      last = items.find(({ ofInteractionId }: Answer) => ofInteractionId === id)
      return last !== undefined && wanted(last) && last
    },
    { withinMs: 10_000, what: () => `the callback as wanted; last seen ${JSON.stringify(last)}` },
  )
}

/** Until the callback's own interaction stands in line. */
const stands = (callback: Answer) => centre.story(callback.interactionId, ({ state }) => state === 'queued')

describe('the key for a message', () => {
  it('leads out of the line to a voicemail', async () => {
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    const { id } = await centre.interactionFrom(from, ({ state }) => state === 'queued')
    await caller.digits('1')
    await centre.recordsFor(1_000)
    await caller.hangup()
    const story = await centre.ended(id)
    expect(story).toMatchObject({ outcome: 'voicemail', endedBy: 'customer', offers: 0 })
    expect(story.path.map(({ nodeId }: Answer) => nodeId)).toEqual(['sales', 'message'])
    expect(story.inputs).toMatchObject([{ nodeId: 'sales', text: '1' }])
    expect(story.segments.find(({ kind }: Answer) => kind === 'queue')).toMatchObject({ outcome: 'voicemail' })
    const { items } = await centre.service.api('GET', '/api/voicemails?queue=sales')
    expect(items[0]).toMatchObject({ interactionId: id, state: 'open' })

    const act = (what: string, body: unknown, as: string) =>
      centre.service.api('POST', `/api/voicemails/${items[0].recordingId}/${what}`, body, as)
    await act('take', {}, 'ana')
    await act('call-back', {}, 'ana')
    const { items: after } = await centre.service.api('GET', '/api/voicemails?queue=sales&state=finished')
    expect(after[0]).toMatchObject({ interactionId: id, takenBy: { name: 'Ana Ionescu' }, outcome: 'called-back' })
    const told = (await centre.service.api('GET', `/api/interactions/${id}/timeline`)).items
    expect(told.map(({ kind }: Answer) => kind).slice(-2)).toEqual(['voicemail-taken', 'voicemail-finished'])
    // In line since the message was left.
    const { items: callbacks } = await centre.service.api('GET', '/api/callbacks?state=open')
    expect(callbacks).toMatchObject([{ id: after[0].callbackId, number: from, waitingSince: after[0].leftAt }])
    await stands(callbacks[0])
    await centre.service.api('POST', `/api/callbacks/${callbacks[0].id}/cancel`)
    await centre.ended(callbacks[0].interactionId)
  })

  it('stops the phone that rings meanwhile', async () => {
    await using agent = await agentPhone()
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    await agent.ringing()
    await caller.digits('1')
    await agent.closed()
    await centre.service.agentIs('ana', ({ presence, routing }) => presence === 'available' && routing === 'idle')
    await caller.hangup()
    const { id } = await centre.interactionFrom(from)
    expect((await centre.ended(id)).offerList).toMatchObject([{ outcome: 'left-queue' }])
  })
})

/** The customer's phone rings, says who calls, and its owner presses the key. */
async function comes(customer: Phone): Promise<void> {
  await customer.ringing({ timeoutMs: 20_000 })
  await customer.answer()
  await customer.hearsSound()
  await customer.digits('1')
}

const rings = (agent: Phone): number => agent.events.filter(({ type }) => type === 'incoming').length

describe('a callback', () => {
  it('keeps the place in line; the customer hears who calls, presses the key, and then an agent is rung', async () => {
    const number = centre.newCaller()
    await using customer = await customerPhone(number)
    const { id, callback } = await asksForCallback(customer, number)
    expect(callback).toMatchObject({ number, queue: { id: 'sales' }, attempts: 0, requestedBy: 'flow', language: 'en' })
    await stands(callback)
    await using agent = await agentPhone()
    await customer.ringing()
    await customer.answer()
    await customer.hearsSound()
    // Nobody has pressed a key: whatever picked up may be a machine.
    expect(rings(agent)).toBe(0)
    await centre.service.agentIs('ana', ({ routing }) => routing === 'idle')
    await customer.digits('1')
    expect(await agent.ringing()).toMatchObject({ callerNumber: number })
    // The customer was called when their turn came, so somebody who came later waits behind them.
    const later = centre.newCaller()
    await using behind = await centre.caller('line', later)
    await centre.interactionFrom(later, ({ state }) => state === 'queued')
    await agent.answer()
    await Promise.all([agent.hears(700), customer.hears(440)])
    await callbackOf(id, ({ state }) => state === 'done')
    await customer.hangup()
    await agent.closed()

    const story = await centre.ended(callback.interactionId)
    expect(story).toMatchObject({ direction: 'outbound', outcome: 'answered', endedBy: 'customer', callbackOf: id })
    expect(story.contact).toMatchObject({ from: number })
    const asked = await centre.story(id)
    expect(asked.waitingSince).toBe(story.waitingSince)
    expect(asked.customer.id).toBe(story.customer.id)
    const { items } = await centre.service.api('GET', `/api/interactions/${callback.interactionId}/timeline`)
    const kinds = items.map(({ kind }: Answer) => kind)
    expect(kinds.indexOf('customer-reached')).toBeGreaterThan(kinds.indexOf('customer-called'))
    expect(kinds.indexOf('offer-made')).toBeGreaterThan(kinds.indexOf('customer-reached'))
    expect(await agent.ringing()).toMatchObject({ callerNumber: later })
    await behind.hangup()
  })

  it('that a machine answers, or whoever rejects it, is tried again, three times in all; no agent is ever rung', async () => {
    const number = centre.newCaller()
    await using customer = await customerPhone(number)
    const { id } = await asksForCallback(customer, number)
    await using agent = await agentPhone('auto')
    // An answering machine talks, and presses nothing, until it is hung up on.
    await customer.ringing()
    await customer.answer()
    await customer.closed({ timeoutMs: 90_000 })
    for (let attempt = 2; attempt <= 3; attempt++) {
      await customer.ringing()
      await customer.reject()
    }
    const failed = await callbackOf(id, ({ state }) => state === 'failed')
    expect(failed).toMatchObject({ attempts: 3, reason: 'busy' })
    const { items } = await centre.service.api('GET', '/api/interactions?outcome=failed')
    const attempts = items.filter(({ customer: who }: Answer) => who?.name === number || who?.id === failed.customerId)
    expect(attempts.map(({ cause }: Answer) => cause)).toEqual(['busy', 'busy', 'no-key'])
    for (const one of attempts) expect(one).toMatchObject({ direction: 'outbound', endedBy: 'system', offers: 0 })
    expect(rings(agent)).toBe(0)
    await centre.service.agentIs('ana', ({ routing }) => routing === 'idle')
  })

  it('is over when the customer presses the other key: they need it no longer', async () => {
    const number = centre.newCaller()
    await using customer = await customerPhone(number)
    const { id, callback } = await asksForCallback(customer, number)
    await using agent = await agentPhone()
    await customer.ringing()
    await customer.answer()
    await customer.hearsSound()
    await customer.digits('9')
    await customer.closed()
    expect(await callbackOf(id, ({ state }) => state === 'cancelled')).toMatchObject({ reason: 'by customer' })
    expect(await centre.ended(callback.interactionId)).toMatchObject({ endedBy: 'customer', cause: 'declined' })
    expect(rings(agent)).toBe(0)
  })

  it('that its agent does not take goes to the next one, in its place', async () => {
    await centre.queue({ ringTimeoutMs: 1_500 })
    const number = centre.newCaller()
    await using customer = await customerPhone(number)
    const { callback } = await asksForCallback(customer, number)
    await using ana = await agentPhone()
    await comes(customer)
    await ana.ringing()
    await ana.closed()
    await using bogdan = await centre.service.agentPhone('bogdan', 440)
    await bogdan.ringing()
    await bogdan.answer()
    await Promise.all([bogdan.hears(700), customer.hears(440)])
    await bogdan.hangup()
    const story = await centre.ended(callback.interactionId)
    expect(story.offerList.map(({ outcome }: Answer) => outcome)).toEqual(['expired', 'accepted'])
    expect(story).toMatchObject({ endedBy: 'agent', agent: { name: 'Bogdan Popescu' } })
  })

  it('whose customer hangs up before an agent came is tried again; it waits on when its queue lets nobody wait', async () => {
    await centre.queue({ maxWaitMs: 1_000 })
    const number = centre.newCaller()
    await using customer = await customerPhone(number)
    const { id } = await asksForCallback(customer, number)
    await using agent = await agentPhone()
    await comes(customer)
    await agent.ringing()
    await customer.hangup()
    await agent.closed()
    await comes(customer)
    await agent.ringing()
    await agent.answer()
    await Promise.all([agent.hears(700), customer.hears(440)])
    await callbackOf(id, ({ state, attempts }) => state === 'done' && attempts === 2)
    await agent.hangup()
    await customer.closed()
  })

  it('is one for each customer and queue, however often they ask', async () => {
    const number = centre.newCaller()
    await using customer = await customerPhone(number)
    const { callback } = await asksForCallback(customer, number)
    await stands(callback)
    await customer.dial(centre.number('line'))
    await customer.established()
    const again = await centre.interactionFrom(
      number,
      ({ state, direction }) => state === 'queued' && direction === 'inbound',
    )
    await customer.digits('2')
    await customer.closed()
    expect(await centre.ended(again.id)).toMatchObject({ outcome: 'callback' })
    const { items } = await centre.service.api('GET', `/api/callbacks?state=open&customer=${callback.customerId}`)
    expect(items).toMatchObject([{ id: callback.id, waitingSince: callback.waitingSince }])
    await centre.service.api('POST', `/api/callbacks/${callback.id}/cancel`)
    await centre.ended(callback.interactionId)
  })

  it('is cancelled when the customer calls in and is served otherwise', async () => {
    const number = centre.newCaller()
    await using customer = await customerPhone(number)
    const { id, callback } = await asksForCallback(customer, number)
    await stands(callback)
    await customer.dial(centre.number('urgent'))
    await customer.established()
    await centre.interactionFrom(number, ({ state, direction }) => state === 'queued' && direction === 'inbound')
    await using agent = await agentPhone()
    await agent.ringing()
    await agent.answer()
    await Promise.all([agent.hears(700), customer.hears(440)])
    expect(await callbackOf(id, ({ state }) => state === 'cancelled')).toMatchObject({ reason: 'served-otherwise' })
    expect(await centre.ended(callback.interactionId)).toMatchObject({
      endedBy: 'system',
      outcome: 'callback',
      cause: 'served-otherwise',
    })
    await customer.hangup()
    await agent.closed()
    await centre.service.agentIs('ana', ({ routing }) => routing === 'idle')
    expect(rings(agent)).toBe(1)
  })

  it('is cancelled by a person: the customer’s phone stops, and so does the agent’s that rings for it', async () => {
    const number = centre.newCaller()
    await using customer = await customerPhone(number)
    const first = await asksForCallback(customer, number)
    await using agent = await agentPhone()
    await customer.ringing()
    await centre.service.api('POST', `/api/callbacks/${first.callback.id}/cancel`)
    await customer.closed()
    expect(await centre.ended(first.callback.interactionId)).toMatchObject({ outcome: 'callback', cause: 'cancelled' })
    expect(rings(agent)).toBe(0)

    await centre.offline('ana')
    const second = await asksForCallback(customer, number)
    await centre.available('ana')
    await comes(customer)
    await agent.ringing()
    await centre.service.api('POST', `/api/callbacks/${second.callback.id}/cancel`)
    await Promise.all([agent.closed(), customer.closed()])
    expect(await centre.ended(second.callback.interactionId)).toMatchObject({ outcome: 'callback', cause: 'cancelled' })
    await centre.service.agentIs('ana', ({ presence, routing }) => presence === 'available' && routing === 'idle')
  })

  it('is refused to a caller whose number is not known, who hears so', async () => {
    const { sipHost: host, sipPort: port } = centre.service.asterisk
    await using phone = await startPhone({ host, port, toneHz: 700, callerNumber: 'anonymous' })
    await phone.dial(centre.number('line'))
    await phone.established()
    const { id } = await centre.service.interaction(({ state }) => state === 'queued')
    await phone.digits('2')
    const story = await centre.story(id, ({ path }) => path.length === 3)
    expect(story.path.map(({ nodeId }: Answer) => nodeId)).toEqual(['sales', 'booking', 'refused'])
    await phone.hangup()
    await centre.ended(id)
  })
})

describe('a transfer to a number outside', () => {
  const outside = '+40215550000'

  it('rings there while the caller hears so, then both hear each other; the caller hangs up', async () => {
    await using other = await customerPhone(outside)
    const from = centre.newCaller()
    await using caller = await centre.caller('operator', from, 440)
    await Promise.all([other.ringing(), caller.hearsSound()])
    await other.answer()
    await Promise.all([other.hears(440), caller.hears(700)])
    await caller.hangup()
    await other.closed()
    const { id } = await centre.interactionFrom(from)
    const story = await centre.ended(id)
    expect(story).toMatchObject({ endedBy: 'customer', outcome: 'self-served', flows: [{ outcome: 'transferred' }] })
    const { items } = await centre.service.api('GET', `/api/interactions/${id}/timeline`)
    expect(items.map(({ kind }: Answer) => kind)).toContain('transferred-out')
  })

  it('ends when the other side hangs up', async () => {
    await using other = await customerPhone(outside, 'auto')
    const from = centre.newCaller()
    await using caller = await centre.caller('operator', from, 440)
    await caller.hears(700)
    await other.hangup()
    await caller.closed()
    const { id } = await centre.interactionFrom(from)
    expect(await centre.ended(id)).toMatchObject({ endedBy: 'system', cause: 'outside-q850-16' })
  })

  it('stops ringing when the caller leaves', async () => {
    await using other = await customerPhone(outside)
    await using caller = await centre.caller('operator')
    await other.ringing()
    await caller.hangup()
    await other.closed()
    expect(other.state).toBe('idle')
  })

  it.each(['rejects', 'does not answer'] as const)('goes on with the flow when the other side %s', async (what) => {
    await using other = await customerPhone(outside)
    const from = centre.newCaller()
    await using caller = await centre.caller('operator', from)
    await other.ringing()
    if (what === 'rejects') await other.reject()
    await other.closed()
    await caller.closed()
    const { id } = await centre.interactionFrom(from)
    const story = await centre.ended(id)
    expect(story.path.map(({ nodeId }: Answer) => nodeId)).toEqual(['reception', 'sorry'])
    expect(story).toMatchObject({ endedBy: 'system', outcome: 'self-served' })
  })
})
