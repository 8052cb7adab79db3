/** What is asked of callbacks: which are open, whose they are, how often somebody wanted one. */
import type { CustomerId, InteractionId, Instant, QueueId } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'
import { firstCallback, toCallback, type Callback, type CallbackRow, type CallbackState } from './callback-row.ts'
import type { Cursor } from './cursor.ts'

/** And still the call of that interaction: it may have been moved. */
export async function isCallbackOpen(database: Database, id: string, interactionId: InteractionId): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    `select 1 from callbacks
     where id = $1 and callback_interaction_id = $2 and state in ('waiting', 'offered', 'dialling')`,
    [id, interactionId],
  )
  return rowCount === 1
}

/** Oldest first: those that a new process must know of. */
export async function openCallbacks(database: Database): Promise<Callback[]> {
  const { rows } = await database.pool.query<CallbackRow>(
    `select * from callbacks where state in ('waiting', 'offered', 'dialling') order by waiting_since, id`,
  )
  return rows.map(toCallback)
}

/** The customer's oldest open callback, of any queue unless one is named. */
export async function openCallbackOf(
  database: Database,
  customerId: CustomerId,
  queueId: QueueId | null = null,
): Promise<Callback | null> {
  return firstCallback(
    await database.pool.query<CallbackRow>(
      `select * from callbacks
       where (customer_id = $1 or customer_id in (select * from customer_records($1))) and state in ('waiting', 'offered', 'dialling') and ($2::text is null or queue_id = $2)
       order by waiting_since limit 1`,
      [customerId, queueId],
    ),
  )
}

export async function readCallback(database: Database, id: string): Promise<Callback | null> {
  return firstCallback(await database.pool.query<CallbackRow>('select * from callbacks where id = $1', [id]))
}

/** The one that this interaction is the call of; not one that it asked for. */
export async function callbackByInteraction(
  database: Database,
  interactionId: InteractionId,
): Promise<Callback | null> {
  return firstCallback(
    await database.pool.query<CallbackRow>('select * from callbacks where callback_interaction_id = $1', [
      interactionId,
    ]),
  )
}

/** Newest first. */
export async function listCallbacks(
  database: Database,
  ask: {
    states: readonly CallbackState[]
    queueId: QueueId | null
    customerId: CustomerId | null
    after: Cursor | null
    limit: number
  },
): Promise<{ items: Callback[]; next: Cursor | null }> {
  const { rows } = await database.pool.query<CallbackRow>(
    `select * from callbacks
     where state = any($1::text[]) and ($2::text is null or queue_id = $2) and ($3::uuid is null or customer_id = $3)
       and ($4::bigint is null or (requested_at, id) < ($4, $5::uuid))
     order by requested_at desc, id desc limit $6`,
    [ask.states, ask.queueId, ask.customerId, ask.after?.at ?? null, ask.after?.id ?? null, ask.limit + 1],
  )
  const items = rows.slice(0, ask.limit).map(toCallback)
  const last = items.at(-1)
  return { items, next: rows.length > ask.limit && last !== undefined ? { at: last.requestedAt, id: last.id } : null }
}

/** How often customers asked by themselves to be called. */
export async function askedByForm(
  database: Database,
  number: string,
  { since, sinceByAnybody }: { since: Instant; sinceByAnybody: Instant },
): Promise<{ forNumber: number; byAnybody: number }> {
  const { rows } = await database.pool.query<{ for_number: number; by_anybody: number }>(
    `select count(*) filter (where number = $1 and requested_at >= $2)::int as for_number,
       count(*) filter (where requested_at >= $3)::int as by_anybody
     from callbacks where requested_by = 'form' and requested_at >= least($2::bigint, $3::bigint)`,
    [number, since, sinceByAnybody],
  )
  return { forNumber: rows[0]?.for_number ?? 0, byAnybody: rows[0]?.by_anybody ?? 0 }
}
