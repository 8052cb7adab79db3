/** Who refers to what, asked inside the transaction that wants to know. */
import type { Knex } from 'knex'

export type Kind = 'skill' | 'queue' | 'hours' | 'flow'

const tables: Readonly<Record<Kind, string>> = { skill: 'skills', queue: 'queues', hours: 'hours', flow: 'flows' }

/** Those of the ids that don't exist. */
export async function missing(knex: Knex, kind: Kind, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const found = await knex(tables[kind]).whereIn('id', ids).select<{ id: string }[]>('id')
  const known = new Set(found.map(({ id }) => id))
  return ids.filter((id) => !known.has(id))
}

const referrers: Readonly<Record<Exclude<Kind, 'flow'>, string>> = {
  skill: `
    select 'user' as kind, u.username as id from agents a join users u on u.id = a.user_id
      where jsonb_exists(a.skills, :id)
    union all select 'queue', id from queues
      where jsonb_exists(rules->'requirement', :id)
      or exists (select from jsonb_array_elements(rules->'relaxation') step where jsonb_exists(step->'skills', :id))`,
  queue: `
    select 'user' as kind, u.username as id from agents a join users u on u.id = a.user_id where :id = any(a.queue_ids)
    union all select 'queue', id from queues
      where exists (select from jsonb_array_elements(rules->'overflow') rule where rule->>'toQueueId' = :id)
    union all select 'entry point', id from entry_points where fallback_queue_id = :id`,
  hours: `select 'queue' as kind, id from queues where hours_id = :id`,
}

/** As in `queue sales`; the first few. */
export async function referrersOf(knex: Knex, kind: Exclude<Kind, 'flow'>, id: string): Promise<string[]> {
  const most = 10
  const { rows } = await knex.raw<{ rows: { kind: string; id: string }[] }>(`${referrers[kind]} limit ${most}`, { id })
  return rows.map((row) => `${row.kind} ${row.id}`)
}
