/** Pairs of customers that look like one person: who might be, what was found, and what a person said to it. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { DuplicateReason, Likeness } from '../../core/customer/duplicates.ts'
import type { CustomerId } from '../../core/ids.ts'
import type { Database } from '../../platform/database/database.ts'
import type { MergedBy } from './merge-store.ts'
import { toCustomer, type Customer, type StoredCard } from './store.ts'

export type Duplicate = Readonly<{
  id: string
  a: Customer
  b: Customer
  score: number
  reasons: readonly DuplicateReason[]
  foundAt: Date
}>

/** Of one clue, no more than this many are looked at: a company of thousands proposes nobody by its name alone. */
const mostOfAClue = 200

/** Leading records that share something with this customer; whether it is enough is the rules' to say. */
export async function candidatesFor(
  { pool }: Database,
  customer: Customer,
  identifying: readonly string[],
): Promise<Customer[]> {
  const { name, company } = customer
  const all = [...customer.identities, ...customer.claims]
  const addresses = all.filter(({ kind }) => kind === 'email').map(({ value }) => value)
  const words = name === null ? [] : name.toLowerCase().split(/[^\p{L}\p{N}]+/u)
  const locals =
    words.length < 2 ? [] : [words, words.toReversed()].flatMap((w) => ['.', '_', '-', ''].map((c) => w.join(c)))
  const addressed = addresses
    .map((address) => address.slice(0, address.indexOf('@')).split(/[._-]+/))
    .filter((w) => w.length > 1)
  const keys = identifying.filter((key) => customer.attributes[key] !== undefined)
  const { rows } = await pool.query<{ card: StoredCard }>(
    `with clue as (
       (select customer_id as id from identity_links where ended_at is null and identity_id = any($2) limit ${mostOfAClue})
       union (select customer_id from identity_claims where identity_id = any($2) limit ${mostOfAClue})
       union (select id from customers where lower(company) = lower($3) limit ${mostOfAClue})
       union (select id from customers where lower(name) = any($4) limit ${mostOfAClue})
       union (select l.customer_id from identities i join identity_links l on l.identity_id = i.id and l.ended_at is null
         where i.kind = 'email' and split_part(i.value, '@', 2) = any($5) limit ${mostOfAClue})
       union (select l.customer_id from identities i join identity_links l on l.identity_id = i.id and l.ended_at is null
         where i.kind = 'email' and i.value like any($6) limit ${mostOfAClue})
       union (select c.id from customers c, unnest($7::text[], $8::jsonb[]) known(key, value)
         where c.attributes @> jsonb_build_object(known.key, known.value) limit ${mostOfAClue})
     ), other as (select distinct coalesce(c.leading_id, c.id) as id from clue join customers c on c.id = clue.id)
     select customer_card(id) as card from other where id <> $1`,
    [
      customer.id,
      all.map(({ id }) => id),
      company,
      addressed.flatMap((parts) => [parts.join(' '), parts.toReversed().join(' ')]),
      addresses.map((address) => address.slice(address.lastIndexOf('@') + 1)),
      locals.map((local) => `${local.replace(/[\\%_]/g, '\\$&')}@%`),
      keys,
      keys.map((key) => JSON.stringify(customer.attributes[key])),
    ],
  )
  return rows.map(({ card }) => toCustomer(card))
}

/** A pair that was dismissed stays so. */
export async function keepDuplicate(
  { pool }: Database,
  [one, other]: readonly [CustomerId, CustomerId],
  { score, reasons }: Likeness,
): Promise<void> {
  const [a, b] = one < other ? [one, other] : [other, one]
  await pool.query(
    `insert into duplicates (id, a_id, b_id, score, reasons) values ($1, $2, $3, $4, $5)
     on conflict (a_id, b_id) do update set score = excluded.score, reasons = excluded.reasons
     where duplicates.dismissed_at is null`,
    [randomUUID(), a, b, score, JSON.stringify(reasons)],
  )
}

/** The likeliest first. Pairs that were merged meanwhile are one customer and not among them. */
export async function listDuplicates(
  { pool }: Database,
  ask: { customerId: CustomerId | null; limit: number },
): Promise<Duplicate[]> {
  const { rows } = await pool.query<{
    id: string
    a: StoredCard
    b: StoredCard
    score: number
    reasons: DuplicateReason[]
    found_at: Date
  }>(
    `select d.id, customer_card(d.a_id) as a, customer_card(d.b_id) as b, d.score, d.reasons, d.found_at
     from duplicates d join customers a on a.id = d.a_id join customers b on b.id = d.b_id
     where d.dismissed_at is null and coalesce(a.leading_id, a.id) <> coalesce(b.leading_id, b.id)
       and ($1::uuid is null or a.id in (select * from customer_records($1)) or b.id in (select * from customer_records($1)))
     order by d.score desc, d.id limit $2`,
    [ask.customerId, ask.limit],
  )
  return rows.map(({ a, b, found_at: foundAt, ...row }) => ({ ...row, a: toCustomer(a), b: toCustomer(b), foundAt }))
}

/** False when there is no such pair, or it was dismissed before. */
export async function dismissDuplicate(knex: Knex, id: string, by: MergedBy): Promise<boolean> {
  const changed = await knex('duplicates')
    .where({ id })
    .whereNull('dismissed_at')
    .update({ dismissed_at: knex.fn.now(), dismissed_by: JSON.stringify(by) })
  return changed > 0
}

export type Unexamined = Readonly<{ customer: Customer; recordId: CustomerId; version: string }>

/**
 * Of records that share nothing with anybody there is nothing to examine: a number that one customer has, and that nobody
 * else claims. Most callers are such.
 */
export async function passOverStrangers({ pool }: Database): Promise<void> {
  await pool.query(`
    update customers c set unexamined = false
    where unexamined and name is null and company is null and attributes = '{}' and leading_id is null
      and not exists (select from customers other where other.leading_id = c.id)
      and not exists (select from identity_claims k where k.customer_id = c.id)
      and not exists (
        select from identity_links l join identities i on i.id = l.identity_id
        where l.customer_id = c.id and l.ended_at is null
          and (i.kind = 'email' or exists (select from identity_claims k where k.identity_id = i.id)))`)
}

/** A few records that nobody has looked at since they came or changed. */
export async function readUnexamined({ pool }: Database, limit: number): Promise<Unexamined[]> {
  const { rows } = await pool.query<{ id: CustomerId; version: string; card: StoredCard }>(
    `select id, xmin::text as version, customer_card(id) as card from customers where unexamined order by id limit $1`,
    [limit],
  )
  return rows.map(({ id, version, card }) => ({ customer: toCustomer(card), recordId: id, version }))
}

/** One that has changed since it was read stays to be looked at. */
export async function markExamined({ pool }: Database, examined: readonly Unexamined[]): Promise<void> {
  await pool.query(
    `update customers c set unexamined = false from unnest($1::uuid[], $2::text[]) seen(id, version)
     where c.id = seen.id and c.xmin::text = seen.version`,
    [examined.map(({ recordId }) => recordId), examined.map(({ version }) => version)],
  )
}
