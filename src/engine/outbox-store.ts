/** Messages that leave through a provider, and what is known of where they are. */
import type { LetterKind } from '../core/facts.ts'
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
  /** null: a message of the conversation itself. */
  about: LetterKind | null
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
  about: LetterKind | null
}

/** What an earlier process handed over without hearing the answer is sent again, and marked. */
export async function doubtWhatWasSending(database: Database): Promise<void> {
  await database.pool.query(`update outbox set state = 'waiting', uncertain = true where state = 'sending'`)
}

/** The first of each identity at each entry point that nobody sends yet, and whose time has come. */
export async function nextToLeave(
  database: Database,
  channel: Channel,
  now: Instant,
  limit: number,
): Promise<Leaving[]> {
  const { rows } = await database.pool.query<Row>(
    `select * from (
       select distinct on (entry_point_id, identity) * from outbox
       where state in ('waiting', 'sending') and channel = $3
       order by entry_point_id, identity, id) first
     where state = 'waiting' and next_at <= $1 order by id limit $2`,
    [now, limit, channel],
  )
  return rows.map(toLeaving)
}

function toLeaving(row: Row): Leaving {
  const { id, channel, identity, uncertain, attempts, body, about } = row
  const whose = { messageId: row.message_id, interactionId: row.interaction_id, entryPointId: row.entry_point_id }
  return { id, channel, identity, uncertain, attempts, body, about, ...whose }
}

/** Before it is handed over, so that a crash in between leaves a doubt and no silence. */
export async function beginSending(database: Database, ids: readonly number[], at: Instant): Promise<void> {
  await database.pool.query(
    `update outbox set state = 'sending', attempts = attempts + 1, begun_at = $2 where id = any($1::bigint[])`,
    [ids, at],
  )
}

/** What was sent is forgotten; what failed is kept, for a person to try it again. */
export async function settle(
  database: Database,
  id: number,
  told: { state: 'sent'; providerId: string | null } | { state: 'failed'; error: string },
): Promise<void> {
  const { state, providerId = null, error = null } = { providerId: undefined, error: undefined, ...told }
  await database.pool.query(
    `update outbox set state = $2, provider_id = $3, error = $4, body = case when $2 = 'sent' then null else body end
     where id = $1`,
    [id, state, providerId, error?.slice(0, 500) ?? null],
  )
}

/** Nobody needs it any more. */
export async function dropLeaving(database: Database, id: number): Promise<void> {
  await database.pool.query('delete from outbox where id = $1', [id])
}

export type Failed = Readonly<{
  id: number
  interactionId: InteractionId
  channel: Channel
  identity: string
  about: LetterKind | null
  attempts: number
  triedAt: Instant
  error: string | null
}>

/** Newest first. `before`: those with smaller ids. */
export async function listFailed(
  database: Database,
  page: Readonly<{ before: number | null; limit: number }>,
): Promise<Failed[]> {
  const { rows } = await database.pool.query<Row & { begun_at: number; error: string | null }>(
    `select * from outbox where state = 'failed' and id < $1 order by id desc limit $2`,
    [page.before ?? Number.MAX_SAFE_INTEGER, page.limit],
  )
  return rows.map(({ id, interaction_id: interactionId, channel, identity, about, attempts, begun_at, error }) => ({
    ...{ id, interactionId, channel, identity, about, attempts, error },
    triedAt: begun_at,
  }))
}

/** Anew, as if it had never been tried; false: no such message has failed. */
export async function retryFailed(database: Database, id: number): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    `update outbox set state = 'waiting', attempts = 0, next_at = 0 where id = $1 and state = 'failed' and body is not null`,
    [id],
  )
  return rowCount === 1
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

export async function earliestToLeave(database: Database, channel: Channel): Promise<Instant | null> {
  const { rows } = await database.pool.query<{ at: number | null }>(
    `select min(next_at) as at from outbox where state = 'waiting' and channel = $1`,
    [channel],
  )
  return rows[0]?.at ?? null
}
