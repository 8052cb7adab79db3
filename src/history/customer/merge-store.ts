/** Merging records and taking it back. Both write one row of `customer_merges` and whom each record is shown under. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { leadingOf, recordsShownWith, type Merge } from '../../core/customer/card.ts'
import type { CustomerId } from '../../core/ids.ts'
import { conflict, invalid, notFound } from '../../platform/http/errors.ts'

export type MergedBy = Readonly<{ kind: 'user' | 'api-key' | 'system'; id: string | null; name: string }>

export type NewMerge = Readonly<{
  survivorId: CustomerId
  absorbedId: CustomerId
  by: MergedBy
  reason: string | null
  evidence: object
  prefer: readonly string[]
}>

export type StoredMerge = Readonly<{
  id: string
  survivorId: CustomerId
  absorbedId: CustomerId
  at: Date
  mergedBy: MergedBy
  reason: string | null
  evidence: object
  prefer: readonly string[]
  undoneAt: Date | null
  undoneBy: MergedBy | null
}>

/**
 * Both sides are taken for the customers they are shown as: what was merged into them comes along.
 * @throws ApiError when they are the same already or one doesn't exist
 */
export async function mergeRecords(knex: Knex, merge: NewMerge): Promise<string> {
  await lockMerges(knex)
  const survivor = await leading(knex, merge.survivorId)
  const absorbed = await leading(knex, merge.absorbedId)
  if (merge.survivorId === merge.absorbedId) throw invalid('body.absorb: a customer can’t be merged into itself')
  if (survivor === absorbed) throw conflict('same-customer', 'these two are shown as one customer already')
  const id = randomUUID()
  await knex('customer_merges').insert({
    id,
    survivor_id: survivor,
    absorbed_id: absorbed,
    // Later than every merge that stands: of what was absorbed first, most is believed.
    at: knex.raw('clock_timestamp()'),
    merged_by: JSON.stringify(merge.by),
    reason: merge.reason,
    evidence: JSON.stringify(merge.evidence),
    prefer: merge.prefer,
  })
  await showUnder(knex, await recordsOf(knex, [survivor, absorbed]))
  return id
}

/** Also when others were merged since: only what came by this merge leaves. @throws ApiError when it doesn't stand */
export async function undoMerge(knex: Knex, id: string, by: MergedBy): Promise<StoredMerge> {
  await lockMerges(knex)
  const before = await readMerge(knex, id)
  if (before === null) throw notFound('there is no such merge')
  if (before.undoneAt !== null) throw conflict('already-undone', 'this merge has been undone already')
  const records = await recordsOf(knex, [before.survivorId, before.absorbedId])
  await knex('customer_merges')
    .where({ id })
    .update({ undone_at: knex.raw('clock_timestamp()'), undone_by: JSON.stringify(by) })
  await showUnder(knex, records)
  return (await readMerge(knex, id)) ?? before
}

export async function readMerge(knex: Knex, id: string): Promise<StoredMerge | null> {
  return (await mergesWhere(knex, (query) => query.where({ id })))[0] ?? null
}

/** Of any of these records, standing and undone, newest first. */
export async function mergesOf(knex: Knex, records: readonly CustomerId[]): Promise<StoredMerge[]> {
  return mergesWhere(knex, (query) => query.whereIn('absorbed_id', records).orWhereIn('survivor_id', records))
}

async function mergesWhere(
  knex: Knex,
  narrow: (query: Knex.QueryBuilder) => Knex.QueryBuilder,
): Promise<StoredMerge[]> {
  return narrow(knex('customer_merges').orderBy('at', 'desc')).select<StoredMerge[]>(
    'id',
    'survivor_id as survivorId',
    'absorbed_id as absorbedId',
    'at',
    'merged_by as mergedBy',
    'reason',
    'evidence',
    'prefer',
    'undone_at as undoneAt',
    'undone_by as undoneBy',
  )
}

/** Two merges at once could make a ring of records that are shown under each other. */
async function lockMerges(knex: Knex): Promise<void> {
  await knex.raw(`select pg_advisory_xact_lock(hashtext('centralita merges'))`)
}

async function leading(knex: Knex, id: CustomerId): Promise<CustomerId> {
  const row = await knex('customers')
    .where({ id })
    .first<{ leading: CustomerId } | undefined>(knex.raw('coalesce(leading_id, id) as leading'))
  if (row === undefined) throw notFound(`there is no customer ${id}`)
  return row.leading
}

async function recordsOf(knex: Knex, ids: readonly CustomerId[]): Promise<CustomerId[]> {
  const { rows } = await knex.raw<{ rows: { id: CustomerId }[] }>(
    'select distinct record as id from unnest(?::uuid[]) of, customer_records(of) record',
    [[...ids]],
  )
  return rows.map(({ id }) => id)
}

async function showUnder(knex: Knex, records: readonly CustomerId[]): Promise<void> {
  const merges = (await knex('customer_merges')
    .whereIn('absorbed_id', records)
    .whereNull('undone_at')
    .select('id', 'survivor_id as survivorId', 'absorbed_id as absorbedId')) as Merge[]
  const groups = new Set(records.map((id) => leadingOf(id, merges)))
  for (const id of groups) {
    const [first = id, ...others] = recordsShownWith(id, merges)
    await knex('customers').where({ id: first }).update({ leading_id: null })
    if (others.length > 0) await knex('customers').whereIn('id', others).update({ leading_id: first })
  }
}
