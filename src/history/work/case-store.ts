/** Cases: what a customer's contacts are about, open until somebody closes them. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { CaseStanding } from '../../core/customer/cases.ts'
import type { CustomerId, Instant, InteractionId } from '../../core/ids.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Cursor } from '../cursor.ts'
import type { MergedBy as Actor } from '../customer/merge-store.ts'

export type CaseRow = Readonly<{
  id: string
  number: number
  customer_id: CustomerId
  customer_name: string | null
  subject: string
  state: 'open' | 'closed'
  opened_at: Instant
  opened_by: Actor
  closed_at: Instant | null
  reopened: number
  changed_at: Instant
  interactions: number
  last_contact_at: Instant | null
}>

/**
 * A contact counts only while it and the case are shown as one customer: a merge that was undone takes it out of sight.
 * `customer_id` is the leading record's.
 */
const columns = `
  k.id, k.number, coalesce(c.leading_id, c.id) as customer_id, k.subject, k.state, k.opened_at, k.opened_by, k.closed_at,
  k.reopened, k.changed_at, own.interactions, own.last_contact_at,
  (select coalesce(l.name, (select m.name from customers m where m.leading_id = l.id and m.name is not null limit 1))
    from customers l where l.id = coalesce(c.leading_id, c.id)) as customer_name`
const contacts = `
  cross join lateral (
    select count(*)::integer as interactions, max(i.arrived_at) as last_contact_at
    from case_interactions ci
    join interactions i on i.id = ci.interaction_id
    left join customers o on o.id = i.customer_id
    where ci.case_id = k.id and (i.customer_id is null or coalesce(o.leading_id, o.id) = coalesce(c.leading_id, c.id))
  ) own`
const select = `select ${columns} from cases k
  join customers c on c.id = k.customer_id ${contacts}`

export async function listCases(
  { pool }: Database,
  ask: {
    customerId: CustomerId | null
    interactionId: InteractionId | null
    state: 'open' | 'closed' | null
    after: Cursor | null
    limit: number
  },
): Promise<{ items: CaseRow[]; next: Cursor | null }> {
  const { rows } = await pool.query<CaseRow>(
    `${select}
     where ($1::uuid is null or k.customer_id in (select * from customer_records($1)))
       and ($2::text is null or k.state = $2)
       and ($3::uuid is null or k.id = (select case_id from case_interactions where interaction_id = $3))
       and ($4::bigint is null or (k.opened_at, k.id) < ($4, $5::uuid))
     order by k.opened_at desc, k.id desc limit $6`,
    [ask.customerId, ask.state, ask.interactionId, ask.after?.at ?? null, ask.after?.id ?? null, ask.limit + 1],
  )
  const items = rows.slice(0, ask.limit)
  const last = items.at(-1)
  return { items, next: rows.length > ask.limit && last !== undefined ? { at: last.opened_at, id: last.id } : null }
}

export async function readCase(knex: Knex, id: string): Promise<CaseRow | null> {
  const { rows } = await knex.raw<{ rows: CaseRow[] }>(`${select} where k.id = ?`, [id])
  return rows[0] ?? null
}

export async function openCase(
  knex: Knex,
  opened: { customerId: CustomerId; subject: string; by: Actor; at: Instant },
): Promise<string> {
  const id = randomUUID()
  await knex('cases').insert({
    id,
    customer_id: opened.customerId,
    subject: opened.subject,
    state: 'open',
    opened_at: opened.at,
    opened_by: JSON.stringify(opened.by),
    changed_at: opened.at,
  })
  return id
}

/** False when it is so already. */
export async function setCaseState(knex: Knex, id: string, state: 'open' | 'closed', at: Instant): Promise<boolean> {
  const changed = await knex('cases')
    .where({ id })
    .whereNot({ state })
    .update({
      state,
      closed_at: state === 'closed' ? at : null,
      changed_at: at,
      ...(state === 'open' && { reopened: knex.raw('reopened + 1') }),
    })
  return changed > 0
}

export async function renameCase(knex: Knex, id: string, subject: string, at: Instant): Promise<void> {
  await knex('cases').where({ id }).update({ subject, changed_at: at })
}

/** An interaction belongs to one case at most; null takes it out. */
export async function putIntoCase(
  knex: Knex,
  put: { interactionId: InteractionId; caseId: string | null; by: Actor; at: Instant },
): Promise<void> {
  if (put.caseId === null) {
    await knex('case_interactions').where({ interaction_id: put.interactionId }).delete()
    return
  }
  await knex('case_interactions')
    .insert({ interaction_id: put.interactionId, case_id: put.caseId, at: put.at, put_by: JSON.stringify(put.by) })
    .onConflict('interaction_id')
    .merge(['case_id', 'at', 'put_by'])
}

export async function caseOf(knex: Knex, interactionId: InteractionId): Promise<string | null> {
  const row = await knex('case_interactions')
    .where({ interaction_id: interactionId })
    .first<{ case_id: string } | undefined>('case_id')
  return row?.case_id ?? null
}

/** Those of them, or who are shown as one with them, that have had a case. */
export async function customersWithCases(knex: Knex, ids: readonly CustomerId[]): Promise<Set<CustomerId>> {
  if (ids.length === 0) return new Set()
  const { rows } = await knex.raw<{ rows: { id: CustomerId }[] }>(
    `select asked.id from unnest(?::uuid[]) asked(id)
     where exists (select from cases k where k.customer_id in (select * from customer_records(asked.id)))`,
    [[...ids]],
  )
  return new Set(rows.map(({ id }) => id))
}

/** Of the customer that this record is shown under, as the placing rule wants to see them. */
export async function standingCases(knex: Knex, customerId: CustomerId): Promise<CaseStanding[]> {
  const { rows } = await knex.raw<{ rows: CaseRow[] }>(
    `${select} where k.customer_id in (select * from customer_records(?)) order by k.opened_at desc limit 50`,
    [customerId],
  )
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    lastContactAt: Math.max(row.opened_at, row.last_contact_at ?? 0),
    closedAt: row.closed_at,
  }))
}
