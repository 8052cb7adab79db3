import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerGuard } from '../../src/access/guard-routes.ts'
import { createKnowledge, registerKnowledgeRoutes } from '../../src/knowledge/index.ts'
import { migrate, openDatabase, type Database } from '../../src/platform/database/database.ts'
import type { Role } from '../../src/platform/http/principal.ts'
import { createHttpServer, type HttpServer } from '../../src/platform/http/server.ts'
import { createLog } from '../../src/platform/log.ts'
import { startTestPostgres, type TestPostgres } from '../peers/servers.ts'
import { signedIn } from '../peers/signed-in.ts'

const ana = '00000000-0000-4000-8000-000000000001'
const maria = '00000000-0000-4000-8000-000000000002'
const contact = randomUUID()
let postgres: TestPostgres
let database: Database
let server: HttpServer

beforeAll(async () => {
  postgres = await startTestPostgres()
  database = openDatabase(postgres.url)
  await migrate(database)
  server = await createHttpServer({ log: createLog({ level: 'silent' }), version: 'test' })
  registerGuard(server, signedIn(database))
  registerKnowledgeRoutes(server, {
    knowledge: createKnowledge(database),
    queuesOf: (userId) => (userId === ana ? ['sales'] : []),
    valuesOf: (id) => Promise.resolve(id === contact ? { customer: { name: 'Ion' } } : null),
  })
  await server.ready()
}, 60_000)

afterAll(async () => {
  await server?.close()
  await database?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
})

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS'
async function ask(
  role: Role | 'nobody',
  method: Method,
  path: string,
  body?: object,
  more: { id?: string; from?: string } = {},
) {
  const reply = await server.inject({
    method,
    url: path,
    headers: role === 'nobody' ? {} : { authorization: `Bearer ${role}:${more.id ?? ana}` },
    remoteAddress: more.from ?? '192.0.2.1',
    ...(body === undefined ? {} : { payload: body }),
  })
  const isJson = String(reply.headers['content-type']).includes('json')
  return { status: reply.statusCode, json: isJson ? reply.json<Record<string, unknown>>() : {}, headers: reply.headers }
}

async function publish(id: string, audience: 'public' | 'internal', texts: Record<string, [string, string]>) {
  expect((await ask('supervisor', 'PUT', `/api/articles/${id}`, { audience })).status).toBe(200)
  for (const [language, [title, body]] of Object.entries(texts)) {
    const { json } = await ask('agent', 'POST', `/api/articles/${id}/revisions`, { language, title, body })
    const published = await ask('supervisor', 'POST', `/api/articles/${id}/publish`, { language, n: json['n'] })
    expect(published.status).toBe(200)
  }
}

const found = async (role: Role | 'nobody', path: string) => {
  const { json } = await ask(role, 'GET', path)
  return (json['items'] as { id: string; language: string; title: string }[]).map(
    ({ id, language }) => `${id} ${language}`,
  )
}

describe('articles', () => {
  it('are drafted by agents, published by supervisors, revised and rolled back', async () => {
    expect((await ask('agent', 'PUT', '/api/articles/returns', { audience: 'public' })).status).toBe(403)
    await publish('returns', 'public', { en: ['Returning a parcel', 'Send it back within 30 days.'] })
    const second = { language: 'en', title: 'Returning a parcel', body: 'Send it back within 14 days.' }
    expect((await ask('agent', 'POST', '/api/articles/returns/revisions', second)).json).toEqual({
      language: 'en',
      n: 2,
    })
    const read = async () => (await ask('nobody', 'GET', '/api/public/articles/returns')).json['body']
    expect(await read()).toBe('Send it back within 30 days.')
    await ask('supervisor', 'POST', '/api/articles/returns/publish', { language: 'en', n: 2 })
    expect(await read()).toBe('Send it back within 14 days.')
    await ask('supervisor', 'POST', '/api/articles/returns/publish', { language: 'en', n: 1 })
    expect(await read()).toBe('Send it back within 30 days.')
    expect((await ask('agent', 'POST', '/api/articles/returns/publish', { language: 'en', n: 1 })).status).toBe(403)
    expect((await ask('supervisor', 'POST', '/api/articles/returns/publish', { language: 'en', n: 9 })).status).toBe(
      404,
    )
    const { json } = await ask('agent', 'GET', '/api/articles/returns/revisions?language=en')
    expect((json['items'] as { n: number }[]).map(({ n }) => n)).toEqual([2, 1])
    await ask('supervisor', 'POST', '/api/articles/returns/withdraw', { language: 'en' })
    expect((await ask('nobody', 'GET', '/api/public/articles/returns')).status).toBe(404)
  })

  it('are found with typos, without accents, and in the reader’s language', async () => {
    await publish('invoice', 'public', {
      en: ['Where is my invoice?', 'Every invoice is in your account.'],
      ro: ['Unde găsesc factura?', 'Facturile sunt în contul dumneavoastră.'],
    })
    await publish('delivery', 'public', { en: ['Delivery times', 'Parcels take two days.'] })
    expect(await found('nobody', '/api/public/articles?q=invioce&languages=en')).toEqual(['invoice en'])
    expect(await found('nobody', '/api/public/articles?q=gasesc%20fatura&languages=ro,en')).toEqual(['invoice ro'])
    expect(await found('nobody', '/api/public/articles?q=how%20long%20do%20parcels%20take')).toEqual(['delivery en'])
    expect(await found('nobody', '/api/public/articles?q=delivry&languages=ro')).toEqual(['delivery en'])
    expect(await found('nobody', '/api/public/articles?q=xyzzy')).toEqual([])
  })

  it('that are internal are for those who work here alone', async () => {
    await publish('discounts', 'internal', { en: ['Secret discounts', 'Up to 20 % for gold.'] })
    expect(await found('agent', '/api/articles/search?q=discounts')).toEqual(['discounts en'])
    expect(await found('agent', '/api/articles/search?q=discounts&audience=public')).toEqual([])
    expect(await found('nobody', '/api/public/articles?q=discounts')).toEqual([])
    expect((await ask('nobody', 'GET', '/api/public/articles/discounts')).status).toBe(404)
    const voice = await ask('nobody', 'POST', '/api/public/articles/discounts/feedback', {
      language: 'en',
      helped: true,
    })
    expect(voice.status).toBe(404)
    expect((await ask('nobody', 'GET', '/api/articles/discounts')).status).toBe(401)
  })

  it('rise when they help and sink when they do not, one voice for each reader', async () => {
    await publish('reset-a', 'public', { en: ['Reset your password', 'Press reset.'] })
    await publish('reset-b', 'public', { en: ['Reset your password', 'Press reset.'] })
    const search = () => found('nobody', '/api/public/articles?q=reset%20password')
    expect(await search()).toEqual(['reset-a en', 'reset-b en'])
    const say = (id: string, helped: boolean, from: string) =>
      ask('nobody', 'POST', `/api/public/articles/${id}/feedback`, { language: 'en', helped }, { from })
    for (let i = 0; i < 5; i++) expect((await say('reset-a', false, '192.0.2.9')).status).toBe(200)
    await say('reset-b', true, '192.0.2.10')
    expect(await search()).toEqual(['reset-b en', 'reset-a en'])
    expect((await ask('agent', 'GET', '/api/articles/reset-a')).json).toMatchObject({
      languages: [{ language: 'en', helped: 0, notHelped: 1 }],
    })
  })

  it('are open to every site, and to nobody without limit', async () => {
    const preflight = await ask('nobody', 'OPTIONS', '/api/public/articles/invoice/feedback')
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, '*'])
    const statuses: number[] = []
    for (let i = 0; i < 25; i++) {
      const body = { language: 'en', helped: true }
      const { status } = await ask('nobody', 'POST', '/api/public/articles/invoice/feedback', body, {
        from: '192.0.2.77',
      })
      statuses.push(status)
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(20)
    expect(statuses.at(-1)).toBe(429)
  })
})

describe('canned replies', () => {
  const texts = { en: 'Hello {{customer.name | there}}, {{agent.name}} here.', ro: 'Bună, {{customer.name}}!' }

  it('are seen by their owner, their team or everybody, and filled in for a contact', async () => {
    const keep = async (role: Role, body: object, id = ana) =>
      (await ask(role, 'POST', '/api/canned-replies', { title: 'T', texts, ...body }, { id })).json['id'] as string
    const own = await keep('agent', { scope: 'personal', title: 'Mine', shortcut: 'hi' })
    const team = await keep('supervisor', { scope: 'team', queue: 'sales', title: 'Team' })
    const all = await keep('supervisor', { scope: 'everybody', title: 'All' })
    const seen = async (role: Role, id: string) =>
      ((await ask(role, 'GET', '/api/canned-replies', undefined, { id })).json['items'] as { id: string }[]).map(
        (r) => r.id,
      )
    expect(new Set(await seen('agent', ana))).toEqual(new Set([own, team, all]))
    expect(await seen('agent', maria)).toEqual([all])
    expect((await ask('agent', 'POST', '/api/canned-replies', { scope: 'everybody', title: 'T', texts })).status).toBe(
      403,
    )
    const change = { scope: 'personal', title: 'Stolen', texts }
    expect((await ask('agent', 'PUT', `/api/canned-replies/${own}`, change, { id: maria })).status).toBe(404)
    expect((await ask('agent', 'DELETE', `/api/canned-replies/${all}`)).status).toBe(403)
    const filled = (body: object) => ask('agent', 'POST', `/api/canned-replies/${own}/fill`, body)
    expect((await filled({ interaction: contact, languages: ['ro'] })).json).toEqual({
      language: 'ro',
      text: 'Bună, Ion!',
      missing: [],
    })
    expect((await filled({})).json).toEqual({ language: 'en', text: 'Hello there, agent here.', missing: [] })
    expect((await filled({ interaction: randomUUID() })).status).toBe(404)
    expect((await ask('agent', 'DELETE', `/api/canned-replies/${own}`)).status).toBe(200)
  })
})
