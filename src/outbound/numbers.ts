/** Reads what somebody dialled, and writes it the way a carrier wants it. */
import { parsePhoneNumberFromString, type CountryCode, type NumberType } from 'libphonenumber-js/max'
import type { Destination, NumberKind } from '../core/dialling/destination.ts'
import type { Trunk } from './ports.ts'

const kinds: Readonly<Record<NonNullable<NumberType>, NumberKind>> = {
  FIXED_LINE: 'fixed-line',
  MOBILE: 'mobile',
  FIXED_LINE_OR_MOBILE: 'fixed-or-mobile',
  TOLL_FREE: 'toll-free',
  SHARED_COST: 'shared-cost',
  PREMIUM_RATE: 'premium',
  VOIP: 'voip',
  PERSONAL_NUMBER: 'special',
  PAGER: 'special',
  UAN: 'special',
  VOICEMAIL: 'special',
}

/** Longer ones belong to a numbering plan (ITU-T E.164 §6: 15 digits at most with the country's). */
const longestShortNumber = 6
const longestNumber = 20

/** null: no number. Codes with * and # are none: at a carrier they change things, such as where our own calls go. */
export function readDestination(
  text: string,
  country: CountryCode,
  emergency: ReadonlySet<string>,
): Destination | null {
  const number = text.replace(/[\s().\-/\u00a0]/g, '')
  if (!/^\+?\d+$/.test(number) || number.length > longestNumber) return null
  const plain = { country: null, kind: 'unknown', home: false, emergency: false } as const
  if (emergency.has(number)) return { ...plain, number, country, kind: 'short', home: true, emergency: true }
  const found = parsePhoneNumberFromString(number, country)
  if (found?.isValid() !== true) {
    if (number.startsWith('+') || number.length > longestShortNumber)
      return { ...plain, number: found?.number ?? number, country: found?.country ?? null }
    return { ...plain, number, country, kind: 'short', home: true }
  }
  const type = found.getType()
  return {
    number: found.number,
    country: found.country ?? null,
    kind: type === undefined ? 'unknown' : kinds[type],
    home: found.country === country,
    emergency: false,
  }
}

/** For the user part of the request URI. */
export function numberFor(
  { number, home, emergency }: Destination,
  form: Trunk['numberForm'],
  country: CountryCode,
): string {
  if (emergency || !number.startsWith('+') || form === 'plus') return number
  const national = home ? parsePhoneNumberFromString(number, country)?.formatNational().replace(/\D/g, '') : undefined
  return form === 'national' && national !== undefined ? national : number.slice(1)
}
