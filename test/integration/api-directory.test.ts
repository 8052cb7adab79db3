import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccess, registerAccessRoutes, secretBox, type Access } from '../../src/access/index.ts'
import {
  configurationFor,
  createDirectory,
  firstStartFile,
  prepareFirstStart,
  registerDirectoryRoutes,
  type Directory,
  type DirectoryChange,
  type FirstStart,
} from '../../src/directory/index.ts'
import { startEngine } from '../../src/engine/start.ts'
import { createDrafts } from '../../src/flows/drafts.ts'
import { loadFlowFiles } from '../../src/flows/flow-files.ts'
import { registerFlowRoutes } from '../../src/flows/routes.ts'
import { createFlowVersions, type CheckFlow, type FlowVersions } from '../../src/flows/versions.ts'
import { createOutgoing } from '../../src/platform/outgoing.ts'
import { migrate, openDatabase, type Database } from '../../src/platform/database/database.ts'
import { registerHealthRoutes, type Health } from '../../src/platform/http/health-routes.ts'
import { createHttpServer, type HttpServer } from '../../src/platform/http/server.ts'
import { createLog } from '../../src/platform/log.ts'
import { startTestPostgres, type TestPostgres } from '../peers/servers.ts'

/** Stands in for the checker: enough to tell a sound file from a broken one. */
const checkFlow: CheckFlow = (yaml) => {
  const at = { line: 2, column: 1 }
  const broken = yaml.includes('BROKEN')
  const findings = broken ? [{ code: 'dead-end', severity: 'error' as const, message: 'leads nowhere', at }] : []
  return { ok: !broken, flowId: /^flow: (\S+)$/m.exec(yaml)?.[1] ?? null, findings }
}

const dataDir = mkdtempSync(join(tmpdir(), 'ct-api-'))
const scripts = join(dataDir, 'ivr-scripts')
const addresses = { url: 'http://127.0.0.1:8080', sip: { host: '127.0.0.1', port: 5060 } }
const file = firstStartFile(dataDir)
const logged: string[] = []
const log = createLog({
  level: 'debug',
  destination: new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged.push(chunk.toString())
      done()
    },
  }),
})

let postgres: TestPostgres
let database: Database
let engine: Awaited<ReturnType<typeof startEngine>>['engine']
let directory: Directory
let flows: FlowVersions
let access: Access
let server: HttpServer
let printed: FirstStart
let asterisk: Health = 'up'
const routes: { method: string; url: string }[] = []
const changes: DirectoryChange[] = []

beforeAll(async () => {
  postgres = await startTestPostgres()
  database = openDatabase(postgres.url)
  await migrate(database)
  const signal = new AbortController().signal
  ;({ engine } = await startEngine({
    database,
    log,
    now: Date.now,
    signal,
    onFatal: (error) => log.fatal({ err: error }),
  }))
  flows = createFlowVersions({ database, checkFlow })
  await mkdir(scripts)
  await writeFile(join(scripts, 'main-menu.yaml'), 'flow: main-menu\n')
  await writeFile(join(scripts, 'survey.yaml'), 'flow: survey\n')
  await writeFile(join(scripts, 'main-menu.test.yaml'), '- name: not a flow\n')
  await loadFlowFiles(flows, scripts, log)
  const flowIds = flows.published().map((flow) => flow.flowId)
  const first = { database, file, demo: true, addresses, timezone: 'Europe/Bucharest', flowIds }
  expect(await prepareFirstStart(first)).toBe(true)
  expect(await prepareFirstStart(first)).toBe(false)
  printed = JSON.parse(await readFile(join(dataDir, 'first-start.json'), 'utf8')) as FirstStart

  directory = createDirectory({ database, log })
  directory.onChange(async (happened) => {
    changes.push(...happened)
    for (const input of configurationFor(happened)) await engine.submit(input)
  })
  await directory.refresh()

  server = await createHttpServer({ log, version: '0.0.0-test' })
  server.addHook('onRoute', ({ method, url }) => {
    routes.push(...[method].flat().map((one) => ({ method: one, url })))
  })
  access = createAccess({
    database,
    log,
    box: secretBox('a key of this test alone'),
    outgoing: createOutgoing([]),
    publicUrl: null,
    onPasswordChanged: file.forgetPassword,
  })
  registerAccessRoutes(server, { access, database })
  const onSipPasswordChanged = file.forgetSipPassword
  const ice = { stunUrls: [], turnUrls: [], turnSecret: null }
  registerDirectoryRoutes(server, { database, directory, ice, writer: engine, onSipPasswordChanged })
  registerFlowRoutes(server, { flows, drafts: createDrafts({ database, checkFlow }), checkFlow })
  registerHealthRoutes(server, {
    version: '1.2.3',
    database: () => 'up',
    asterisk: () => asterisk,
    writer: () => 'up',
    nodes: () => [],
    disks: () => [{ holds: ['data'], level: 'urgent' }],
  })
  await server.ready()
}, 120_000)

afterAll(async () => {
  await server?.close()
  await engine?.stop()
  await database?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
  rmSync(dataDir, { recursive: true, force: true })
})

const longPassword = 'the first one of theirs 42'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Answer = Readonly<{
  status: number
  body: Record<string, never> & { [key: string]: unknown }
  headers: Record<string, unknown>
}>

async function call(
  method: Method,
  url: string,
  options: { as?: string; body?: object; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const authorization = options.as === undefined ? {} : { authorization: `Bearer ${options.as}` }
  const response = await server.inject({
    method,
    url,
    headers: { ...authorization, ...options.headers },
    ...(options.body === undefined ? {} : { payload: options.body }),
  })
  return {
    status: response.statusCode,
    body: response.body === '' ? {} : response.json<Answer['body']>(),
    headers: response.headers,
  }
}

const tokens = new Map<string, string>()
async function as(username: string): Promise<string> {
  const kept = tokens.get(username)
  if (kept !== undefined) return kept
  const { password } = [printed.admin, ...printed.agents].find((one) => one.username === username) ?? {}
  const answer = await call('POST', '/api/sessions', { body: { username, password } })
  expect(answer.status).toBe(201)
  const token = String(answer.body['token'])
  tokens.set(username, token)
  return token
}

const idOf = (username: string): string => {
  const user = [...directory.snapshot().users.values()].find((one) => one.username === username)
  if (user === undefined) throw new Error(`no user ${username}`)
  return user.id
}
const errorOf = (answer: Answer): { code: string; message: string; details?: unknown } =>
  answer.body['error'] as unknown as { code: string; message: string; details?: unknown }

describe('the first start', () => {
  it('makes an admin, three agents with phones and a number for each flow', async () => {
    expect(printed).toMatchObject({
      ...addresses,
      admin: { username: 'admin' },
      agents: [{ username: 'ana' }, { username: 'bogdan' }, { username: 'citra' }],
      numbers: [
        { number: '1000', flow: 'main-menu' },
        { number: '1001', flow: 'survey' },
      ],
    })
    expect(statSync(join(dataDir, 'first-start.json')).mode & 0o777).toBe(0o600)
    expect(directory.entryPointByAddress('voice', '1000')).toMatchObject({
      flowId: 'main-menu',
      fallbackQueueId: 'support',
    })
    expect(directory.entryPointByAddress('voice', '+1000')?.id).toBe('voice-1000')
    expect(directory.entryPointByAddress('chat', '1000')).toBeNull()
    expect(directory.sipAccounts().map((account) => account.username)).toEqual(['ana', 'bogdan', 'citra'])
    expect(directory.agentBySipUsername('ana')).toBe(idOf('ana'))
    expect(directory.queueRules().map((queue) => queue.id)).toEqual(['sales', 'support'])
  })

  it('keeps no password in the database, only what proves it', async () => {
    const secrets = [printed.admin, ...printed.agents, ...printed.agents.map((agent) => agent.sip)].map(
      (one) => one.password,
    )
    const { rows } = await database.pool.query<{ text: string }>(`
      select (select json_agg(t)::text from users t) || (select json_agg(t)::text from credentials t)
        || (select json_agg(t)::text from agents t) || (select json_agg(t)::text from audit_log t)
        || (select json_agg(t)::text from facts t) as text`)
    for (const secret of secrets) {
      expect(secret).toBeTypeOf('string')
      expect(rows[0]?.text).not.toContain(secret)
    }
    const { rows: hashes } = await database.pool.query<{ password_hash: string }>(
      'select password_hash from credentials',
    )
    expect(hashes).toHaveLength(4)
    for (const { password_hash } of hashes) expect(password_hash).toMatch(/^\$argon2id\$/)
  })
})

describe('signing in', () => {
  it('gives a token, a cookie and who one is', async () => {
    const password = printed.agents[0]?.password
    const answer = await call('POST', '/api/sessions', { body: { username: ' Ana ', password } })
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      user: { id: idOf('ana'), username: 'ana', name: 'Ana Ionescu', role: 'agent' },
    })
    expect(new Date(String(answer.body['expiresAt'])).getTime()).toBeGreaterThan(Date.now() + 3_600_000)
    const cookie = String(answer.headers['set-cookie'])
    expect(cookie).toContain(`centralita_session=${String(answer.body['token'])}`)
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Lax')
    expect(await call('GET', '/api/me', { as: String(answer.body['token']) })).toMatchObject({
      status: 200,
      body: { kind: 'user', username: 'ana', role: 'agent' },
    })
    const { rows } = await database.pool.query('select 1 from access_sessions where token_hash = $1', [
      Buffer.from(String(answer.body['token'])),
    ])
    expect(rows).toEqual([])
  })

  it('ends with signing out', async () => {
    const password = printed.agents[1]?.password
    const { body } = await call('POST', '/api/sessions', { body: { username: 'bogdan', password } })
    const token = String(body['token'])
    expect((await call('DELETE', '/api/sessions/current', { as: token })).status).toBe(204)
    expect(await call('GET', '/api/me', { as: token })).toMatchObject({
      status: 401,
      body: { error: { code: 'unauthenticated' } },
    })
  })

  it('says the same of a wrong password and of a user who is not there, and locks after five failures', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.9' }
    const wrong = await call('POST', '/api/sessions', {
      body: { username: 'ghost', password: 'wrong-password' },
      headers,
    })
    const known = await call('POST', '/api/sessions', {
      body: { username: 'citra', password: 'wrong-password' },
      headers,
    })
    expect([wrong.status, known.status]).toEqual([401, 401])
    expect(wrong.body).toEqual(known.body)
    for (let i = 0; i < 4; i += 1) await call('POST', '/api/sessions', { body: { username: 'ghost', password: 'x' } })
    const locked = await call('POST', '/api/sessions', { body: { username: 'ghost', password: 'x' } })
    expect(locked).toMatchObject({ status: 429, body: { error: { code: 'locked' } } })
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(20)
  })

  it('is over when the session expires', async () => {
    const token = await as('citra')
    await database.pool.query(
      `update access_sessions set expires_at = now() - interval '1 second' where user_id = $1`,
      [idOf('citra')],
    )
    expect((await call('GET', '/api/me', { as: token })).status).toBe(401)
    tokens.delete('citra')
  })
})

describe('who may do what', () => {
  it('refuses strangers on every route that is not open to all', async () => {
    const open = new Set([
      'GET /api/health',
      'HEAD /api/health',
      'POST /api/sessions',
      'GET /api/sessions/ways',
      'HEAD /api/sessions/ways',
      'POST /api/sessions/second-factor',
      'DELETE /api/sessions/second-factor',
      'POST /api/sessions/passkey/question',
      'POST /api/sessions/passkey',
      'GET /api/sessions/providers/:id',
      'HEAD /api/sessions/providers/:id',
      'GET /api/sessions/providers/:id/callback',
      'HEAD /api/sessions/providers/:id/callback',
    ])
    const closed = routes.filter(({ method, url }) => !open.has(`${method} ${url}`))
    expect(closed.length).toBeGreaterThan(60)
    for (const { method, url } of closed) {
      const path = url.replaceAll(/:\w+/g, '1')
      const response = await server.inject({ method: method as Method, url: path })
      expect(`${method} ${url} ${response.statusCode}`).toBe(`${method} ${url} 401`)
    }
  })

  it('refuses agents on every write of the directory, before looking at what they send', async () => {
    const token = await as('ana')
    for (const { method, url } of routes) {
      if (!/^(POST|PATCH|DELETE)$/.test(method)) continue
      if (!/^\/api\/(users|queues|skills|entry-points|flows|hours|not-ready-reasons|api-keys)/.test(url)) continue
      const response = await server.inject({
        method: method as Method,
        url: url.replaceAll(/:\w+/g, '1'),
        headers: { authorization: `Bearer ${token}` },
      })
      expect(`${method} ${url} ${response.statusCode}`).toBe(`${method} ${url} 403`)
    }
    expect((await call('GET', '/api/queues', { as: token })).status).toBe(200)
    expect((await call('GET', '/api/agents', { as: token })).status).toBe(403)
    expect((await call('GET', '/api/audit', { as: token })).status).toBe(403)
  })

  it('takes the cookie from its own pages only', async () => {
    const cookie = `centralita_session=${await as('admin')}`
    const make = (headers: Record<string, string>): Promise<Answer> =>
      call('POST', '/api/skills', { body: { id: 'forged', name: 'x' }, headers: { cookie, ...headers } })
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { referer: 'https://evil.example/page' },
      { 'sec-fetch-site': 'cross-site' },
    ])
      expect((await make(headers as Record<string, string>)).status).toBe(403)
    expect((await call('GET', '/api/skills/forged', { headers: { cookie } })).status).toBe(404)
    expect((await make({ origin: 'http://localhost:80' })).status).toBe(201)
    expect(
      (
        await call('DELETE', '/api/skills/forged', {
          headers: { cookie, host: 'a.example', origin: 'https://a.example' },
        })
      ).status,
    ).toBe(204)
  })

  it('refuses a WebSocket that another site opens with the cookie', async () => {
    const headers = {
      cookie: `centralita_session=${await as('admin')}`,
      upgrade: 'websocket',
      origin: 'https://evil.example',
    }
    expect((await call('GET', '/api/me', { headers })).status).toBe(403)
  })

  it('does not start with a route that forgot to say who may use it', async () => {
    const careless = await createHttpServer({ log, version: '0' })
    expect(() => careless.get('/api/careless', async () => ({}))).toThrow('says neither')
    await careless.close()
  })
})

describe('API keys', () => {
  it('are shown once, work with their role until they are revoked, and are never stored', async () => {
    const admin = await as('admin')
    const made = await call('POST', '/api/api-keys', { as: admin, body: { name: 'wallboard', role: 'supervisor' } })
    expect(made.status).toBe(201)
    const key = String(made.body['key'])
    const list = await call('GET', '/api/api-keys', { as: admin })
    expect(JSON.stringify(list.body)).not.toContain(key)
    expect((await call('GET', '/api/agents', { as: key })).status).toBe(200)
    expect((await call('GET', '/api/api-keys', { as: key })).status).toBe(403)
    expect((await call('PUT', '/api/me/presence', { as: key, body: { presence: 'available' } })).status).toBe(403)
    expect((await call('DELETE', `/api/api-keys/${String(made.body['id'])}`, { as: admin })).status).toBe(204)
    expect((await call('GET', '/api/agents', { as: key })).status).toBe(401)
    const audit = await call('GET', `/api/audit?subjectKind=api-key`, { as: admin })
    expect(audit.body['items']).toMatchObject([{ action: 'revoke-api-key' }, { action: 'create-api-key' }])
    expect(JSON.stringify(audit.body)).not.toContain(key)
  })
})

describe('passwords', () => {
  it('can be changed by their owner, which ends other sessions and removes the printed one', async () => {
    const password = String(printed.agents[2]?.password)
    const sessions = await Promise.all(
      [1, 2].map(() => call('POST', '/api/sessions', { body: { username: 'citra', password } })),
    )
    const [mine = '', other = ''] = sessions.map((session) => String(session.body['token']))
    const body = { currentPassword: password, newPassword: 'a much better one' }
    const wrong = await call('PUT', '/api/me/password', { as: mine, body: { ...body, currentPassword: 'nonsense' } })
    expect(wrong).toMatchObject({ status: 403, body: { error: { code: 'wrong-password' } } })
    const short = await call('PUT', '/api/me/password', { as: mine, body: { ...body, newPassword: 'short' } })
    expect(errorOf(short).message).toBe('body.newPassword: use at least 10 characters')
    expect((await call('PUT', '/api/me/password', { as: mine, body })).status).toBe(204)
    expect((await call('GET', '/api/me', { as: mine })).status).toBe(200)
    expect((await call('GET', '/api/me', { as: other })).status).toBe(401)
    expect((await call('POST', '/api/sessions', { body: { username: 'citra', password } })).status).toBe(401)
    expect(await readFile(join(dataDir, 'first-start.json'), 'utf8')).not.toContain(password)
  })

  it('are not guessed at from a browser that was left open: the lock is that of signing in', async () => {
    const admin = await as('admin')
    const user = { username: 'guessed', name: 'G', role: 'agent' }
    const made = await call('POST', '/api/users', {
      as: admin,
      body: { ...user, password: longPassword, oneTime: false },
    })
    expect(made.status).toBe(201)
    const signIn = { username: 'guessed', password: longPassword }
    const left = String((await call('POST', '/api/sessions', { body: signIn })).body['token'])
    const guess = (currentPassword: string) =>
      call('PUT', '/api/me/password', { as: left, body: { currentPassword, newPassword: 'chosen by a thief 77' } })
    for (let i = 0; i < 5; i++) expect((await guess(`wrong ${i}`)).status).toBe(403)
    expect(await guess(longPassword)).toMatchObject({ status: 429, body: { error: { code: 'locked' } } })
    await call('PATCH', `/api/users/${String(made.body['id'])}`, { as: admin, body: { enabled: false } })
  })

  it('can be reset by an admin, who is shown the generated one', async () => {
    const admin = await as('admin')
    const answer = await call('PUT', `/api/users/${idOf('bogdan')}/password`, { as: admin })
    expect(answer.status).toBe(200)
    const signIn = { username: 'bogdan', password: String(answer.body['password']) }
    expect((await call('POST', '/api/sessions', { body: signIn })).status).toBe(201)
    expect(await readFile(join(dataDir, 'first-start.json'), 'utf8')).not.toContain(printed.agents[1]?.password)
    const audit = await call('GET', `/api/audit?subjectId=${idOf('bogdan')}&limit=1`, { as: admin })
    expect(audit.body['items']).toMatchObject([{ action: 'reset-password', actor: { name: 'admin' } }])
    expect(JSON.stringify(audit.body)).not.toContain(signIn.password)
  })
})

describe('the directory', () => {
  it('fills a new queue with defaults, follows changes and tells the router of both', async () => {
    const admin = await as('admin')
    const made = await call('POST', '/api/queues', { as: admin, body: { id: 'billing', name: 'Billing' } })
    expect(made).toMatchObject({
      status: 201,
      body: { id: 'billing', ringTimeoutMs: 20_000, wrapUpMs: 30_000, music: 'default' },
    })
    expect(engine.state().queues.get('billing')?.rules).toMatchObject({ ringTimeoutMs: 20_000, overflow: [] })
    const patched = await call('PATCH', '/api/queues/billing', {
      as: admin,
      body: { name: 'Invoices', wrapUpMs: 5_000, overflow: [{ afterMs: 60_000, toQueueId: 'support' }] },
    })
    expect(patched).toMatchObject({ status: 200, body: { name: 'Invoices', wrapUpMs: 5_000, ringTimeoutMs: 20_000 } })
    expect(engine.state().queues.get('billing')?.rules).toMatchObject({ wrapUpMs: 5_000 })
    expect(directory.queueSettings('billing')).toMatchObject({ name: 'Invoices', serviceLevelMs: 20_000 })
    const audit = await call('GET', '/api/audit?subjectId=billing', { as: admin })
    expect(audit.body['items']).toMatchObject([
      { action: 'change-queue', before: { wrapUpMs: 30_000 }, after: { wrapUpMs: 5_000 }, actor: { name: 'admin' } },
      { action: 'create-queue', subject: { kind: 'queue', id: 'billing' } },
    ])
    expect((await call('DELETE', '/api/queues/billing', { as: admin })).status).toBe(204)
    expect(engine.state().queues.has('billing')).toBe(false)
    expect((await call('GET', '/api/queues/billing', { as: admin })).status).toBe(404)
  })

  it('says which field is wrong and what it must be', async () => {
    const admin = await as('admin')
    const post = (body: object): Promise<Answer> =>
      call('POST', '/api/queues', { as: admin, body: { id: 'q', name: 'Q', ...body } })
    expect(errorOf(await post({ ringTimeoutMs: 10 }))).toMatchObject({
      code: 'invalid',
      message: 'body.ringTimeoutMs: Too small: expected number to be >=1000',
      details: [{ path: 'body.ringTimeoutMs' }],
    })
    expect(errorOf(await post({ ringTimeOut: 5 })).message).toContain('"ringTimeOut"')
    expect(errorOf(await post({ requirement: { klingon: 3 } })).message).toBe(
      'body.requirement: there is no skill klingon',
    )
    expect(errorOf(await post({ overflow: [{ afterMs: 5_000, toQueueId: 'q' }] })).message).toContain(
      'back into the same queue',
    )
    expect(errorOf(await post({ hoursId: 'never' })).message).toBe('body.hoursId: there is no hours never')
    expect(errorOf(await call('POST', '/api/queues', { as: admin, body: { name: 'Q' } })).message).toContain(
      'body.id: is missing',
    )
    expect(
      errorOf(
        await post({
          relaxation: [
            { afterMs: 9_000, skills: {} },
            { afterMs: 8_000, skills: {} },
          ],
        }),
      ).message,
    ).toContain('afterMs must grow')
  })

  it('refuses a second thing of the same name with 409', async () => {
    const admin = await as('admin')
    for (const [url, body] of [
      ['/api/queues', { id: 'sales', name: 'Again' }],
      ['/api/skills', { id: 'english', name: 'Again' }],
      ['/api/hours', { id: 'office', name: 'Again', calendar: { timezone: 'UTC', weekly: {} } }],
      ['/api/entry-points', { id: 'another', address: '1000', flowId: 'survey' }],
      ['/api/users', { username: 'ANA', name: 'Ana again' }],
      ['/api/users', { username: 'ana-2', name: 'Ana again', agent: { sip: { username: 'ana' } } }],
    ] as const)
      expect(await call('POST', url, { as: admin, body })).toMatchObject({
        status: 409,
        body: { error: { code: 'already-exists' } },
      })
  })

  it('says what still refers to a thing instead of removing it', async () => {
    const admin = await as('admin')
    const skill = await call('DELETE', '/api/skills/sales', { as: admin })
    expect(skill).toMatchObject({ status: 409, body: { error: { code: 'referenced' } } })
    expect(errorOf(skill).message).toBe(
      'skill sales is still used by user ana, user bogdan, user citra: change those first',
    )
    expect(errorOf(await call('DELETE', '/api/queues/support', { as: admin })).message).toContain('queue sales')
    expect(errorOf(await call('DELETE', '/api/queues/support', { as: admin })).message).toContain(
      'entry point voice-1000',
    )
    expect(errorOf(await call('DELETE', '/api/hours/always', { as: admin })).message).toContain(
      'queue sales, queue support',
    )
    await call('POST', '/api/skills', { as: admin, body: { id: 'polish', name: 'Polish' } })
    const relaxation = [{ afterMs: 5_000, skills: { polish: 0 } }]
    expect((await call('PATCH', '/api/queues/sales', { as: admin, body: { relaxation } })).status).toBe(200)
    expect(errorOf(await call('DELETE', '/api/skills/polish', { as: admin })).message).toContain('queue sales')
    await call('PATCH', '/api/queues/sales', { as: admin, body: { relaxation: [] } })
    expect((await call('DELETE', '/api/skills/polish', { as: admin })).status).toBe(204)
  })

  it('keeps entry points at flows and queues that exist, and closes them', async () => {
    const admin = await as('admin')
    const body = { address: '+40311234567', flowId: 'survey', fallbackQueueId: 'sales' }
    expect((await call('POST', '/api/entry-points', { as: admin, body: { ...body, flowId: 'nothing' } })).status).toBe(
      400,
    )
    const made = await call('POST', '/api/entry-points', { as: admin, body })
    expect(made).toMatchObject({
      status: 201,
      body: { id: 'voice-40311234567', channel: 'voice', enabled: true, language: null },
    })
    expect(directory.entryPointByAddress('voice', '40311234567')?.flowId).toBe('survey')
    await call('PATCH', '/api/entry-points/voice-40311234567', { as: admin, body: { enabled: false } })
    expect(directory.entryPointByAddress('voice', '40311234567')).toBeNull()
    expect((await call('DELETE', '/api/entry-points/voice-40311234567', { as: admin })).status).toBe(204)
  })

  it('refuses a change of what somebody else has changed meanwhile, and says who', async () => {
    const admin = await as('admin')
    const read = await call('GET', '/api/queues/support', { as: admin })
    const seen = { 'if-match': String(read.headers['etag']) }
    const first = await call('PATCH', '/api/queues/support', { as: admin, body: { wrapUpMs: 41_000 }, headers: seen })
    expect(first).toMatchObject({ status: 200, body: { wrapUpMs: 41_000 } })
    const second = await call('PATCH', '/api/queues/support', { as: admin, body: { wrapUpMs: 42_000 }, headers: seen })
    expect(second).toMatchObject({
      status: 412,
      body: { error: { code: 'changed-meanwhile', details: { by: 'admin', at: expect.any(String) } } },
    })
    expect((await call('GET', '/api/queues/support', { as: admin })).body).toMatchObject({ wrapUpMs: 41_000 })
    const again = { 'if-match': String(first.headers['etag']) }
    const body = { wrapUpMs: Number(read.body['wrapUpMs']) }
    expect((await call('PATCH', '/api/queues/support', { as: admin, body, headers: again })).status).toBe(200)
  })

  it('loses no change when many are made at once', async () => {
    const admin = await as('admin')
    const ids = Array.from({ length: 25 }, (_, i) => `skill-${i}`)
    const made = await Promise.all(ids.map((id) => call('POST', '/api/skills', { as: admin, body: { id, name: id } })))
    expect(made.map((answer) => answer.status)).toEqual(ids.map(() => 201))
    for (const id of ids) expect(directory.snapshot().skills.has(id)).toBe(true)
    const twice = await Promise.all(
      [1, 2].map(() => call('POST', '/api/skills', { as: admin, body: { id: 'twice', name: 'x' } })),
    )
    expect(twice.map((answer) => answer.status).sort()).toEqual([201, 409])
  })
})

describe('users', () => {
  it('come with a phone and passwords that are shown once', async () => {
    const admin = await as('admin')
    const agent = { skills: { english: 3 }, queueIds: ['support'] }
    const made = await call('POST', '/api/users', { as: admin, body: { username: 'Dana', name: 'Dana', agent } })
    expect(made).toMatchObject({
      status: 201,
      body: { username: 'dana', role: 'agent', agent: { capacity: { voice: 1 } }, sip: { username: 'dana' } },
    })
    const { id, password, sip } = made.body as unknown as { id: string; password: string; sip: { password: string } }
    expect((await call('POST', '/api/sessions', { body: { username: 'dana', password } })).status).toBe(201)
    const read = await call('GET', `/api/users/${id}`, { as: admin })
    expect(JSON.stringify(read.body)).not.toMatch(/password|ha1/i)
    expect(engine.state().agents.get(id)?.rules).toMatchObject({ skills: { english: 3 }, queueIds: ['support'] })
    const before = directory.sipAccounts().find((account) => account.agentId === id)
    expect(before?.ha1).toMatch(/^[0-9a-f]{32}$/)
    const renewed = await call('POST', `/api/users/${id}/sip-password`, { as: admin })
    expect(renewed.body['password']).not.toBe(sip.password)
    expect(directory.sipAccounts().find((account) => account.agentId === id)?.ha1).not.toBe(before?.ha1)
    expect(changes.at(-1)).toEqual({ kind: 'sip-accounts-changed' })
  })

  it('who are disabled are signed out and leave router and phones', async () => {
    const admin = await as('admin')
    const made = await call('POST', '/api/users', {
      as: admin,
      body: { username: 'emil', name: 'Emil', oneTime: false },
    })
    const { id, password } = made.body as unknown as { id: string; password: string }
    const signIn = (): Promise<Answer> => call('POST', '/api/sessions', { body: { username: 'emil', password } })
    const token = String((await signIn()).body['token'])
    expect((await call('PATCH', `/api/users/${id}`, { as: admin, body: { enabled: false } })).status).toBe(200)
    expect((await call('GET', '/api/me', { as: token })).status).toBe(401)
    expect((await signIn()).status).toBe(401)
    expect(engine.state().agents.get(id)?.removed ?? true).toBe(true)
    expect(directory.agentBySipUsername('emil')).toBeNull()
  })

  it('never get a phone whose name belongs to the system or to another phone of somebody', async () => {
    const admin = await as('admin')
    const make = (username: string, agent?: object): Promise<Answer> =>
      call('POST', '/api/users', {
        as: admin,
        body: { username, name: 'X', ...(agent === undefined ? {} : { agent }) },
      })
    const made = await make('ana-web')
    expect(made).toMatchObject({ status: 201, body: { sip: { username: 'ana-web-phone' } } })
    expect(errorOf(await make('other', { sip: { username: 'bogdan-web' } })).message).toContain('choose another')
    await call('PATCH', `/api/users/${String(made.body['id'])}`, { as: admin, body: { enabled: false } })
  })

  it('have the goals of everybody until they get their own, and are told by whom', async () => {
    const admin = await as('admin')
    const body = { username: 'gabi', name: 'Gabi', agent: {}, oneTime: false }
    const { id, password } = (await call('POST', '/api/users', { as: admin, body })).body as Record<string, unknown>
    const signIn = await call('POST', '/api/sessions', { body: { username: 'gabi', password } })
    const gabi = String(signIn.body['token'])
    const own = async () => (await call('GET', '/api/me/goals', { as: gabi })).body
    const set = async (path: string, goals: object, by = admin) =>
      (await call('PUT', `/api/goals${path}`, { as: by, body: goals })).status
    expect(await set('', { handled: 40, handlingMs: null })).toBe(200)
    expect(await own()).toEqual({ handled: 40, handlingMs: null })
    expect(await set(`/${String(id)}`, { handled: null, handlingMs: 240_000 })).toBe(200)
    expect(await own()).toEqual({ handled: null, handlingMs: 240_000 })
    expect((await call('DELETE', `/api/goals/${String(id)}`, { as: admin })).status).toBe(200)
    expect(await own()).toEqual({ handled: 40, handlingMs: null })
    expect(await set('', { handled: 1, handlingMs: 1_000 }, gabi)).toBe(403)
    expect(await set('', { handled: 0, handlingMs: null })).toBe(400)
    expect(await set(`/${idOf('admin')}`, { handled: 1, handlingMs: null })).toBe(404)
    const audit = await call('GET', `/api/audit?subjectId=${String(id)}&limit=1`, { as: admin })
    expect(audit.body['items']).toMatchObject([
      { action: 'change-goals', actor: { name: 'admin' }, before: { handlingMs: 240_000 }, after: null },
    ])
    await call('PATCH', `/api/users/${String(id)}`, { as: admin, body: { enabled: false } })
  })

  it('are not overwritten by somebody who saw what was there before', async () => {
    const admin = await as('admin')
    const url = `/api/users/${idOf('citra')}`
    const seen = { 'if-match': String((await call('GET', url, { as: admin })).headers['etag']) }
    const levels = { agent: { skills: { english: 2 } } }
    expect((await call('PATCH', url, { as: admin, body: levels, headers: seen })).status).toBe(200)
    const late = await call('PATCH', url, { as: admin, body: { name: 'Somebody Else' }, headers: seen })
    expect(late).toMatchObject({ status: 412, body: { error: { details: { by: 'admin' } } } })
    expect((await call('GET', url, { as: admin })).body).toMatchObject({ name: 'Citra Wijaya', ...levels })
  })

  it('are logged off by a supervisor: offline, and signed out everywhere', async () => {
    const admin = await as('admin')
    const made = await call('POST', '/api/users', {
      as: admin,
      body: { username: 'ghost', name: 'A Ghost', oneTime: false },
    })
    const body = { username: 'ghost', password: made.body['password'] }
    const token = String((await call('POST', '/api/sessions', { body })).body['token'])
    await call('PUT', '/api/me/presence', { as: token, body: { presence: 'available' } })
    const url = `/api/users/${String(made.body['id'])}/log-off`
    expect((await call('POST', url, { as: await as('ana') })).status).toBe(403)
    expect((await call('POST', url, { as: admin })).body).toMatchObject({ presence: 'offline', by: 'supervisor' })
    expect((await call('GET', '/api/me', { as: token })).status).toBe(401)
    expect((await call('POST', `/api/users/${idOf('admin')}/log-off`, { as: admin })).status).toBe(409)
    const { body: log } = await call('GET', `/api/audit?subjectId=${String(made.body['id'])}`, { as: admin })
    expect(log['items']).toMatchObject([{ action: 'log-off-user' }, { action: 'create-user' }])
    const gone = { as: admin, body: { enabled: false } }
    expect((await call('PATCH', `/api/users/${String(made.body['id'])}`, gone)).status).toBe(200)
  })

  it('always include an admin who can sign in', async () => {
    const admin = await as('admin')
    const id = idOf('admin')
    for (const body of [{ enabled: false }, { role: 'agent' }])
      expect(await call('PATCH', `/api/users/${id}`, { as: admin, body })).toMatchObject({
        status: 409,
        body: { error: { code: 'last-admin' } },
      })
  })

  it('may become and stop being agents', async () => {
    const admin = await as('admin')
    const id = idOf('admin')
    const joined = await call('PATCH', `/api/users/${id}`, { as: admin, body: { agent: { queueIds: ['sales'] } } })
    expect(joined).toMatchObject({ status: 200, body: { agent: { queueIds: ['sales'] }, sip: { username: 'admin' } } })
    expect((await call('PUT', '/api/me/presence', { as: admin, body: { presence: 'available' } })).status).toBe(200)
    const wrong = await call('PATCH', `/api/users/${id}`, { as: admin, body: { agent: { queueIds: ['nowhere'] } } })
    expect(errorOf(wrong).message).toBe('body.agent.queueIds: there is no queue nowhere')
    await call('PATCH', `/api/users/${id}`, { as: admin, body: { agent: null } })
    expect(await call('PUT', '/api/me/presence', { as: admin, body: { presence: 'available' } })).toMatchObject({
      status: 409,
      body: { error: { code: 'not-an-agent' } },
    })
  })

  it('are listed by page', async () => {
    const admin = await as('admin')
    const first = await call('GET', '/api/users?limit=2&enabled=true', { as: admin })
    expect(first.body).toMatchObject({ items: [{ username: 'admin' }, { username: 'ana' }], nextCursor: 'ana' })
    const second = await call('GET', '/api/users?limit=1000&enabled=true&after=ana', { as: admin })
    expect(second.body).toMatchObject({ nextCursor: null })
    expect(second.body['items']).toMatchObject([{ username: 'bogdan' }, { username: 'citra' }, { username: 'dana' }])
  })
})

describe('presence', () => {
  it('is what the agent says, with a reason from the list, and answers with the result', async () => {
    const ana = await as('ana')
    const put = (body: object): Promise<Answer> => call('PUT', '/api/me/presence', { as: ana, body })
    expect(await put({ presence: 'available' })).toMatchObject({
      status: 200,
      body: { presence: 'available', reason: null, by: 'agent', returnsAt: null },
    })
    const away = await put({ presence: 'not-ready', reason: 'lunch' })
    expect(away).toMatchObject({ status: 200, body: { presence: 'not-ready', reason: 'lunch' } })
    expect(Math.abs(new Date(String(away.body['since'])).getTime() - Date.now())).toBeLessThan(60_000)
    expect(await call('GET', '/api/me/presence', { as: ana })).toMatchObject({
      body: { presence: 'not-ready', reason: 'lunch' },
    })
    expect(errorOf(await put({ presence: 'not-ready', reason: 'golf' })).message).toContain(
      'choose one of break, lunch, meeting, training',
    )
    expect(errorOf(await put({ presence: 'not-ready', reason: 'rona' })).message).toContain('only the system')
    expect(errorOf(await put({ presence: 'available', reason: 'lunch' })).message).toContain('leave it out')
    expect((await put({ presence: 'sleeping' })).status).toBe(400)
  })

  it('can be set by a supervisor, who sees what everybody does', async () => {
    const admin = await as('admin')
    const body = { username: 'sofia', name: 'Sofia', role: 'supervisor', password: 'a-long-password', oneTime: false }
    expect((await call('POST', '/api/users', { as: admin, body })).body).toMatchObject({ agent: null })
    const session = await call('POST', '/api/sessions', { body: { username: 'sofia', password: 'a-long-password' } })
    const sofia = String(session.body['token'])
    const put = await call('PUT', `/api/users/${idOf('bogdan')}/presence`, {
      as: sofia,
      body: { presence: 'available' },
    })
    expect(put).toMatchObject({ status: 200, body: { presence: 'available', by: 'supervisor' } })
    expect(
      (
        await call('PUT', `/api/users/${idOf('bogdan')}/presence`, {
          as: await as('ana'),
          body: { presence: 'offline' },
        })
      ).status,
    ).toBe(403)
    const live = await call('GET', '/api/agents', { as: sofia })
    expect(
      (live.body['items'] as unknown as { username: string }[]).find((one) => one.username === 'bogdan'),
    ).toMatchObject({
      presence: 'available',
      routing: 'idle',
      load: 0,
      works: [],
      channels: { voice: 'unreachable' },
      queueIds: ['sales', 'support'],
    })
    const audit = await call('GET', `/api/audit?actorId=${idOf('sofia')}`, { as: admin })
    expect(audit.body['items']).toMatchObject([
      { action: 'PUT /api/users/:id/presence', subject: { id: idOf('bogdan') } },
      { action: 'sign-in', after: { method: 'password', strong: false } },
    ])
  })
})

describe('flows', () => {
  it('become versions when their file changes, and only then', async () => {
    expect(await loadFlowFiles(flows, scripts, log)).toEqual({
      loaded: [],
      unchanged: ['main-menu', 'survey'],
      refused: [],
    })
    await writeFile(join(scripts, 'survey.yaml'), 'flow: survey\n# BROKEN\n')
    await writeFile(join(scripts, 'main-menu.yaml'), 'flow: main-menu\n# second\n')
    const { loaded, refused } = await loadFlowFiles(flows, scripts, log)
    expect(loaded).toEqual(['main-menu'])
    expect(refused).toEqual([{ file: 'survey.yaml', message: 'line 2, column 1: leads nowhere' }])
    expect(flows.version('main-menu', null)).toMatchObject({ version: 2, createdBy: 'system' })
    expect(flows.version('main-menu', 1)?.yaml).toBe('flow: main-menu\n')
    expect(flows.version('survey', null)?.version).toBe(1)
  })

  it('are published and rolled back, and a start does not undo what an admin published', async () => {
    const admin = await as('admin')
    const heard: string[] = []
    const stop = flows.onPublished((ids) => heard.push(...ids))
    const save = (yaml: string, publish?: boolean): Promise<Answer> =>
      call('POST', '/api/flows', {
        as: admin,
        body: { id: 'main-menu', yaml, ...(publish === undefined ? {} : { publish }) },
      })
    expect(await save('flow: main-menu\n# BROKEN\n')).toMatchObject({
      status: 422,
      body: { error: { code: 'flow-broken', details: [{ code: 'dead-end', at: { line: 2, column: 1 } }] } },
    })
    expect(errorOf(await save('flow: other\n')).message).toContain('flow: main-menu')
    expect(await save('flow: main-menu\n# draft\n', false)).toMatchObject({
      status: 201,
      body: { version: 3, isNew: true, publishedVersion: 2, latestVersion: 3 },
    })
    expect(await save('flow: main-menu\n')).toMatchObject({ body: { version: 1, isNew: false, publishedVersion: 1 } })
    expect(
      (await call('POST', '/api/flows/main-menu/publish', { as: admin, body: { version: 3 } })).body,
    ).toMatchObject({ publishedVersion: 3 })
    expect((await call('POST', '/api/flows/main-menu/publish', { as: admin, body: { version: 9 } })).status).toBe(404)
    expect((await call('POST', '/api/flows/main-menu/rollback', { as: admin, body: {} })).body).toMatchObject({
      publishedVersion: 1,
    })
    expect(await call('POST', '/api/flows/main-menu/rollback', { as: admin })).toMatchObject({
      status: 409,
      body: { error: { code: 'nothing-before' } },
    })
    expect(heard).toEqual(['main-menu', 'main-menu', 'main-menu'])
    stop()
    await loadFlowFiles(flows, scripts, log)
    expect(flows.version('main-menu', null)?.version).toBe(1)
    const read = await call('GET', '/api/flows/main-menu', { as: admin })
    expect(read.body).toMatchObject({
      publications: [{ version: 1, by: 'admin' }, { version: 3 }, { version: 1 }, { version: 2 }, { version: 1 }],
    })
    expect((await call('GET', '/api/flows/main-menu/versions/3', { as: admin })).body).toMatchObject({
      yaml: 'flow: main-menu\n# draft\n',
    })
  })

  it('are kept as drafts however broken, and nobody overwrites the draft of another', async () => {
    const admin = await as('admin')
    const url = '/api/flow-drafts/survey'
    expect((await call('GET', url, { as: admin })).status).toBe(404)
    const yaml = 'flow: survey\n# BROKEN\n'
    const kept = await call('PUT', url, { as: admin, body: { yaml, revision: null, baseVersion: 1 } })
    expect(kept).toMatchObject({ status: 200, body: { revision: 1, ok: false, updatedBy: 'admin' } })
    expect(kept.body['findings']).toMatchObject([{ severity: 'error', at: { line: 2, column: 1 } }])
    expect((await call('GET', url, { as: admin })).body).toMatchObject({ yaml, baseVersion: 1, revision: 1 })
    const late = await call('PUT', url, { as: admin, body: { yaml: 'flow: survey\n', revision: null } })
    expect(late).toMatchObject({
      status: 409,
      body: { error: { code: 'changed-meanwhile', details: { by: 'admin', revision: 1 } } },
    })
    const mended = { yaml: 'flow: survey\n# mended\n', revision: 1 }
    expect((await call('PUT', url, { as: admin, body: mended })).body).toMatchObject({ revision: 2, ok: true })
    expect((await call('GET', url, { as: await as('ana') })).status).toBe(403)
  })

  it('are published from a draft, which goes with it, unless another version was published meanwhile', async () => {
    const admin = await as('admin')
    const yaml = 'flow: survey\n# mended\n'
    const late = await call('POST', '/api/flows', { as: admin, body: { id: 'survey', yaml, expectedPublished: null } })
    expect(late).toMatchObject({
      status: 409,
      body: { error: { code: 'published-meanwhile', details: { version: 1, by: expect.any(String) } } },
    })
    const body = { id: 'survey', yaml, expectedPublished: 1 }
    expect(await call('POST', '/api/flows', { as: admin, body })).toMatchObject({ status: 201, body: { version: 2 } })
    expect((await call('GET', '/api/flow-drafts/survey', { as: admin })).status).toBe(404)
    const back = { version: 1, expectedPublished: 1 }
    expect((await call('POST', '/api/flows/survey/rollback', { as: admin, body: back })).status).toBe(409)
    const known = { version: 1, expectedPublished: 2 }
    expect((await call('POST', '/api/flows/survey/rollback', { as: admin, body: known })).body).toMatchObject({
      publishedVersion: 1,
    })
    const other = { yaml: 'flow: survey\n# an earlier thought\n', revision: null }
    expect((await call('PUT', '/api/flow-drafts/survey', { as: admin, body: other })).body).toMatchObject({
      revision: 1,
    })
    const later = { id: 'survey', yaml: 'flow: survey\n# a later one\n', draftRevision: 1 }
    expect((await call('POST', '/api/flows', { as: admin, body: later })).status).toBe(201)
    expect((await call('GET', '/api/flow-drafts/survey', { as: admin })).status).toBe(404)
    const draft = { yaml: 'flow: survey\n# another\n', revision: null }
    expect((await call('PUT', '/api/flow-drafts/survey', { as: admin, body: draft })).status).toBe(200)
    expect((await call('DELETE', '/api/flow-drafts/survey', { as: admin })).status).toBe(204)
    expect((await call('DELETE', '/api/flow-drafts/survey', { as: admin })).status).toBe(404)
  })

  it('never change a version that is there', async () => {
    await expect(database.pool.query(`update flow_versions set yaml = 'x'`)).rejects.toThrow('never changed')
    await expect(database.pool.query('delete from flow_versions')).rejects.toThrow('never changed')
  })
})

describe('the server', () => {
  it('says whether calls can be taken', async () => {
    expect(await call('GET', '/api/health')).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        version: '1.2.3',
        database: 'up',
        asterisk: 'up',
        writer: 'up',
        disks: [{ level: 'urgent' }],
      },
    })
    asterisk = 'down'
    expect(await call('GET', '/api/health')).toMatchObject({
      status: 503,
      body: { status: 'degraded', asterisk: 'down' },
    })
    asterisk = 'up'
  })

  it('describes every route, its role and its bodies in OpenAPI', async () => {
    const { body } = await call('GET', '/api/docs/json')
    const paths = body['paths'] as unknown as Record<
      string,
      Record<string, { description?: string; security?: unknown }>
    >
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/api/queues/{id}', '/api/sessions', '/api/me/presence']),
    )
    expect(paths['/api/queues']?.['post']).toMatchObject({
      description: 'Role: admin.',
      security: [{ bearer: [] }, { cookie: [] }],
    })
    expect(paths['/api/sessions']?.['post']?.security).toBeUndefined()
    expect(JSON.stringify(body)).toContain('ringTimeoutMs')
    expect((await server.inject('/api/docs')).statusCode).toBe(200)
  })

  it('answers everything it does not know or accept in one shape', async () => {
    const admin = await as('admin')
    expect(await call('GET', '/api/nothing')).toMatchObject({ status: 404, body: { error: { code: 'not-found' } } })
    const json = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' }
    const broken = await server.inject({ method: 'POST', url: '/api/skills', headers: json, payload: '{"id":' })
    expect(broken.json()).toEqual({ error: { code: 'invalid-json', message: 'the body is not valid JSON' } })
    const huge = await server.inject({
      method: 'POST',
      url: '/api/skills',
      headers: json,
      payload: `"${'x'.repeat(2_000_000)}"`,
    })
    expect(huge.statusCode).toBe(413)
    const form = await server.inject({
      method: 'POST',
      url: '/api/skills',
      headers: { ...json, 'content-type': 'text/html' },
      payload: 'x',
    })
    expect(form.statusCode).toBe(415)
    expect(form.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    expect(form.headers['x-request-id']).toBeTypeOf('string')
  })

  it('keeps to itself what broke, and logs it', async () => {
    const own = await createHttpServer({ log, version: '0' })
    own.get('/api/broken', { config: { public: true } }, async () => {
      throw new Error('select * from secrets')
    })
    const response = await own.inject('/api/broken')
    await own.close()
    expect(response.statusCode).toBe(500)
    expect(response.body).not.toContain('select')
    expect(response.body).toContain(String(response.headers['x-request-id']))
    expect(logged.join('')).toContain('select * from secrets')
  })

  it('says of a sign that Postgres keeps in no text that it must go', async () => {
    const name = 'Nul \u0000 and void'
    const made = await call('POST', '/api/skills', { as: await as('admin'), body: { id: 'nul', name } })
    expect(made).toMatchObject({ status: 400, body: { error: { code: 'invalid' } } })
  })

  it('tells of a query that failed without what it was to keep', async () => {
    const hash = { user_id: 'nobody', password_hash: 'a very secret hash' }
    const failed = database.knex('credentials').insert(hash)
    const error: unknown = await failed.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toContain('insert into "credentials"')
    expect(String(error)).not.toContain('secret')
  })

  it('has written no password or token to the log', () => {
    const text = logged.join('')
    for (const token of tokens.values()) expect(text).not.toContain(token)
    for (const { password } of [printed.admin, ...printed.agents]) expect(text).not.toContain(password)
  })

  it('answers 503 while the database is away and goes on afterwards', async () => {
    const admin = await as('admin')
    await postgres.stop()
    const away = await call('GET', '/api/queues', { as: admin })
    expect(away).toMatchObject({ status: 503, body: { error: { code: 'database-unavailable' } } })
    expect(directory.entryPointByAddress('voice', '1000')?.flowId).toBe('main-menu')
    await postgres.restart()
    expect((await call('GET', '/api/queues', { as: admin })).status).toBe(200)
  })
})
