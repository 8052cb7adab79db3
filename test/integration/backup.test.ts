import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { documentedBlock } from '../peers/documented.ts'
import { eventually } from '../peers/poll.ts'
import { ask, firstStartOf, json, startProduct, talk, type Product } from '../peers/product.ts'
import type { Answer, FirstStart } from '../peers/service.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

let folder: string
const place = (name: string) => join(folder, name)
/** What the contact centre was when it was saved, and what its caller left behind. */
let before: Answer
let flows: Answer

/** The only commands of docs/operating.md with these words, as they are written there. */
async function follow(words: string, dataDir: string): Promise<void> {
  const script = place('commands')
  writeFileSync(script, documentedBlock('operating.md', 'sh', words))
  const PATH = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
  await run('sh', ['-e', script], {
    cwd: root,
    env: { ...process.env, PATH, DATA_DIR: dataDir, BACKUP: place('backup') },
  })
}

/** A call, once it is in the history with its recording. */
async function call(product: Product, known: FirstStart): Promise<Answer> {
  await talk(product, known)
  const ended = async (): Promise<Answer> => {
    const { items } = await json(ask(product.url, known.admin, 'GET', '/api/interactions'))
    const { recordingList } = await json(ask(product.url, known.admin, 'GET', `/api/interactions/${items[0].id}`))
    return items[0].state === 'ended' && recordingList[0]?.durationMs > 0 && { ...items[0], recordingList }
  }
  return eventually(ended, { withinMs: 15_000, what: 'the call to be in the history with its recording' })
}

async function holdsAll({ url }: Product, { admin }: FirstStart): Promise<void> {
  const { items } = await json(ask(url, admin, 'GET', '/api/interactions'))
  expect(items).toMatchObject([{ id: before.id, outcome: 'answered', customer: before.customer }])
  const recording = await ask(url, admin, 'GET', `/api/interactions/${before.id}/recording`)
  expect((await recording.arrayBuffer()).byteLength).toBeGreaterThan(8_000)
  expect(await json(ask(url, admin, 'GET', '/api/flows'))).toEqual(flows)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ct-backup-'))
  await using product = await startProduct(place('own'))
  const known = firstStartOf(place('own'))
  const { url } = product
  await ask(url, known.admin, 'PATCH', '/api/queues/sales', { recording: true })
  before = await call(product, known)
  await ask(url, known.admin, 'PATCH', '/api/flows/line', { name: 'The line, as it was saved' })
  flows = await json(ask(url, known.admin, 'GET', '/api/flows'))
  expect(JSON.stringify(flows)).toContain('The line, as it was saved')
  // While it runs.
  await follow('pg_dump', place('own'))
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('a copy of the data folder, made after a stop, is the whole contact centre: history, recordings, accounts', async () => {
  // With their owners: Postgres is somebody else where the product runs as root.
  await run('cp', ['-a', place('own'), place('copy')])
  await using restored = await startProduct(place('copy'))
  const known = firstStartOf(place('copy'))
  await holdsAll(restored, known)
  // The same accounts and the same customer, without anybody having told it anything.
  const after = await call(restored, known)
  expect(after.customer).toEqual(before.customer)
  expect(after.id).not.toBe(before.id)
})

it('so is what pg_dump wrote while it ran, with the files beside it, restored as the documentation says', async () => {
  await follow('pg_restore', place('fresh'))
  await using restored = await startProduct(place('fresh'))
  // Passwords are those of before.
  await holdsAll(restored, firstStartOf(place('own')))
  const { items } = await json(ask(restored.url, firstStartOf(place('own')).admin, 'GET', '/api/customers'))
  expect(items.map(({ id }: Answer) => id)).toContain(before.customer.id)
})
