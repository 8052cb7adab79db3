/** Whether two customers look like one person: reasons with weights, for a person to decide by. */
import type { CustomerId } from '../ids.ts'
import { nameSimilarity } from './names.ts'

export type KnownIdentity = Readonly<{
  kind: 'phone' | 'email' | 'handle' | 'visitor' | 'user'
  value: string
  /** False: somebody said so, and nothing vouches for it. */
  linked: boolean
}>

export type Profile = Readonly<{
  id: CustomerId
  name: string | null
  company: string | null
  identities: readonly KnownIdentity[]
  /** Attributes that name one person, such as a number in the CRM. */
  identifying: Readonly<Record<string, string | number | boolean>>
}>

export type DuplicateReason =
  | Readonly<{ kind: 'same-identity'; identity: string; weight: number }>
  | Readonly<{ kind: 'same-attribute'; attribute: string; weight: number }>
  | Readonly<{ kind: 'similar-name'; similarity: number; weight: number }>
  | Readonly<{ kind: 'same-company'; weight: number }>
  | Readonly<{ kind: 'same-mail-domain'; domain: string; weight: number }>
  | Readonly<{ kind: 'name-in-address'; address: string; weight: number }>

export type Likeness = Readonly<{
  /** 0 to 1: one minus the product of what the reasons leave in doubt. */
  score: number
  reasons: readonly DuplicateReason[]
}>

/** From here on a pair is shown to people. */
export const proposedFrom = 0.6

const weights = {
  user: 0.98,
  phone: 0.85,
  email: 0.9,
  handle: 0.9,
  visitor: 0.7,
  attribute: 0.95,
  company: 0.25,
  mailDomain: 0.3,
  nameInAddress: 0.45,
} as const

/** Addresses of these say nothing about an employer. */
const publicMail =
  /^(gmail|googlemail|yahoo|outlook|hotmail|live|icloud|proton|protonmail|gmx|mail|yandex|wp|onet|o2)\./

/** Names this alike count as the same name written differently. */
const likeNames = 0.72

/** null: nothing speaks for it, or something speaks against it that outweighs everything. */
export function likeness(a: Profile, b: Profile): Likeness | null {
  if (a.id === b.id || contradict(a, b)) return null
  const reasons = [...sameIdentities(a, b), ...sameAttributes(a, b), ...alikeByName(a, b)]
  if (reasons.length === 0) return null
  const doubt = reasons.reduce((left, { weight }) => left * (1 - weight), 1)
  return { score: Math.round((1 - doubt) * 1000) / 1000, reasons }
}

/** Two people who each signed in, or who have numbers of their own in the CRM, are two people. */
function contradict(a: Profile, b: Profile): boolean {
  const usersOf = (profile: Profile) =>
    profile.identities.filter(({ kind, linked }) => kind === 'user' && linked).map(({ value }) => value)
  const users = usersOf(b)
  if (users.length > 0 && usersOf(a).length > 0 && !usersOf(a).some((value) => users.includes(value))) return true
  return Object.entries(a.identifying).some(([key, value]) => {
    const other = b.identifying[key]
    return other !== undefined && other !== value
  })
}

function sameIdentities(a: Profile, b: Profile): DuplicateReason[] {
  return a.identities.flatMap((one) => {
    const isShared = b.identities.some(({ kind, value }) => kind === one.kind && value === one.value)
    return isShared
      ? [{ kind: 'same-identity' as const, identity: `${one.kind} ${one.value}`, weight: weights[one.kind] }]
      : []
  })
}

function sameAttributes(a: Profile, b: Profile): DuplicateReason[] {
  return Object.entries(a.identifying)
    .filter(([key, value]) => b.identifying[key] === value)
    .map(([attribute]) => ({ kind: 'same-attribute', attribute, weight: weights.attribute }))
}

/** A name alone never proposes: it takes a company, a domain or an address beside it. */
function alikeByName(a: Profile, b: Profile): DuplicateReason[] {
  const reasons: DuplicateReason[] = []
  const similarity = a.name === null || b.name === null ? 0 : nameSimilarity(a.name, b.name)
  if (similarity >= likeNames) {
    const weight = Math.round(0.5 * similarity * 1000) / 1000
    reasons.push({ kind: 'similar-name', similarity: Math.round(similarity * 1000) / 1000, weight })
    if (a.company !== null && b.company !== null && nameSimilarity(a.company, b.company) >= 0.85)
      reasons.push({ kind: 'same-company', weight: weights.company })
    const domain = sharedDomain(a, b)
    if (domain !== null) reasons.push({ kind: 'same-mail-domain', domain, weight: weights.mailDomain })
  }
  const address = nameInAddress(a, b) ?? nameInAddress(b, a)
  if (address !== null) reasons.push({ kind: 'name-in-address', address, weight: weights.nameInAddress })
  return reasons
}

const addressesOf = (profile: Profile) => profile.identities.filter(({ kind }) => kind === 'email').map((i) => i.value)
const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1)

function sharedDomain(a: Profile, b: Profile): string | null {
  const domains = new Set(addressesOf(a).map(domainOf))
  return (
    addressesOf(b)
      .map(domainOf)
      .find((domain) => domains.has(domain) && !publicMail.test(domain)) ?? null
  )
}

/** `ion.popescu@…` beside a customer called Ion Popescu, who has no such address. */
function nameInAddress(named: Profile, addressed: Profile): string | null {
  const words = named.name === null ? [] : plainWords(named.name)
  if (words.length < 2) return null
  return (
    addressesOf(addressed).find((address) => {
      const local = plainWords(address.slice(0, address.lastIndexOf('@')))
      return local.length === words.length && words.every((word) => local.includes(word))
    }) ?? null
  )
}

const plainWords = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
