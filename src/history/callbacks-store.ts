/** Calls that we owe: each keeps its customer's place in line until somebody has called, or nobody needs to any more. */
import type { CustomerId, EntryPointId, InteractionId, Instant, QueueId } from '../core/ids.ts'
import type { Requirement } from '../core/rules.ts'
import type { Database } from '../platform/database/database.ts'
import type { Cursor } from './cursor.ts'

export const openCallbackStates = ['waiting', 'offered', 'dialling'] as const
export const callbackStates = [...openCallbackStates, 'done', 'cancelled', 'failed'] as const
export type OpenCallbackState = (typeof openCallbackStates)[number]
export type CallbackState = (typeof callbackStates)[number]

export type NewCallback = Readonly<{
  id: string
  /** The call that asked for it; a second request of the same call is the same callback. */
  ofInteractionId: InteractionId
  /** The interaction that will be the call back. */
  interactionId: InteractionId
  customerId: CustomerId | null
  /** As it will be dialled. */
  number: string
  queueId: QueueId
  entryPointId?: EntryPointId
  requirement?: Requirement
  priority?: number
  waitingSince: Instant
  requestedAt: Instant
}>

export type Callback = Readonly<
  Required<NewCallback> & {
    state: CallbackState
    reason: string | null
    attempts: number
    changedAt: Instant
  }
>

type CallbackRow = {
  id: string
  interaction_id: string
  callback_interaction_id: string
  customer_id: string | null
  number: string
  queue_id: string
  entry_point_id: string
  requirement: Requirement
  priority: number
  waiting_since: number
  requested_at: number
  state: CallbackState
  reason: string | null
  attempts: number
  changed_at: number
}

/** The callback of that call: this one, or the one that was stored before. */
export async function requestCallback(database: Database, callback: NewCallback): Promise<Callback> {
  const { rows } = await database.pool.query<CallbackRow>(
    `insert into callbacks (id, interaction_id, callback_interaction_id, customer_id, number, queue_id, entry_point_id,
         requirement, priority, waiting_since, requested_at, state, changed_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', $11)
       on conflict (interaction_id) do update set changed_at = callbacks.changed_at returning *`,
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
    ],
  )
  return only(rows)
}

/** Moves an open callback on; null when it is over already. `attempt` counts one more try. */
export async function moveCallback(
  database: Database,
  id: string,
  state: OpenCallbackState,
  at: Instant,
  attempt = false,
): Promise<Callback | null> {
  return first(
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
  return first(
    await database.pool.query<CallbackRow>(
      `update callbacks set state = $2, reason = $3, changed_at = $4
       where id = $1 and state in ('waiting', 'offered', 'dialling') returning *`,
      [id, state, reason, at],
    ),
  )
}

/**
 * After an attempt that did not reach the customer: it waits again, as another interaction. After the last one it has
 * failed. null: nobody is to be called any more.
 */
export async function tryCallbackAgain(
  database: Database,
  next: { id: string; interactionId: InteractionId; mostAttempts: number; reason: string; at: Instant },
): Promise<Callback | null> {
  const callback = first(
    await database.pool.query<CallbackRow>(
      `update callbacks set
         state = case when attempts < $3 then 'waiting' else 'failed' end,
         callback_interaction_id = case when attempts < $3 then $2::uuid else callback_interaction_id end,
         reason = $4, changed_at = $5
       where id = $1 and state in ('waiting', 'offered', 'dialling') returning *`,
      [next.id, next.interactionId, next.mostAttempts, next.reason, next.at],
    ),
  )
  return callback?.state === 'waiting' ? callback : null
}

/** The customer was served by another interaction: what is owed to them is no longer, unless it is being dialled now. */
export async function cancelServedCallbacks(
  database: Database,
  customerId: CustomerId,
  byInteractionId: InteractionId,
  at: Instant,
): Promise<Callback[]> {
  const { rows } = await database.pool.query<CallbackRow>(
    `update callbacks set state = 'cancelled', reason = 'served-otherwise', changed_at = $3
     where (customer_id = $1 or customer_id in (select customer_records($1))) and callback_interaction_id <> $2 and state in ('waiting', 'offered') returning *`,
    [customerId, byInteractionId, at],
  )
  return rows.map(toCallback)
}

export async function isCallbackOpen(database: Database, id: string): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    `select 1 from callbacks where id = $1 and state in ('waiting', 'offered', 'dialling')`,
    [id],
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
  return first(
    await database.pool.query<CallbackRow>(
      `select * from callbacks
       where (customer_id = $1 or customer_id in (select customer_records($1))) and state in ('waiting', 'offered', 'dialling') and ($2::text is null or queue_id = $2)
       order by waiting_since limit 1`,
      [customerId, queueId],
    ),
  )
}

export async function readCallback(database: Database, id: string): Promise<Callback | null> {
  return first(await database.pool.query<CallbackRow>('select * from callbacks where id = $1', [id]))
}

/** The one that this interaction is the call of; not one that it asked for. */
export async function callbackByInteraction(
  database: Database,
  interactionId: InteractionId,
): Promise<Callback | null> {
  return first(
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

function first(result: { rows: CallbackRow[] }): Callback | null {
  const row = result.rows[0]
  return row === undefined ? null : toCallback(row)
}

function only(rows: CallbackRow[]): Callback {
  const row = rows[0]
  if (row === undefined) throw new Error('the callback was not stored')
  return toCallback(row)
}

function toCallback(row: CallbackRow): Callback {
  return {
    id: row.id,
    ofInteractionId: row.interaction_id,
    interactionId: row.callback_interaction_id,
    customerId: row.customer_id,
    number: row.number,
    queueId: row.queue_id,
    entryPointId: row.entry_point_id,
    requirement: row.requirement,
    priority: row.priority,
    waitingSince: row.waiting_since,
    requestedAt: row.requested_at,
    state: row.state,
    reason: row.reason,
    attempts: row.attempts,
    changedAt: row.changed_at,
  }
}
