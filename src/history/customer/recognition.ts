/** Who is calling: from what the network says to a customer of ours. */
import type { CountryCode } from 'libphonenumber-js/max'
import type { CustomerId, InteractionId } from '../../core/ids.ts'
import type { Database } from '../../platform/database/database.ts'
import { addIdentity, examineAgain, joinVisitor, type Joined } from './identity-store.ts'
import {
  changeCustomer,
  customerOf,
  readCustomer,
  recogniseContact,
  type FoundCustomer,
  type Recognised,
} from './store.ts'
import { normaliseIdentity, type IdentityKind } from './identity.ts'

export type Contact = Readonly<{
  kind: IdentityKind
  /** As the provider gave it: a number in any writing, an address, a handle. Empty or "anonymous": withheld. */
  raw: string
  displayName: string | null
  /** Country of the entry point, for numbers in national writing; the organisation's own unless given. */
  country?: CountryCode
  /** Makes a repeat for a withheld contact find the customer of the first. */
  interactionId?: InteractionId
}>

/** `identity`: E.164 where the number has it; null when withheld. */
export type RecognisedContact = Recognised & Readonly<{ identity: string | null }>

const longestName = 200

export async function recogniseCaller(
  database: Database,
  defaultCountry: CountryCode,
  contact: Contact,
): Promise<RecognisedContact> {
  const identity = normaliseIdentity(contact.kind, contact.raw, contact.country ?? defaultCountry)
  const found = await recogniseContact(database, {
    identity,
    name: nameOf(contact, identity?.value ?? null),
    source: 'contact',
    interactionId: contact.interactionId ?? null,
  })
  return { ...found, identity: identity?.value ?? null }
}

/** For a flow's look-up; nothing is created. */
export async function findCustomer(
  database: Database,
  defaultCountry: CountryCode,
  wanted: { kind?: IdentityKind; raw: string; country?: CountryCode },
): Promise<FoundCustomer | null> {
  const kind = wanted.kind ?? (wanted.raw.includes('@') && !/^sips?:/i.test(wanted.raw) ? 'email' : 'phone')
  const identity = normaliseIdentity(kind, wanted.raw, wanted.country ?? defaultCountry)
  return identity === null ? null : customerOf(database, identity)
}

/** Phones often give the number again, or "Anonymous", in place of a name. */
function nameOf(contact: Contact, identity: string | null): string | null {
  const name = printable(contact.displayName ?? '')
    .trim()
    .slice(0, longestName)
  if (name === '' || name === contact.raw || name === identity || /^anonymous$/i.test(name)) return null
  return /^[+\d\s().-]+$/.test(name) ? null : name
}

/** Postgres takes no NUL, and no other control character belongs into a name. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '')
}

/** Who the site says has signed in: what its signed token carries. */
export type SignedUser = Readonly<{ userId: string; name?: string | null; email?: string | null }>

/**
 * Joins a visitor to the customer of the user who signed in. The answer's `customerId` is the record that the contact
 * belongs to from now on: the visitor's own, unless somebody else had signed in on the same device before.
 */
export async function identifyVisitor({ knex }: Database, visitor: CustomerId, user: SignedUser): Promise<Joined> {
  const identity = normaliseIdentity('user', user.userId, 'US')
  if (identity === null) throw new Error('a signed user without an id')
  return knex.transaction(async (trx) => {
    const joined = await joinVisitor(trx, visitor, identity, { kind: 'system', id: null, name: 'signed token' })
    const address = user.email == null ? null : normaliseIdentity('email', user.email, 'US')
    if (address !== null) await addIdentity(trx, joined.customerId, address, { source: 'signed-token', vouched: true })
    const customer = await readCustomer(trx, joined.customerId)
    const name = printable(user.name ?? '')
      .trim()
      .slice(0, longestName)
    if (customer?.name === null && name !== '') await changeCustomer(trx, joined.customerId, { name })
    await examineAgain(trx, joined.customerId)
    return joined
  })
}

/** What a customer says is theirs, and nobody vouches for. */
export async function claimIdentity(
  { knex }: Database,
  defaultCountry: CountryCode,
  customerId: CustomerId,
  { kind, raw }: Readonly<{ kind: IdentityKind; raw: string }>,
): Promise<void> {
  const identity = normaliseIdentity(kind, raw, defaultCountry)
  if (identity === null) return
  await knex.transaction((trx) => addIdentity(trx, customerId, identity, { source: 'said', vouched: false }))
}
