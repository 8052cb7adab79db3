/** Who asked not to be called. Said of one record, it holds for the whole customer, and leaves with that record when a merge is undone. */
import type { Knex } from 'knex'
import type { CustomerId, Instant } from '../../core/ids.ts'
import type { Database } from '../../platform/database/database.ts'
import type { MergedBy as Actor } from './merge-store.ts'

export type DoNotCall = Readonly<{ at: Instant; saidBy: Actor }>

/** The earliest word of it; null: they may be called. */
export async function doNotCallOf({ pool }: Pick<Database, 'pool'>, customerId: CustomerId): Promise<DoNotCall | null> {
  const { rows } = await pool.query<DoNotCall>(
    `select d.at, d.said_by as "saidBy" from do_not_call d
     where d.customer_id in (select * from customer_records($1)) order by d.at limit 1`,
    [customerId],
  )
  return rows[0] ?? null
}

export async function forbidCalls(knex: Knex, customerId: CustomerId, saidBy: Actor, at: Instant): Promise<void> {
  await knex('do_not_call')
    .insert({ customer_id: customerId, at, said_by: JSON.stringify(saidBy) })
    .onConflict('customer_id')
    .ignore()
}

/** Whichever of the customer's records said it. */
export async function allowCalls(knex: Knex, records: readonly CustomerId[]): Promise<void> {
  await knex('do_not_call')
    .whereIn('customer_id', [...records])
    .delete()
}
