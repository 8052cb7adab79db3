/** Interactions as rows, newest first, and what people add to them. */
import { randomUUID } from 'node:crypto'
import type { Disposition, Note } from '../core/history/timeline.ts'
import type { InteractionState } from '../core/history/story.ts'
import type { Channel, InteractionId, Instant } from '../core/ids.ts'
import type { EndedBy, Outcome } from '../core/facts.ts'
import type { Database } from '../platform/database/database.ts'
import type { Cursor } from './cursor.ts'

export type InteractionRow = Readonly<{
  id: InteractionId
  channel: Channel
  direction: 'inbound' | 'outbound'
  entry_point_id: string
  /** The record that the contact was with. */
  customer_id: string | null
  /** The customer that this record is shown under. */
  shown_as: string | null
  customer_name: string | null
  state: InteractionState
  wrapping_up: boolean
  queue_id: string | null
  agent_id: string | null
  arrived_at: Instant
  queued_at: Instant | null
  waiting_since: Instant | null
  answered_at: Instant | null
  ended_at: Instant | null
  ended_at_latest: Instant | null
  wait_ms: number
  talk_ms: number
  hold_ms: number
  wrap_up_ms: number
  offers: number
  recordings: number
  ended_by: EndedBy | null
  outcome: Outcome | null
  cause: string | null
  disposition: string | null
  callback_of: InteractionId | null
}>

export type InteractionFilter = Readonly<{
  channel?: Channel | undefined
  queueId?: string | undefined
  state?: InteractionState | undefined
  customerId?: string | undefined
  agentId?: string | undefined
  outcome?: Outcome | undefined
  /** Arrived at or after. */
  from?: Instant | undefined
  /** Arrived before. */
  to?: Instant | undefined
}>

const columns = `
  i.id, i.channel, i.direction, i.entry_point_id, i.customer_id, i.state, i.wrapping_up, i.queue_id, i.agent_id,
  i.arrived_at, i.queued_at, i.waiting_since, i.answered_at, i.ended_at, i.ended_at_latest, i.wait_ms, i.talk_ms, i.hold_ms, i.wrap_up_ms,
  i.offers, i.recordings, i.ended_by, i.outcome, i.cause,
  (select d.code from dispositions d where d.interaction_id = i.id) as disposition,
  (select c.interaction_id from callbacks c where c.callback_interaction_id = i.id) as callback_of,
  (select coalesce(leading_id, id) from customers where id = i.customer_id) as shown_as,
  (select coalesce(
      (select name from customers l where l.id = c.leading_id), c.name,
      (select min(n.value) from identity_links l join identities n on n.id = l.identity_id
       where l.customer_id = c.id and l.ended_at is null and n.kind not in ('visitor', 'user')))
    from customers c where c.id = i.customer_id) as customer_name`

export async function listInteractions(
  database: Database,
  filter: InteractionFilter,
  page: { after: Cursor | null; limit: number },
): Promise<{ items: InteractionRow[]; next: Cursor | null }> {
  const values: unknown[] = []
  const conditions: string[] = []
  const where = (condition: (place: string) => string, value: unknown): void => {
    if (value === undefined) return
    values.push(value)
    conditions.push(condition(`$${values.length}`))
  }
  where((p) => `i.channel = ${p}`, filter.channel)
  where((p) => `i.queue_id = ${p}`, filter.queueId)
  where((p) => `i.state = ${p}`, filter.state)
  // Lets the index of what is not over answer, which stays small however long the history grows.
  if (filter.state !== undefined && filter.state !== 'ended') conditions.push('not i.settled')
  where((p) => `i.agent_id = ${p}`, filter.agentId)
  where((p) => `i.outcome = ${p}`, filter.outcome)
  where((p) => `i.arrived_at >= ${p}`, filter.from)
  where((p) => `i.arrived_at < ${p}`, filter.to)
  if (page.after !== null) {
    values.push(page.after.at, page.after.id)
    conditions.push(`(i.arrived_at, i.id) < ($${values.length - 1}::bigint, $${values.length}::uuid)`)
  }
  values.push(page.limit + 1)
  const newest = `order by i.arrived_at desc, i.id desc limit $${values.length}`
  const narrowed = (first: readonly string[]): string => {
    const all = [...first, ...conditions]
    return all.length === 0 ? '' : `where ${all.join(' and ')}`
  }
  if (filter.customerId !== undefined) values.push(filter.customerId)
  // Each record's newest come from the index in order, however many records are shown as this customer.
  const from =
    filter.customerId === undefined
      ? `interactions i ${narrowed([])}`
      : `customer_records($${values.length}) record cross join lateral (
           select * from interactions i ${narrowed(['i.customer_id = record'])} ${newest}) i`
  const { rows } = await database.pool.query<InteractionRow>(`select ${columns} from ${from} ${newest}`, values)
  const items = rows.slice(0, page.limit)
  const last = items.at(-1)
  return { items, next: rows.length > page.limit && last !== undefined ? { at: last.arrived_at, id: last.id } : null }
}

/** What is known of an interaction besides its facts. */
export type Additions = Readonly<{
  notes: readonly Note[]
  disposition: Disposition | null
  callbackOf: InteractionId | null
  customerName: string | null
  /** The customer that its record is shown under. */
  shownAs: string | null
}>

export async function readAdditions(
  database: Database,
  interactionId: InteractionId,
  customerId: string | null,
): Promise<Additions> {
  const { rows } = await database.pool.query<{
    notes: Note[] | null
    disposition: Disposition | null
    callback_of: string | null
    customer_name: string | null
    shown_as: string | null
  }>(
    `select
       (select jsonb_agg(jsonb_build_object('id', id, 'at', at, 'authorId', author_id, 'text', text) order by at, id)
        from notes where interaction_id = $1) as notes,
       (select jsonb_build_object('code', code, 'at', at, 'setBy', set_by)
        from dispositions where interaction_id = $1) as disposition,
       (select interaction_id from callbacks where callback_interaction_id = $1) as callback_of,
       (select coalesce((select name from customers l where l.id = c.leading_id), c.name)
        from customers c where c.id = $2) as customer_name,
       (select coalesce(leading_id, id) from customers where id = $2) as shown_as`,
    [interactionId, customerId],
  )
  const row = rows[0]
  return {
    notes: row?.notes ?? [],
    disposition: row?.disposition ?? null,
    callbackOf: row?.callback_of ?? null,
    customerName: row?.customer_name ?? null,
    shownAs: row?.shown_as ?? customerId,
  }
}

export async function addNote(
  database: Database,
  note: { interactionId: InteractionId; authorId: string; at: Instant; text: string },
): Promise<Note> {
  const id = randomUUID()
  await database.pool.query('insert into notes (id, interaction_id, author_id, at, text) values ($1, $2, $3, $4, $5)', [
    id,
    note.interactionId,
    note.authorId,
    note.at,
    note.text,
  ])
  return { id, at: note.at, authorId: note.authorId, text: note.text }
}

export async function setDisposition(
  database: Database,
  disposition: { interactionId: InteractionId; code: string; setBy: string; at: Instant },
): Promise<void> {
  await database.pool.query(
    `insert into dispositions (interaction_id, code, set_by, at) values ($1, $2, $3, $4)
     on conflict (interaction_id) do update set code = excluded.code, set_by = excluded.set_by, at = excluded.at`,
    [disposition.interactionId, disposition.code, disposition.setBy, disposition.at],
  )
}
