/** Inbound messages between the moment they are safe and the moment they are taken in. */
import type { Channel, EntryPointId, Instant } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'
import { storable } from '../platform/database/storable.ts'

export type Inbound = Readonly<{
  entryPointId: EntryPointId
  /** The outside's own id: a copy of it is the same message. */
  providerId: string
  channel: Channel
  /** Whose messages are taken in one after the other. */
  identity: string
  receivedAt: Instant
  body: unknown
}>
export type StoredInbound = Inbound & Readonly<{ id: number; attempts: number }>
export type SetAside = Readonly<{
  id: number
  entryPointId: EntryPointId
  channel: Channel
  identity: string
  receivedAt: Instant
  error: string | null
}>

type Row = {
  id: number
  entry_point_id: string
  provider_id: string
  channel: Channel
  identity: string
  received_at: number
  attempts: number
  error: string | null
  body: unknown
}

/** Those that are new, in the order given. The others were there, or are copies within the list. */
export async function insertInbound(database: Database, messages: readonly Inbound[]): Promise<StoredInbound[]> {
  const rows = messages.map(({ entryPointId, providerId, channel, identity, receivedAt, body }) => ({
    entry_point_id: entryPointId,
    provider_id: providerId,
    channel,
    identity,
    received_at: receivedAt,
    body,
  }))
  const { rows: stored } = await database.pool.query<Row>({
    name: 'insert-inbound',
    text: `insert into inbox (entry_point_id, provider_id, channel, identity, received_at, body)
      select entry_point_id, provider_id, channel, identity, received_at, body
      from rows from (jsonb_to_recordset($1::jsonb) as (entry_point_id text, provider_id text, channel text,
        identity text, received_at bigint, body jsonb)) with ordinality
        as r(entry_point_id, provider_id, channel, identity, received_at, body, n)
      order by n
      on conflict (entry_point_id, provider_id) do nothing returning *`,
    values: [storable(rows)],
  })
  return stored.map(toInbound)
}

export async function waitingInbound(database: Database): Promise<StoredInbound[]> {
  const { rows } = await database.pool.query<Row>(`select * from inbox where state = 'waiting' order by id`)
  return rows.map(toInbound)
}

/** Nothing came of it: it is not asked again. */
export async function dropInbound(database: Database, id: number): Promise<void> {
  await database.pool.query(`update inbox set state = 'taken', body = null where id = $1`, [id])
}

export async function failInbound(database: Database, id: number, error: string, setAside: boolean): Promise<void> {
  await database.pool.query(
    `update inbox set attempts = attempts + 1, error = $2, state = case when $3 then 'set-aside' else state end
     where id = $1 and state = 'waiting'`,
    [id, error.slice(0, 500), setAside],
  )
}

export async function listSetAside(database: Database): Promise<SetAside[]> {
  const { rows } = await database.pool.query<Row>(
    `select * from inbox where state = 'set-aside' order by id desc limit 200`,
  )
  return rows.map((row) => ({
    id: row.id,
    entryPointId: row.entry_point_id,
    channel: row.channel,
    identity: row.identity,
    receivedAt: row.received_at,
    error: row.error,
  }))
}

/** null: it is not set aside. */
export async function retryInbound(database: Database, id: number): Promise<StoredInbound | null> {
  const { rows } = await database.pool.query<Row>(
    `update inbox set state = 'waiting', attempts = 0, error = null where id = $1 and state = 'set-aside' returning *`,
    [id],
  )
  return rows[0] === undefined ? null : toInbound(rows[0])
}

function toInbound(row: Row): StoredInbound {
  return {
    id: row.id,
    entryPointId: row.entry_point_id,
    providerId: row.provider_id,
    channel: row.channel,
    identity: row.identity,
    receivedAt: row.received_at,
    attempts: row.attempts,
    body: row.body,
  }
}
