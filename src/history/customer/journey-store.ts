/** Journey points of customers who consented, newest first. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { JourneyKind, JourneyPoint } from '../../core/customer/journey.ts'
import type { CustomerId, Instant, InteractionId } from '../../core/ids.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Cursor } from '../cursor.ts'

export type StoredPoint = JourneyPoint &
  Readonly<{
    id: string
    customerId: CustomerId
    interactionId: InteractionId | null
    labels: readonly string[]
    points: number
  }>

export async function addPoints(
  knex: Knex,
  customerId: CustomerId,
  interactionId: InteractionId | null,
  points: readonly (JourneyPoint & { labels: readonly string[]; points: number })[],
): Promise<StoredPoint[]> {
  const stored = points.map((point) => ({ ...point, id: randomUUID(), customerId, interactionId }))
  await knex('journey').insert(
    stored.map(({ customerId: customer_id, interactionId: interaction_id, data, ...same }) => ({
      ...same,
      labels: [...same.labels],
      customer_id,
      interaction_id,
      data: JSON.stringify(data),
    })),
  )
  return stored
}

export async function listPoints(
  { pool }: Database,
  ask: { customerId: CustomerId; after: Cursor | null; limit: number },
): Promise<{ items: StoredPoint[]; next: Cursor | null }> {
  const { rows } = await pool.query<
    Readonly<{
      id: string
      customer_id: CustomerId
      interaction_id: string | null
      at: Instant
      kind: JourneyKind
      title: string | null
      url: string | null
      data: StoredPoint['data']
      labels: string[]
      points: number
    }>
  >(
    `select own.* from customer_records($1) record cross join lateral (
       select * from journey j
       where j.customer_id = record and ($2::bigint is null or (j.at, j.id) < ($2, $3::uuid))
       order by j.at desc, j.id desc limit $4) own
     order by own.at desc, own.id desc limit $4`,
    [ask.customerId, ask.after?.at ?? null, ask.after?.id ?? null, ask.limit + 1],
  )
  const items = rows.slice(0, ask.limit).map(({ customer_id, interaction_id, ...row }) => ({
    ...row,
    customerId: customer_id,
    interactionId: interaction_id,
  }))
  const last = items.at(-1)
  return { items, next: rows.length > ask.limit && last !== undefined ? { at: last.at, id: last.id } : null }
}
