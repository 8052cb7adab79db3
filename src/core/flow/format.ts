/** Numbers, dates and amounts as each language writes or says them. */
import { Temporal } from 'temporal-polyfill'
import type { Format } from './expression.ts'
import type { Json } from './session.ts'

/** Amounts are said with the currency's name and written with its sign; digits are said one by one. */
export type Medium = 'spoken' | 'written'

export type FormatOptions = Readonly<{ language: string; timezone: string; medium: Medium; currency: string | null }>

/** null: the value isn't of that kind. */
export function formatted(value: Json, format: Format, options: FormatOptions): string | null {
  switch (format) {
    case 'digits':
      return typeof value === 'string' || typeof value === 'number' ? digitsText(String(value), options.medium) : null
    case 'number': {
      const number = numberOf(value)
      return number === null ? null : numberText(number, options.language)
    }
    case 'money': {
      const amount = numberOf(value)
      return amount === null || options.currency === null ? null : moneyText(amount, options.currency, options)
    }
    case 'date': {
      const date = plainDate(value, options.timezone)
      return date && dateText(date, options.language)
    }
    case 'time': {
      const time = plainTime(value, options.timezone)
      return time && timeText(time, options.language)
    }
  }
}

export function digitsText(digits: string, medium: Medium): string {
  return medium === 'spoken' ? [...digits.replace(/\s/g, '')].join(', ') : digits
}

export function numberText(value: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 6 }).format(value)
}

export function moneyText(
  amount: number,
  currency: string,
  { language, medium }: Pick<FormatOptions, 'language' | 'medium'>,
): string {
  const currencyDisplay = medium === 'spoken' ? 'name' : 'symbol'
  const options = { style: 'currency', currency, currencyDisplay, trailingZeroDisplay: 'stripIfInteger' } as const
  return new Intl.NumberFormat(language, options).format(amount)
}

/** `date` is `YYYY-MM-DD`. */
export function dateText(date: string, language: string): string {
  const noon = Date.parse(`${date}T12:00:00Z`)
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(noon)
}

/** `time` is `HH:MM`. */
export function timeText(time: string, language: string): string {
  const moment = Date.parse(`2000-01-01T${time}:00Z`)
  return new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone: 'UTC' }).format(moment)
}

export function numberOf(value: Json): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/** The day that a date, or a timestamp in that zone, falls on. */
export function plainDate(value: Json, timezone: string): string | null {
  if (typeof value !== 'string') return null
  try {
    if (value.length === 'YYYY-MM-DD'.length) return Temporal.PlainDate.from(value).toString()
    return Temporal.Instant.from(value).toZonedDateTimeISO(timezone).toPlainDate().toString()
  } catch {
    return null
  }
}

export function plainTime(value: Json, timezone: string): string | null {
  if (typeof value !== 'string') return null
  try {
    const time = /^\d{1,2}:\d{2}/.test(value)
      ? Temporal.PlainTime.from(value)
      : Temporal.Instant.from(value).toZonedDateTimeISO(timezone).toPlainTime()
    return time.toString({ smallestUnit: 'minute' })
  } catch {
    return null
  }
}
