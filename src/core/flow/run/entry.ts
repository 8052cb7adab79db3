/** What a customer keyed or wrote for a variable: is it complete, is it valid, what value is it? */
import { Temporal } from 'temporal-polyfill'
import type { Variable } from '../script.ts'
import type { Json } from '../session.ts'

const longestDigits = 32
const longestNumber = 12

/** An entry of this many keys is complete. */
export function fullLength({ type, max }: Variable): number {
  switch (type) {
    case 'date':
      return 'DDMMYYYY'.length
    case 'time':
      return 'HHMM'.length
    case 'number':
      return max === null ? longestNumber : String(max).length
    default:
      return max ?? longestDigits
  }
}

/** undefined: not valid. */
export function entryValue(entry: string, variable: Variable): Json | undefined {
  switch (variable.type) {
    case 'digits':
      return validDigits(entry, variable) ? entry : undefined
    case 'number': {
      const value = Number(entry)
      const { min, max } = variable
      const fits = /^\d+$/.test(entry) && (min === null || value >= min) && (max === null || value <= max)
      return fits ? value : undefined
    }
    case 'date':
      return dateOf(entry)
    case 'time':
      return /^([01]\d|2[0-3])[0-5]\d$/.test(entry) ? `${entry.slice(0, 2)}:${entry.slice(2)}` : undefined
    case 'text':
      return entry === '' ? undefined : entry
    case 'boolean':
    case 'record':
      return undefined
  }
}

/** A written message as the keys that a phone would have given, where that is what is asked for. */
export function entryOfWords(words: string, { type }: Variable): string {
  if (type === 'text') return words.trim()
  const iso = /^\s*(\d{4})-(\d{2})-(\d{2})\s*$/.exec(words)
  if (type === 'date' && iso) return `${iso[3]}${iso[2]}${iso[1]}`
  return words.replace(/[\s.,/:–-]/g, '').replace(/#$/, '')
}

function validDigits(entry: string, { min, max, luhn }: Variable): boolean {
  if (!/^\d+$/.test(entry)) return false
  if (entry.length < (min ?? 1) || entry.length > (max ?? longestDigits)) return false
  return !luhn || passesLuhn(entry)
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0
  for (const [index, digit] of [...digits].reverse().entries()) {
    const doubled = index % 2 === 0 ? Number(digit) : Number(digit) * 2
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

function dateOf(entry: string): string | undefined {
  if (!/^\d{8}$/.test(entry)) return undefined
  const date = `${entry.slice(4)}-${entry.slice(2, 4)}-${entry.slice(0, 2)}`
  try {
    return Temporal.PlainDate.from(date, { overflow: 'reject' }).toString()
  } catch {
    return undefined
  }
}
