/** Calls that we owe: each keeps its customer's place in line until somebody has called, or nobody needs to any more. */
import type { CustomerId, InteractionId, Instant, QueueId } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'
import {
  firstCallback,
  toCallback,
  type Callback,
  type CallbackRow,
  type CallbackState,
  type NewCallback,
  type OpenCallbackState,
} from './callback-row.ts'

/**
 * The callback of that call, or the one that this customer has open in that queue already: this one, or the one that was
 * stored before, which keeps its place.
 */
export async function requestCallback(database: Database, callback: NewCallback): Promise<Callback> {
  for (;;) {
    const inserted = await insertCallback(database, callback)
    const stored = inserted ?? (await callbackInstead(database, callback))
    // Between the two, the one that stood in the way may have ended.
    if (stored !== null) return stored
  }
}

async function insertCallback(database: Database, callback: NewCallback): Promise<Callback | null> {
  return firstCallback(
    await database.pool.query<CallbackRow>(
      `insert into callbacks (id, interaction_id, callback_interaction_id, customer_id, number, queue_id, entry_point_id,
         requirement, priority, waiting_since, requested_at, state, changed_at, language, due_at, requested_by, subject)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', $11, $12, $13, $14, $15)
       on conflict do nothing returning *`,
      [
        callback.id,
        callback.ofInteractionId,
        callback.interactionId,
        callback.customerId,
        callback.number,
        callback.queueId,
        callback.entryPointId ?? '',
        JSON.stringify(callback.requirement ?? {}),
        callback.priority ?? 0,
        callback.waitingSince,
        callback.requestedAt,
        callback.language,
        callback.dueAt ?? null,
        callback.requestedBy ?? 'flow',
        callback.subject ?? null,
      ],
    ),
  )
}

async function callbackInstead(database: Database, callback: NewCallback): Promise<Callback | null> {
  return firstCallback(
    await database.pool.query<CallbackRow>(
      `select * from callbacks
       where id = $1 or interaction_id = $2
         or (customer_id = $3 and queue_id = $4 and state in ('waiting', 'offered', 'dialling'))
       order by interaction_id = $2 desc nulls last limit 1`,
      [callback.id, callback.ofInteractionId, callback.customerId, callback.queueId],
    ),
  )
}

/** Moves an open callback on; null when it is over already. `attempt` counts one more try. */
export async function moveCallback(
  database: Database,
  id: string,
  state: OpenCallbackState,
  at: Instant,
  attempt = false,
): Promise<Callback | null> {
  return firstCallback(
    await database.pool.query<CallbackRow>(
      `update callbacks set state = $2, attempts = attempts + $3, changed_at = $4
       where id = $1 and state in ('waiting', 'offered', 'dialling') returning *`,
      [id, state, attempt ? 1 : 0, at],
    ),
  )
}

/** Ends an open callback; null when it was over already, which leaves it as it was. */
export async function closeCallback(
  database: Database,
  id: string,
  state: Exclude<CallbackState, OpenCallbackState>,
  reason: string,
  at: Instant,
): Promise<Callback | null> {
  return firstCallback(
    await database.pool.query<CallbackRow>(
      `update callbacks set state = $2, reason = $3, changed_at = $4
       where id = $1 and state in ('waiting', 'offered', 'dialling') returning *`,
      [id, state, reason, at],
    ),
  )
}

export type CallbackMove = Readonly<{
  number?: string
  queueId?: QueueId
  dueAt?: Instant | null
  waitingSince?: Instant
}>

/**
 * Another number, queue or time for a callback that waits: from now on it is the other interaction, at the place that it has.
 * `taken`: the customer has another open one there; null: it doesn't wait, or is over.
 */
export async function changeCallback(
  database: Database,
  id: string,
  interactionId: InteractionId,
  { number, queueId, dueAt, waitingSince }: CallbackMove,
  at: Instant,
): Promise<Readonly<{ before: Callback; after: Callback }> | 'taken' | null> {
  try {
    const { rows } = await database.pool.query<{ before: CallbackRow; after: CallbackRow }>(
      `with before as (select * from callbacks where id = $1 and state = 'waiting' for update),
       after as (
         update callbacks set callback_interaction_id = $2, number = coalesce($3, number), queue_id = coalesce($4, queue_id),
           due_at = case when $5 then $6::bigint else due_at end, waiting_since = coalesce($7, waiting_since), changed_at = $8
         where id in (select id from before) returning *)
       select to_jsonb(before) as before, to_jsonb(after) as after from before, after`,
      [
        id,
        interactionId,
        number ?? null,
        queueId ?? null,
        dueAt !== undefined,
        dueAt ?? null,
        waitingSince ?? null,
        at,
      ],
    )
    const row = rows[0]
    return row === undefined ? null : { before: toCallback(row.before), after: toCallback(row.after) }
  } catch (error) {
    if ((error as { constraint?: string }).constraint === 'callbacks_one_open') return 'taken'
    throw error
  }
}

/** After an attempt that did not reach the customer: it waits for another, as another interaction. null: it is over already. */
export async function tryCallbackAgain(
  database: Database,
  next: { id: string; interactionId: InteractionId; reason: string; at: Instant; dueAt: Instant },
): Promise<Callback | null> {
  return firstCallback(
    await database.pool.query<CallbackRow>(
      `update callbacks
       set state = 'waiting', callback_interaction_id = $2, reason = $3, changed_at = $4, due_at = $5
       where id = $1 and state in ('waiting', 'offered', 'dialling') returning *`,
      [next.id, next.interactionId, next.reason, next.at, next.dueAt],
    ),
  )
}

/** The customer was served by another interaction: what is owed to them is no longer. */
export async function cancelServedCallbacks(
  database: Database,
  customerId: CustomerId,
  byInteractionId: InteractionId,
  at: Instant,
): Promise<Callback[]> {
  const { rows } = await database.pool.query<CallbackRow>(
    `update callbacks set state = 'cancelled', reason = 'served-otherwise', changed_at = $3
     where (customer_id = $1 or customer_id in (select * from customer_records($1))) and callback_interaction_id <> $2
       and state in ('waiting', 'offered', 'dialling') returning *`,
    [customerId, byInteractionId, at],
  )
  return rows.map(toCallback)
}
