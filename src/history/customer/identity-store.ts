/** Identities and what leads from them to customers: links that something vouches for, and claims that nothing does. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { joinSignedUser, type Joining } from '../../core/customer/joining.ts'
import type { CustomerId } from '../../core/ids.ts'
import type { Identity } from './identity.ts'
import { mergeRecords, type MergedBy } from './merge-store.ts'
import { insertCustomer } from './store.ts'

export type Added =
  | Readonly<{ kind: 'linked' | 'there-already' }>
  /** Not vouched for, or another customer has it: kept for a person to see whether they are the same. */
  | Readonly<{ kind: 'claimed'; linkedTo: CustomerId | null }>

/** `vouched`: the contact itself proves it, or an agent says so; else it stays a claim. */
export async function addIdentity(
  knex: Knex,
  customerId: CustomerId,
  identity: Identity,
  { source, vouched }: { source: string; vouched: boolean },
): Promise<Added> {
  const identityId = await identityOf(knex, identity)
  const owner = await ownerOf(knex, identityId)
  if (owner !== null && (await isShownWith(knex, owner, customerId))) return { kind: 'there-already' }
  if (owner === null && vouched) {
    await knex('identity_links').insert({ identity_id: identityId, customer_id: customerId, source })
    await knex('identity_claims').where({ identity_id: identityId, customer_id: customerId }).delete()
    return { kind: 'linked' }
  }
  await knex('identity_claims')
    .insert({ identity_id: identityId, customer_id: customerId, source })
    .onConflict(['identity_id', 'customer_id'])
    .ignore()
  return { kind: 'claimed', linkedTo: owner }
}

/** What the customer is known by has changed: somebody else may be the same person. */
export async function examineAgain(knex: Knex, customerId: CustomerId): Promise<void> {
  await knex('customers').where({ id: customerId }).update({ unexamined: true })
}

/** Takes back the link or claim of any of these records. False when none has it. */
export async function removeIdentity(knex: Knex, records: readonly CustomerId[], identityId: number): Promise<boolean> {
  const ended = await knex('identity_links')
    .where({ identity_id: identityId })
    .whereIn('customer_id', records)
    .whereNull('ended_at')
    .update({ ended_at: knex.fn.now() })
  const gone = await knex('identity_claims').where({ identity_id: identityId }).whereIn('customer_id', records).delete()
  return ended + gone > 0
}

export type Joined = Readonly<{ customerId: CustomerId; mergeId: string | null; how: Joining['kind'] }>

/** The site vouched for a visitor by a signed token; `customerId`: the record that this contact belongs to from now on. */
export async function joinVisitor(knex: Knex, visitor: CustomerId, user: Identity, by: MergedBy): Promise<Joined> {
  const identityId = await identityOf(knex, user)
  const owner = await ownerOf(knex, identityId)
  const joining = joinSignedUser(
    { customerId: visitor, leadingId: await leadingIdOf(knex, visitor), users: await usersOf(knex, visitor) },
    { id: user.value, customerId: owner, leadingId: owner === null ? null : await leadingIdOf(knex, owner) },
  )
  const source = 'signed-token'
  const link = (customerId: CustomerId) =>
    knex('identity_links').insert({ identity_id: identityId, customer_id: customerId, source })
  switch (joining.kind) {
    case 'none':
      return { customerId: joining.customerId, mergeId: null, how: 'none' }
    case 'link':
      await link(joining.customerId)
      return { customerId: joining.customerId, mergeId: null, how: 'link' }
    case 'apart': {
      if (owner !== null) return { customerId: owner, mergeId: null, how: 'apart' }
      const customerId = randomUUID()
      await insertCustomer(knex, customerId)
      await link(customerId)
      return { customerId, mergeId: null, how: 'apart' }
    }
    case 'merge': {
      const mergeId = await mergeRecords(knex, {
        survivorId: joining.survivorId,
        absorbedId: joining.absorbedId,
        by,
        reason: null,
        evidence: { source, user: user.value },
        prefer: [],
      })
      return { customerId: visitor, mergeId, how: 'merge' }
    }
  }
}

/** Held against others who want it until the transaction ends. */
async function identityOf(knex: Knex, { kind, value }: Identity): Promise<number> {
  await knex('identities').insert({ kind, value }).onConflict(['kind', 'value']).ignore()
  const row = await knex('identities').where({ kind, value }).forUpdate().first<{ id: number } | undefined>('id')
  if (row === undefined) throw new Error('an identity vanished in its own transaction')
  return row.id
}

async function ownerOf(knex: Knex, identityId: number): Promise<CustomerId | null> {
  const row = await knex('identity_links')
    .where({ identity_id: identityId })
    .whereNull('ended_at')
    .first<{ customer_id: CustomerId } | undefined>('customer_id')
  return row?.customer_id ?? null
}

async function leadingIdOf(knex: Knex, id: CustomerId): Promise<CustomerId> {
  const row = await knex('customers')
    .where({ id })
    .first<{ leading: CustomerId } | undefined>(knex.raw('coalesce(leading_id, id) as leading'))
  return row?.leading ?? id
}

const isShownWith = async (knex: Knex, a: CustomerId, b: CustomerId): Promise<boolean> =>
  (await leadingIdOf(knex, a)) === (await leadingIdOf(knex, b))

async function usersOf(knex: Knex, id: CustomerId): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: { value: string }[] }>(
    `select i.value from customer_records(?) record
     join identity_links l on l.customer_id = record and l.ended_at is null
     join identities i on i.id = l.identity_id and i.kind = 'user'`,
    [id],
  )
  return rows.map(({ value }) => value)
}
