/** Calls that we owe: each keeps its customer's place in line until somebody has called, or nobody needs to any more. */
import type { CustomerId, EntryPointId, InteractionId, Instant, QueueId } from '../core/ids.ts'
import type { Requirement } from '../core/rules.ts'
import type { Database } from '../platform/database/database.ts'
import type { Cursor } from './cursor.ts'

export const openCallbackStates = ['waiting', 'offered', 'dialling'] as const
export const callbackStates = [...openCallbackStates, 'done', 'cancelled', 'failed'] as const
export type OpenCallbackState = (typeof openCallbackStates)[number]
export type CallbackState = (typeof callbackStates)[number]

export const callbackOrigins = ['flow', 'lost-call', 'form', 'agent'] as const
export type CallbackOrigin = (typeof callbackOrigins)[number]

export type NewCallback = Readonly<{
  id: string
  /** The call that asked for it; a second request of the same call is the same callback. null: asked for otherwise. */
  ofInteractionId: InteractionId | null
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
  /** What the customer is spoken to in. */
  language: string
  /** When it is to stand in line; null: at once. */
  dueAt?: Instant | null
  requestedBy?: CallbackOrigin
  /** What the customer said that it is about. */
  subject?: string | null
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
  interaction_id: string | null
  callback_interaction_id: string
  customer_id: string | null
  number: string
  queue_id: string
  entry_point_id: string
  requirement: Requirement
  priority: number
  waiting_since: number
  requested_at: number
  language: string
  due_at: number | null
  requested_by: CallbackOrigin
  subject: string | null
  state: CallbackState
  reason: string | null
  attempts: number
  changed_at: number
}

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
  return first(
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
  return first(
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

/** After an attempt that did not reach the customer: it waits for another, as another interaction. null: it is over already. */
export async function tryCallbackAgain(
  database: Database,
  next: { id: string; interactionId: InteractionId; reason: string; at: Instant; dueAt: Instant },
): Promise<Callback | null> {
  return first(
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
  return first(
    await database.pool.query<CallbackRow>(
      `select * from callbacks
       where (customer_id = $1 or customer_id in (select * from customer_records($1))) and state in ('waiting', 'offered', 'dialling') and ($2::text is null or queue_id = $2)
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
    language: row.language,
    dueAt: row.due_at,
    requestedBy: row.requested_by,
    subject: row.subject,
    state: row.state,
    reason: row.reason,
    attempts: row.attempts,
    changedAt: row.changed_at,
  }
}
