/** What a contact is called once and for all: the form in which two ways of writing one number, address or handle meet. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { CountryCode } from 'libphonenumber-js/max'

/** `handle`: `provider:name`; `visitor`: a browser's own secret id; `user`: who the site says has signed in, by a signed token. */
export const identityKinds = ['phone', 'email', 'handle', 'visitor', 'user'] as const
export type IdentityKind = (typeof identityKinds)[number]
export type Identity = Readonly<{ kind: IdentityKind; value: string }>

const longestValue = 190
/** Below this many digits, and without a plus, a number means something only here: 112, 116117, an extension. */
const shortestNationalDigits = 7
/** A foreign number that a trunk delivers without its plus is at least this long. */
const shortestBareInternationalDigits = 10

/** What networks and phones put in place of a number that the caller keeps to themselves. */
const withheld = /^(anonymous|anon|restricted|private|withheld|unavailable|unknown|blocked|no ?number|null|-1|)$/i

/** null: the contact doesn't say who it is; such contacts have nothing in common with each other. */
export function normaliseIdentity(kind: IdentityKind, raw: string, country: CountryCode): Identity | null {
  switch (kind) {
    case 'phone': {
      const value = normaliseNumber(raw, country)
      return value === null ? null : { kind, value }
    }
    case 'email':
    case 'handle': {
      const address = kind === 'email' ? (/<([^<>]*)>\s*$/.exec(raw)?.[1] ?? raw) : raw.replace(/:\s*@/, ':')
      return named(kind, address.normalize('NFKC').toLowerCase())
    }
    // Written by programs: two that differ in case are two.
    case 'visitor':
    case 'user':
      return named(kind, raw)
  }
}

function named(kind: IdentityKind, raw: string): Identity | null {
  const value = raw.replace(/\p{Cc}/gu, '').trim()
  return value === '' || value.endsWith(':') ? null : { kind, value: value.slice(0, longestValue) }
}

/** E.164 with its plus where the number has one; short codes and internal numbers stay as they are dialled. */
function normaliseNumber(raw: string, country: CountryCode): string | null {
  const user = userPart(raw)
  if (withheld.test(user)) return null
  const compact = user.replace(/[\s().\-/\u00a0]/g, '')
  if (!/^\+?\d+$/.test(compact)) return user.slice(0, longestValue)
  const digits = compact.replace(/^\+/, '')
  if (compact === digits && digits.length < shortestNationalDigits) return digits
  const found = parsePhoneNumberFromString(compact, country)
  if (found?.isValid() === true) return found.number
  if (compact === digits && digits.length >= shortestBareInternationalDigits && !digits.startsWith('0')) {
    const bare = parsePhoneNumberFromString(`+${digits}`)
    if (bare?.isValid() === true) return bare.number
  }
  return compact.slice(0, longestValue)
}

/** `sip:+40721@host;user=phone`, `tel:+40721;ext=1`, `"Name" <sip:...>` or the bare number. */
function userPart(text: string): string {
  // Postgres takes no NUL; other control characters are no part of a number either.
  const raw = text.replace(/\p{Cc}/gu, '')
  const address = /<([^>]*)>/.exec(raw)?.[1] ?? raw
  return (
    address
      .trim()
      .replace(/^(sips?|tel):/i, '')
      .split(/[@;]/)[0] ?? ''
  ).trim()
}
