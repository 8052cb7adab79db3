/** Customers as they are shown: each put together from the records that were merged into it. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Channel, CustomerId, InteractionId, AgentId } from '../../core/ids.ts'
import {
  cardOf,
  plainFields,
  type Attributes,
  type AttributeValue,
  type CustomerRecord,
  type Merge,
} from '../../core/customer/card.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Cursor } from '../cursor.ts'
import type { Identity, IdentityKind } from './identity.ts'

export type CustomerIdentity = Readonly<{
  id: number
  kind: IdentityKind
  value: string
  source: string
  since: string
  recordId: CustomerId
}>

export type Customer = Omit<CustomerRecord, 'id'> &
  Readonly<{
    /** Of the leading record, whichever record was asked for. */
    id: CustomerId
    identities: readonly CustomerIdentity[]
    /** Said by somebody, vouched for by nothing. */
    claims: readonly CustomerIdentity[]
    /** The leading record first, then those merged into it. */
    records: readonly CustomerId[]
    saidBy: Readonly<Record<string, CustomerId>>
    createdAt: string
    updatedAt: string
  }>

export type CustomerChange = Readonly<{
  name?: string | null | undefined
  company?: string | null | undefined
  language?: string | null | undefined
  preferredChannel?: Channel | null | undefined
  highValue?: boolean | undefined
  /** Given keys are set, keys given as null are removed, the others stay. */
  attributes?: Readonly<Record<string, AttributeValue | null>> | undefined
}>

/** `customerId` is the record that the identity leads to: what facts carry, so that a merge taken back leaves it right. */
export type Recognised = Omit<Customer, 'id'> &
  Readonly<{
    customerId: CustomerId
    /** Whether the customer was there before this contact. */
    known: boolean
    /** Who talked with this customer last. */
    lastAgentId: AgentId | null
  }>

export type StoredCard = Readonly<{
  records: readonly (CustomerRecord & { leads: boolean; createdAt: string; updatedAt: string })[]
  merges: readonly Merge[]
  identities: readonly CustomerIdentity[]
  claims: readonly CustomerIdentity[]
}>

/**
 * One round trip: the customer of this identity, made when nobody has it yet. Copies that race get the same customer.
 * Without an identity the interaction gets a customer of its own, under its own id, so that a repeat makes no second.
 */
export async function recogniseContact(
  database: Database,
  contact: { identity: Identity | null; name: string | null; source: string; interactionId: InteractionId | null },
): Promise<Recognised> {
  const newId = contact.identity === null && contact.interactionId !== null ? contact.interactionId : randomUUID()
  const { rows } = await database.relaxed.query<{
    customer_id: CustomerId
    known: boolean
    last_agent_id: AgentId | null
    card: StoredCard
  }>({
    name: 'recognise-contact',
    text: 'select * from recognise_contact($1, $2, $3, $4, $5)',
    values: [contact.identity?.kind ?? null, contact.identity?.value ?? null, newId, contact.name, contact.source],
  })
  const row = rows[0]
  if (row === undefined) throw new Error('recognise_contact answered no row')
  const { id: _leading, ...customer } = toCustomer(row.card)
  return { ...customer, customerId: row.customer_id, known: row.known, lastAgentId: row.last_agent_id }
}

export type FoundCustomer = Customer & Readonly<{ lastAgentId: AgentId | null }>

export async function customerOf(database: Database, identity: Identity): Promise<FoundCustomer | null> {
  const { rows } = await database.pool.query<{ card: StoredCard; last_agent_id: AgentId | null }>(
    `select customer_card(l.customer_id) as card, (
       select recent.agent_id from customer_records(l.customer_id) record cross join lateral (
         select h.agent_id, h.arrived_at from interactions h
         where h.customer_id = record order by h.arrived_at desc, h.id desc limit 50
       ) recent
       where recent.agent_id is not null order by recent.arrived_at desc limit 1) as last_agent_id
     from identities i
     join identity_links l on l.identity_id = i.id and l.ended_at is null
     where i.kind = $1 and i.value = $2`,
    [identity.kind, identity.value],
  )
  const row = rows[0]
  return row === undefined ? null : { ...toCustomer(row.card), lastAgentId: row.last_agent_id }
}

/** Of any record: a merged one answers the customer that it is shown under. */
export async function readCustomer(knex: Knex, id: CustomerId): Promise<Customer | null> {
  const { rows } = await knex.raw<{ rows: { card: StoredCard | null }[] }>('select customer_card(?) as card', [id])
  const card = rows[0]?.card ?? null
  return card === null ? null : toCustomer(card)
}

/** As `readCustomer`, in this order; those that are gone are left out. */
export async function readCustomers(knex: Knex, ids: readonly CustomerId[]): Promise<Customer[]> {
  if (ids.length === 0) return []
  const { rows } = await knex.raw<{ rows: { card: StoredCard | null }[] }>(
    'select customer_card(id) as card from unnest(?::uuid[]) with ordinality wanted(id, i) order by i',
    [[...ids]],
  )
  return rows.flatMap(({ card }) => (card === null ? [] : [toCustomer(card)]))
}

/** Newest first. `search` matches a part of a name or company, or the beginning of an identity. */
export async function listCustomers(
  database: Database,
  ask: { search: string | null; identities: readonly string[]; after: Cursor | null; limit: number },
): Promise<{ items: Customer[]; next: Cursor | null }> {
  const after = [ask.after?.at ?? null, ask.after?.id ?? null, ask.limit + 1]
  const page = `c.leading_id is null
    and ($1::bigint is null or (c.created_at, c.id) < (timestamptz 'epoch' + $1 * interval '1 microsecond', $2::uuid))
    order by c.created_at desc, c.id desc limit $3`
  const columns = `customer_card(c.id) as card, floor(extract(epoch from c.created_at) * 1000000)::bigint as created_us`
  const { rows } = await database.pool.query<{ card: StoredCard; created_us: number }>(
    ask.search === null
      ? `select ${columns} from customers c where ${page}`
      : `with found as (
           select coalesce(leading_id, id) as id from customers where lower(name) like '%' || lower($4) || '%'
           union select coalesce(leading_id, id) from customers where lower(company) like '%' || lower($4) || '%'
           union select coalesce(o.leading_id, o.id) from identities i
             join identity_links l on l.identity_id = i.id and l.ended_at is null
             join customers o on o.id = l.customer_id
             where i.value like $4 || '%' or i.value = any($5)
         )
         select ${columns} from found join customers c on c.id = found.id where ${page}`,
    ask.search === null ? after : [...after, escapeLike(ask.search), ask.identities],
  )
  const items = rows.slice(0, ask.limit).map(({ card }) => toCustomer(card))
  const last = rows[ask.limit - 1]
  const lastId = items.at(-1)?.id
  return {
    items,
    next:
      rows.length > ask.limit && last !== undefined && lastId !== undefined
        ? { at: last.created_us, id: lastId }
        : null,
  }
}

export async function insertCustomer(knex: Knex, id: CustomerId): Promise<void> {
  await knex('customers').insert({ id })
}

/**
 * What is set is set on the leading record and believed from now on; what is emptied is emptied on every record of the
 * customer, or another one would say it again.
 */
export async function changeCustomer(knex: Knex, id: CustomerId, change: CustomerChange): Promise<Customer | null> {
  const before = await readCustomer(knex, id)
  if (before === null) return null
  const { attributes = {}, highValue } = change
  const plain = plainFields.filter((field) => change[field] !== undefined)
  const given = Object.fromEntries(plain.filter((field) => change[field] !== null).map((f) => [f, change[f]]))
  const emptied = plain.filter((field) => change[field] === null)
  const set = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null))
  const removed = Object.keys(attributes).filter((key) => attributes[key] === null)
  const { preferredChannel, ...columns } = given
  await knex('customers')
    .where({ id: before.id })
    .update({
      ...columns,
      ...(preferredChannel !== undefined && { preferred_channel: preferredChannel }),
      ...(highValue === true && { high_value: true }),
      attributes: knex.raw('attributes || ?::jsonb', [JSON.stringify(set)]),
      updated_at: knex.fn.now(),
      unexamined: true,
    })
  if (emptied.length > 0 || removed.length > 0 || highValue === false) {
    const nulls = Object.fromEntries(
      emptied.map((field) => [field === 'preferredChannel' ? 'preferred_channel' : field, null]),
    )
    await knex('customers')
      .whereIn('id', before.records)
      .update({
        ...nulls,
        ...(highValue === false && { high_value: false }),
        attributes: knex.raw('attributes - ?::text[]', [removed]),
      })
  }
  const said = [...plain, ...Object.keys(attributes).map((key) => `attributes.${key}`)]
  await knex('customer_merges')
    .whereIn('absorbed_id', before.records)
    .whereNull('undone_at')
    .update({ prefer: knex.raw('array(select unnest(prefer) except select unnest(?::text[]))', [said]) })
  return readCustomer(knex, id)
}

export function toCustomer({ records, merges, identities, claims }: StoredCard): Customer {
  const leading = records.find(({ leads }) => leads) ?? records[0]
  if (leading === undefined) throw new Error('a card without a record')
  const { saidBy, ...card } = cardOf(leading.id, records.map(recordOf), merges)
  return {
    ...card,
    saidBy,
    identities,
    claims,
    records: [leading.id, ...records.filter(({ id }) => id !== leading.id).map(({ id }) => id)],
    createdAt: iso(leading.createdAt),
    updatedAt: iso(leading.updatedAt),
  }
}

function recordOf({ id, name, company, language, preferredChannel, highValue, attributes }: CustomerRecord) {
  return { id, name, company, language, preferredChannel, highValue, attributes: attributes satisfies Attributes }
}

/** Postgres writes times in the session's zone. */
const iso = (time: string): string => new Date(time).toISOString()

export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
