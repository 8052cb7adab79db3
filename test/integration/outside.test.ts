import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { crmPorts } from '../../src/app/integration-ports.ts'
import { expressions } from '../../src/flows/index.ts'
import { createIntegration, registerIntegrationRoutes, type Integration } from '../../src/integration/index.ts'
import { isGenuine } from '../../src/integration/webhooks/signature.ts'
import { migrate, openDatabase, type Database } from '../../src/platform/database/database.ts'
import { createLog } from '../../src/platform/log.ts'
import { createOutgoing } from '../../src/platform/outgoing.ts'
import { freePort } from '../../src/supervisor/free-port.ts'
import { answeredCall } from '../peers/call-facts.ts'
import { documentedProgram, documentedRequests } from '../peers/documented.ts'
import { createFactWriter, type FactWriter } from '../peers/fact-writer.ts'
import { startHistoryApi, type HistoryApi } from '../peers/history-api.ts'
import { eventually } from '../peers/poll.ts'
import { startTestPostgres, type TestPostgres } from '../peers/servers.ts'
import { startWebReceiver, type WebReceiver } from '../peers/web-receiver.ts'

const ana = '00000000-0000-4000-8000-000000000001'
const log = createLog({ level: 'silent' })
let postgres: TestPostgres
let database: Database
let writer: FactWriter
let api: HistoryApi
let integration: Integration
let receiver: WebReceiver
const running: Integration[] = []
let asAdmin: string
let asAna: string
/** How far the clock is ahead. */
let aheadMs = 0
let lastNumber = 40_724_000_000

const startIntegration = () =>
  createIntegration({
    database,
    writer,
    expressions,
    outgoing: createOutgoing(['127.0.0.1']),
    log,
    now: () => Date.now() + aheadMs,
    chance: () => 0.5,
    told: crmPorts(api.history).told,
    everyMs: 50,
  })

beforeAll(async () => {
  postgres = await startTestPostgres()
  database = openDatabase(postgres.url)
  await migrate(database)
  writer = await createFactWriter(database)
  api = await startHistoryApi(database, writer, {
    more: (server, history) => {
      integration = createIntegration({
        database,
        writer,
        expressions,
        outgoing: createOutgoing(['127.0.0.1', 'hooks.example.org', 'shop.example']),
        log,
        now: () => Date.now() + aheadMs,
        chance: () => 0.5,
        told: crmPorts(history).told,
        everyMs: 50,
      })
      registerIntegrationRoutes(server, integration, crmPorts(history))
    },
  })
  await integration.begin()
  running.push(integration)
  asAdmin = api.signIn(randomUUID(), 'admin')
  asAna = api.signIn(ana, 'agent')
}, 60_000)

afterAll(async () => {
  for (const one of running) await one.stop()
  await api?.[Symbol.asyncDispose]()
  await writer?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
})

beforeEach(async () => {
  receiver = await startWebReceiver()
})

afterEach(async () => {
  for (const table of ['deliveries', 'webhooks', 'crm_connections']) await database.knex(table).delete()
  await receiver[Symbol.asyncDispose]()
})

type Json = Record<string, unknown>
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

async function ask<T = Json>(method: Method, path: string, body?: object, token = asAdmin): Promise<T> {
  const { status, json } = await api.call(token, method, path, body)
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`)
  return json as T
}

const hook = (url: string, events = ['interaction.ended']) =>
  ask<{ id: string; secret: string }>('POST', '/api/webhooks', { url, events })

async function call(): Promise<{ interactionId: string; customerId: string; seq: number }> {
  const raw = `+${++lastNumber}`
  const { customerId } = await api.history.recogniseCaller({ kind: 'phone', raw, displayName: 'Ion' })
  const { facts, details, interactionId } = answeredCall({ at: Date.now(), agentId: ana, customerId })
  const stored = await writer.write(facts, details)
  const ended = stored.find(({ fact }) => fact.kind === 'interaction-ended')
  return { interactionId, customerId, seq: ended?.seq ?? 0 }
}

const deliveries = async (more = '') => (await ask<{ items: Json[] }>('GET', `/api/deliveries?limit=200${more}`)).items
const until = <T>(look: () => T | Promise<T>, what: string) => eventually(look, { withinMs: 20_000, what })

describe('webhooks', () => {
  it('tell of every event once, signed, and only who asked', async () => {
    const { secret } = await hook(`${receiver.url}/ended`)
    await hook(`${receiver.url}/answered`, ['interaction.answered'])
    const calls = [await call(), await call(), await call()]
    await until(() => receiver.received.length === 6, 'six webhooks')
    const ended = receiver.received.filter(({ path }) => path === '/ended')
    expect(new Set(ended.map(({ body }) => (JSON.parse(body) as Json)['id']))).toEqual(
      new Set(calls.map(({ seq }) => `fact-${seq}`)),
    )
    const body = ended[0]?.body ?? ''
    const now = { secret, body, nowSeconds: Date.now() / 1_000 }
    const header = String(ended[0]?.headers['centralita-signature'])
    expect(isGenuine(header, now)).toBe(true)
    expect(isGenuine(header, { ...now, body: body.replace('ended', 'begun') })).toBe(false)
    expect(isGenuine(header, { ...now, secret: 'another' })).toBe(false)
    expect(isGenuine(header, { ...now, nowSeconds: now.nowSeconds + 301 })).toBe(false)
    expect(isGenuine('rubbish', now)).toBe(false)
    expect(JSON.parse(body)).toMatchObject({ type: 'interaction.ended', data: { outcome: 'answered' } })
  })

  it('tell of customers and cases what was committed and nothing of what was refused', async () => {
    await hook(receiver.url, ['customer.created', 'customer.merged', 'case.opened'])
    const { id } = await ask<{ id: string }>('POST', '/api/customers', { name: 'Told' })
    const wrong = await api.call(asAdmin, 'POST', '/api/customers', {
      identities: [{ kind: 'phone', value: 'anonymous' }],
    })
    expect(wrong.status).toBe(400)
    await ask('POST', '/api/cases', { customer: id, subject: 'Told' })
    await until(() => receiver.received.length === 2, 'two webhooks')
    // Several are under way at once: which arrives first is not promised.
    expect(receiver.received.map(({ body }) => (JSON.parse(body) as Json)['type']).sort()).toEqual([
      'case.opened',
      'customer.created',
    ])
  })

  it('are tried again, given up after ten attempts, and sent again by a person', async () => {
    const { id } = await hook(receiver.url)
    receiver.answer(() => ({ status: 503 }))
    const { seq } = await call()
    for (let attempt = 1; attempt <= 10; attempt++) {
      await until(() => receiver.received.length === attempt, `attempt ${attempt}`)
      await until(async () => (await deliveries())[0]?.['attempts'] === attempt, `the note of attempt ${attempt}`)
      aheadMs += 13 * 3_600_000
    }
    const [dead] = await deliveries('&state=dead')
    expect(dead).toMatchObject({
      attempts: 10,
      lastStatus: 503,
      lastError: 'answered 503',
      event: { id: `fact-${seq}` },
    })
    expect(receiver.received.map(({ headers }) => headers['centralita-attempt'])).toEqual(
      Array.from({ length: 10 }, (_, i) => String(i + 1)),
    )
    receiver.answer(() => ({ status: 200 }))
    expect(await ask('POST', '/api/deliveries/resend-dead', { target: id })).toEqual({ resent: 1 })
    await until(async () => (await deliveries('&state=delivered')).length === 1, 'the delivery')
    const ids = receiver.received.map(({ body }) => (JSON.parse(body) as Json)['id'])
    expect(new Set(ids)).toEqual(new Set([`fact-${seq}`]))
    expect((await api.call(asAna, 'GET', '/api/deliveries')).status).toBe(403)
  })

  it('that hang hold up no other', async () => {
    await using other = await startWebReceiver()
    receiver.answer(() => 'never')
    await hook(receiver.url)
    await hook(other.url)
    for (let i = 0; i < 20; i++) await call()
    await until(() => other.received.length === 20, 'the quick one')
    expect(receiver.received.length).toBeLessThanOrEqual(4)
  })

  it('that were under way when the process died are sent by the next', async () => {
    await hook(receiver.url)
    receiver.answer(() => 'never')
    const { seq } = await call()
    await until(() => receiver.received.length === 1, 'the first attempt')
    // As after kill -9: the row says that somebody is sending it.
    await integration.stop()
    const left = await database.knex('deliveries').first<{ state: string; attempts: number }>('state', 'attempts')
    expect(left).toEqual({ state: 'pending', attempts: 0 })
    receiver.answer(() => ({ status: 200 }))
    aheadMs += 61_000
    const next = startIntegration()
    await next.begin()
    await until(async () => (await deliveries('&state=delivered')).length === 1, 'the delivery')
    running.push(next)
    expect(receiver.received.map(({ body }) => (JSON.parse(body) as Json)['id'])).toEqual([
      `fact-${seq}`,
      `fact-${seq}`,
    ])
  })

  it('never go inside, by no name and no redirect', async () => {
    const strict = createOutgoing([])
    const asked = { method: 'POST', headers: {}, body: '{}', timeoutMs: 5_000 } as const
    const { port } = new URL(receiver.url)
    const inside = [
      receiver.url,
      `http://localhost:${port}/`,
      `http://localhost.:${port}/`,
      `http://2130706433:${port}/`,
      `http://0x7f.1:${port}/`,
      `http://[::1]:${port}/`,
      `http://[::ffff:127.0.0.1]:${port}/`,
      'http://169.254.169.254/latest/meta-data',
      'http://10.0.0.1/',
      'http://0.0.0.0/',
    ]
    for (const url of inside)
      expect(await strict.send({ ...asked, url })).toMatchObject({
        failed: expect.stringContaining('inside') as string,
      })
    expect(await strict.send({ ...asked, url: 'ftp://example.org/' })).toHaveProperty('failed')
    expect(receiver.received).toEqual([])
    // A name that leads inside, also beside an address outside, is refused when it is connected to.
    const led = createOutgoing([], (_, answer) => answer(null, [{ address: '127.0.0.1', family: 4 }]))
    expect(await led.send({ ...asked, url: `http://hooks.example.org:${port}/` })).toMatchObject({
      failed: expect.stringContaining('inside') as string,
    })
    expect(receiver.received).toEqual([])
    receiver.answer(() => ({ status: 302, location: 'http://169.254.169.254/' }))
    expect(await createOutgoing(['127.0.0.0/8']).send({ ...asked, url: receiver.url })).toMatchObject({ status: 302 })
    const wrong = await api.call(asAdmin, 'POST', '/api/webhooks', { url: 'http://10.0.0.1/', events: ['ping'] })
    expect(wrong).toMatchObject({
      status: 400,
      json: { error: { message: expect.stringContaining('PRIVATE_TARGETS') as string } },
    })
    expect(
      (await api.call(asAna, 'POST', '/api/webhooks', { url: 'https://x.example', events: ['ping'] })).status,
    ).toBe(403)
  })

  it('are checked by the documented receiver, and asked for as documented', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ct-hook-'))
    writeFileSync(join(folder, 'receiver.mjs'), documentedProgram('webhooks.md'))
    let webhook = ''
    let secret = ''
    for (const { method, path, body } of documentedRequests('webhooks.md')) {
      const said = (text: string) => text.replaceAll('{webhook}', webhook)
      const answer = await ask(
        method as Method,
        said(path),
        body === null ? undefined : (JSON.parse(said(body)) as object),
      )
      webhook = typeof answer['secret'] === 'string' ? String(answer['id']) : webhook
      secret = typeof answer['secret'] === 'string' ? answer['secret'] : secret
    }
    const port = await freePort()
    aheadMs = 0
    const child = spawn(process.execPath, ['receiver.mjs'], {
      cwd: folder,
      env: { WEBHOOK_SECRET: secret, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    const isListening = () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        ({ status }) => status === 401,
        () => false,
      )
    await until(isListening, 'the receiver')
    await ask('PUT', `/api/webhooks/${webhook}`, { url: `http://127.0.0.1:${port}/`, events: ['interaction.ended'] })
    const { seq } = await call()
    const heard = until(() => printed.includes(`interaction.ended fact-${seq}`), 'the event').catch(() => false)
    expect(await heard, printed).toBe(true)
    child.kill()
    await once(child, 'exit')
    rmSync(folder, { recursive: true })
  })
})

describe('a CRM', () => {
  const person = {
    number: 'K-17',
    balance: 12.5,
    orders: [{ no: 1, items: [{ name: 'Lamp' }], state: 'sent', sum: 99 }],
  }

  /** The documented connection, led to the receiver. */
  async function connect(change: (settings: Json) => Json = (settings) => settings) {
    const example = documentedRequests('customers-and-crm.md').find(({ path }) =>
      path.startsWith('/api/crm-connections/'),
    )
    const settings = JSON.parse((example?.body ?? '').replaceAll('https://shop.example', receiver.url)) as Json
    return api.call(asAdmin, 'PUT', '/api/crm-connections/shop', change(settings))
  }
  const look = async (customerId: string) =>
    (await ask<{ items: Json[] }>('GET', `/api/customers/${customerId}/crm`, undefined, asAna)).items[0]

  it('gives fields, orders and a link, and is asked once for as long as its answer is fresh', async () => {
    receiver.answer(() => ({ status: 200, json: { total: 1, people: [person] } }))
    expect((await connect()).json).toMatchObject({ lookup: { headers: { authorization: '(hidden)' } } })
    const { customerId } = await call()
    const views = await Promise.all([look(customerId), look(customerId), look(customerId)])
    expect(views[0]).toMatchObject({
      state: 'fresh',
      fields: { 'Customer number': 'K-17', Balance: 12.5 },
      orders: [{ id: 1, title: 'Lamp', status: 'sent', total: 99, currency: 'RON', url: null }],
      link: `${receiver.url}/people/K-17`,
    })
    const asked = receiver.received.filter(({ path }) => path.startsWith('/api/people?'))
    expect(asked).toHaveLength(1)
    expect(asked[0]?.path).toMatch(/phone=%2B40724/)
    expect(asked[0]?.headers['authorization']).toBe('Bearer a-secret')
    aheadMs += 61_000
    await look(customerId)
    expect(receiver.received.filter(({ path }) => path.startsWith('/api/people?'))).toHaveLength(2)
  })

  it('that is away leaves its last answer and a reason, is left alone, and is tried again', async () => {
    let isWell = true
    receiver.answer(() => (isWell ? { status: 200, json: { total: 1, people: [person] } } : { status: 500 }))
    await connect((settings) => ({
      ...settings,
      lookup: { ...(settings['lookup'] as Json), cacheMs: 0 },
      writeBack: null,
    }))
    const [known, unknown] = [await call(), await call()]
    expect(await look(known.customerId)).toMatchObject({ state: 'fresh' })
    isWell = false
    expect(await look(known.customerId)).toMatchObject({
      state: 'stale',
      reason: 'it answered 500',
      fields: { Balance: 12.5 },
    })
    expect(await look(unknown.customerId)).toMatchObject({ state: 'away', fields: {} })
    for (let i = 0; i < 6; i++) await look(unknown.customerId)
    expect(receiver.received).toHaveLength(6)
    expect(await look(known.customerId)).toMatchObject({
      state: 'stale',
      reason: expect.stringContaining('left alone') as string,
    })
    isWell = true
    aheadMs += 31_000
    expect(await look(known.customerId)).toMatchObject({ state: 'fresh' })
  })

  it('that does not know somebody, or can’t be asked, says so', async () => {
    receiver.answer(() => ({ status: 200, json: { total: 0 } }))
    await connect()
    expect(await look((await call()).customerId)).toMatchObject({ state: 'unknown' })
    const { id } = await ask<{ id: string }>('POST', '/api/customers', { name: 'No number' })
    expect(await look(id)).toMatchObject({ state: 'unasked' })
  })

  it('that does not answer in time is away', async () => {
    receiver.answer(() => 'never')
    await connect((settings) => ({ ...settings, lookup: { ...(settings['lookup'] as Json), timeoutMs: 100 } }))
    expect(await look((await call()).customerId)).toMatchObject({ state: 'away', reason: 'no answer within 100 ms' })
  })

  it('is told of ended interactions as it wants to hear it', async () => {
    await connect()
    await call()
    const told = await until(() => receiver.received.find(({ method }) => method === 'POST') ?? false, 'the write-back')
    expect(told.path).toMatch(/^\/api\/people\/%2B40724\d+\/contacts$/)
    expect(told.headers['idempotency-key']).toMatch(/^fact-\d+$/)
    expect(JSON.parse(told.body)).toEqual({ channel: 'voice', outcome: 'answered', seconds: 25, notes: [], who: 'Ion' })
  })

  it('is refused with wrong expressions, hosts that are put together, and secrets led elsewhere', async () => {
    const status = async (change: (settings: Json) => Json) => (await connect(change)).status
    expect(await status((settings) => ({ ...settings, found: 'answer ==' }))).toBe(400)
    expect(await status((settings) => ({ ...settings, found: 'secrets.all' }))).toBe(400)
    const led =
      (url: string, headers = {}) =>
      (settings: Json) => ({ ...settings, writeBack: null, lookup: { url, headers } })
    expect(await status(led('https://{{customer.company}}/x'))).toBe(400)
    expect(await status(led('http://10.0.0.1/{{phone}}'))).toBe(400)
    expect((await connect()).status).toBe(200)
    expect(await status(led(`${receiver.url}/x`, { authorization: '(hidden)' }))).toBe(200)
    expect(await status(led('https://shop.example/x', { authorization: '(hidden)' }))).toBe(400)
    expect((await api.call(asAna, 'GET', '/api/crm-connections')).status).toBe(403)
  })

  it('and customers are asked for as documented', async () => {
    const other = await call()
    const names: Record<string, string> = { other: other.customerId }
    for (const { method, path, body } of documentedRequests('customers-and-crm.md')) {
      const said = (text: string) => text.replace(/\{(customer|other|merge)\}/g, (_, name: string) => names[name] ?? '')
      const answer = await ask(
        method as Method,
        said(path),
        body === null ? undefined : (JSON.parse(said(body)) as object),
      )
      if (path === '/api/customers') names['customer'] = String(answer['id'])
      if (path.endsWith('/merges')) names['merge'] = String(answer['id'])
      if (path.endsWith('/card')) {
        expect(answer).toMatchObject({ customer: { company: 'Acme' }, journey: [{ labels: ['At the checkout'] }] })
      }
    }
    expect(Object.keys(names)).toEqual(['other', 'customer', 'merge'])
  })
})
