/** Deliveries: written in the transaction that notices the event, sent at least once, kept when they can't be. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { OutgoingEvent } from '../core/integration/events.ts'
import type { Instant } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'

export const deliveryStates = ['pending', 'delivered', 'dead'] as const
export type DeliveryState = (typeof deliveryStates)[number]
export type Target = Readonly<{ kind: 'webhook' | 'crm'; id: string }>

export type Delivery = Readonly<{
  id: string
  target: Target
  event: OutgoingEvent
  state: DeliveryState
  attempts: number
  nextAt: Instant
  lastStatus: number | null
  lastError: string | null
  createdAt: Instant
  finishedAt: Instant | null
}>

const columns = `d.id, jsonb_build_object('kind', d.target_kind, 'id', d.target_id) as target,
  jsonb_build_object('id', d.event_id, 'type', d.event_type, 'at', d.event_at, 'data', d.data) as event,
  d.state, d.attempts, d.next_at as "nextAt", d.last_status as "lastStatus", d.last_error as "lastError",
  d.created_at as "createdAt", d.finished_at as "finishedAt"`

/** To everybody who wants to hear of them. */
export async function enqueueAll(knex: Knex, events: readonly OutgoingEvent[], at: Instant): Promise<void> {
  if (events.length === 0) return
  const { rows: listeners } = await knex.raw<{ rows: (Target & { types: readonly string[] })[] }>(
    `select 'webhook' as kind, cast(id as text) as id, events as types from webhooks where is_active
     union all
     select 'crm', id, array['interaction.ended'] from crm_connections
     where settings->>'isActive' = 'true' and settings->>'writeBack' is not null`,
  )
  const wanted = events.flatMap((event) =>
    listeners.filter(({ types }) => types.includes(event.type)).map((target) => ({ target, event })),
  )
  await enqueue(knex, wanted, at)
}

/** An event that is told again makes no second delivery. */
export async function enqueue(
  knex: Knex,
  wanted: readonly Readonly<{ target: Target; event: OutgoingEvent }>[],
  at: Instant,
): Promise<void> {
  if (wanted.length === 0) return
  const deliveries = wanted.map(({ target, event }) => ({ id: randomUUID(), target, event }))
  await knex.raw(
    `insert into deliveries (id, target_kind, target_id, event_id, event_type, event_at, data, state, next_at, created_at)
     select id, target->>'kind', target->>'id', event->>'id', event->>'type', cast(event->>'at' as bigint), event->'data',
       'pending', :at, :at
     from jsonb_to_recordset(cast(:deliveries as jsonb)) as d(id uuid, target jsonb, event jsonb)
     on conflict (target_kind, target_id, event_id) do nothing`,
    { at, deliveries: JSON.stringify(deliveries) },
  )
}

/** What was announced since the last time, oldest first; gone from the table when the transaction commits. */
export async function takeAnnouncements(knex: Knex, limit: number): Promise<OutgoingEvent[]> {
  const { rows } = await knex.raw<{
    rows: { id: number; type: OutgoingEvent['type']; at: number; body: OutgoingEvent['data'] }[]
  }>(
    `delete from outgoing_events where id in (
       select id from outgoing_events order by id limit ? for update skip locked) returning id, type, at, body`,
    [limit],
  )
  return rows
    .sort((a, b) => a.id - b.id)
    .map(({ id, type, at, body }) => ({ id: `change-${id}`, type, at, data: body }))
}

/** Nobody else sends these until `takenUntil`. Together with `underWay` no target has more than `perTarget`. */
export async function takeDue(
  { pool }: Database,
  ask: {
    now: Instant
    takenUntil: Instant
    underWay: ReadonlyMap<string, number>
    perTarget: number
    limit: number
  },
): Promise<Delivery[]> {
  const { rows } = await pool.query<Delivery>(
    `with due as (
       select d.id, coalesce(u.count, 0) + row_number() over (
         partition by target_kind, target_id order by next_at, created_at) as place
       from deliveries d
       left join unnest($3::text[], $4::integer[]) u(target, count) on u.target = d.target_kind || ' ' || d.target_id
       where state = 'pending' and next_at <= $1 and taken_until <= $1 and coalesce(u.count, 0) < $5
       order by next_at limit 1000
     ), chosen as (
       select d.id from deliveries d join due on due.id = d.id
       where due.place <= $5 and d.state = 'pending' and d.taken_until <= $1
       order by d.next_at limit $6 for update of d skip locked)
     update deliveries d set taken_until = $2 from chosen where d.id = chosen.id returning ${columns}`,
    [ask.now, ask.takenUntil, [...ask.underWay.keys()], [...ask.underWay.values()], ask.perTarget, ask.limit],
  )
  return rows
}

export async function noteDelivered({ pool }: Database, id: string, status: number, at: Instant): Promise<void> {
  await pool.query(
    `update deliveries set state = 'delivered', attempts = attempts + 1, last_status = $2, last_error = null,
       finished_at = $3, taken_until = 0 where id = $1`,
    [id, status, at],
  )
}

/** `nextAt` null: given up. */
export async function noteFailed(
  { pool }: Database,
  id: string,
  failure: { status: number | null; error: string; nextAt: Instant | null; at: Instant },
): Promise<void> {
  await pool.query(
    `update deliveries set attempts = attempts + 1, last_status = $2, last_error = $3, taken_until = 0,
       state = case when $4::bigint is null then 'dead' else 'pending' end,
       next_at = coalesce($4, next_at), finished_at = case when $4::bigint is null then $5::bigint end where id = $1`,
    [id, failure.status, failure.error.slice(0, 500), failure.nextAt, failure.at],
  )
}

export async function listDeliveries(
  { pool }: Database,
  ask: {
    state: DeliveryState | null
    targetId: string | null
    after: Readonly<{ at: number; id: string }> | null
    limit: number
  },
): Promise<Delivery[]> {
  const { rows } = await pool.query<Delivery>(
    `select ${columns} from deliveries d
     where ($1::text is null or d.state = $1) and ($2::text is null or d.target_id = $2)
       and ($3::bigint is null or (d.created_at, d.id) < ($3, $4::uuid))
     order by d.created_at desc, d.id desc limit $5`,
    [ask.state, ask.targetId, ask.after?.at ?? null, ask.after?.id ?? null, ask.limit],
  )
  return rows
}

/** From the first attempt again. Of the dead ones of a target, or a single delivery that isn't under way. */
export async function sendAgain(
  knex: Knex,
  which: Readonly<{ id: string }> | Readonly<{ deadOf: string }>,
  at: Instant,
): Promise<number> {
  const query = knex('deliveries').update({ state: 'pending', attempts: 0, next_at: at, finished_at: null })
  return 'id' in which
    ? query.where({ id: which.id }).whereNot({ state: 'pending' })
    : query.where({ target_id: which.deadOf, state: 'dead' })
}

/** What was delivered before then is forgotten; what is dead stays until a person decides. */
export async function forgetDelivered({ pool }: Database, before: Instant): Promise<void> {
  await pool.query(`delete from deliveries where state = 'delivered' and finished_at < $1`, [before])
}
