/** Messages that leave through a provider, and what is known of where they are. */
import type { Channel, EntryPointId, InteractionId, Instant } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'

export type Leaving = Readonly<{
  id: number
  messageId: string
  interactionId: InteractionId
  channel: Channel
  entryPointId: EntryPointId
  identity: string
  /** Handed over before, and nobody heard what became of it. */
  uncertain: boolean
  attempts: number
  body: unknown
}>

type Row = {
  id: number
  message_id: string
  interaction_id: string
  channel: Channel
  entry_point_id: string
  identity: string
  uncertain: boolean
  attempts: number
  body: unknown
}

/** What an earlier process handed over without hearing the answer is sent again, and marked. */
export async function doubtWhatWasSending(database: Database): Promise<void> {
  await database.pool.query(`update outbox set state = 'waiting', uncertain = true where state = 'sending'`)
}

/** The first of each identity at each entry point that nobody sends yet, and whose time has come. */
export async function nextToLeave(database: Database, now: Instant, limit: number): Promise<Leaving[]> {
  const { rows } = await database.pool.query<Row>(
    `select * from (
       select distinct on (entry_point_id, identity) * from outbox where state in ('waiting', 'sending')
       order by entry_point_id, identity, id) first
     where state = 'waiting' and next_at <= $1 order by id limit $2`,
    [now, limit],
  )
  return rows.map((row) => ({
    id: row.id,
    messageId: row.message_id,
    interactionId: row.interaction_id,
    channel: row.channel,
    entryPointId: row.entry_point_id,
    identity: row.identity,
    uncertain: row.uncertain,
    attempts: row.attempts,
    body: row.body,
  }))
}

/** Before it is handed over, so that a crash in between leaves a doubt and no silence. */
export async function beginSending(database: Database, ids: readonly number[]): Promise<void> {
  await database.pool.query(
    `update outbox set state = 'sending', attempts = attempts + 1 where id = any($1::bigint[])`,
    [ids],
  )
}

export async function settle(
  database: Database,
  id: number,
  state: 'sent' | 'failed',
  told: { providerId?: string | undefined; error?: string | undefined },
): Promise<void> {
  await database.pool.query(`update outbox set state = $2, provider_id = $3, error = $4, body = null where id = $1`, [
    id,
    state,
    told.providerId ?? null,
    told.error ?? null,
  ])
}

export async function tryLater(
  database: Database,
  id: number,
  at: Instant,
  error: string,
  uncertain: boolean,
): Promise<void> {
  await database.pool.query(
    `update outbox set state = 'waiting', next_at = $2, error = $3, uncertain = uncertain or $4 where id = $1`,
    [id, at, error.slice(0, 500), uncertain],
  )
}

export async function earliestToLeave(database: Database): Promise<Instant | null> {
  const { rows } = await database.pool.query<{ at: number | null }>(
    `select min(next_at) as at from outbox where state = 'waiting'`,
  )
  return rows[0]?.at ?? null
}
