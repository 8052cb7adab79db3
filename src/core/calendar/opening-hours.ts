/** Is it open, and if not, when next: decided on the wall clock of the calendar's zone, so both DST days come out right. */
import { Temporal } from 'temporal-polyfill'
import type { Instant } from '../ids.ts'
import type { Calendar, OpenInterval } from './calendar.ts'
import { weekdays } from './calendar.ts'

/** How the calendar sees a moment: `holiday` names the day's holiday or exception, whether it is open or not. */
export type Opening = Readonly<{ open: boolean; holiday: string | null }>

const minutesPerDay = 24 * 60
/** A calendar that stays closed longer than this has no next opening. */
const horizonDays = 400

export function openingAt(calendar: Calendar, at: Instant): Opening {
  const wall = wallClock(calendar, at)
  const date = wall.toPlainDate()
  const today = dayRule(calendar, date)
  const yesterday = dayRule(calendar, date.subtract({ days: 1 }))
  const minute = wall.hour * 60 + wall.minute
  const open =
    today.hours.some((interval) => covers(interval, minute)) ||
    yesterday.hours.some((interval) => covers(interval, minute + minutesPerDay))
  return { open, holiday: today.name }
}

export function isOpen(calendar: Calendar, at: Instant): boolean {
  return openingAt(calendar, at).open
}

/** `at` itself while open; null when it stays closed for more than a year. */
export function nextOpening(calendar: Calendar, at: Instant): Instant | null {
  if (isOpen(calendar, at)) return at
  const first = wallClock(calendar, at).toPlainDate().subtract({ days: 1 })
  for (let day = 0; day <= horizonDays; day += 1) {
    const openings = candidates(calendar, first.add({ days: day })).filter((instant) => instant > at)
    const opening = openings.sort((a, b) => a - b).find((instant) => isOpen(calendar, instant))
    if (opening !== undefined) return opening
  }
  return null
}

/** Moments of a day at which a closed calendar can turn open: an interval's start, or a jump of the clock into one. */
function candidates(calendar: Calendar, date: Temporal.PlainDate): Instant[] {
  const starts = dayRule(calendar, date).hours.flatMap((interval) => {
    const wall = date.toPlainDateTime(Temporal.PlainTime.from(interval.opens))
    return (['earlier', 'later'] as const).map(
      (disambiguation) => wall.toZonedDateTime(calendar.timezone, { disambiguation }).epochMilliseconds,
    )
  })
  const dayStart = date.toZonedDateTime(calendar.timezone)
  const jump = dayStart.getTimeZoneTransition('next')
  const dayEnd = dayStart.add({ days: 1 }).epochMilliseconds
  if (jump && jump.epochMilliseconds <= dayEnd) starts.push(jump.epochMilliseconds)
  return starts
}

function dayRule(
  calendar: Calendar,
  date: Temporal.PlainDate,
): { name: string | null; hours: readonly OpenInterval[] } {
  const day = date.toString()
  const exception = calendar.exceptions.findLast(({ from, to }) => from <= day && day <= to)
  if (exception) return exception
  const holiday =
    calendar.holidays.find((candidate) => candidate.date === day) ??
    calendar.holidays.find((candidate) => candidate.date === day.slice('YYYY-'.length))
  if (holiday) return holiday
  const weekday = weekdays[date.dayOfWeek - 1]
  return { name: null, hours: (weekday && calendar.weekly[weekday]) ?? [] }
}

/** `minute` counts from the midnight that the interval's own day began with. */
function covers(interval: OpenInterval, minute: number): boolean {
  const opens = minuteOfDay(interval.opens)
  const closes = minuteOfDay(interval.closes)
  return minute >= opens && minute < (closes <= opens ? closes + minutesPerDay : closes)
}

function minuteOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

function wallClock(calendar: Calendar, at: Instant): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(calendar.timezone)
}
