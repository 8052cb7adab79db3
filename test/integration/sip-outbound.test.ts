import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CallCentre } from '../peers/call-centre.ts'
import { Carrier } from '../peers/carrier.ts'
import { startPhone, type Phone } from '../peers/phone.ts'
import { phonePort } from '../peers/phone-port.ts'
import { eventually } from '../peers/poll.ts'
import { RawSip } from '../peers/raw-sip.ts'
import type { Answer } from '../peers/service.ts'
import { VisitorPage } from '../peers/visitor.ts'

/** What the flow `operator` transfers to. */
const operatorNumber = '+40215550000'
const premium = '+40900123456'
/** Where no test phone calls from. */
const elsewhere = ['127.0.0.99']

let centre: CallCentre
let outsidePort: number

beforeAll(async () => {
  outsidePort = await phonePort()
  centre = await CallCentre.start({ env: { CALLBACK_FORM_QUEUES: 'sales', PHONE_TRANSFERS: 'on' } })
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(async () => {
  await centre.queue()
  for (const name of ['ana', 'bogdan', 'citra'] as const) await centre.offline(name)
})
afterEach(async () => {
  const { items } = await centre.service.api('GET', '/api/trunks')
  for (const { id } of items) await centre.service.api('DELETE', `/api/trunks/${id}`)
  await centre.leavesNoGhost()
})

/** Made over the API, and taken by Asterisk. */
async function trunk(change: Record<string, unknown> & { id: string }): Promise<void> {
  const plain = { name: 'Carrier', kind: 'address', host: '127.0.0.1', addresses: elsewhere }
  const ready = () => centre.service.output.split(`"trunk":"${change.id}","host"`).length
  const before = ready()
  await centre.service.api('POST', '/api/trunks', { ...plain, ...change })
  await eventually(() => ready() > before, { withinMs: 10_000, what: `the trunk ${change.id} in Asterisk` })
}

/** Somebody out there who takes the call. */
function outsidePhone(): Promise<Phone> {
  const { sipHost: host, sipPort: port } = centre.service.asterisk
  return startPhone({ host, port, toneHz: 440, callerNumber: operatorNumber, listenPort: outsidePort, answer: 'auto' })
}

function attempt(wanted: (attempt: Answer) => boolean): Promise<Answer> {
  let last: Answer
  return eventually(
    async () => {
      last = (await centre.service.api('GET', '/api/outbound-attempts')).items
      return last.find(wanted)
    },
    { withinMs: 8_000, what: () => `an attempt as wanted; last seen ${JSON.stringify(last)}` },
  )
}

async function policy(change: (policy: Answer) => Answer): Promise<AsyncDisposable> {
  const before = await centre.service.api('GET', '/api/outbound-policy')
  await centre.service.api('PUT', '/api/outbound-policy', { ...before, ...change(before) })
  return {
    async [Symbol.asyncDispose]() {
      await centre.service.api('PUT', '/api/outbound-policy', before)
    },
  }
}

describe('a call to the outside', () => {
  it('goes over the next trunk when the first is overloaded', async () => {
    await using overloaded = await Carrier.start({ answer: 503 })
    await using phone = await outsidePhone()
    await trunk({ id: 'first', port: overloaded.port, priority: 1 })
    await trunk({ id: 'second', port: outsidePort, priority: 2, perCall: 0.1, perMinute: 0.25 })
    await using caller = await centre.caller('operator')
    await Promise.all([phone.hears(700), caller.hears(440)])
    expect(overloaded.dialled).toEqual([operatorNumber])
    await caller.hangup()
    const made = await attempt(({ number, endedAt }) => number === operatorNumber && endedAt !== null)
    expect(made).toMatchObject({ asker: { kind: 'flow', id: 'operator' }, trunk: 'second', refused: null })
    expect(made.cost).toBeCloseTo(0.35)
  })

  it('is not tried elsewhere when the number itself is busy', async () => {
    await using busy = await Carrier.start({ answer: 486 })
    await using other = await Carrier.start({ answer: 486 })
    await trunk({ id: 'first', port: busy.port, priority: 1 })
    await trunk({ id: 'second', port: other.port, priority: 2 })
    await using caller = await centre.caller('operator')
    await caller.closed()
    expect([busy.dialled, other.dialled]).toEqual([[operatorNumber], []])
    expect(await attempt(({ endedAt, trunk }) => endedAt !== null && trunk === 'first')).toMatchObject({
      cause: 'sip-486',
    })
  })

  it('takes the cheapest of equals, written as the carrier wants it, showing the number of the trunk', async () => {
    await using dear = await Carrier.start({ answer: 486 })
    await using cheap = await Carrier.start({ answer: 486 })
    await trunk({ id: 'dear', port: dear.port, perMinute: 2 })
    await trunk({ id: 'cheap', port: cheap.port, perMinute: 1, numberForm: 'national', callerId: '+40311234567' })
    await using caller = await centre.caller('operator')
    await caller.closed()
    expect([dear.dialled, cheap.dialled]).toEqual([[], ['0215550000']])
    const invite = cheap.requests.find((text) => text.startsWith('INVITE'))
    expect(invite).toMatch(/^From: .*<sip:\+40311234567@/m)
    expect(invite).toMatch(/^P-Asserted-Identity: .*<sip:\+40311234567@/m)
  })

  it('is refused when the policy says nothing of it, and the refusal can be read', async () => {
    await using carrier = await Carrier.start({ answer: 486 })
    await trunk({ id: 'only', port: carrier.port })
    await using _ = await policy(({ permissions }) => ({ permissions: { ...permissions, flow: [] } }))
    await using caller = await centre.caller('operator')
    await caller.closed()
    expect(carrier.dialled).toEqual([])
    const refused = await attempt((one) => one.refused !== null)
    expect(refused).toMatchObject({
      number: operatorNumber,
      refused: { code: 'destination-not-allowed' },
      class: 'national',
    })
    const story = await centre.story(refused.interactionId)
    expect(story.path.map(({ nodeId }: Answer) => nodeId)).toEqual(['reception', 'sorry'])
  })

  it('that goes on over a kill -9 of the service, and ends in its absence, is over in the books as well', async () => {
    await using phone = await outsidePhone()
    await trunk({ id: 'only', port: outsidePort, perMinute: 1 })
    await using caller = await centre.caller('operator')
    await Promise.all([phone.hears(700), caller.hears(440)])
    await attempt(({ trunk, connectedAt, endedAt }) => trunk === 'only' && connectedAt !== null && endedAt === null)
    await centre.service.kill()
    await Promise.all([caller.hears(440), phone.hears(700)])
    await caller.hangup()
    await phone.hangup()
    await centre.service.restart()
    const made = await attempt(({ trunk, endedAt }) => trunk === 'only' && endedAt !== null)
    expect(made).toMatchObject({ refused: null, cost: 1 })
  })

  it('is refused when there were too many', async () => {
    await using carrier = await Carrier.start({ answer: 486 })
    await trunk({ id: 'only', port: carrier.port })
    const one = { id: 'one', per: 'number', roles: ['flow'], classIds: [], windowMs: 600_000, calls: 0, spend: null }
    await using _ = await policy(({ limits }) => ({ limits: [...limits, one] }))
    await using caller = await centre.caller('operator')
    await caller.closed()
    expect(carrier.dialled).toEqual([])
    expect(await attempt(({ refused }) => refused?.code === 'limit-reached')).toMatchObject({
      refused: { message: expect.stringContaining('one') as string },
    })
  })
})

describe('a trunk', () => {
  it('registers with its password, which nobody is ever shown', async () => {
    const account = { username: 'ct-100', password: 'kj9-secret-kj9' }
    await using carrier = await Carrier.start({ answer: 486, account })
    await trunk({ id: 'signed-in', kind: 'registration', port: carrier.port, ...account })
    await eventually(() => carrier.registered.length > 0, { withinMs: 10_000, what: 'a registration' })
    expect(carrier.registered[0]).toContain('sip:ct-100@')
    const shown = [
      await centre.service.api('GET', '/api/trunks'),
      await centre.service.api('GET', '/api/trunks/signed-in'),
      await centre.service.api('PATCH', '/api/trunks/signed-in', { name: 'Renamed' }),
      await centre.service.api('GET', '/api/audit?subjectKind=trunk'),
    ]
    expect(JSON.stringify(shown)).not.toContain(account.password)
    expect(shown[1]).toMatchObject({ id: 'signed-in', username: 'ct-100' })
    expect(centre.service.output).not.toContain(account.password)
  })

  it('is for admins alone, and says what is wrong with it', async () => {
    expect(await centre.service.request('GET', '/api/trunks', undefined, 'ana')).toMatchObject({ status: 403 })
    const bad = { id: 'bad', name: 'Bad', kind: 'registration', host: 'sip.example.net' }
    expect(await centre.service.request('POST', '/api/trunks', bad)).toMatchObject({ status: 400 })
    const smuggled = { id: 'bad', name: 'Bad', kind: 'address', host: 'sip.example.net\ncontext=x' }
    expect(await centre.service.request('POST', '/api/trunks', smuggled)).toMatchObject({ status: 400 })
  })

  it('is gone from Asterisk once it is removed', async () => {
    await using carrier = await Carrier.start({ answer: 486 })
    await trunk({ id: 'short-lived', port: carrier.port })
    await centre.service.api('DELETE', '/api/trunks/short-lived')
    await eventually(async () => (await centre.ari('endpoints/PJSIP/trunk-short-lived')).message !== undefined, {
      withinMs: 10_000,
      what: 'no such endpoint',
    })
  })

  it('is believed about who calls, a stranger is not', async () => {
    await using carrier = await Carrier.start({ answer: 486 })
    await trunk({ id: 'main', port: carrier.port, addresses: ['127.0.0.98'] })
    const { sipHost: host, sipPort: port } = centre.service.asterisk
    const headers = ['P-Asserted-Identity: <sip:+40722999111@carrier.test>']
    for (const [address, from, caller] of [
      ['127.0.0.98', '0310000001', '+40722999111'],
      ['127.0.0.97', '+40722999222', '+40722999222'],
      // Names the trunk itself: its address says that it is a stranger.
      ['127.0.0.96', 'trunk-main', 'trunk-main'],
    ] as const) {
      await using peer = await RawSip.open({ host, port }, address)
      expect(await peer.request({ method: 'INVITE', to: centre.number('brief-menu'), from, headers, sdp: true })).toBe(
        200,
      )
      await centre.interactionFrom(caller)
    }
    for (const { id } of await centre.ari('channels')) await centre.hangUpInAsterisk(id)
  })
})

/** What an interaction's history says of calls that were not let out. */
async function refusalsOf(id: string): Promise<string[]> {
  const { items } = await centre.service.api('GET', `/api/interactions/${id}/timeline`)
  return items.flatMap(({ kind, text }: Answer) => (kind === 'call-out-refused' ? [text] : []))
}

describe('an agent', () => {
  it('who may not call a number gets nobody there on the line, and the history says that they tried', async () => {
    await using carrier = await Carrier.start({ answer: 486 })
    await trunk({ id: 'main', port: carrier.port })
    await using agent = await centre.service.agentPhone('ana', 440)
    const { id, caller } = await centre.talk(agent)
    await using _ = caller
    const refusal = expect.stringContaining('may not be called') as string
    for (const how of ['transfer', 'consult', 'conference']) {
      const path = `/api/interactions/${id}/${how}`
      const answer = await centre.service.request('POST', path, { to: { number: premium } }, 'ana')
      expect(answer).toMatchObject({ status: 403, json: { error: { message: refusal } } })
    }
    const own = await centre.service.request('POST', '/api/calls', { to: premium, queue: 'sales' }, 'ana')
    expect(own).toMatchObject({ status: 403, json: { error: { message: refusal } } })
    const told = 'A call to the outside of Ana Ionescu was refused: destination-not-allowed'
    await eventually(async () => (await refusalsOf(id)).length === 3, { withinMs: 8_000, what: 'three refusals' })
    expect(await refusalsOf(id)).toEqual([told, told, told])
    // However often somebody tries, their history stays one that can be read.
    for (let i = 0; i < 12; i++)
      await centre.service.request('POST', `/api/interactions/${id}/transfer`, { to: { number: premium } }, 'ana')
    await caller.hangup()
    await centre.ended(id)
    expect(await refusalsOf(id)).toHaveLength(10)
    expect(carrier.dialled).toEqual([])
  })

  it('who may not call a number does not get there by the transfer key of their phone', async () => {
    await using carrier = await Carrier.start({ answer: 486 })
    await trunk({ id: 'main', port: carrier.port })
    await using agent = await centre.wirePhone('ana')
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    const line = await agent.ringing()
    await line.answer()
    const { id } = await centre.interactionFrom(from, ({ state }) => state === 'engaged')
    expect(await line.refer(`${premium}@${centre.service.asterisk.sipHost}`)).toBe(202)
    await eventually(() => line.transferred !== null, { withinMs: 8_000, what: 'word of the transfer' })
    expect(line.transferred).toBeGreaterThanOrEqual(400)
    expect(await refusalsOf(id)).toHaveLength(1)
    expect((await centre.story(id)).state).toBe('engaged')
    await caller.hangup()
    expect(carrier.dialled).toEqual([])
  })
})

describe('a stranger', () => {
  it('reaches nothing outside, whatever they dial', async () => {
    await using carrier = await Carrier.start({ answer: 486 })
    await trunk({ id: 'main', port: carrier.port })
    const { sipHost: host, sipPort: port } = centre.service.asterisk
    await using peer = await RawSip.open({ host, port }, '127.0.0.95')
    for (const to of [operatorNumber, '0215550000', '00442079460958', premium, '112', 'trunk-main', '9*0215550000'])
      expect(await peer.request({ method: 'INVITE', to, sdp: true }), to).toBe(404)
    // As an agent, without the password; as the trunk itself.
    expect(await peer.request({ method: 'INVITE', to: operatorNumber, from: 'ana', sdp: true })).toBe(401)
    expect(await peer.request({ method: 'INVITE', to: operatorNumber, from: 'trunk-main', sdp: true })).toBe(404)
    expect(carrier.dialled).toEqual([])
  })

  it('can not have a call of theirs sent there by REFER', async () => {
    await using carrier = await Carrier.start({ answer: 486 })
    await trunk({ id: 'main', port: carrier.port })
    const { sipHost: host, sipPort: port } = centre.service.asterisk
    await using peer = await RawSip.open({ host, port }, '127.0.0.94')
    const dialog = await peer.call({ to: centre.number('line'), from: centre.newCaller() })
    for (const to of [operatorNumber, premium, 'operator@trunk-main']) {
      const target = to.includes('@') ? to : `${to}@${host}:${port}`
      for (const more of [[], ['Refer-Sub: false', 'Supported: norefersub']]) {
        const headers = [`Refer-To: <sip:${target}>`, `Referred-By: <sip:x@${host}>`, ...more]
        expect(await peer.request({ method: 'REFER', to, headers, dialog })).toBeGreaterThanOrEqual(400)
      }
    }
    expect(await peer.request({ method: 'BYE', to: 'x', dialog })).toBe(200)
    // Out of any call, too.
    const headers = [`Refer-To: <sip:${premium}@${host}:${port}>`]
    expect(await peer.request({ method: 'REFER', to: '1000', headers })).toBeGreaterThanOrEqual(400)
    expect(carrier.dialled).toEqual([])
  })

  it('on a trunk is no better off: neither by the number that the carrier sends, nor by REFER', async () => {
    await using carrier = await Carrier.start({ answer: 486 })
    await trunk({ id: 'main', port: carrier.port, addresses: ['127.0.0.93'] })
    const { sipHost: host, sipPort: port } = centre.service.asterisk
    await using peer = await RawSip.open({ host, port }, '127.0.0.93')
    for (const to of [operatorNumber, '0215550000', premium, '112'])
      expect(await peer.request({ method: 'INVITE', to, sdp: true }), to).toBe(404)
    const dialog = await peer.call({ to: centre.number('line'), from: centre.newCaller() })
    for (const to of [operatorNumber, premium]) {
      const headers = [`Refer-To: <sip:${to}@${host}:${port}>`]
      expect(await peer.request({ method: 'REFER', to, headers, dialog })).toBeGreaterThanOrEqual(400)
    }
    expect(await peer.request({ method: 'BYE', to: 'x', dialog })).toBe(200)
    expect(carrier.dialled).toEqual([])
  })

  it.each([
    ['a premium number', premium, 'destination-not-allowed'],
    ['the emergency services', '112', 'emergency-callback'],
  ])('in a chat is not called back at %s', async (_, number, code) => {
    await using carrier = await Carrier.start({ answer: 486 })
    await trunk({ id: 'main', port: carrier.port })
    await centre.service.api('PATCH', '/api/entry-points/chat-demo', { flowId: 'call-me' })
    using visitor = await VisitorPage.open(centre.service.baseUrl)
    visitor.say({ begin: true })
    await visitor.reads('Which number should we call?')
    await visitor.write(number.replace('+', '00'))
    await visitor.reads('That number can not be called.')
    const refused = await attempt((one) => one.refused?.code === code && one.interactionId !== null)
    expect(refused).toMatchObject({ asker: { kind: 'callback' } })
    expect(await refusalsOf(refused.interactionId)).toEqual([
      `A call to the outside for a callback was refused: ${code}`,
    ])
    expect((await centre.service.api('GET', '/api/callbacks?state=open')).items).toEqual([])
    expect(carrier.dialled).toEqual([])
  })

  it('in a chat is called back at an ordinary number', async () => {
    await using carrier = await Carrier.start({ answer: 486 })
    await trunk({ id: 'main', port: carrier.port })
    await centre.service.api('PATCH', '/api/entry-points/chat-demo', { flowId: 'call-me' })
    using visitor = await VisitorPage.open(centre.service.baseUrl)
    visitor.say({ begin: true })
    await visitor.reads('Which number should we call?')
    await visitor.write('0215550000')
    const open = async (): Promise<Answer[]> => (await centre.service.api('GET', '/api/callbacks?state=open')).items
    const [callback] = await eventually(async () => (await open()).length > 0 && open(), {
      withinMs: 8_000,
      what: 'a callback',
    })
    expect(callback).toMatchObject({ queue: { id: 'sales' }, requestedBy: 'flow' })
    await centre.service.api('POST', `/api/callbacks/${callback.id}/cancel`)
  })

  it.each([
    ['a premium number', premium],
    ['the emergency services', '112'],
  ])('has nobody called at %s by the form of a chat', async (_, phone) => {
    await using carrier = await Carrier.start({ answer: 486 })
    await trunk({ id: 'main', port: carrier.port })
    await centre.service.api('PUT', '/api/widgets/chat-demo', { callback: true })
    using visitor = await VisitorPage.open(centre.service.baseUrl)
    const response = await fetch(`${centre.service.baseUrl}/api/chat/callbacks`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-widget': 'demo',
        authorization: `Bearer ${visitor.token}`,
      },
      body: JSON.stringify({ phone }),
    })
    expect(response.status).toBe(400)
    expect((await centre.service.api('GET', '/api/callbacks?state=open')).items).toEqual([])
    expect(carrier.dialled).toEqual([])
  })

  it.each([
    ['a premium number', premium, 'destination-not-allowed'],
    ['a number abroad', '+442079460958', 'destination-not-allowed'],
    ['the emergency services', '112', 'emergency-callback'],
  ])('is not called back at %s that they claim to have', async (_, number, code) => {
    await using carrier = await Carrier.start({ answer: 486 })
    await trunk({ id: 'main', port: carrier.port })
    await using caller = await centre.caller('line', number)
    await centre.interactionFrom(number, ({ state }: Answer) => state === 'queued')
    // The key for a callback.
    await caller.digits('2')
    const refused = await attempt((one) => one.refused !== null && one.number === number)
    expect(refused).toMatchObject({ asker: { kind: 'callback' }, refused: { code } })
    await caller.hangup()
    expect((await centre.service.api('GET', '/api/callbacks?state=open')).items).toEqual([])
    expect(carrier.dialled).toEqual([])
  })

  it.each([
    ['a premium number', premium],
    ['a number abroad', '+442079460958'],
    ['the emergency services', '112'],
  ])('has nobody called at %s by the form', async (_, number) => {
    await using carrier = await Carrier.start({ answer: 486 })
    await trunk({ id: 'main', port: carrier.port })
    const response = await fetch(`${centre.service.baseUrl}/api/callback-requests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ number }),
    })
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(429)
    expect((await centre.service.api('GET', '/api/callbacks?state=open')).items).toEqual([])
    expect(carrier.dialled).toEqual([])
  })
})
