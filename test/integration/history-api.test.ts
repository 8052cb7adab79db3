import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate, openDatabase, type Database } from '../../src/platform/database/database.ts'
import { answeredCall, explanationFor, type ScriptedCall } from '../peers/call-facts.ts'
import { createFactWriter, type FactWriter } from '../peers/fact-writer.ts'
import { nextEvenHour, startHistoryApi, type HistoryApi } from '../peers/history-api.ts'
import { startTestPostgres, type TestPostgres } from '../peers/servers.ts'

const ana = '00000000-0000-4000-8000-000000000001'
const maria = '00000000-0000-4000-8000-000000000002'
let postgres: TestPostgres
let database: Database
let writer: FactWriter
let api: HistoryApi
let asAna: string
let asMaria: string
let asSupervisor: string

beforeAll(async () => {
  postgres = await startTestPostgres()
  database = openDatabase(postgres.url)
  await migrate(database)
  writer = await createFactWriter(database)
  api = await startHistoryApi(database, writer)
  asAna = api.signIn(ana, 'agent')
  asMaria = api.signIn(maria, 'agent')
  asSupervisor = api.signIn(randomUUID(), 'supervisor')
}, 60_000)

afterAll(async () => {
  await api?.[Symbol.asyncDispose]()
  await writer?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
})

/** Writes the facts up to and with the last one of that kind. */
async function upTo(call: ScriptedCall, kind: string): Promise<string> {
  const last = call.facts.findLastIndex((fact) => fact.kind === kind)
  await writer.write(call.facts.slice(0, last + 1), call.details)
  return call.interactionId
}

type Page = { items: Record<string, unknown>[]; next: string | null }
const idsOf = (json: unknown) => (json as Page).items.map((item) => item['id'])

describe('the story of an interaction', () => {
  it('is complete as soon as its facts are stored', async () => {
    const id = await upTo(answeredCall({ at: Date.UTC(2026, 0, 5, 10), agentId: ana }), 'wrap-up-ended')
    const { status, json } = await api.call(asAna, 'GET', `/api/interactions/${id}`)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      id,
      state: 'ended',
      contact: { from: '+40721234567', displayName: 'Ion', dialled: '1000' },
      path: [
        { flowId: 'main-menu', nodeId: 'hello' },
        { flowId: 'main-menu', nodeId: 'sales' },
      ],
      inputs: [{ nodeId: 'hello', text: '1', length: 1 }],
      queue: { id: 'sales', name: 'Sales' },
      agent: { id: ana, name: 'Ana' },
      arrivedAt: '2026-01-05T10:00:00.000Z',
      waitMs: 2_000,
      talkMs: 25_000,
      holdMs: 5_000,
      wrapUpMs: 4_000,
      endedBy: 'customer',
      outcome: 'answered',
      offerList: [{ outcome: 'expired' }, { agent: { name: 'Ana' }, outcome: 'accepted' }],
      recordingList: [{ recordingId: `${id}-1`, kind: 'talk', durationMs: 30_000 }],
      notes: [],
      disposition: null,
    })
  })

  it('reads as a timeline in plain words, with notes among the facts', async () => {
    const at = Date.UTC(2026, 0, 5, 11)
    const id = await upTo(answeredCall({ at, agentId: ana }), 'wrap-up-ended')
    const note = await api.call(asAna, 'POST', `/api/interactions/${id}/notes`, { text: 'wants an offer' })
    expect(note).toMatchObject({ status: 201, json: { text: 'wants an offer', author: { id: ana, name: 'Ana' } } })
    const { json } = await api.call(asAna, 'GET', `/api/interactions/${id}/timeline`)
    const texts = (json as { items: { text: string }[] }).items.map(({ text }) => text)
    expect(texts).toEqual(
      expect.arrayContaining([
        'Call from +40721234567 to 1000 (Main number)',
        'Gave "1" at hello',
        'Began to wait in Sales (priority 5, asks Romanian at 3 or more)',
        'a former agent did not answer within 1 s',
        'Ana answered after 1 s of ringing, 2 s of waiting',
        'Ana put the customer on hold',
        'The customer hung up: answered (normal-clearing)',
        'wants an offer',
      ]),
    )
    expect(texts.at(-1)).toBe('wants an offer')
  })

  it('never shows secret digits and says so', async () => {
    const { interactionId: id, facts } = answeredCall({ at: Date.UTC(2026, 0, 5, 12), agentId: ana })
    const at = Date.UTC(2026, 0, 5, 12)
    await writer.write([
      ...facts.slice(0, 3),
      { kind: 'input-given', at, interactionId: id, nodeId: 'pin', length: 4, secret: true },
    ])
    const { json } = await api.call(asAna, 'GET', `/api/interactions/${id}`)
    expect(json).toMatchObject({ inputs: [{ nodeId: 'pin', secret: true, length: 4, text: null }] })
  })

  it('says why this agent, why not the others, what would have to change', async () => {
    const { facts, interactionId: id } = answeredCall({ at: Date.UTC(2026, 0, 5, 13), agentId: ana })
    const explanation = explanationFor(ana, {
      trigger: 'agent-became-free',
      waitedMs: 65_000,
      runnersUp: [{ agentId: maria, score: 3, idleMs: 90_000, skills: { romanian: 3 } }],
      excluded: { unsuited: 2, offline: 0, notReady: 1, unreachable: 0, busy: 3 },
    })
    await writer.write(
      facts
        .slice(0, 10)
        .map((fact) => (fact.kind === 'offer-made' && fact.agentId === ana ? { ...fact, explanation } : fact)),
    )
    const { json } = await api.call(asAna, 'GET', `/api/interactions/${id}/explanation`)
    const [, offer] = (json as { offers: Record<string, string[]>[] }).offers
    expect(offer).toMatchObject({
      agent: { name: 'Ana' },
      outcome: 'accepted',
      whyThisAgent: [
        'Ana was rung as the most skilled of those free: 4 in all, idle for 1 min.',
        'Asked was Romanian at 3 or more; Ana has Romanian 4.',
        'Ana became free, and this was first in line of what Ana can serve, after 1 min 5 s.',
      ],
      whyNotOthers: [
        'Maria was free and suited, but less skilled: 3 in all against 4.',
        '2 agents were not in the queue or without Romanian at 3 or more.',
        '1 agent was not ready.',
        '3 agents were ringing, talking or in wrap-up, up to their capacity.',
      ],
    })
    expect(offer?.['whatWouldChangeIt']).toContain(
      'Somebody who was busy would have to finish, or be allowed more at once.',
    )
  })

  it('is not there for an interaction that never arrived', async () => {
    for (const path of ['', '/timeline', '/explanation', '/recording']) {
      const { status, json } = await api.call(asAna, 'GET', `/api/interactions/${randomUUID()}${path}`)
      expect([status, (json as { error: { code: string } }).error.code]).toEqual([404, 'not-found'])
    }
    expect((await api.call(asAna, 'GET', '/api/interactions/not-an-id')).status).toBe(400)
    expect((await api.call('nobody', 'GET', `/api/interactions/${randomUUID()}`)).status).toBe(401)
  })
})

describe('the description of the API', () => {
  it('names every path of the history', async () => {
    const { paths } = (await api.server.inject('/api/docs/json')).json<{ paths: object }>()
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/api/interactions',
        '/api/interactions/{id}/explanation',
        '/api/interactions/{id}/wrap-up',
        '/api/customers/{id}/timeline',
        '/api/callbacks/{id}/cancel',
        '/api/voicemails',
        '/api/live',
      ]),
    )
  })
})

describe('lists', () => {
  it('page through a customer without gap or repeat while calls go on arriving', async () => {
    const { customerId } = await api.history.recogniseCaller({ kind: 'phone', raw: '0721000200', displayName: null })
    const calls = Array.from({ length: 7 }, (_, i) =>
      answeredCall({ at: Date.UTC(2026, 1, 1) + Math.floor(i / 2), agentId: ana, customerId }),
    )
    for (const call of calls) await writer.write(call.facts)
    const seen: unknown[] = []
    let after = ''
    for (let page = 0; page < 10; page++) {
      const { json } = await api.call(asAna, 'GET', `/api/customers/${customerId}/timeline?limit=2${after}`)
      seen.push(...idsOf(json))
      const { next } = json as Page
      if (next === null) break
      after = `&after=${next}`
      await writer.write(answeredCall({ at: Date.UTC(2026, 2, 1) + page, agentId: ana, customerId }).facts)
    }
    expect(seen).toHaveLength(7)
    expect(new Set(seen)).toEqual(new Set(calls.map((call) => call.interactionId)))
  })

  it('filter by queue, state, agent, outcome and time', async () => {
    const at = Date.UTC(2026, 3, 1)
    const waiting = await upTo(answeredCall({ at, agentId: ana, queueId: 'filtered' }), 'offer-expired')
    const talking = await upTo(answeredCall({ at: at + 1_000, agentId: ana, queueId: 'filtered' }), 'offer-accepted')
    const ended = await upTo(answeredCall({ at: at + 2_000, agentId: maria, queueId: 'filtered' }), 'wrap-up-ended')
    const ask = async (more: string) =>
      idsOf((await api.call(asAna, 'GET', `/api/interactions?queue=filtered${more}`)).json)
    expect(await ask('')).toEqual([ended, talking, waiting])
    expect(await ask('&state=queued')).toEqual([waiting])
    expect(await ask('&state=engaged')).toEqual([talking])
    expect(await ask(`&agent=${maria}`)).toEqual([ended])
    expect(await ask('&outcome=answered&channel=voice')).toEqual([ended])
    expect(await ask(`&from=${new Date(at + 1_000).toISOString()}&to=${new Date(at + 2_000).toISOString()}`)).toEqual([
      talking,
    ])
    expect(await ask('&channel=email')).toEqual([])
    expect((await api.call(asAna, 'GET', '/api/interactions?after=rubbish')).status).toBe(400)
  })
})

describe('acting on an interaction', () => {
  it('is for the agent who talks and for supervisors', async () => {
    const id = await upTo(answeredCall({ at: Date.UTC(2026, 4, 1), agentId: ana }), 'offer-accepted')
    expect((await api.call(asAna, 'POST', `/api/interactions/${id}/hold`)).status).toBe(200)
    expect((await api.call(asMaria, 'POST', `/api/interactions/${id}/hold`)).status).toBe(403)
    expect((await api.call(asSupervisor, 'POST', `/api/interactions/${id}/mute`, { on: true })).status).toBe(200)
    expect((await api.call(asAna, 'POST', `/api/interactions/${id}/digits`, { digits: '12#' })).status).toBe(200)
    expect((await api.call(asAna, 'POST', `/api/interactions/${id}/digits`, { digits: 'x' })).status).toBe(400)
    expect(api.asked.filter((line) => line.includes(id))).toEqual([
      `hold ${id} agent`,
      `mute ${id} supervisor true`,
      `digits ${id} agent 12#`,
    ])
  })

  it('tells refusals of the channel and of the machine', async () => {
    const id = await upTo(answeredCall({ at: Date.UTC(2026, 4, 2), agentId: ana }), 'offer-accepted')
    api.answer({ refusal: { code: 'not-held', message: 'the customer is not on hold' } })
    expect(await api.call(asAna, 'POST', `/api/interactions/${id}/resume`)).toMatchObject({
      status: 409,
      json: { error: { code: 'not-held', message: 'the customer is not on hold' } },
    })
    api.answer({ refusal: { code: 'unknown-interaction', message: 'this call is not up' } })
    expect((await api.call(asAna, 'POST', `/api/interactions/${id}/hang-up`)).status).toBe(404)
    api.answer({ ok: true })
    const over = await upTo(answeredCall({ at: Date.UTC(2026, 4, 3), agentId: ana }), 'wrap-up-ended')
    expect((await api.call(asAna, 'POST', `/api/interactions/${over}/hold`)).status).toBe(409)
  })

  it('finishes and extends the wrap-up through the writer, and keeps the disposition', async () => {
    const id = await upTo(answeredCall({ at: Date.UTC(2026, 4, 4), agentId: ana }), 'interaction-ended')
    const wrapUp = (token: string, body: object) => api.call(token, 'POST', `/api/interactions/${id}/wrap-up`, body)
    expect((await wrapUp(asMaria, { action: 'finish' })).status).toBe(403)
    expect((await wrapUp(asAna, { action: 'extend', byMs: 30_000 })).status).toBe(200)
    expect((await wrapUp(asSupervisor, { action: 'finish', disposition: 'sold' })).status).toBe(200)
    expect(writer.submissions.slice(-2)).toEqual([
      { kind: 'extend-wrap-up', agentId: ana, interactionId: id, byMs: 30_000 },
      { kind: 'finish-wrap-up', agentId: ana, interactionId: id, by: 'supervisor' },
    ])
    expect((await api.call(asAna, 'GET', `/api/interactions/${id}`)).json).toMatchObject({ disposition: 'sold' })
    await api.call(asAna, 'POST', `/api/interactions/${id}/disposition`, { code: 'no-interest' })
    expect((await api.call(asAna, 'GET', `/api/interactions/${id}`)).json).toMatchObject({ disposition: 'no-interest' })
    expect((await api.call(asMaria, 'POST', `/api/interactions/${id}/notes`, { text: 'x' })).status).toBe(403)
  })
})

describe('recordings', () => {
  it('are streamed whole or in parts, and every listening is audited', async () => {
    const id = await upTo(answeredCall({ at: Date.UTC(2026, 5, 1), agentId: ana }), 'wrap-up-ended')
    const whole = await api.call(asAna, 'GET', `/api/interactions/${id}/recording`)
    expect([whole.status, whole.raw.length, whole.headers['content-type']]).toEqual([200, 256, 'audio/wav'])
    expect(api.audited.at(-1)).toMatchObject({ action: 'listen-to-recording', subject: { id: `${id}-1` } })
    const part = async (range: string) => {
      const reply = await api.server.inject({
        url: `/api/interactions/${id}/recording`,
        headers: { authorization: `Bearer ${asAna}`, range },
      })
      return [reply.statusCode, reply.headers['content-range'], [...reply.rawPayload].slice(0, 3)]
    }
    expect(await part('bytes=10-12')).toEqual([206, 'bytes 10-12/256', [10, 11, 12]])
    expect(await part('bytes=-2')).toEqual([206, 'bytes 254-255/256', [254, 255]])
    expect((await part('bytes=300-'))[0]).toBe(416)
  })

  it('say why there is nothing to hear', async () => {
    const id = await upTo(answeredCall({ at: Date.UTC(2026, 5, 2), agentId: ana }), 'offer-accepted')
    expect(await api.call(asAna, 'GET', `/api/interactions/${id}/recording`)).toMatchObject({
      status: 404,
      json: { error: { message: 'this interaction was not recorded' } },
    })
    await writer.write([{ kind: 'recording-started', at: 1, interactionId: id, recordingId: 'lost-1' }])
    expect(await api.call(asAna, 'GET', `/api/interactions/${id}/recording`)).toMatchObject({
      status: 404,
      json: { error: { message: "this recording can't be played: it was deleted" } },
    })
  })
})

describe('customers', () => {
  it('are found by a part of the name and by a number in any writing, and changed', async () => {
    const { customerId } = await api.history.recogniseCaller({
      kind: 'phone',
      raw: '0721000300',
      displayName: 'Elena Ionescu',
    })
    for (const search of ['ionesc', '0721 000 300', '%2B4072100030']) {
      const { json } = await api.call(asAna, 'GET', `/api/customers?search=${search}`)
      expect(idsOf(json)).toEqual([customerId])
    }
    const changed = await api.call(asAna, 'PATCH', `/api/customers/${customerId}`, {
      company: 'Acme',
      language: 'ro',
      attributes: { tier: 'gold', visits: 3 },
    })
    expect(changed).toMatchObject({
      status: 200,
      json: { name: 'Elena Ionescu', company: 'Acme', attributes: { tier: 'gold' } },
    })
    await api.call(asAna, 'PATCH', `/api/customers/${customerId}`, { attributes: { tier: null }, highValue: true })
    expect((await api.call(asAna, 'GET', `/api/customers/${customerId}`)).json).toMatchObject({
      highValue: true,
      attributes: { visits: 3 },
      identities: [{ kind: 'phone', value: '+40721000300' }],
    })
    expect((await api.call(asAna, 'PATCH', `/api/customers/${customerId}`, {})).status).toBe(400)
    expect((await api.call(asAna, 'GET', `/api/customers/${randomUUID()}`)).status).toBe(404)
  })

  it('are listed without gap or repeat', async () => {
    const made = await Promise.all(
      Array.from({ length: 5 }, (_, i) =>
        api.history.recogniseCaller({ kind: 'phone', raw: `072100040${i}`, displayName: `Paged ${i}` }),
      ),
    )
    const first = (await api.call(asAna, 'GET', '/api/customers?search=Paged&limit=3')).json as Page
    const second = (await api.call(asAna, 'GET', `/api/customers?search=Paged&limit=3&after=${first.next ?? ''}`)).json
    expect(new Set([...idsOf(first), ...idsOf(second)])).toEqual(new Set(made.map(({ customerId }) => customerId)))
    expect([...idsOf(first), ...idsOf(second)]).toHaveLength(5)
  })
})

/** Sales is closed then. */
const oddHour = new Date((Math.floor(Date.now() / 3_600_000 + 1) | 1) * 3_600_000).toISOString()

describe('callbacks', () => {
  const request = () => ({
    id: randomUUID(),
    ofInteractionId: randomUUID(),
    interactionId: randomUUID(),
    customerId: randomUUID(),
    number: '+40721000500',
    queueId: 'sales',
    waitingSince: 1_000,
    language: 'en',
  })

  it('are one for each call that asks, seen, and cancelled once', async () => {
    const wanted = request()
    const made = await api.history.callbacks.request(wanted)
    const again = await api.history.callbacks.request({ ...wanted, id: randomUUID(), interactionId: randomUUID() })
    expect(again.id).toBe(made.id)
    expect(await api.history.callbacks.openOf(wanted.customerId, 'sales')).toMatchObject({ id: made.id })
    expect(await api.history.callbacks.openOf(wanted.customerId, 'support')).toBeNull()
    expect(await api.history.callbacks.byInteraction(made.interactionId)).toMatchObject({ id: made.id })
    expect(await api.history.callbacks.byInteraction(wanted.ofInteractionId)).toBeNull()
    const listed = await api.call(asAna, 'GET', `/api/callbacks?state=open&customer=${wanted.customerId}`)
    expect((listed.json as Page).items).toMatchObject([{ id: made.id, state: 'waiting', queue: { name: 'Sales' } }])

    expect((await api.call(asAna, 'POST', `/api/callbacks/${made.id}/cancel`)).json).toMatchObject({
      state: 'cancelled',
    })
    expect(api.asked).toContain(`callback-cancelled ${made.id} ${made.interactionId}`)
    expect((await api.call(asAna, 'POST', `/api/callbacks/${made.id}/cancel`)).status).toBe(409)
    expect((await api.call(asAna, 'POST', `/api/callbacks/${randomUUID()}/cancel`)).status).toBe(404)
    expect(await api.history.callbacks.close(made.id, 'done', 'served')).toBeNull()
  })

  it('are asked for and moved by agents, one for each customer and queue', async () => {
    const ask = (body: object) => api.call(asAna, 'POST', '/api/callbacks', body)
    const at = new Date(nextEvenHour(Date.now() + 3_600_000)).toISOString()
    const made = await ask({ number: '0721 000 501', queue: 'sales', at, subject: 'the invoice' })
    expect(made.json).toMatchObject({ number: '+40721000501', dueAt: at, requestedBy: 'agent', subject: 'the invoice' })
    const { id, interactionId } = made.json as { id: string; interactionId: string }
    expect(api.asked).toContain(`expect ${id} ${interactionId} ${Date.parse(at)}`)
    expect((await ask({ number: '+40721000501', queue: 'sales' })).json).toMatchObject({ id, dueAt: at })
    expect((await ask({ number: '+40721000501', queue: 'support' })).json).not.toMatchObject({ id })

    const move = (body: object) => api.call(asAna, 'PATCH', `/api/callbacks/${id}`, body)
    const moved = await move({ number: '+40721000502', at: new Date(Date.parse(at) + 60_000).toISOString() })
    expect(moved.json).toMatchObject({ id, number: '+40721000502', state: 'waiting' })
    expect(moved.json).not.toMatchObject({ interactionId })
    expect(api.asked).toContain(`callback-moved ${id} ${interactionId}`)
    expect(api.audited.find(({ action }) => action === 'move-callback')).toMatchObject({
      subject: { id },
      after: { otherNumber: true },
    })
    expect(JSON.stringify(api.audited)).not.toContain('721000502')
    expect(await move({ queue: 'support' })).toMatchObject({ status: 409, json: { error: { code: 'callback-open' } } })
    await api.history.callbacks.move(id, 'dialling', true)
    expect(await move({ at: null })).toMatchObject({ status: 409, json: { error: { code: 'callback-not-waiting' } } })
  })

  it.each([
    [{ number: '12', queue: 'sales' }, 'number'],
    [{ number: '112', queue: 'sales' }, 'number'],
    [{ number: '+40219999999', queue: 'sales' }, 'nobody may call there'],
    [{ number: '+40721000503', queue: 'nowhere' }, 'no queue nowhere'],
    [{ number: '+40721000503', queue: 'sales', at: '2020-01-01T00:00:00Z' }, 'lies in the past'],
    [{ number: '+40721000503', queue: 'sales', at: '2199-01-01T00:00:00Z' }, '30 days'],
    [
      {
        number: '+40721000503',
        queue: 'sales',
        at: oddHour,
      },
      'closed then',
    ],
  ])('are refused to agents when they can’t be: %j', async (body, why) => {
    const { status, json } = await api.call(asAna, 'POST', '/api/callbacks', body)
    expect(status).toBe(400)
    expect(JSON.stringify(json)).toContain(why)
  })

  it('are asked for by customers within bounds', async () => {
    let clients = 0
    // Each from another address, so that only the bounds for numbers count.
    const ask = (payload: object, from = `192.0.2.${(clients += 1)}`) =>
      api.server.inject({ method: 'POST', url: '/api/callback-requests', payload, remoteAddress: from })
    const number = '+40721000510'
    expect((await ask({ number, name: 'Ion', subject: 'a <b>question</b>', language: 'ro' })).statusCode).toBe(202)
    const found = (await api.call(asAna, 'GET', '/api/callbacks?state=open&queue=sales')).json as Page
    const made = found.items.find((one) => (one as { number?: string }).number === number) as { id: string }
    expect(made).toMatchObject({
      requestedBy: 'form',
      language: 'ro',
      subject: 'a <b>question</b>',
      ofInteractionId: null,
    })
    // Asked again it is the same one; once that is over, not more than a few a day.
    for (let time = 2; time <= 3; time++) {
      expect((await ask({ number })).statusCode).toBe(202)
      const open = await api.history.callbacks.openOf((made as unknown as { customerId: string }).customerId, 'sales')
      await api.history.callbacks.close(open?.id ?? '', 'failed', 'no-answer')
    }
    expect((await ask({ number })).statusCode).toBe(202)
    expect((await ask({ number })).statusCode).toBe(429)
    for (const [body, status] of [
      [{ number: '+442071234567' }, 400],
      [{ number: '+40900123456' }, 400],
      [{ number: '112' }, 400],
      [{ number: '+40219999999' }, 400],
      [{ number: 'PJSIP/1@trunk' }, 400],
      [{ number: '+40721000511', queue: 'support' }, 404],
      [{ number: '+40721000511', extra: 1 }, 400],
      [{ number: '+40721000511', subject: 'x'.repeat(9_000) }, 413],
    ] as const)
      expect((await ask(body)).statusCode, JSON.stringify(body).slice(0, 80)).toBe(status)
    const statuses = []
    for (let time = 0; time < 7; time++) statuses.push((await ask({ number: 'x' }, '192.0.2.250')).statusCode)
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429, 429])
  })

  it('show which call they are the callback of', async () => {
    const call = answeredCall({ at: Date.UTC(2026, 6, 1), agentId: ana })
    const wanted = { ...request(), interactionId: call.interactionId }
    await api.history.callbacks.request(wanted)
    expect(await api.history.callbacks.move(wanted.id, 'dialling', true)).toMatchObject({
      attempts: 1,
      state: 'dialling',
    })
    const id = await upTo(call, 'wrap-up-ended')
    expect((await api.call(asAna, 'GET', `/api/interactions/${id}`)).json).toMatchObject({
      callbackOf: wanted.ofInteractionId,
    })
  })
})

describe('voicemails', () => {
  it('are listed, heard and marked', async () => {
    const { facts, interactionId } = answeredCall({ at: Date.UTC(2026, 7, 1), agentId: ana })
    const recordingId = `${interactionId}-vm`
    const at = Date.UTC(2026, 7, 1)
    await writer.write([
      ...facts.slice(0, 3),
      { kind: 'voicemail-left', at, interactionId, recordingId, queueId: 'voicemail-queue', durationMs: 9_000 },
      { kind: 'interaction-ended', at, interactionId, by: 'customer', outcome: 'voicemail', cause: null },
    ])
    const list = async (more: string) =>
      ((await api.call(asAna, 'GET', `/api/voicemails?queue=voicemail-queue${more}`)).json as Page).items
    expect(await list('&listened=false')).toMatchObject([{ recordingId, interactionId, durationMs: 9_000 }])
    expect((await api.call(asAna, 'GET', `/api/voicemails/${recordingId}/recording`)).raw).toHaveLength(256)
    expect((await api.call(asAna, 'PUT', `/api/voicemails/${recordingId}/listened`)).status).toBe(200)
    expect(await list('&listened=false')).toEqual([])
    expect(await list('&listened=true')).toMatchObject([{ recordingId, listenedBy: { name: 'Ana' } }])
    expect((await api.call(asAna, 'DELETE', `/api/voicemails/${recordingId}/listened`)).status).toBe(200)
    expect(await list('&listened=true')).toEqual([])
    expect((await api.call(asAna, 'GET', '/api/voicemails/none/recording')).status).toBe(404)
    expect((await api.call(asAna, 'PUT', '/api/voicemails/none/listened')).status).toBe(404)
  })

  it('are work that one person takes and finishes, told in the history', async () => {
    const { facts, details, interactionId } = answeredCall({ at: Date.UTC(2026, 7, 2), agentId: ana })
    const recordingId = `${interactionId}-vm`
    const at = Date.UTC(2026, 7, 2)
    await writer.write(
      [
        ...facts.slice(0, 3),
        { kind: 'voicemail-left', at, interactionId, recordingId, queueId: 'support', durationMs: 9_000 },
        { kind: 'interaction-ended', at, interactionId, by: 'customer', outcome: 'voicemail', cause: null },
      ],
      details.slice(0, 1),
    )
    const act = (as: string, what: string, body: object = {}) =>
      api.call(as, 'POST', `/api/voicemails/${recordingId}/${what}`, body)
    const one = async () => {
      const { items } = (await api.call(asAna, 'GET', '/api/voicemails?queue=support')).json as Page
      return items.find((item) => (item as { recordingId?: string }).recordingId === recordingId)
    }
    expect(await one()).toMatchObject({ state: 'open', takenBy: null })
    expect(await act(asAna, 'finish', { outcome: 'no-answer-needed' })).toMatchObject({ status: 409 })
    expect((await Promise.all([act(asAna, 'take'), act(asMaria, 'take')])).map(({ status }) => status).sort()).toEqual([
      200, 409,
    ])
    const isAnas = ((await one()) as { takenBy: { id: string } }).takenBy.id === ana
    const [owner, other] = isAnas ? [asAna, asMaria] : [asMaria, asAna]
    expect((await act(other, 'release')).status).toBe(403)
    expect((await act(owner, 'release')).status).toBe(200)
    expect((await act(other, 'take')).status).toBe(200)
    expect(await act(owner, 'call-back')).toMatchObject({ status: 409, json: { error: { code: 'voicemail-taken' } } })
    const called = await act(other, 'call-back', { language: 'ro' })
    expect(called.status).toBe(200)
    const { callbackId } = called.json as { callbackId: string }
    expect(await api.history.callbacks.read(callbackId)).toMatchObject({
      number: '+40721234567',
      queueId: 'support',
      waitingSince: at,
      language: 'ro',
      state: 'waiting',
    })
    expect(api.asked.some((asked) => asked.startsWith(`expect ${callbackId}`))).toBe(true)
    expect(await one()).toMatchObject({ state: 'finished', outcome: 'called-back', callbackId })
    expect((await act(other, 'finish', { outcome: 'no-answer-needed' })).status).toBe(409)
    expect((await act(asAna, 'take')).status).toBe(409)
    const told = writer.submissions.flatMap((input) =>
      input.kind === 'record' && 'recordingId' in input.fact && input.fact.recordingId === recordingId
        ? [input.fact.kind]
        : [],
    )
    expect(told).toEqual(['voicemail-taken', 'voicemail-released', 'voicemail-taken', 'voicemail-finished'])
  })
})
