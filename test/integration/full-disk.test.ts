import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtInDatabaseUrl } from '../../src/supervisor/built-in-database.ts'
import { eventually } from '../peers/poll.ts'
import { ask, firstStartOf, json, startProduct, talk, type Product } from '../peers/product.ts'
import type { Answer } from '../peers/service.ts'
import { VisitorPage } from '../peers/visitor.ts'

const running = new AsyncDisposableStack()
let dataDir: string
let product: Product

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ct-disk-'))
  running.defer(() => rmSync(folder, { recursive: true, force: true }))
  dataDir = join(folder, 'data')
  mkdirSync(dataDir)
  // A disk of its own, so that nobody else's is full.
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512m', 'centralita-test', dataDir])
  running.defer(() => void execFileSync('umount', ['--lazy', dataDir]))
  // The product's own bounds, looked at more often.
  const env = { DISK_LOW: '', DISK_URGENT: '', DISK_CHECK: '1' }
  product = running.use(await startProduct(dataDir, { env }))
}, 120_000)
afterAll(() => running.disposeAsync())

const ballast = () => join(dataDir, 'ballast')

/** Not a byte is left. */
function fill(): string {
  const file = openSync(ballast(), 'a')
  try {
    for (const size of [1_048_576, 4_096, 1]) {
      const bytes = Buffer.alloc(size)
      try {
        for (;;) if (writeSync(file, bytes) < size) break
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' })
      }
    }
  } finally {
    closeSync(file)
  }
  return ballast()
}

/** What the product says of its disk to whoever may not even sign in. */
async function diskIs(level: string): Promise<void> {
  let health: unknown
  const isTold = async (): Promise<boolean> => {
    const answer = await fetch(`${product.url}/api/health`)
    health = await answer.json()
    const [disk, ...others] = (health as { disks: Answer[] }).disks
    expect([disk?.['holds'], others]).toEqual([['data', 'recordings', 'database'], []])
    return answer.ok && disk?.['level'] === level
  }
  await eventually(isTold, { withinMs: 30_000, what: () => `a disk that is ${level}: ${JSON.stringify(health)}` })
}

it('people are told before it is full, and again when there is room', async () => {
  const { admin, agents } = firstStartOf(dataDir)
  await diskIs('enough')
  const { bavail, bsize } = statfsSync(dataDir)
  writeFileSync(ballast(), Buffer.alloc(bavail * bsize - 30 * 1_048_576))
  await diskIs('low')
  const { items } = await json(ask(product.url, admin, 'GET', '/api/disks'))
  expect(items).toEqual([
    {
      ...{ holds: ['data', 'recordings', 'database'], level: 'low' },
      ...{ freeBytes: expect.any(Number), totalBytes: 512 * 1_048_576 },
    },
  ])
  const [agent] = agents
  await expect(ask(product.url, agent ?? admin, 'GET', '/api/disks')).rejects.toThrow('403')
  writeFileSync(ballast(), Buffer.alloc(25 * 1_048_576), { flag: 'a' })
  await diskIs('urgent')
  rmSync(ballast())
  await diskIs('enough')
})

const upload = (visitor: VisitorPage, bytes: number) =>
  fetch(`${product.url}/api/chat/files?name=story.txt`, {
    method: 'POST',
    body: 'a'.repeat(bytes),
    headers: { 'content-type': 'text/plain', authorization: `Bearer ${visitor.token ?? ''}`, 'x-widget': 'demo' },
  })

it('a full disk is said, costs no message, and is over as soon as there is room', async () => {
  const { admin } = firstStartOf(dataDir)
  await ask(product.url, admin, 'PATCH', '/api/entry-points/chat-demo', { flowId: 'line' })
  using visitor = await VisitorPage.open(product.url)
  await visitor.write('0: Where is my parcel?')
  await visitor.is('waiting')
  const filled = fill()

  const refused = await upload(visitor, 200_000)
  expect(refused.status).toBe(507)
  expect(await refused.json()).toMatchObject({ error: { code: 'disk-full' } })
  const kept = readdirSync(join(dataDir, 'files'), { recursive: true, withFileTypes: true })
  expect(kept.filter((entry) => entry.isFile())).toEqual([])

  // Until not even the database has room: what is not acknowledged then is on its way.
  const ids: string[] = []
  const say = (): void => {
    const id = crypto.randomUUID()
    ids.push(id)
    visitor.say({ send: { id, text: `${ids.length}: ${'x'.repeat(3_000)}` } })
  }
  await eventually(
    async () => {
      say()
      const { database, writer } = (await (await fetch(`${product.url}/api/health`)).json()) as Answer
      return database === 'down' || writer === 'down'
    },
    { withinMs: 60_000, everyMs: 50, what: () => `the database to have no room; ${ids.length} messages were written` },
  )
  rmSync(filled)

  await eventually(() => ids.every((id) => visitor.acks.has(id)), {
    withinMs: 60_000,
    what: () =>
      `all ${ids.length} messages to be safe; ${visitor.acks.size} are, errors ${JSON.stringify(visitor.errors)}`,
  })
  const written = (): (string | undefined)[] =>
    visitor.messages.filter(({ from }) => from === 'customer').map(({ text }) => text.split(':')[0])
  await expect.poll(written, { timeout: 30_000 }).toEqual(['0', ...ids.map((_, n) => String(n + 1))])
  expect((await upload(visitor, 200_000)).status).toBe(201)
  const { items } = await json(ask(product.url, admin, 'GET', '/api/inbox/set-aside'))
  expect(items).toEqual([])
  visitor.say({ leave: true })
  await visitor.is('closed')
  await talk(product, firstStartOf(dataDir))
}, 240_000)

it('a database that dies of it is back as soon as there is room', async () => {
  using visitor = await VisitorPage.open(product.url)
  await visitor.write('0: Before')
  const filled = fill()
  const client = new pg.Client(builtInDatabaseUrl(dataDir))
  client.on('error', () => undefined)
  await client.connect()
  // Nothing but its log grows, until there is no room for that: then the whole server gives up.
  const write = (): Promise<unknown> =>
    client.query(`select pg_logical_emit_message(false, 'test', repeat('x', 1000000))`)
  await expect(
    (async () => {
      for (let n = 0; n < 200; n++) await write()
    })(),
  ).rejects.toThrow('Connection terminated unexpectedly')
  rmSync(filled)
  // As a page does: what is not acknowledged is written again, over a new line where the old one was cut.
  const id = crypto.randomUUID()
  const isSafe = async (): Promise<boolean> => {
    if (!visitor.isOpen) await visitor.connect().catch(() => undefined)
    visitor.say({ send: { id, text: '1: Meanwhile' } })
    return visitor.acks.has(id)
  }
  await eventually(isSafe, { withinMs: 90_000, everyMs: 500, what: 'the message to be safe' })
  const written = (): string[] => visitor.messages.filter(({ from }) => from === 'customer').map(({ text }) => text)
  await expect.poll(written, { timeout: 30_000 }).toEqual(['0: Before', '1: Meanwhile'])
}, 240_000)
