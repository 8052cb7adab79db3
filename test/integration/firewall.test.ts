import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { documentedBlock } from '../peers/documented.ts'
import { NetworkHost } from '../peers/network-host.ts'
import { startPeerProcess } from '../peers/peer-process.ts'
import { eventually } from '../peers/poll.ts'
import { firstStartOf, startProduct, type Places } from '../peers/product.ts'

/** The server; a carrier as the documented rules know it; anybody. */
const [host, carrier, stranger] = ['203.0.113.1', '192.0.2.2', '198.51.100.7']
const program = (name: string) => fileURLToPath(new URL(`../peers/${name}.ts`, import.meta.url))

const running = new AsyncDisposableStack()
let folder: string
let server: NetworkHost
let outside: NetworkHost

async function seenBy(from: string, visit: string, more: Record<string, unknown> = {}): Promise<unknown> {
  const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' }
  const args = [program('firewall-visitor'), visit, JSON.stringify({ host, from, ...more })]
  return JSON.parse(await outside.run(process.execPath, args, env))
}

/** The rules of docs/operating.md, letter for letter. */
async function load(language: string, words: string): Promise<void> {
  const file = join(folder, 'rules')
  writeFileSync(file, documentedBlock('operating.md', language, words))
  await (language === 'nft' ? server.run('nft', ['-f', file]) : server.run('sh', ['-e', file]))
}

const call = (places: Places) => ({ url: `https://${host}`, known: firstStartOf(join(folder, 'data')), places })

const privatePorts = (): number[] =>
  Object.values(JSON.parse(readFileSync(join(folder, 'data/ports.json'), 'utf8')) as Record<string, number>)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ct-firewall-'))
  running.defer(() => rmSync(folder, { recursive: true, force: true }))
  server = running.use(await NetworkHost.create('server'))
  outside = running.use(await NetworkHost.create('outside'))
  await NetworkHost.connect(server, outside, 'cable')
  await server.ip(`address add ${host}/32 dev cable`)
  for (const address of [carrier, stranger]) {
    await outside.ip(`address add ${address}/32 dev cable`)
    await server.ip(`route add ${address}/32 dev cable`)
  }
  await outside.ip(`route add ${host}/32 dev cable src ${stranger}`)
  const dataDir = join(folder, 'data')
  running.use(await startProduct(dataDir, { machine: server, env: { SIP_ADVERTISED_HOST: host } }))
  const tls = (name: string) => join(dataDir, 'tls', name)
  const [ip = '', ...args] = server.command(process.execPath, [
    ...[program('front-proxy'), tls('certificate.pem'), tls('key.pem'), '5432', '8088'],
  ])
  const proxy = await startPeerProcess({
    ...{ program: ip, debianPackage: 'iproute2', args, cwd: folder, logFile: join(folder, 'proxy.log') },
  })
  running.defer(async () => void (await proxy.stop()))
  await eventually(async () => String(await seenBy(stranger, 'tcp', { ports: [443] })) === 'open', {
    withinMs: 20_000,
    what: () => `the proxy to listen\n${proxy.logTail()}`,
  })
})
afterAll(() => running.disposeAsync())

it('without rules the database and ARI are on no outer address', async () => {
  expect(privatePorts().length).toBeGreaterThanOrEqual(2)
  expect(new Set((await seenBy(stranger, 'tcp', { ports: privatePorts() })) as string[])).toEqual(new Set(['refused']))
  // What is to be shut is open so far.
  expect(await seenBy(stranger, 'tcp', { ports: [443, 5060, 5061, 5432, 8080, 8088] })).toEqual(
    Array<string>(6).fill('open'),
  )
  expect(await seenBy(stranger, 'sip', { count: 1 })).toMatchObject({ answered: 1 })
})

it('the documented rules let in the pages, carriers, telephones over TLS and audio, and nothing else', async () => {
  await load('nft', 'table inet centralita')
  // Once more: they replace themselves.
  await load('nft', 'table inet centralita')
  const ports = [443, 5061, 5060, 5432, 8080, 8088, ...privatePorts()]
  const [connections, packets, carriers] = await Promise.all([
    seenBy(stranger, 'tcp', { ports }),
    seenBy(stranger, 'sip', { count: 3 }),
    seenBy(carrier, 'tcp', { ports: [5060, 8088] }),
  ])
  expect(connections).toEqual(['open', 'open', ...Array<string>(ports.length - 2).fill('silent')])
  expect(packets).toMatchObject({ answered: 0 })
  expect(carriers).toEqual(['open', 'silent'])
  expect(await seenBy(carrier, 'sip', { count: 3 })).toMatchObject({ answered: 3 })
  expect(await seenBy(stranger, 'tls')).toBe('SIP/2.0 200 OK')
  expect(await seenBy(carrier, 'talk', call({ caller: carrier, agent: carrier }))).toBe('heard')
})

it('ARI is open to a node once the rules know it', async () => {
  await server.run('nft', ['add', 'element', 'inet', 'centralita', 'nodes', `{ ${stranger} }`])
  expect(await seenBy(stranger, 'tcp', { ports: [8088, 5432] })).toEqual(['open', 'silent'])
  await server.run('nft', ['delete', 'element', 'inet', 'centralita', 'nodes', `{ ${stranger} }`])
})

it('who knocks too often at the telephones’ port waits', async () => {
  const stood = (await seenBy(stranger, 'knock', { count: 150 })) as { open: number; afterMs: number }
  expect(stood.open).toBeGreaterThan(0)
  expect(stood.open).toBeLessThanOrEqual(50 + 10 * (stood.afterMs / 1_000 + 1))
})

it('open to callers without an account, scans are still slow', async () => {
  await load('sh', 'nft insert')
  expect(await seenBy(stranger, 'talk', call({ caller: stranger, agent: carrier }))).toBe('heard')
  const scan = (await seenBy(stranger, 'sip', { count: 400 })) as { answered: number; lastAfterMs: number }
  expect(scan.answered).toBeGreaterThanOrEqual(20)
  expect(scan.answered).toBeLessThanOrEqual(40 + 20 * (scan.lastAfterMs / 1_000 + 2))
  // A carrier is no scan.
  expect(await seenBy(carrier, 'sip', { count: 60 })).toMatchObject({ answered: 60 })
})
