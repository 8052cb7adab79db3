/** People by names that resemble what was typed. */
import type { CustomerId } from '../../core/ids.ts'
import type { Database } from '../../platform/database/database.ts'

/** One wrong letter spoils three groups of three: that is half of a short name's, and less than 0.4 of those of a long one. */
const longName = 8

/** People whose name or company resembles what was typed, letters swapped or missing included. */
export async function resemblingCustomers({ knex }: Database, text: string, limit: number): Promise<CustomerId[]> {
  return knex.transaction(async (trx) => {
    const has = await trx('pg_extension').where({ extname: 'pg_trgm' }).first<object | undefined>('extname')
    if (has === undefined) return []
    const alike = text.length < longName ? '0.5' : '0.6'
    await trx.raw(`select set_config('pg_trgm.word_similarity_threshold', ?, true)`, [alike])
    const { rows } = await trx.raw<{ rows: { id: CustomerId }[] }>(
      `select id from (
         select distinct on (id) id, likeness from (
           (select coalesce(leading_id, id) as id, word_similarity(lower(:text), lower(name)) as likeness
             from customers where lower(:text) <% lower(name) order by likeness desc limit :limit)
           union all
           (select coalesce(leading_id, id), word_similarity(lower(:text), lower(company)) as likeness
             from customers where lower(:text) <% lower(company) order by likeness desc limit :limit)) alike
         order by id, likeness desc) best
       order by likeness desc, id limit :limit`,
      { text, limit },
    )
    return rows.map(({ id }) => id)
  })
}
