import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CallCentre, type Conversation } from '../peers/call-centre.ts'
import { startPhone, type Phone } from '../peers/phone.ts'
import { phonePort } from '../peers/phone-port.ts'
import type { Answer } from '../peers/service.ts'
import { trunkTo } from '../peers/trunk.ts'

let centre: CallCentre
let outsidePort: number

beforeAll(async () => {
  outsidePort = await phonePort()
  centre = await CallCentre.start({
    asterisk: { custom: { 'pjsip.conf': trunkTo(outsidePort) } },
    env: { OUTBOUND_DIAL: 'PJSIP/{number}@trunk', PHONE_TRANSFERS: 'on' },
  })
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(async () => {
  await centre.queue()
  for (const name of ['ana', 'bogdan', 'citra'] as const) await centre.offline(name)
})
afterEach(() => centre.leavesNoGhost())

const [anaHz, bogdanHz, outsideHz, callerHz] = [440, 1_050, 1_400, 700]
const ana = () => centre.service.agentPhone('ana', anaHz)
const bogdan = () => centre.service.agentPhone('bogdan', bogdanHz)
const act = (id: string, what: string, body?: unknown, as = 'ana') =>
  centre.service.api('POST', `/api/interactions/${id}/${what}`, body, as)
const refused = async (id: string, what: string, body?: unknown, as = 'ana') => {
  const { status, json } = await centre.service.request('POST', `/api/interactions/${id}/${what}`, body, as)
  return { status, code: json.error?.code as string }
}
const idOf = async (username: string): Promise<string> =>
  (await centre.service.agentIs(username, () => true)).id as string

/** Somebody outside, whom the trunk reaches. */
function outside(): Promise<Phone> {
  const { sipHost: host, sipPort: port } = centre.service.asterisk
  return startPhone({ host, port, toneHz: outsideHz, callerNumber: '+40311000', listenPort: outsidePort })
}

async function picksUp(phone: Phone): Promise<void> {
  await phone.ringing()
  await phone.answer()
  await phone.established()
}

/** Each hears the others and nobody else. */
async function hearEachOther(...people: readonly (readonly [Phone, number])[]): Promise<void> {
  await Promise.all(
    people.flatMap(([phone, own]) =>
      people.flatMap(([, hz]) => (hz === own ? [] : [phone.hears(hz, { minShare: 0.15 })])),
    ),
  )
}

const minutesOf = (story: Answer, kind: string, name: string): number =>
  story.segments
    .filter((it: Answer) => it.kind === kind && it.agent?.name?.startsWith(name))
    .reduce((ms: number, it: Answer) => ms + (it.ms ?? 0), 0)

async function consults(talk: Conversation, expert: Phone): Promise<void> {
  await act(talk.id, 'consult', { to: { agent: await idOf('bogdan') } })
  await picksUp(expert)
  await hearEachOther([talk.agent, anaHz], [expert, bogdanHz])
}

describe('a blind transfer', () => {
  it('to an agent: the first is free at once, the other talks, and each is credited with their own time', async () => {
    await centre.queue({ wrapUpMs: 1_000 })
    await using first = await ana()
    const talk = await centre.talk(first)
    await using caller = talk.caller
    await using second = await bogdan()
    await act(talk.id, 'transfer', { to: { agent: await idOf('bogdan') } })
    await first.closed()
    await picksUp(second)
    await hearEachOther([caller, callerHz], [second, bogdanHz])
    await caller.hearsNot(anaHz)
    await caller.hangup()
    await second.closed()
    const story = await centre.ended(talk.id)
    expect(story).toMatchObject({
      outcome: 'answered',
      endedBy: 'customer',
      agent: { name: expect.stringContaining('Bogdan') },
    })
    const [byAna, byBogdan] = [minutesOf(story, 'talk', 'Ana'), minutesOf(story, 'talk', 'Bogdan')]
    expect(byAna).toBeGreaterThan(300)
    expect(byBogdan).toBeGreaterThan(1_000)
    expect(story.talkMs).toBe(byAna + byBogdan)
    const wrapUps = story.segments.filter((it: Answer) => it.kind === 'wrap-up')
    expect(wrapUps.map((it: Answer) => it.agent.name.split(' ')[0])).toEqual(['Ana', 'Bogdan'])
  })

  it('to an agent who rejects it: the customer goes back to the queue, and the first gets them again', async () => {
    await using first = await ana()
    const talk = await centre.talk(first)
    await using caller = talk.caller
    await using second = await bogdan()
    await centre.service.agentIs('bogdan', ({ channels }) => channels.voice === 'idle')
    await act(talk.id, 'transfer', { to: { agent: await idOf('bogdan') } })
    await first.closed()
    await second.ringing()
    await second.reject()
    // Should the queue choose him again, that offer is taken back.
    await centre.offline('bogdan')
    await picksUp(first)
    await hearEachOther([caller, callerHz], [first, anaHz])
    await caller.hangup()
    expect(await centre.ended(talk.id)).toMatchObject({ outcome: 'answered' })
  })

  it('to a queue: its next agent gets the customer, with the explanation of why', async () => {
    await centre.queue({}, 'support')
    await using first = await ana()
    const talk = await centre.talk(first)
    await using caller = talk.caller
    await using second = await bogdan()
    await act(talk.id, 'transfer', { to: { queue: 'support' } })
    await first.closed()
    await caller.hearsSound()
    await centre.offline('ana')
    await picksUp(second)
    await hearEachOther([caller, callerHz], [second, bogdanHz])
    const { offers } = await centre.service.api('GET', `/api/interactions/${talk.id}/explanation`)
    expect(offers.at(-1)).toMatchObject({ queue: { id: 'support' }, outcome: 'accepted' })
    await caller.hangup()
    await centre.ended(talk.id)
  })

  it('to a number outside: the agent is free, and the two talk on', async () => {
    await using first = await ana()
    const talk = await centre.talk(first)
    await using caller = talk.caller
    await using other = await outside()
    await act(talk.id, 'transfer', { to: { number: '+40311000' } })
    await first.closed()
    await picksUp(other)
    await hearEachOther([caller, callerHz], [other, outsideHz])
    await centre.service.agentIs('ana', ({ routing }) => routing === 'idle')
    await other.hangup()
    await caller.closed()
    expect(await centre.ended(talk.id)).toMatchObject({ outcome: 'answered', endedBy: 'system' })
  })

  it('is refused to whoever is not on the call, to an agent who is not free, and to one that is not there', async () => {
    await using first = await ana()
    const talk = await centre.talk(first)
    await using caller = talk.caller
    const to = { agent: await idOf('bogdan') }
    expect(await refused(talk.id, 'transfer', { to }, 'citra')).toMatchObject({ status: 403 })
    expect(await refused(talk.id, 'transfer', { to })).toEqual({ status: 409, code: 'agent-unavailable' })
    expect(await refused(talk.id, 'transfer', { to: { queue: 'nowhere' } })).toMatchObject({ status: 404 })
    await hearEachOther([caller, callerHz], [first, anaHz])
    await caller.hangup()
  })
})

describe('a transfer by the phone’s own key', () => {
  it('hands the caller on, where it is allowed', async () => {
    await using second = await bogdan()
    await centre.service.agentIs('bogdan', ({ routing }) => routing === 'idle')
    const refer = { does: 'refer', ringMs: 100, talkMs: 1_500, referTo: 'bogdan@asterisk', referSub: true } as const
    await using first = await centre.sippAgent('ana', refer)
    await centre.offline('bogdan')
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    const { id } = await centre.interactionFrom(from, ({ state }) => state === 'engaged')
    await centre.available('bogdan')
    await picksUp(second)
    await hearEachOther([caller, callerHz], [second, bogdanHz])
    await caller.hangup()
    expect(await centre.ended(id)).toMatchObject({
      outcome: 'answered',
      agent: { name: expect.stringContaining('Bogdan') },
    })
    await first.stop()
  })

  it('is refused to a caller: nobody else is rung', async () => {
    await using first = await ana()
    const talk = await centre.talk(first)
    await using second = await bogdan()
    await talk.caller.refer('bogdan')
    // Whether a phone that was refused goes on or hangs up is its own affair.
    await talk.caller[Symbol.asyncDispose]()
    const story = await centre.ended(talk.id)
    expect(story).toMatchObject({ endedBy: 'customer', agent: { name: expect.stringContaining('Ana') }, offers: 1 })
    expect(second.events.map(({ type }) => type)).not.toContain('incoming')
  })
})

describe('a consultation', () => {
  it('holds the customer, is swapped and completed: nobody hears whom they should not', async () => {
    await using first = await ana()
    const talk = await centre.talk(first)
    await using caller = talk.caller
    await using second = await bogdan()
    await consults(talk, second)
    await Promise.all([
      caller.hearsSound(),
      caller.hearsNot(anaHz),
      caller.hearsNot(bogdanHz),
      first.hearsNot(callerHz),
    ])
    await act(talk.id, 'consult/swap')
    await Promise.all([hearEachOther([caller, callerHz], [first, anaHz]), second.hearsSound(), second.hearsNot(anaHz)])
    await act(talk.id, 'consult/complete')
    await first.closed()
    await hearEachOther([caller, callerHz], [second, bogdanHz])
    await centre.service.agentIs('ana', ({ routing }) => routing === 'idle')
    await second.hangup()
    await caller.closed()
    const story = await centre.ended(talk.id)
    expect(story).toMatchObject({ endedBy: 'agent', agent: { name: expect.stringContaining('Bogdan') } })
    expect(minutesOf(story, 'hold', 'Ana')).toBeGreaterThan(1_000)
    expect(minutesOf(story, 'consult', 'Bogdan')).toBeGreaterThan(1_000)
    expect(minutesOf(story, 'talk', 'Bogdan')).toBeGreaterThan(300)
  })

  it('is cancelled while it rings: the customer is back, and the other is free', async () => {
    await using first = await ana()
    const talk = await centre.talk(first)
    await using caller = talk.caller
    await using second = await bogdan()
    await act(talk.id, 'consult', { to: { agent: await idOf('bogdan') } })
    await second.ringing()
    expect(await refused(talk.id, 'consult/swap')).toEqual({ status: 409, code: 'not-answered' })
    await act(talk.id, 'consult/cancel')
    await second.closed()
    await hearEachOther([caller, callerHz], [first, anaHz])
    await centre.service.agentIs('bogdan', ({ routing }) => routing === 'idle')
    await caller.hangup()
  })

  it('of whoever is free in a queue, and of a number outside; the caller leaves, and the two talk on', async () => {
    await centre.queue({}, 'support')
    await using first = await ana()
    const talk = await centre.talk(first)
    await using caller = talk.caller
    expect(await refused(talk.id, 'consult', { to: { queue: 'support' } })).toEqual({
      status: 409,
      code: 'nobody-free',
    })
    await using second = await bogdan()
    await act(talk.id, 'consult', { to: { queue: 'support' } })
    await picksUp(second)
    await act(talk.id, 'consult/cancel')
    await second.closed()
    await using other = await outside()
    await act(talk.id, 'consult', { to: { number: '+40311000' } })
    await picksUp(other)
    await hearEachOther([first, anaHz], [other, outsideHz])
    await caller.hangup()
    await caller.closed()
    await hearEachOther([first, anaHz], [other, outsideHz])
    await first.hangup()
    await other.closed()
    expect(await centre.ended(talk.id)).toMatchObject({ outcome: 'answered', endedBy: 'agent' })
  })
})

describe('a conference', () => {
  it('is moderated, and goes on until the last two part', async () => {
    await using first = await ana()
    const talk = await centre.talk(first)
    await using caller = talk.caller
    await using second = await bogdan()
    await consults(talk, second)
    await act(talk.id, 'consult/join')
    await hearEachOther([caller, callerHz], [first, anaHz], [second, bogdanHz])
    await using other = await outside()
    await act(talk.id, 'conference', { to: { number: '+40311000' } })
    await picksUp(other)
    await hearEachOther([caller, callerHz], [first, anaHz], [second, bogdanHz], [other, outsideHz])
    const { items } = await centre.service.api('GET', `/api/interactions/${talk.id}/participants`, undefined, 'ana')
    const guest = items.find((it: Answer) => it.kind === 'outside').id as string
    await act(talk.id, `participants/${guest}/mute`, { on: true })
    await Promise.all([caller.hearsNot(outsideHz, { minShare: 0.15 }), caller.hears(bogdanHz, { minShare: 0.15 })])
    expect(await refused(talk.id, `participants/${guest}/remove`, undefined, 'bogdan')).toMatchObject({ status: 403 })
    await act(talk.id, `participants/${guest}/remove`)
    await other.closed()
    await first.hangup()
    await hearEachOther([caller, callerHz], [second, bogdanHz])
    await caller.hangup()
    await second.closed()
    const story = await centre.ended(talk.id)
    expect(minutesOf(story, 'talk', 'Ana')).toBeGreaterThan(1_000)
    expect(minutesOf(story, 'talk', 'Bogdan')).toBeGreaterThan(1_000)
    // Time that both talked with the customer is the customer's once.
    expect(story.talkMs).toBeLessThan(minutesOf(story, 'talk', 'Ana') + minutesOf(story, 'talk', 'Bogdan'))
  })
})

describe('parking', () => {
  it('leaves the customer with music until somebody picks the call up', async () => {
    await using first = await ana()
    const talk = await centre.talk(first)
    await using caller = talk.caller
    await act(talk.id, 'park')
    await first.closed()
    await Promise.all([caller.hearsSound(), centre.service.agentIs('ana', ({ routing }) => routing === 'idle')])
    await using second = await bogdan()
    await act(talk.id, 'pick-up', undefined, 'bogdan')
    await picksUp(second)
    await hearEachOther([caller, callerHz], [second, bogdanHz])
    await caller.hangup()
    const story = await centre.ended(talk.id)
    expect(story.segments.map((it: Answer) => it.kind)).toContain('park')
    expect(story).toMatchObject({ outcome: 'answered', agent: { name: expect.stringContaining('Bogdan') } })
  })
})

describe('an agent’s own call', () => {
  it('rings their phone, then the customer’s with the queue’s number, and both talk; the history can call back', async () => {
    await centre.queue({ callerId: '+40211234567' })
    await using first = await ana()
    await using other = await outside()
    const { interactionId } = await centre.service.api('POST', '/api/calls', { to: '+40311000', queue: 'sales' }, 'ana')
    await picksUp(first)
    expect(await other.ringing()).toMatchObject({ callerNumber: '+40211234567' })
    await other.answer()
    await hearEachOther([first, anaHz], [other, outsideHz])
    await other.hangup()
    await first.closed()
    expect(await centre.ended(interactionId)).toMatchObject({
      direction: 'outbound',
      outcome: 'answered',
      endedBy: 'customer',
    })
    const again = await centre.service.api('POST', `/api/interactions/${interactionId}/call-back`, {}, 'ana')
    await picksUp(first)
    await other.ringing()
    await other.reject()
    await first.closed()
    expect(await centre.ended(again.interactionId)).toMatchObject({ direction: 'outbound', outcome: 'failed' })
  })
})
