/** Business hours: a calendar under a name. */
import { z } from 'zod'
import { weekdays, type Calendar } from '../core/calendar/calendar.ts'
import { displayName, slug } from './names.ts'

const timezone = z
  .string()
  .max(64)
  .refine(isTimezone, 'use an IANA time zone such as Europe/Bucharest')
  .describe('IANA time zone such as Europe/Bucharest')

const interval = z.strictObject({
  opens: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'use HH:MM from 00:00 to 23:59'),
  closes: z
    .string()
    .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'use HH:MM from 00:00 to 24:00')
    .describe('at or before `opens`: the next day'),
})
const intervals = z.array(interval).max(24)

const date = z.string().refine((text) => /^\d{4}-/.test(text) && isDate(text), 'use a day that exists, as YYYY-MM-DD')
const dateOrEveryYear = z
  .string()
  .refine((text) => (/^\d{2}-\d{2}$/.test(text) ? isDate(`2024-${text}`) : isDate(text)), {
    error: 'use a day that exists, as YYYY-MM-DD, or MM-DD for every year',
  })

export const calendarSchema = z.strictObject({
  timezone,
  weekly: z.partialRecord(z.enum(weekdays), intervals).describe('a day that is absent is closed'),
  holidays: z
    .array(z.strictObject({ name: displayName, date: dateOrEveryYear, hours: intervals }))
    .max(1_000)
    .default([]),
  exceptions: z
    .array(
      z
        .strictObject({ name: displayName, from: date, to: date, hours: intervals })
        .refine(({ from, to }) => from <= to, { error: 'ends before it begins', path: ['to'] }),
    )
    .max(1_000)
    .default([]),
})

export const hoursSchema = z.object({ id: slug, name: displayName, calendar: calendarSchema })
export const newHoursSchema = z.strictObject({ id: slug, name: displayName, calendar: calendarSchema })
export const hoursPatchSchema = z.strictObject({ name: displayName, calendar: calendarSchema }).partial()

export type Hours = Readonly<{ id: string; name: string; calendar: Calendar }>

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    // Offsets such as +02:00 are accepted there, but know no daylight saving.
    return /^[A-Za-z]/.test(name)
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}
