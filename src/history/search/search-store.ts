/**
 * Finding what was said and written, newest first. Words that are common are found among the newest documents, without
 * the index; rare ones by the index, which knows whose each document is. No search reads the whole history.
 */
import type { Knex } from 'knex'
import type { Channel, CustomerId, Instant, InteractionId } from '../../core/ids.ts'
import type { Database } from '../../platform/database/database.ts'

export const documentKinds = ['message', 'input', 'note', 'case'] as const
export type DocumentKind = (typeof documentKinds)[number]

export type Hit = Readonly<{
  kind: DocumentKind
  /** Unique among all documents. */
  id: string
  at: Instant
  interactionId: InteractionId | null
  caseId: string | null
  customerId: CustomerId | null
  customerName: string | null
  channel: Channel | null
  /** With what matched between U+0001 and U+0002. */
  snippet: string
}>

export type Search = Readonly<{
  text: string
  kinds: readonly DocumentKind[]
  customerId: CustomerId | null
  channel: Channel | null
  from: Instant | null
  to: Instant | null
  /** Hits follow on this one. */
  after: Readonly<{ at: number; id: string }> | null
  limit: number
}>

/** Of the newest documents, read without the index of words: a common word fills a page from these. */
const firstWalked = 2_000
/** As far as this when the first ones promise that it suffices. */
const mostWalked = 20_000
/** Of an index, no search in everything fetches many more: those of a word that is common only in the past are a sample. */
const mostFetched = 5_000
/** A customer's newest contacts, whose documents are read without the index of words: of most customers these are all. */
const newestOfACustomer = 100

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

const snippet = (text: string): string =>
  `ts_headline('centralita', ${text}, (select q from asked),
     'MaxWords=24, MinWords=10, ShortWord=2, MaxFragments=1, StartSel="\u0001", StopSel="\u0002"') as snippet`

const owner = `left join customers c on c.id = hit.customer_id
  left join customers l on l.id = coalesce(c.leading_id, c.id)`
const ownerColumns = `l.id as "customerId", coalesce(l.name, c.name) as "customerName"`

async function findSpoken(knex: Knex, search: Search, kinds: readonly DocumentKind[]): Promise<Hit[]> {
  const bindings = {
    text: search.text,
    kinds: [...kinds],
    customer: search.customerId,
    channel: search.channel,
    from: search.from ?? 0,
    to: search.to ?? Number.MAX_SAFE_INTEGER,
    at: search.after?.at ?? null,
    id: search.after?.id ?? '',
    limit: search.limit + 1,
    rare: search.text,
  }
  const narrowed = `w.at >= :from and w.at < :to and w.kind = any(:kinds)
    and (cast(:at as bigint) is null or w.at < :at or (w.at = :at and 's' || lpad(cast(w.seq as text), 16, '0') || '-' || w.n < :id))`
  const wanted = `(cast(:customer as uuid) is null or i.customer_id in (select * from customer_records(:customer)))
    and (cast(:channel as text) is null or i.channel = :channel)`
  const tell = (documents: string): string => `
    with asked as materialized (select search_query(:text) as q), w as materialized (${documents}),
    hit as materialized (
      select w.seq, w.n, w.at, w.kind, w.interaction_id, i.customer_id, i.channel
      from w join interactions i on i.id = w.interaction_id
      where ${wanted} order by w.at desc, w.seq desc, w.n desc limit :limit)
    select hit.kind, 's' || lpad(cast(hit.seq as text), 16, '0') || '-' || hit.n as id, hit.at,
      hit.interaction_id as "interactionId", null as "caseId", hit.channel, ${ownerColumns}, ${snippet(`d.body->>'text'`)}
    from hit join details d on d.seq = hit.seq and d.n = hit.n ${owner}
    order by hit.at desc, hit.seq desc, hit.n desc`
  const read = async (documents: string): Promise<Hit[]> =>
    (await knex.raw<{ rows: Hit[] }>(tell(documents), bindings)).rows
  const matching = 'words @@ (select q from asked)'
  const byIndex = (asked: string) => `select w.* from spoken_words w where ${narrowed} and words @@ (${asked}) offset 0`
  if (search.customerId !== null) {
    const own = await read(`select w.* from spoken_words w where ${narrowed} and ${matching} and w.interaction_id in (
      select newest.id from customer_records(:customer) record cross join lateral (
        select i.id from interactions i where i.customer_id = record order by i.arrived_at desc, i.id desc
        limit ${newestOfACustomer}) newest)`)
    if (own.length > search.limit || !(await hasMoreInteractions(knex, search.customerId))) return own
    return read(byIndex('select words_within(q, :customer) from asked'))
  }
  const newest = (walked: number) => `select newest.* from (
    select w.* from spoken_words w where ${narrowed} order by w.at desc, w.seq desc, w.n desc limit ${walked}) newest
    where ${matching}`
  const first = await read(newest(firstWalked))
  if (first.length > search.limit) return first
  if (first.length * (mostWalked / firstWalked) > 2 * search.limit) {
    const more = await read(newest(mostWalked))
    if (more.length > search.limit) return more
  }
  bindings.rare = await rareWords(knex, search.text)
  // Whatever narrows the hits further has to see all of them.
  const cut = search.channel === null ? 'order by w.at desc, w.seq desc, w.n desc limit :limit' : ''
  return read(`select w.* from (${byIndex('select search_query(:rare)')}) w where ${matching} ${cut}`)
}

/** Among the first walked, more of these make a word a common one: to fetch all that have it costs more than it tells. */
const mostOfARareWord = 20

/** Of several words the rare ones, by which the index is asked; the others are looked for in what it gives. */
async function rareWords(knex: Knex, text: string): Promise<string> {
  if ((text.match(/[\p{L}\p{N}]+/gu) ?? []).length < 2) return text
  const { rows } = await knex.raw<{ rows: { word: string }[] }>(
    `with newest as materialized (
       select words from spoken_words order by at desc, seq desc, n desc limit ${firstWalked})
     select word from (select distinct word from regexp_split_to_table(lower(?), '[^[:alnum:]]+') word where word <> '') asked
     where (select count(*) from newest where words @@ (select search_query(word))) <= ${mostOfARareWord} limit 8`,
    [text],
  )
  return rows.length === 0 ? text : rows.map(({ word }) => word).join(' ')
}

async function hasMoreInteractions(knex: Knex, customerId: CustomerId): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: object[] }>(
    `select 1 from customer_records(?) record join interactions i on i.customer_id = record offset ${newestOfACustomer} limit 1`,
    [customerId],
  )
  return rows.length > 0
}

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
