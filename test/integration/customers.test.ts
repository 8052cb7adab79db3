import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate, openDatabase, type Database } from '../../src/platform/database/database.ts'
import { answeredCall } from '../peers/call-facts.ts'
import { createFactWriter, type FactWriter } from '../peers/fact-writer.ts'
import { eventually } from '../peers/poll.ts'
import { startHistoryApi, type HistoryApi } from '../peers/history-api.ts'
import { startTestPostgres, type TestPostgres } from '../peers/servers.ts'

const ana = '00000000-0000-4000-8000-000000000001'
const maria = '00000000-0000-4000-8000-000000000002'
let postgres: TestPostgres
let database: Database
let writer: FactWriter
let api: HistoryApi
let asAna: string
let asMaria: string
let asAdmin: string
let lastNumber = 40_722_000_000
let lastAt = Date.UTC(2026, 0, 5)

beforeAll(async () => {
  postgres = await startTestPostgres()
  database = openDatabase(postgres.url)
  await migrate(database)
  writer = await createFactWriter(database)
  api = await startHistoryApi(database, writer)
  asAna = api.signIn(ana, 'agent')
  asMaria = api.signIn(maria, 'agent')
  asAdmin = api.signIn(randomUUID(), 'admin')
}, 60_000)

afterAll(async () => {
  await api?.[Symbol.asyncDispose]()
  await writer?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
})

type Json = Record<string, unknown>
type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

/** Expects the request to be accepted. */
async function ask<T = Json>(method: Method, path: string, body?: object, token = asAna): Promise<T> {
  const { status, json } = await api.call(token, method, path, body)
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`)
  return json as T
}

const newNumber = (): string => `+${++lastNumber}`
const make = async (body: object): Promise<string> => (await ask<{ id: string }>('POST', '/api/customers', body)).id

/** A call from that number; answers the interaction and the record that it is with. */
async function calls(number: string, name: string | null = null) {
  const { customerId } = await api.history.recogniseCaller({ kind: 'phone', raw: number, displayName: name })
  const call = answeredCall({ at: ++lastAt, agentId: ana, customerId })
  await writer.write(call.facts, call.details)
  return { customerId, interactionId: call.interactionId }
}

/** All that anybody is shown of a customer. */
async function shown(id: string): Promise<Json> {
  const [card, timeline, cases, tasks, journey] = await Promise.all([
    ask<Json & { customer: Json }>('GET', `/api/customers/${id}/card`),
    ask('GET', `/api/customers/${id}/timeline?limit=200`),
    ask('GET', `/api/cases?customer=${id}`),
    ask('GET', `/api/tasks?customer=${id}`),
    ask('GET', `/api/customers/${id}/journey`),
  ])
  return { card, timeline, cases, tasks, journey }
}

const merge = (survivor: string, absorb: string, more: object = {}) =>
  ask<{ id: string }>('POST', `/api/customers/${survivor}/merges`, { absorb, ...more })
const undo = (mergeId: string) => ask('POST', `/api/merges/${mergeId}/undo`)

describe('merging two customers', () => {
  it('shows one customer with one timeline under either id, and says which record says what', async () => {
    const [first, second] = [await calls(newNumber(), 'Ion Popescu'), await calls(newNumber())]
    await ask('PATCH', `/api/customers/${second.customerId}`, { company: 'Acme', attributes: { tier: 'gold' } })
    const made = await merge(first.customerId, second.customerId, { reason: 'same voice' })
    expect(made).toMatchObject({ survivorId: first.customerId, absorbedId: second.customerId, reason: 'same voice' })
    const customer = await ask('GET', `/api/customers/${second.customerId}`)
    expect(customer).toMatchObject({
      id: first.customerId,
      name: 'Ion Popescu',
      company: 'Acme',
      attributes: { tier: 'gold' },
      records: [first.customerId, second.customerId],
      saidBy: { company: second.customerId, 'attributes.tier': second.customerId },
    })
    expect(customer['identities']).toHaveLength(2)
    const timeline = await ask<{ items: Json[] }>('GET', `/api/customers/${second.customerId}/timeline`)
    expect(timeline.items.map((item) => item['id'])).toEqual([second.interactionId, first.interactionId])
    expect(timeline.items.map((item) => item['customer'])).toEqual([
      { id: first.customerId, name: 'Ion Popescu' },
      { id: first.customerId, name: 'Ion Popescu' },
    ])
    const listed = await ask<{ items: Json[] }>('GET', '/api/customers?search=Acme')
    expect(listed.items.map(({ id }) => id)).toEqual([first.customerId])
    const { rows } = await database.pool.query<Json>(
      'select action, subject_id from audit_log order by seq desc limit 1',
    )
    expect(rows).toEqual([{ action: 'merge-customers', subject_id: first.customerId }])
  })

  it('is taken back to exactly what was there before', async () => {
    const [a, b] = [await calls(newNumber(), 'Dan'), await calls(newNumber(), 'Dana')]
    await ask('POST', '/api/cases', { interaction: a.interactionId, subject: 'Broken' })
    await ask('POST', '/api/cases', { customer: b.customerId, subject: 'Late' })
    await ask('POST', '/api/tasks', { customer: b.customerId, title: 'Call back' })
    const before = [await shown(a.customerId), await shown(b.customerId)]
    const { id } = await merge(a.customerId, b.customerId, { prefer: ['name'] })
    expect(await shown(a.customerId)).toMatchObject({ card: { customer: { name: 'Dana' }, contacts: { total: 2 } } })
    await undo(id)
    expect([await shown(a.customerId), await shown(b.customerId)]).toEqual(before)
    expect((await api.call(asAna, 'POST', `/api/merges/${id}/undo`)).status).toBe(409)
    expect(await ask('GET', `/api/customers/${a.customerId}/merges`)).toMatchObject({
      items: [{ id, undoneBy: { kind: 'user' }, mergedBy: { kind: 'user' } }],
    })
  })

  it('sends what came meanwhile where it belongs when it is taken back', async () => {
    const [numberA, numberB] = [newNumber(), newNumber()]
    const [a, b] = [await calls(numberA, 'Ela'), await calls(numberB, 'Ella')]
    const { id } = await merge(a.customerId, b.customerId)
    const again = await calls(numberB)
    const opened = await ask<{ id: string }>('POST', '/api/cases', { interaction: again.interactionId, subject: 'New' })
    const other = await ask<{ id: string }>('POST', '/api/cases', { interaction: a.interactionId, subject: 'Old' })
    await ask('PUT', `/api/interactions/${b.interactionId}/case`, { case: other.id })
    expect(await ask('GET', `/api/cases/${other.id}`)).toMatchObject({ interactions: 2 })
    const third = await calls(newNumber(), 'Elena')
    const later = await merge(a.customerId, third.customerId)
    await undo(id)
    const timeline = await ask<{ items: Json[] }>('GET', `/api/customers/${b.customerId}/timeline`)
    expect(timeline.items.map((item) => item['id'])).toEqual([again.interactionId, b.interactionId])
    expect(await ask('GET', `/api/cases?customer=${b.customerId}`)).toMatchObject({ items: [{ id: opened.id }] })
    // The contact that was put into the other's case while they were one doesn't show there any more.
    expect(await ask('GET', `/api/cases/${other.id}`)).toMatchObject({ interactions: 1 })
    expect(await ask('GET', `/api/customers/${a.customerId}`)).toMatchObject({
      records: [a.customerId, third.customerId],
    })
    await undo(later.id)
  })

  it('is refused for one and the same, for nobody, and twice', async () => {
    const [a, b] = [await make({ name: 'One' }), await make({ name: 'Two' })]
    const status = async (survivor: string, absorb: string) =>
      (await api.call(asAna, 'POST', `/api/customers/${survivor}/merges`, { absorb })).status
    expect(await status(a, a)).toBe(400)
    expect(await status(a, randomUUID())).toBe(404)
    await merge(a, b)
    expect([await status(a, b), await status(b, a)]).toEqual([409, 409])
  })

  it('keeps what people say meanwhile, and what they take away is gone from both', async () => {
    const [a, b] = [
      await make({ name: 'Mia', attributes: { tier: 'gold' } }),
      await make({ name: 'Mya', company: 'Beta' }),
    ]
    const { id } = await merge(a, b, { prefer: ['name'] })
    await ask('PATCH', `/api/customers/${b}`, { name: 'Mia B', company: null, attributes: { tier: null } })
    expect(await ask('GET', `/api/customers/${a}`)).toMatchObject({ name: 'Mia B', company: null, attributes: {} })
    await undo(id)
    expect(await ask('GET', `/api/customers/${a}`)).toMatchObject({ name: 'Mia B', attributes: {} })
    expect(await ask('GET', `/api/customers/${b}`)).toMatchObject({ name: 'Mya', company: null })
  })

  it('restores equality whatever else was merged and came in between', async () => {
    const four = [0, 1, 2, 3]
    const step = fc.oneof(
      fc.record({ kind: fc.constant('call' as const), who: fc.nat(3) }),
      fc.record({ kind: fc.constant('merge' as const), who: fc.nat(3), other: fc.nat(3) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), fc.nat(3), fc.nat(3), async (steps, x, y) => {
        const numbers = four.map(newNumber)
        const people: Awaited<ReturnType<typeof calls>>[] = []
        for (const [i, number] of numbers.entries()) people.push(await calls(number, `Person ${i}`))
        const idOf = (i: number) => people[i]?.customerId ?? ''
        const tries = async (survivor: number, absorb: number): Promise<string | null> => {
          const path = `/api/customers/${idOf(survivor)}/merges`
          const { status, json } = await api.call(asAna, 'POST', path, { absorb: idOf(absorb) })
          return status === 201 ? (json as { id: string }).id : null
        }
        const earlier = await tries(1, 2)
        const before = await Promise.all(four.map((i) => shown(idOf(i))))
        const undone: string[] = []
        const made = await tries(x, y)
        if (made !== null) undone.push(made)
        const came: { who: number; interactionId: string }[] = []
        for (const one of steps) {
          if (one.kind === 'call') came.push({ who: one.who, ...(await calls(numbers[one.who] ?? '')) })
          else undone.push(...[await tries(one.who, one.other)].filter((id) => id !== null))
        }
        // Not only the last first: every order must lead back.
        for (const id of undone) await undo(id)
        if (came.length === 0) {
          expect(await Promise.all(four.map((i) => shown(idOf(i))))).toEqual(before)
        }
        const earlierGroup = (i: number) => (earlier !== null && (i === 1 || i === 2) ? [1, 2] : [i])
        for (const i of four) {
          const timeline = await ask<{ items: Json[] }>('GET', `/api/customers/${idOf(i)}/timeline?limit=200`)
          const own = [...people.map((p, who) => ({ who, ...p })), ...came].filter(({ who }) =>
            earlierGroup(i).includes(who),
          )
          expect(new Set(timeline.items.map(({ id }) => id))).toEqual(new Set(own.map((c) => c.interactionId)))
        }
      }),
      { numRuns: 12 },
    )
  })
})

describe('duplicates', () => {
  const proposals = async (id: string) => {
    await api.history.duplicates.examine()
    return (await ask<{ items: Json[] }>('GET', `/api/customers/${id}/duplicates`)).items
  }

  it('are proposed when an agent notes a number that another customer has', async () => {
    const number = newNumber()
    const [a, b] = [await calls(number, 'Vlad Ene'), await make({ name: 'Vlad' })]
    const added = await ask('POST', `/api/customers/${b}/identities`, { kind: 'phone', value: number })
    expect(added).toMatchObject({ outcome: 'claimed', linkedTo: a.customerId })
    expect(await proposals(b)).toMatchObject([{ reasons: [{ kind: 'same-identity', identity: `phone ${number}` }] }])
  })

  it('are proposed by name and company, and not any more once dismissed', async () => {
    const a = await make({ name: 'Ștefan Mureșanu', company: 'Gamma SRL' })
    const b = await make({ name: 'MURESANU Stefan', company: 'gamma srl' })
    await make({ name: 'Ștefan Mureșanu', company: 'Delta' })
    const [pair, ...others] = await proposals(a)
    expect(others).toEqual([])
    expect(pair).toMatchObject({ reasons: [{ kind: 'similar-name' }, { kind: 'same-company' }] })
    expect((await ask<{ items: Json[] }>('GET', '/api/duplicates')).items.map(({ id }) => id)).toContain(pair?.['id'])
    await ask('POST', `/api/duplicates/${String(pair?.['id'])}/dismiss`)
    await ask('PATCH', `/api/customers/${b}`, { name: 'Muresanu, Stefan' })
    expect(await proposals(b)).toEqual([])
  })

  it('are proposed by an attribute that names one person, and refuted by two different ones', async () => {
    await ask(
      'PUT',
      '/api/attribute-definitions/crmId',
      { name: 'CRM number', type: 'text', identifying: true },
      asAdmin,
    )
    const a = await make({ name: 'A', attributes: { crmId: 'K-1' } })
    const b = await make({ name: 'B', attributes: { crmId: 'K-1' } })
    expect(await proposals(a)).toMatchObject([{ reasons: [{ kind: 'same-attribute', attribute: 'crmId' }] }])
    const [x, y] = [
      await make({ name: 'Ana Pop', company: 'Eta', attributes: { crmId: 'K-2' } }),
      await make({ name: 'Ana Pop', company: 'Eta', attributes: { crmId: 'K-3' } }),
    ]
    expect([...(await proposals(x)), ...(await proposals(y))]).toEqual([])
    const wrong = await api.call(asAna, 'PATCH', `/api/customers/${b}`, { attributes: { crmId: 7 } })
    expect(wrong).toMatchObject({ status: 400, json: { error: { details: [{ path: 'body.attributes.crmId' }] } } })
  })

  it('are never made of callers who withhold their number', async () => {
    const withheld = () =>
      api.history.recogniseCaller({ kind: 'phone', raw: 'anonymous', displayName: null, interactionId: randomUUID() })
    const [a, b] = [await withheld(), await withheld()]
    expect(a.customerId).not.toBe(b.customerId)
    expect([...(await proposals(a.customerId)), ...(await proposals(b.customerId))]).toEqual([])
  })
})

describe('a visitor who signs in on the site', () => {
  const visitor = (id: string = randomUUID()) =>
    api.history.recogniseCaller({ kind: 'visitor', raw: id, displayName: null })

  it('is joined to the customer of that user, on every device, and can be taken apart again', async () => {
    const [laptop, phone] = [await visitor(), await visitor()]
    const user = { userId: randomUUID(), name: 'Radu', email: 'Radu@Example.org' }
    expect(await api.history.identifyVisitor(laptop.customerId, user)).toMatchObject({ how: 'link' })
    const joined = await api.history.identifyVisitor(phone.customerId, user)
    expect(joined).toMatchObject({ how: 'merge', customerId: phone.customerId })
    expect(await api.history.identifyVisitor(phone.customerId, user)).toMatchObject({ how: 'none' })
    expect(await ask('GET', `/api/customers/${phone.customerId}`)).toMatchObject({
      id: laptop.customerId,
      name: 'Radu',
    })
    const { items } = await ask<{ items: Json[] }>('GET', `/api/customers/${laptop.customerId}/merges`)
    expect(items).toMatchObject([{ mergedBy: { kind: 'system' }, evidence: { source: 'signed-token' } }])
    await undo(joined.mergeId ?? '')
    expect(await ask('GET', `/api/customers/${phone.customerId}`)).toMatchObject({ id: phone.customerId })
  })

  it('keeps apart who shares a device', async () => {
    const shared = await visitor()
    await api.history.identifyVisitor(shared.customerId, { userId: 'first-user' })
    const second = await api.history.identifyVisitor(shared.customerId, { userId: 'second-user' })
    expect(second.how).toBe('apart')
    expect(second.customerId).not.toBe(shared.customerId)
    expect(await api.history.identifyVisitor(shared.customerId, { userId: 'second-user' })).toMatchObject({
      customerId: second.customerId,
    })
  })
})

describe('the card', () => {
  it('tells satisfaction, segments, usual channel, cases, tasks and journey', async () => {
    await ask('PUT', '/api/segments/frequent', { name: 'Frequent', when: 'history.contacts >= 4' }, asAdmin)
    await ask('PUT', '/api/segments/gold', { name: 'Gold', when: 'customer.attributes.tier == "gold"' }, asAdmin)
    const rule = { name: 'Checkout', when: 'point.kind == "page" && point.url.contains("/checkout")', points: 5 }
    await ask('PUT', '/api/journey-rules/checkout', rule, asAdmin)
    expect((await api.call(asAdmin, 'PUT', '/api/segments/x', { name: 'X', when: 'wrong ==' })).status).toBe(400)
    expect((await api.call(asAdmin, 'PUT', '/api/segments/x', { name: 'X', when: 'agent == 1' })).status).toBe(400)
    expect((await api.call(asAna, 'PUT', '/api/segments/x', { name: 'X', when: 'true' })).status).toBe(403)

    const number = newNumber()
    const { customerId } = await calls(number, 'Ada')
    for (const score of [2, 2, 5, 5]) {
      const { interactionId } = await calls(number)
      await writer.write([{ kind: 'survey-answered', at: ++lastAt, interactionId, nodeId: 'rate', score }])
    }
    await ask('PATCH', `/api/customers/${customerId}`, { attributes: { tier: 'gold' }, preferredChannel: 'chat' })
    await ask('POST', '/api/cases', { customer: customerId, subject: 'Broken screen' })
    const point = { at: '2026-03-02T10:00:00Z', kind: 'page', url: 'https://shop.example/checkout', title: 'Checkout' }
    const journey = `/api/customers/${customerId}/journey`
    expect(await ask('POST', journey, { consented: false, points: [point] })).toEqual({ items: [] })
    await ask('POST', journey, { consented: true, points: [point] })
    await ask('POST', `/api/customers/${customerId}/notes`, { text: 'likes tea' })
    expect(await ask('GET', `/api/customers/${customerId}/card`)).toMatchObject({
      customer: { name: 'Ada', preferredChannel: 'chat' },
      segments: [{ id: 'frequent' }, { id: 'gold' }],
      contacts: { total: 5, usualChannel: 'voice', outcomes: { answered: 5 } },
      satisfaction: { average: 3.5, trend: 'rising' },
      openCases: [{ subject: 'Broken screen' }],
      notes: [{ text: 'likes tea', author: { name: 'Ana' } }],
      journey: [{ title: 'Checkout', labels: ['Checkout'], points: 5 }],
      journeyPoints: 5,
    })
  })
})

describe('cases', () => {
  it('are opened, closed, opened again, and keep their notes', async () => {
    const { customerId, interactionId } = await calls(newNumber(), 'Cora')
    const opened = await ask<{ id: string }>('POST', '/api/cases', { interaction: interactionId, subject: 'Refund' })
    await ask('POST', `/api/cases/${opened.id}/notes`, { text: 'asked accounting' })
    await ask('POST', `/api/cases/${opened.id}/close`)
    expect((await api.call(asAna, 'POST', `/api/cases/${opened.id}/close`)).status).toBe(409)
    await ask('POST', `/api/cases/${opened.id}/reopen`)
    expect(await ask('GET', `/api/cases/${opened.id}`)).toMatchObject({
      state: 'open',
      reopened: 1,
      interactions: 1,
      customer: { id: customerId, name: 'Cora' },
      notes: [{ text: 'asked accounting' }],
    })
    const stranger = await calls(newNumber())
    const wrong = await api.call(asAna, 'PUT', `/api/interactions/${stranger.interactionId}/case`, { case: opened.id })
    expect(wrong.status).toBe(409)
  })
})

describe('placing contacts into cases', () => {
  const caseOf = async (interactionId: string) =>
    (await ask<{ items: Json[] }>('GET', `/api/cases?interaction=${interactionId}`)).items.map(({ id }) => id)

  it('joins the one that is open, opens the one just closed again, and leaves two to people', async () => {
    await api.history.casePlacing.begin()
    const number = newNumber()
    lastAt = Date.now()
    const first = await calls(number, 'Placed')
    const { id } = await ask<{ id: string }>('POST', '/api/cases', { interaction: first.interactionId, subject: 'One' })
    const second = await calls(number)
    await eventually(async () => (await caseOf(second.interactionId))[0] === id, { withinMs: 10_000, what: 'joining' })
    await ask('POST', `/api/cases/${id}/close`)
    lastAt = Date.now()
    const third = await calls(number)
    await eventually(async () => (await caseOf(third.interactionId))[0] === id, { withinMs: 10_000, what: 'reopening' })
    expect(await ask('GET', `/api/cases/${id}`)).toMatchObject({ state: 'open', reopened: 1, interactions: 3 })
    await ask('POST', '/api/cases', { customer: first.customerId, subject: 'Two' })
    const fourth = await calls(number)
    // Facts are taken in order: once a later contact has its case, this one was left without.
    const otherNumber = newNumber()
    const other = await calls(otherNumber)
    await ask('POST', '/api/cases', { customer: other.customerId, subject: 'Marker' })
    const marker = await calls(otherNumber)
    await eventually(async () => (await caseOf(marker.interactionId)).length === 1, { withinMs: 10_000, what: 'order' })
    await api.history.casePlacing.stop()
    expect(await caseOf(fourth.interactionId)).toEqual([])
  })
})

describe('tasks', () => {
  it('come due once for their assignee, and are finished', async () => {
    const told: unknown[] = []
    api.history.newsroom.onNews((news) => told.push(news.kind === 'task-due' ? news.task.title : null))
    const task = await ask<{ id: string }>('POST', '/api/tasks', {
      title: 'Send offer',
      dueAt: '2026-01-01T09:00:00+02:00',
    })
    await ask('POST', '/api/tasks', { title: 'Much later', dueAt: '2999-01-01T09:00:00Z' })
    await api.history.taskBell.ring()
    await api.history.taskBell.ring()
    expect(told).toEqual(['Send offer'])
    expect((await api.call(asMaria, 'PATCH', `/api/tasks/${task.id}`, { state: 'done' })).status).toBe(403)
    expect(await ask('PATCH', `/api/tasks/${task.id}`, { state: 'done' })).toMatchObject({ state: 'done' })
    const { items } = await ask<{ items: Json[] }>('GET', '/api/tasks?assignee=me&state=open')
    expect(items.map(({ title }) => title)).not.toContain('Send offer')
  })
})

describe('tags and dispositions', () => {
  it('come from the lists that admins keep', async () => {
    const { interactionId } = await calls(newNumber())
    const tag = (tags: string[]) => api.call(asAna, 'PUT', `/api/interactions/${interactionId}/tags`, { tags })
    expect((await tag(['vip'])).status).toBe(400)
    await ask('PUT', '/api/tags/vip', { name: 'VIP' }, asAdmin)
    expect(await tag(['vip'])).toMatchObject({ status: 200, json: { tags: ['vip'] } })
    await ask('PUT', '/api/dispositions/sold', { name: 'Sold' }, asAdmin)
    const dispose = (code: string) =>
      api.call(asAna, 'POST', `/api/interactions/${interactionId}/disposition`, { code })
    expect([(await dispose('sold')).status, (await dispose('unheard-of')).status]).toEqual([200, 400])
    await ask('DELETE', '/api/dispositions/sold', undefined, asAdmin)
  })
})
