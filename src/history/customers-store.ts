/** Customers and the identities that lead to them. */
import { randomUUID } from 'node:crypto'
import type { AgentId, CustomerId, InteractionId } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'
import type { Cursor } from './cursor.ts'
import type { Identity, IdentityKind } from './identity.ts'

export type Attributes = Readonly<Record<string, string | number | boolean>>

export type Recognised = Readonly<{
  customerId: CustomerId
  name: string | null
  company: string | null
  language: string | null
  highValue: boolean
  attributes: Attributes
  /** Whether the customer was there before this contact. */
  known: boolean
  /** Who talked with this customer last. */
  lastAgentId: AgentId | null
}>

export type Customer = Readonly<{
  id: CustomerId
  name: string | null
  company: string | null
  language: string | null
  highValue: boolean
  attributes: Attributes
  identities: readonly Readonly<{ kind: IdentityKind; value: string; source: string; since: string }>[]
  createdAt: string
  updatedAt: string
}>

export type CustomerChange = Readonly<{
  name?: string | null | undefined
  company?: string | null | undefined
  language?: string | null | undefined
  highValue?: boolean | undefined
  /** Given keys are set, keys given as null are removed, the others stay. */
  attributes?: Readonly<Record<string, string | number | boolean | null>> | undefined
}>

type RecognisedRow = Omit<Recognised, 'customerId' | 'lastAgentId' | 'highValue'> & {
  high_value: boolean
  customer_id: string
  last_agent_id: string | null
}

/**
 * One round trip: the customer of this identity, made when nobody has it yet. Copies that race get the same customer.
 * Without an identity the interaction gets a customer of its own, under its own id, so that a repeat makes no second.
 */
export async function recogniseContact(
  database: Database,
  contact: { identity: Identity | null; name: string | null; source: string; interactionId: InteractionId | null },
): Promise<Recognised> {
  const newId = contact.identity === null && contact.interactionId !== null ? contact.interactionId : randomUUID()
  const { rows } = await database.pool.query<RecognisedRow>({
    name: 'recognise-contact',
    text: 'select * from recognise_contact($1, $2, $3, $4, $5)',
    values: [contact.identity?.kind ?? null, contact.identity?.value ?? null, newId, contact.name, contact.source],
  })
  const row = rows[0]
  if (row === undefined) throw new Error('recognise_contact answered no row')
  const { customer_id: customerId, last_agent_id: lastAgentId, high_value: highValue, ...rest } = row
  return { customerId, lastAgentId, highValue, ...rest }
}

export type FoundCustomer = Customer & Readonly<{ lastAgentId: AgentId | null }>

export async function customerOf(database: Database, identity: Identity): Promise<FoundCustomer | null> {
  const { rows } = await database.pool.query<CustomerRow & { last_agent_id: AgentId | null }>(
    `select ${columns}, (
       select recent.agent_id from (
         select h.agent_id, h.arrived_at from interactions h
         where h.customer_id = c.id order by h.arrived_at desc, h.id desc limit 50
       ) recent
       where recent.agent_id is not null order by recent.arrived_at desc limit 1) as last_agent_id
     from identities i
     join identity_links l on l.identity_id = i.id and l.ended_at is null
     join customers c on c.id = l.customer_id
     where i.kind = $1 and i.value = $2`,
    [identity.kind, identity.value],
  )
  const row = rows[0]
  return row === undefined ? null : { ...toCustomer(row), lastAgentId: row.last_agent_id }
}

type CustomerRow = {
  id: string
  name: string | null
  company: string | null
  language: string | null
  high_value: boolean
  attributes: Attributes
  identities: Customer['identities']
  created_at: Date
  updated_at: Date
  created_ms: number
}

const columns = `
  c.id, c.name, c.company, c.language, c.high_value, c.attributes, c.created_at, c.updated_at,
  floor(extract(epoch from c.created_at) * 1000000)::bigint as created_ms,
  coalesce((
    select jsonb_agg(jsonb_build_object('kind', i.kind, 'value', i.value, 'source', l.source, 'since', l.at) order by l.id)
    from identity_links l join identities i on i.id = l.identity_id
    where l.customer_id = c.id and l.ended_at is null
  ), '[]') as identities`

export async function readCustomer(database: Database, id: CustomerId): Promise<Customer | null> {
  const { rows } = await database.pool.query<CustomerRow>(`select ${columns} from customers c where c.id = $1`, [id])
  return rows[0] === undefined ? null : toCustomer(rows[0])
}

/** Newest first. `search` matches a part of a name or company, or the beginning of an identity. */
export async function listCustomers(
  database: Database,
  ask: { search: string | null; identity: Identity | null; after: Cursor | null; limit: number },
): Promise<{ items: Customer[]; next: Cursor | null }> {
  const after = [ask.after?.at ?? null, ask.after?.id ?? null, ask.limit + 1]
  const page = `($1::bigint is null or (c.created_at, c.id) < (timestamptz 'epoch' + $1 * interval '1 microsecond', $2::uuid))
    order by c.created_at desc, c.id desc limit $3`
  const { rows } =
    ask.search === null
      ? await database.pool.query<CustomerRow>(`select ${columns} from customers c where ${page}`, after)
      : await database.pool.query<CustomerRow>(
          `with found as (
             select id from customers where lower(name) like '%' || lower($4) || '%'
             union select id from customers where lower(company) like '%' || lower($4) || '%'
             union select l.customer_id from identities i
               join identity_links l on l.identity_id = i.id and l.ended_at is null
               where i.value like $4 || '%' or i.value = $5
           )
           select ${columns} from found join customers c on c.id = found.id where ${page}`,
          [...after, escapeLike(ask.search), ask.identity?.value ?? null],
        )
  const shown = rows.slice(0, ask.limit)
  const last = shown.at(-1)
  return {
    items: shown.map(toCustomer),
    next: rows.length > ask.limit && last !== undefined ? { at: last.created_ms, id: last.id } : null,
  }
}

export async function changeCustomer(
  database: Database,
  id: CustomerId,
  change: CustomerChange,
): Promise<Customer | null> {
  const { attributes = {}, ...fields } = change
  const set = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null))
  const removed = Object.keys(attributes).filter((key) => attributes[key] === null)
  const { rowCount } = await database.pool.query(
    `update customers set
       name = case when $2::jsonb ? 'name' then $2::jsonb->>'name' else name end,
       company = case when $2::jsonb ? 'company' then $2::jsonb->>'company' else company end,
       language = case when $2::jsonb ? 'language' then $2::jsonb->>'language' else language end,
       high_value = coalesce(($2::jsonb->>'highValue')::boolean, high_value),
       attributes = (attributes || $3::jsonb) - $4::text[],
       updated_at = now()
     where id = $1`,
    [id, JSON.stringify(fields), JSON.stringify(set), removed],
  )
  return rowCount === 0 ? null : readCustomer(database, id)
}

function toCustomer(row: CustomerRow): Customer {
  return {
    id: row.id,
    name: row.name,
    company: row.company,
    language: row.language,
    highValue: row.high_value,
    attributes: row.attributes,
    identities: row.identities,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
