/** Documents of all kinds in which the words are, newest first. */
import type { Knex } from 'knex'
import type { Database } from '../../platform/database/database.ts'
import { owner, ownerColumns, snippet, type DocumentKind, type Hit, type Search } from './hits-store.ts'
import { findSpoken } from './spoken-store.ts'

/** Of an index, no search in everything fetches many more: those of a word that is common only in the past are a sample. */
const mostFetched = 5_000

/** One document more than asked for tells that there is another page. */
export async function findDocuments({ knex }: Database, search: Search): Promise<Hit[]> {
  return knex.transaction(async (trx) => {
    await trx.raw(
      `select set_config('gin_fuzzy_search_limit', ?, true), set_config('enable_seqscan', 'off', true),
         set_config('jit', 'off', true)`,
      [String(search.customerId === null ? mostFetched : 0)],
    )
    const spoken = search.kinds.filter((kind) => kind === 'message' || kind === 'input')
    const found = spoken.length === 0 ? [] : await findSpoken(trx, search, spoken)
    const notes = search.kinds.includes('note') ? await findRows(trx, search, noteRows) : []
    const cases = search.kinds.includes('case') ? await findRows(trx, search, caseRows) : []
    return [...found, ...notes, ...cases].sort(newestFirst).slice(0, search.limit + 1)
  })
}

const newestFirst = (a: Hit, b: Hit): number => b.at - a.at || (a.id < b.id ? 1 : -1)

type RowSource = Readonly<{
  kind: DocumentKind
  table: string
  at: string
  text: string
  columns: string
  owner: string
}>

const noteRows: RowSource = {
  kind: 'note',
  table: 'notes',
  at: 'at',
  text: 'text',
  columns: 'd.interaction_id, d.case_id, i.channel',
  owner: `coalesce(d.customer_id, i.customer_id, (select k.customer_id from cases k where k.id = d.case_id))`,
}

const caseRows: RowSource = {
  kind: 'case',
  table: 'cases',
  at: 'opened_at',
  text: 'subject',
  columns: 'cast(null as uuid) as interaction_id, d.id as case_id, cast(null as text) as channel',
  owner: 'd.customer_id',
}

async function findRows(knex: Knex, search: Search, source: RowSource): Promise<Hit[]> {
  const { kind, table, at, text, columns } = source
  const { rows } = await knex.raw<{ rows: Hit[] }>(
    `with asked as materialized (select search_query(:text) as q),
     hit as materialized (
       select d.id, d.${at} as at, ${columns}, ${source.owner} as customer_id, d.${text} as text
       from ${table} d ${kind === 'note' ? 'left join interactions i on i.id = d.interaction_id' : ''}
       where d.words @@ (select q from asked) and d.${at} >= :from and d.${at} < :to
         and (cast(:at as bigint) is null or d.${at} < :at or (d.${at} = :at and '${kind}-' || d.id < :id))
         and (cast(:customer as uuid) is null or ${source.owner} in (select * from customer_records(:customer)))
         and (cast(:channel as text) is null ${kind === 'note' ? 'or i.channel = :channel' : ''})
       order by d.${at} desc, d.id desc limit :limit)
     select :kind as kind, '${kind}-' || hit.id as id, hit.at, hit.interaction_id as "interactionId",
       hit.case_id as "caseId", hit.channel, ${ownerColumns}, ${snippet('hit.text')}
     from hit ${owner}`,
    {
      kind,
      text: search.text,
      customer: search.customerId,
      channel: search.channel,
      from: search.from ?? 0,
      to: search.to ?? Number.MAX_SAFE_INTEGER,
      at: search.after?.at ?? null,
      id: search.after?.id ?? '',
      limit: search.limit + 1,
    },
  )
  return rows
}
