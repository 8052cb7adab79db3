import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { URI, type TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { openDatabase, type Database } from '../../src/platform/database/database.ts'
import { TestService, type Answer } from '../peers/service.ts'

type Response_ = Readonly<{ status: number; json: Answer; headers: Headers }>
const secondMs = 1_000
const stepMs = 30 * secondMs
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0'

let service: TestService
let database: Database
let admin: string

beforeAll(async () => {
  service = await TestService.start({ env: { PRIVATE_TARGETS: '127.0.0.1' } })
  database = openDatabase(service.postgres.url)
  admin = await service.token('admin', service.firstStart.admin.password)
}, 120_000)
afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
  await service?.[Symbol.asyncDispose]()
})

async function call(
  method: string,
  path: string,
  options: Readonly<{ as?: string; body?: unknown; headers?: Record<string, string> }> = {},
): Promise<Response_> {
  const response = await fetch(service.baseUrl + path, {
    method,
    redirect: 'manual',
    headers: {
      connection: 'close',
      ...(options.as !== undefined && { authorization: `Bearer ${options.as}` }),
      ...(options.body !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? null : JSON.parse(text), headers: response.headers }
}

const signIn = (username: string, password: string, headers?: Record<string, string>): Promise<Response_> =>
  call('POST', '/api/sessions', { body: { username, password }, ...(headers !== undefined && { headers }) })
const answer = (token: string, code: string): Promise<Response_> =>
  call('POST', '/api/sessions/second-factor', { body: { token, code } })

let people = 0
/** Somebody new, who has signed in. */
async function newcomer(role: 'agent' | 'supervisor' | 'admin' = 'agent') {
  people += 1
  const username = `newcomer-${people}`
  const made = await call('POST', '/api/users', {
    as: admin,
    body: { username, name: `Newcomer ${people}`, role, oneTime: false },
  })
  const password = String(made.json.password)
  const { json } = await signIn(username, password)
  return { id: String(made.json.id), username, password, token: String(json.token) }
}
type Newcomer = Awaited<ReturnType<typeof newcomer>>

/** Their app, set up with the code of now. */
async function withApp(person: Newcomer): Promise<{ app: TOTP; secret: string; recoveryCodes: string[]; at: number }> {
  const begun = await call('POST', '/api/me/totp', { as: person.token })
  const app = URI.parse(begun.json.address) as TOTP
  const at = Date.now()
  const confirmed = await call('POST', '/api/me/totp/confirmation', {
    as: person.token,
    body: { code: app.generate({ timestamp: at }) },
  })
  expect(confirmed.status).toBe(200)
  return { app, secret: begun.json.secret, recoveryCodes: confirmed.json.recoveryCodes, at }
}

const due = async ({ username, password }: Newcomer): Promise<string> => {
  const { status, json } = await signIn(username, password)
  expect(status).toBe(202)
  return json.secondFactor.token
}

/** Open, and told what its first message was. */
async function socketOf(token: string): Promise<{ socket: WebSocket; closed: Promise<number> }> {
  const socket = new WebSocket(`${service.baseUrl.replace('http', 'ws')}/api/live?token=${token}`)
  const closed = once(socket, 'close').then(([code]) => code as number)
  socket.on('error', () => undefined)
  await once(socket, 'message')
  return { socket, closed }
}

/** Sooner than the heartbeat, which would find it as well after 15 s. */
async function atOnce<T>(happening: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('not at once')), 10 * secondMs)
  })
  return Promise.race([happening, late]).finally(() => clearTimeout(timer))
}

describe('a password', () => {
  it('that is wrong is answered like a name that nobody has, and locks after five', async () => {
    const someone = await newcomer()
    const nobody = await signIn('nobody-here', 'never in a log')
    const wrong = await signIn(someone.username, 'never in a log')
    expect([nobody.status, nobody.json]).toEqual([401, wrong.json])
    for (let i = 0; i < 4; i += 1) expect((await signIn(someone.username, 'wrong again')).status).toBe(401)
    const locked = await signIn(someone.username, someone.password)
    expect(locked).toMatchObject({ status: 429, json: { error: { code: 'locked' } } })
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(service.output).not.toContain('never in a log')
  })

  it('that somebody else has given opens nothing but the way to one’s own', async () => {
    const someone = await newcomer()
    const reset = await call('PUT', `/api/users/${someone.id}/password`, { as: admin })
    const given = String(reset.json.password)
    const signedIn = await signIn(someone.username, given)
    expect(signedIn).toMatchObject({ status: 201, json: { user: { passwordDue: true } } })
    const token = String(signedIn.json.token)
    expect((await call('GET', '/api/me', { as: token })).json).toMatchObject({ passwordDue: true })
    for (const path of ['/api/agents', '/api/me/sessions', '/api/me/sign-in', '/api/me/preview'])
      expect(await call('GET', path, { as: token })).toMatchObject({
        status: 403,
        json: { error: { code: 'password-change-needed' } },
      })
    for (const path of ['/api/live', '/api/sip']) {
      const socket = new WebSocket(`${service.baseUrl.replace('http', 'ws')}${path}?token=${token}`)
      const [refused] = await once(socket, 'unexpected-response').then(([, response]) => [response.statusCode])
      expect(refused).toBe(403)
    }
    const own = { currentPassword: given, newPassword: 'known to me alone' }
    const same = { currentPassword: given, newPassword: given }
    expect((await call('PUT', '/api/me/password', { as: token, body: same })).status).toBe(400)
    expect((await call('PUT', '/api/me/password', { as: token, body: own })).status).toBe(204)
    expect((await call('GET', '/api/me/sessions', { as: token })).status).toBe(200)
    expect((await signIn(someone.username, given)).status).toBe(401)
    expect((await signIn(someone.username, own.newPassword)).json.user).toMatchObject({ passwordDue: false })
  })
})

describe('an authenticator app', () => {
  it('is asked for from then on, and no code is taken twice, early or late', async () => {
    const someone = await newcomer()
    const { app, at } = await withApp(someone)
    const used = app.generate({ timestamp: at })
    const next = app.generate({ timestamp: at + stepMs })
    expect((await answer(await due(someone), used)).status).toBe(401)
    for (const seconds of [-90, 120])
      expect((await answer(await due(someone), app.generate({ timestamp: at + seconds * secondMs }))).status).toBe(401)
    // Of two that come with one code at the same time, one gets in.
    const tokens = [await due(someone), await due(someone)]
    const both = await Promise.all(tokens.map((token) => answer(token, next)))
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 401])
    const session = both.find(({ status }) => status === 201)?.json.token
    expect((await call('GET', '/api/me', { as: session })).json.username).toBe(someone.username)
    expect((await answer(await due(someone), next)).status).toBe(401)
  })

  it('keeps its secret to itself once it is set up', async () => {
    const someone = await newcomer()
    const { secret, recoveryCodes } = await withApp(someone)
    expect(recoveryCodes).toHaveLength(10)
    const own = await call('GET', '/api/me/sign-in', { as: someone.token })
    expect(own.json).toMatchObject({ recoveryCodesLeft: 10, passkeys: [], onlyProvider: null })
    expect(own.json.totpSince).toBeTypeOf('string')
    expect((await call('POST', '/api/me/totp', { as: someone.token })).json.error.code).toBe('in-use')
    const audit = await call('GET', `/api/audit?subjectId=${someone.id}`, { as: admin })
    expect(audit.json.items).toMatchObject([{ action: 'add-totp' }, { action: 'create-user' }])
    const stored = await database.knex('totp_secrets').where({ user_id: someone.id })
    const codes = await database.knex('recovery_codes').where({ user_id: someone.id })
    for (const kept of [own.json, audit.json, stored, codes, service.output])
      for (const hidden of [secret, recoveryCodes[0] ?? ''])
        expect(typeof kept === 'string' ? kept : JSON.stringify(kept)).not.toContain(hidden)
  })

  it('is guessed at five times and not once more, even with new sign-ins', async () => {
    const someone = await newcomer()
    const { app, at } = await withApp(someone)
    const token = await due(someone)
    const wrong = app.generate({ timestamp: at - 20 * stepMs })
    for (let i = 0; i < 5; i += 1) expect((await answer(token, wrong)).status).toBe(401)
    const over = await answer(token, app.generate({ timestamp: at + stepMs }))
    expect(over).toMatchObject({ status: 401, json: { error: { code: 'begin-again' } } })
    const locked = await answer(await due(someone), app.generate({ timestamp: at + stepMs }))
    expect(locked).toMatchObject({ status: 429, json: { error: { code: 'locked' } } })
  })

  it('that is lost is stood in for by a recovery code, each once, until it is set up anew', async () => {
    const someone = await newcomer()
    const { recoveryCodes } = await withApp(someone)
    const [first = '', second = ''] = recoveryCodes
    const entered = await answer(await due(someone), first.toUpperCase().replaceAll('-', ' '))
    expect(entered.status).toBe(201)
    expect((await answer(await due(someone), first)).status).toBe(401)
    const own = await call('GET', '/api/me/sign-in', { as: entered.json.token })
    expect(own.json.recoveryCodesLeft).toBe(9)
    const renewed = await call('POST', '/api/me/recovery-codes', { as: entered.json.token })
    expect((await answer(await due(someone), second)).status).toBe(401)
    expect((await answer(await due(someone), renewed.json.recoveryCodes[0])).status).toBe(201)
    expect((await call('DELETE', '/api/me/totp', { as: entered.json.token })).status).toBe(204)
    expect((await signIn(someone.username, someone.password)).status).toBe(201)
  })

  it('is changed only by whoever has just shown that they are there', async () => {
    const someone = await newcomer()
    await database
      .knex('access_sessions')
      .where({ user_id: someone.id })
      .update({ confirmed_at: database.knex.raw(`now() - interval '16 minutes'`) })
    const begin = () => call('POST', '/api/me/totp', { as: someone.token })
    expect(await begin()).toMatchObject({ status: 403, json: { error: { code: 'confirm-first' } } })
    const confirm = (password: string) =>
      call('POST', '/api/me/confirmation', { as: someone.token, body: { password } })
    expect((await confirm('not this one')).json.error.code).toBe('wrong-password')
    expect((await confirm(someone.password)).status).toBe(204)
    expect((await begin()).status).toBe(200)
  })
})

describe('a role that needs a second factor', () => {
  it('lets nobody do anything before they have one, at once', async () => {
    const someone = await newcomer('supervisor')
    const { closed } = await socketOf(someone.token)
    const settings = (secondFactorRoles: string[]) =>
      call('PUT', '/api/sign-in-settings', { as: admin, body: { secondFactorRoles } })
    try {
      expect((await settings(['supervisor'])).status).toBe(200)
      expect(await atOnce(closed)).toBe(4401)
      const refused = await call('GET', '/api/queues', { as: someone.token })
      expect(refused).toMatchObject({ status: 403, json: { error: { code: 'second-factor-needed' } } })
      const again = await signIn(someone.username, someone.password)
      expect(again).toMatchObject({ status: 201, json: { user: { secondFactorDue: true } } })
      expect((await call('GET', '/api/queues', { as: again.json.token })).status).toBe(403)
      expect((await call('GET', '/api/me', { as: someone.token })).json.secondFactorDue).toBe(true)
      await withApp(someone)
      expect((await call('GET', '/api/queues', { as: someone.token })).status).toBe(200)
      expect((await call('GET', '/api/queues', { as: again.json.token })).status).toBe(403)
      const removed = await call('DELETE', '/api/me/totp', { as: someone.token })
      expect(removed).toMatchObject({ status: 409, json: { error: { code: 'second-factor-needed' } } })
      expect((await call('GET', '/api/queues', { as: admin })).status).toBe(200)
    } finally {
      await settings([])
    }
    const audit = await call('GET', '/api/audit?subjectKind=sign-in%20settings', { as: admin })
    expect(audit.json.items.at(-1)).toMatchObject({
      before: { secondFactorRoles: [] },
      after: { secondFactorRoles: ['supervisor'] },
    })
  })

  it('is reset by an admin for whoever has lost theirs, which ends their sessions', async () => {
    const someone = await newcomer()
    await withApp(someone)
    const path = `/api/users/${someone.id}`
    expect((await call('GET', `${path}/sign-in`, { as: admin })).json).toMatchObject({ totp: true, passkeys: 0 })
    expect((await call('DELETE', `${path}/second-factor`, { as: someone.token })).status).toBe(403)
    const { closed } = await socketOf(someone.token)
    expect((await call('DELETE', `${path}/second-factor`, { as: admin })).status).toBe(204)
    expect(await atOnce(closed)).toBe(4401)
    expect((await signIn(someone.username, someone.password)).status).toBe(201)
  })
})

describe('sessions', () => {
  it('are listed with their device and place, and end one by one or all others', async () => {
    const someone = await newcomer()
    const opened = await Promise.all(
      [1, 2].map(() => signIn(someone.username, someone.password, { 'user-agent': firefox })),
    )
    const [second = '', third = ''] = opened.map(({ json }) => String(json.token))
    const list = async (): Promise<Answer[]> =>
      (await call('GET', '/api/me/sessions', { as: someone.token })).json.items
    const items = await list()
    expect(items).toHaveLength(3)
    expect(items.filter(({ current }) => current)).toHaveLength(1)
    expect(items.find(({ browser }) => browser === 'Firefox')).toMatchObject({
      system: 'Linux',
      address: '127.0.0.1',
      method: 'password',
      strong: false,
      current: false,
    })
    const { id } = (await call('GET', '/api/me/sessions', { as: second })).json.items.find(
      ({ current }: Answer) => current,
    )
    const live = await socketOf(second)
    expect((await call('DELETE', `/api/me/sessions/${id}`, { as: someone.token })).status).toBe(204)
    expect(await atOnce(live.closed)).toBe(4401)
    expect((await call('GET', '/api/me', { as: second })).status).toBe(401)
    expect((await call('DELETE', '/api/me/sessions', { as: someone.token })).json).toEqual({ ended: 1 })
    expect((await call('GET', '/api/me', { as: third })).status).toBe(401)
    expect(await list()).toHaveLength(1)
  })

  it('of others are ended by admins alone', async () => {
    const someone = await newcomer()
    const other = await newcomer()
    const { items } = (await call('GET', `/api/users/${someone.id}/sessions`, { as: admin })).json
    expect(items).toMatchObject([{ current: false, method: 'password' }])
    const path = `/api/users/${someone.id}/sessions/${items[0].id}`
    expect((await call('DELETE', path, { as: other.token })).status).toBe(403)
    expect((await call('DELETE', `/api/me/sessions/${items[0].id}`, { as: other.token })).status).toBe(404)
    expect((await call('GET', '/api/me', { as: someone.token })).status).toBe(200)
    const live = await socketOf(someone.token)
    expect((await call('DELETE', path, { as: admin })).status).toBe(204)
    expect(await atOnce(live.closed)).toBe(4401)
    const audit = await call('GET', `/api/audit?subjectId=${someone.id}&limit=1`, { as: admin })
    expect(audit.json.items).toMatchObject([{ action: 'end-session', actor: { name: 'admin' } }])
  })

  it('end with a change of role or password', async () => {
    const someone = await newcomer()
    const live = await socketOf(someone.token)
    await call('PATCH', `/api/users/${someone.id}`, { as: admin, body: { role: 'supervisor' } })
    expect(await atOnce(live.closed)).toBe(4401)
    const again = (await signIn(someone.username, someone.password)).json.token as string
    const second = await socketOf(again)
    await call('PATCH', `/api/users/${someone.id}`, { as: admin, body: { name: 'Another Name' } })
    expect((await call('GET', '/api/me', { as: again })).json.name).toBe('Another Name')
    await call('PUT', `/api/users/${someone.id}/password`, { as: admin })
    expect(await atOnce(second.closed)).toBe(4401)
    expect((await call('GET', '/api/me', { as: again })).status).toBe(401)
  })

  it('that were signed out are worth nothing to whoever kept the cookie', async () => {
    const someone = await newcomer()
    const { headers } = await signIn(someone.username, someone.password)
    const cookie = /centralita_session=[^;]+/.exec(headers.get('set-cookie') ?? '')?.[0] ?? ''
    const stolen = { headers: { cookie } }
    expect((await call('GET', '/api/me', stolen)).status).toBe(200)
    const live = await socketOf(cookie.split('=')[1] ?? '')
    expect((await call('DELETE', '/api/sessions/current', stolen)).status).toBe(204)
    expect(await atOnce(live.closed)).toBe(4401)
    expect((await call('GET', '/api/me', stolen)).status).toBe(401)
    expect((await call('PUT', '/api/me/presence', { ...stolen, body: { presence: 'available' } })).status).toBe(401)
    const socket = new WebSocket(`${service.baseUrl.replace('http', 'ws')}/api/live`, { headers: { cookie } })
    const [error] = (await once(socket, 'error')) as [Error]
    expect(error.message).toContain('401')
  })
})

describe('an identity provider', () => {
  const settings = { name: 'Work', issuer: 'http://127.0.0.1:1/realms/work', clientId: 'centralita' }
  const put = (body: object) => call('PUT', '/api/identity-providers/work', { as: admin, body })
  const check = () => call('POST', '/api/identity-providers/work/check', { as: admin })

  it('is set without its secret ever being shown, and says what to change', async () => {
    const made = await put({ ...settings, clientSecret: 'a secret of two' })
    expect(made).toMatchObject({ status: 200, json: { hasSecret: true, usernameClaim: 'preferred_username' } })
    expect(made.json.redirectUri).toBe(`${service.baseUrl}/api/sessions/providers/work/callback`)
    expect((await put(settings)).json.hasSecret).toBe(true)
    expect((await check()).json.lastProblem).toMatchObject({ code: 'unreachable' })
    await put({ ...settings, issuer: 'http://login.example.com/' })
    expect((await check()).json.lastProblem.message).toContain('only https:// is safe outside')
    await put({ ...settings, issuer: 'http://10.9.8.7/' })
    expect((await check()).json.lastProblem.message).toContain('PRIVATE_TARGETS')
    // An address that answers, and is no provider.
    await put({ ...settings, issuer: `${service.baseUrl}/api` })
    expect((await check()).json.lastProblem.code).toBe('unreachable')
    const stored = await database.knex('identity_providers')
    const audit = await call('GET', '/api/audit?subjectKind=identity-provider', { as: admin })
    for (const kept of [JSON.stringify(stored), JSON.stringify(audit.json), service.output])
      expect(kept).not.toContain('a secret of two')
  })

  it('that can’t be used leads back to the page with the reason', async () => {
    const at = async (path: string): Promise<string | null> =>
      (await call('GET', `/api/sessions/providers/${path}`)).headers.get('location')
    expect(await at('nobody')).toBe(`${service.baseUrl}/?sign-in=unknown-provider`)
    expect(await at('work')).toBe(`${service.baseUrl}/?sign-in=unreachable`)
    expect(await at('work/callback?code=x&state=y')).toBe(`${service.baseUrl}/?sign-in=expired`)
    expect((await call('GET', '/api/sessions/ways')).json.providers).toEqual([{ id: 'work', name: 'Work' }])
    expect((await call('DELETE', '/api/identity-providers/work', { as: admin })).status).toBe(204)
    expect((await call('GET', '/api/sessions/ways')).json.providers).toEqual([])
  })
})

describe('whoever has the machine', () => {
  it('gets back in when the only admin has lost the second factor', async () => {
    const someone = await newcomer('admin')
    await withApp(someone)
    const command = fileURLToPath(new URL('../../src/app/sign-in-command.ts', import.meta.url))
    const env = { ...process.env, DATABASE_URL: service.postgres.url, DATA_DIR: service.dataDir }
    const run = promisify(execFile)
    const { stdout } = await run(process.execPath, [command, 'reset', someone.username], { env })
    const password = /password (\S+) alone/.exec(stdout)?.[1] ?? ''
    expect((await signIn(someone.username, someone.password)).status).toBe(401)
    expect((await call('GET', '/api/me', { as: someone.token })).status).toBe(401)
    expect((await signIn(someone.username, password)).status).toBe(201)
    const unknown = await run(process.execPath, [command, 'reset', 'nobody'], { env }).catch((error: unknown) => error)
    expect(unknown).toMatchObject({ code: 1 })
    expect((unknown as Answer).stderr).toContain('nobody who may sign in is called nobody')
  })
})

describe('time', () => {
  it('passes for a second factor that is due, and the app’s next codes count after a restart', async () => {
    const someone = await newcomer()
    const { app } = await withApp(someone)
    const token = await due(someone)
    const aheadMs = 6 * 60 * secondMs
    await service.later(aheadMs)
    const code = (): string => app.generate({ timestamp: Date.now() + aheadMs })
    expect((await answer(token, code())).json.error.code).toBe('begin-again')
    expect((await answer(await due(someone), code())).status).toBe(201)
  })
})

describe('a proxy in front', () => {
  const forwarded = { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-proto': 'https' }
  const openedAs = async (person: Newcomer): Promise<{ address: string; cookie: string }> => {
    const { json, headers } = await signIn(person.username, person.password, forwarded)
    const { items } = (await call('GET', '/api/me/sessions', { as: json.token })).json
    const own = items.find(({ current }: Answer) => current)
    return { address: own.address, cookie: headers.get('set-cookie') ?? '' }
  }

  it('is believed when it is named, and the public address counts', async () => {
    const someone = await newcomer()
    const before = await openedAs(someone)
    expect(before.address).toBe('127.0.0.1')
    expect(before.cookie).not.toContain('Secure')
    await service.kill('SIGTERM')
    await service.restart({ TRUSTED_PROXIES: '127.0.0.1', PUBLIC_URL: 'https://calls.example.org' })
    const after = await openedAs(someone)
    expect(after.address).toBe('198.51.100.7')
    expect(after.cookie).toContain('Secure')
    expect((await call('GET', '/api/sessions/ways')).json.passkeys).toBe(true)
    const question = await call('POST', '/api/sessions/passkey/question')
    expect(question.json).toMatchObject({ rpId: 'calls.example.org', userVerification: 'required' })
    const away = await call('GET', '/api/sessions/providers/nobody')
    expect(away.headers.get('location')).toBe('https://calls.example.org/?sign-in=unknown-provider')
  })
})
