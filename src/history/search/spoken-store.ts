/**
 * What was said and written, newest first. Words that are common are found among the newest documents, without the index;
 * rare ones by the index, which knows whose each document is. No search reads the whole history.
 */
import type { Knex } from 'knex'
import type { CustomerId } from '../../core/ids.ts'
import { owner, ownerColumns, snippet, type DocumentKind, type Hit, type Search } from './hits-store.ts'

/** Of the newest documents, read without the index of words: a common word fills a page from these. */
const firstWalked = 2_000
/** As far as this when the first ones promise that it suffices. */
const mostWalked = 20_000
/** A customer's newest contacts, whose documents are read without the index of words: of most customers these are all. */
const newestOfACustomer = 100

export async function findSpoken(knex: Knex, search: Search, kinds: readonly DocumentKind[]): Promise<Hit[]> {
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
