import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { freePort } from '../../src/supervisor/free-port.ts'
import { testFlows } from '../peers/call-centre.ts'
import { startPhone } from '../peers/phone.ts'
import { eventually } from '../peers/poll.ts'
import type { Answer, FirstStart } from '../peers/service.ts'
import { WirePhone } from '../peers/wire-phone.ts'

const entry = fileURLToPath(new URL('../../src/supervisor/main.ts', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ct-backup-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The whole product, started as an operator starts it. */
async function start(dataDir: string) {
  const [http, sipPort, tls] = [await freePort(), await freePort(), await freePort()]
  const url = `http://127.0.0.1:${http}`
  const child = spawn(process.execPath, [entry], {
    env: {
      ...process.env,
      ...{ HTTP_HOST: '127.0.0.1', HTTP_PORT: String(http), DATA_DIR: dataDir, SCRIPTS_DIR: testFlows },
      ...{ SIP_HOST: '127.0.0.1', SIP_PORT: String(sipPort), SIP_TLS_PORT: String(tls), RTP_PORTS: '30000-30999' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const gone = once(child, 'exit')
  const isUp = () =>
    fetch(`${url}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    )
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) child.kill('SIGTERM')
    await gone
  }
  try {
    await eventually(isUp, { withinMs: 90_000, what: () => `the product to be up; it wrote\n${output.slice(-4_000)}` })
  } catch (error) {
    await stop()
    throw error
  }
  return { url, sipPort, [Symbol.asyncDispose]: stop }
}

const firstStart = (dataDir: string): FirstStart =>
  JSON.parse(readFileSync(join(dataDir, 'first-start.json'), 'utf8')) as FirstStart

async function ask(
  url: string,
  who: { username: string; password: string },
  method: string,
  path: string,
  body?: unknown,
) {
  const headers = { 'content-type': 'application/json' }
  const { token } = (await (
    await fetch(`${url}/api/sessions`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ username: who.username, password: who.password }),
    })
  ).json()) as { token: string }
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && headers) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response
}

const json = async (answer: Promise<Response>): Promise<Answer> => (await answer).json()

/** A caller is put through to Ana; both hear each other. The interaction, once it has ended. */
async function call({ url, sipPort: port }: { url: string; sipPort: number }, known: FirstStart): Promise<Answer> {
  const { admin, agents, numbers } = known
  const ana = agents.find(({ username }) => username === 'ana')
  if (ana === undefined) throw new Error('there is no ana')
  const host = '127.0.0.1'
  await using phone = await WirePhone.open({ host, port, ...ana.sip, toneHz: 440 })
  await ask(url, ana, 'PUT', '/api/me/presence', { presence: 'available' })
  await using caller = await startPhone({ host, port, toneHz: 700, callerNumber: '+40722300300' })
  await caller.dial(numbers.find(({ flow }) => flow === 'line')?.number ?? '')
  const line = await phone.ringing()
  await line.answer()
  await Promise.all([line.audio.hears(700, { minMs: 1_000 }), caller.hears(440)])
  await caller.hangup()
  await line.closed()
  const ended = async (): Promise<Answer> => {
    const { items } = await json(ask(url, admin, 'GET', '/api/interactions'))
    const { recordingList } = await json(ask(url, admin, 'GET', `/api/interactions/${items[0].id}`))
    return items[0].state === 'ended' && recordingList[0]?.durationMs > 0 && { ...items[0], recordingList }
  }
  return eventually(ended, { withinMs: 15_000, what: 'the call to be in the history with its recording' })
}

it('a copy of the data folder, made after a stop, is the whole contact centre: history, recordings, accounts', async () => {
  const [own, copy] = [join(folder, 'own'), join(folder, 'copy')]
  let before: Answer
  {
    await using product = await start(own)
    const { admin } = firstStart(own)
    await ask(product.url, admin, 'PATCH', '/api/queues/sales', { recording: true, wrapUpMs: 0 })
    before = await call(product, firstStart(own))
  }
  // With their owners: Postgres is somebody else where the product runs as root.
  execFileSync('cp', ['-a', own, copy])
  rmSync(own, { recursive: true })
  await using restored = await start(copy)
  const known = firstStart(copy)
  const { items } = await json(ask(restored.url, known.admin, 'GET', '/api/interactions'))
  expect(items).toMatchObject([{ id: before.id, outcome: 'answered', customer: before.customer }])
  const recording = await ask(restored.url, known.admin, 'GET', `/api/interactions/${before.id}/recording`)
  expect((await recording.arrayBuffer()).byteLength).toBeGreaterThan(8_000)
  // The same accounts and the same customer, without anybody having told it anything.
  const after = await call(restored, known)
  expect(after.customer).toEqual(before.customer)
  expect(after.id).not.toBe(before.id)
})
