/** Preview lists, and how far each has come. */
import type { Knex } from 'knex'
import type { Instant, QueueId } from '../core/ids.ts'

export const deals = ['ask', 'idle'] as const

export type PreviewList = Readonly<{
  id: string
  name: string
  queueId: QueueId
  /** null: the hours of the queue. */
  hoursId: string | null
  mostAttempts: number
  gapMs: number
  /** `ask`: agents ask for the next customer; `idle`: whoever is idle is shown one. */
  deal: (typeof deals)[number]
  running: boolean
  createdAt: Instant
}>

export type Progress = Readonly<{
  total: number
  waiting: number
  /** Of those who wait: may be called now, as far as attempts and promises go. */
  due: number
  /** Looked at, or being called. */
  inHand: number
  reached: number
  notReached: number
  skipped: number
  leftOut: number
}>

const columns = {
  id: 'id',
  name: 'name',
  queueId: 'queue_id',
  hoursId: 'hours_id',
  mostAttempts: 'most_attempts',
  gapMs: 'gap_ms',
  deal: 'deal',
  running: 'running',
  createdAt: 'created_at',
} as const

const toRow = (list: Partial<PreviewList>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(list).map(([field, value]) => [columns[field as keyof PreviewList], value]))

/** By name. */
export async function readLists(knex: Knex): Promise<PreviewList[]> {
  return (await knex('preview_lists').select(columns).orderBy(['name', 'id'])) as PreviewList[]
}

export async function readList(knex: Knex, id: string): Promise<PreviewList | null> {
  return ((await knex('preview_lists').select(columns).where({ id }).first()) as PreviewList | undefined) ?? null
}

export async function insertList(knex: Knex, list: PreviewList): Promise<void> {
  await knex('preview_lists').insert(toRow(list))
}

export async function changeList(knex: Knex, id: string, change: Partial<PreviewList>): Promise<void> {
  await knex('preview_lists').where({ id }).update(toRow(change))
}

/** With everybody on it. */
export async function removeList(knex: Knex, id: string): Promise<void> {
  await knex('preview_lists').where({ id }).delete()
}

/** Lists that nobody is on are left out. */
export async function progressOf(knex: Knex, at: Instant): Promise<ReadonlyMap<string, Progress>> {
  const { rows } = await knex.raw<{ rows: (Progress & { id: string })[] }>(
    `select list_id as id, count(*)::int as total,
       count(*) filter (where state = 'waiting')::int as waiting,
       count(*) filter (where state = 'waiting' and due_at <= ?)::int as due,
       count(*) filter (where state in ('held', 'dialling'))::int as "inHand",
       count(*) filter (where state = 'done' and outcome = 'reached')::int as reached,
       count(*) filter (where state = 'done' and outcome <> 'reached' and outcome not like 'skipped-%')::int as "notReached",
       count(*) filter (where state = 'done' and outcome like 'skipped-%')::int as skipped,
       count(*) filter (where state = 'left-out')::int as "leftOut"
     from preview_entries group by list_id`,
    [at],
  )
  return new Map(rows.map(({ id, ...progress }) => [id, progress]))
}

export const nobody: Progress = {
  ...{ total: 0, waiting: 0, due: 0, inHand: 0 },
  ...{ reached: 0, notReached: 0, skipped: 0, leftOut: 0 },
}
