/** The lock that makes one process the writer of the organisation, held by a connection of its own. */
import pg from 'pg'
import type { Database } from '../platform/database/database.ts'
import { within } from '../platform/database/within.ts'

const lockKey = 0x43_4e_54_52 // "CNTR"
const connectWithinMs = 5_000
/** A server that doesn't answer frees the lock itself once it notices that we are gone. */
const releaseWithinMs = 1_000

export type WriterLock = Readonly<{
  epoch: number
  /** Resolves when the connection that holds the lock is lost. */
  lost: Promise<void>
  release(): Promise<void>
}>

/**
 * Takes the organisation's writer lock if it is free. With `keepEpoch` a writer whose connection broke takes it back only
 * if nobody else wrote meanwhile; a new writer opens a new epoch.
 */
export async function takeWriterLock(
  database: Database,
  keepEpoch: number | null,
): Promise<WriterLock | 'held' | 'replaced'> {
  const client = new pg.Client({
    connectionString: database.url,
    application_name: 'centralita-writer',
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: connectWithinMs,
    keepAlive: true,
  })
  const lost = new Promise<void>((resolve) => {
    client.on('error', () => resolve())
    client.on('end', () => resolve())
  })
  let taken: number | 'held' | 'replaced' = 'held'
  try {
    await client.connect()
    taken = await take(client, keepEpoch)
  } finally {
    if (typeof taken !== 'number') await client.end()
  }
  return typeof taken === 'number'
    ? { epoch: taken, lost, release: () => within(releaseWithinMs, client.end()) }
    : taken
}

async function take(client: pg.Client, keepEpoch: number | null): Promise<number | 'held' | 'replaced'> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [lockKey])
  const held = rows[0]?.taken !== true
  if (held && keepEpoch === null) return 'held'
  const { rows: epochs } =
    keepEpoch === null
      ? await client.query<{ epoch: number }>('update writer_epoch set epoch = epoch + 1 returning epoch')
      : await client.query<{ epoch: number }>('select epoch from writer_epoch where epoch = $1', [keepEpoch])
  const epoch = epochs[0]?.epoch
  if (epoch === undefined) return 'replaced'
  // Still in our own epoch: the connection that broke has not been noticed by the server yet.
  return held ? 'held' : epoch
}
