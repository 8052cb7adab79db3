import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Calendar, OpenInterval } from '../../../../src/core/calendar/calendar.ts'
import { weekdays } from '../../../../src/core/calendar/calendar.ts'
import { isOpen, nextOpening, openingAt } from '../../../../src/core/calendar/opening-hours.ts'

const nineToFive: OpenInterval = { opens: '09:00', closes: '17:00' }
const base: Calendar = { timezone: 'Europe/Bucharest', weekly: {}, holidays: [], exceptions: [] }
const at = (iso: string): number => Date.parse(iso)

describe('opening hours', () => {
  it('has split shifts in the calendar’s own zone', () => {
    const calendar: Calendar = {
      ...base,
      weekly: {
        monday: [
          { opens: '09:00', closes: '12:00' },
          { opens: '13:00', closes: '17:00' },
        ],
      },
    }
    // Monday; Bucharest is two hours ahead of UTC in winter.
    expect(isOpen(calendar, at('2026-01-12T06:59:00Z'))).toBe(false)
    expect(isOpen(calendar, at('2026-01-12T07:00:00Z'))).toBe(true)
    expect(isOpen(calendar, at('2026-01-12T10:00:00Z'))).toBe(false)
    expect(nextOpening(calendar, at('2026-01-12T10:00:00Z'))).toBe(at('2026-01-12T11:00:00Z'))
    expect(nextOpening(calendar, at('2026-01-12T15:00:00Z'))).toBe(at('2026-01-19T07:00:00Z'))
  })

  it('runs past midnight, and on into a holiday, but does not open on one', () => {
    const calendar: Calendar = {
      ...base,
      weekly: { friday: [{ opens: '22:00', closes: '06:00' }], saturday: [nineToFive] },
      holidays: [{ name: 'Day off', date: '2026-01-17', hours: [] }],
    }
    expect(openingAt(calendar, at('2026-01-17T03:00:00Z'))).toEqual({ open: true, holiday: 'Day off' })
    expect(openingAt(calendar, at('2026-01-17T04:00:00Z'))).toEqual({ open: false, holiday: 'Day off' })
    expect(isOpen(calendar, at('2026-01-17T08:00:00Z'))).toBe(false)
    expect(isOpen(calendar, at('2026-01-24T08:00:00Z'))).toBe(true)
  })

  it('is open around the clock from midnight to midnight', () => {
    const calendar: Calendar = { ...base, weekly: { monday: [{ opens: '00:00', closes: '24:00' }] } }
    expect(isOpen(calendar, at('2026-01-11T22:00:00Z'))).toBe(true)
    expect(isOpen(calendar, at('2026-01-12T21:59:59Z'))).toBe(true)
    expect(isOpen(calendar, at('2026-01-12T22:00:00Z'))).toBe(false)
  })

  it('prefers an exception to a dated holiday, that to a yearly one, and that to the week', () => {
    const calendar: Calendar = {
      ...base,
      timezone: 'UTC',
      weekly: { friday: [nineToFive], thursday: [nineToFive] },
      holidays: [
        { name: 'yearly', date: '12-25', hours: [] },
        { name: 'this year', date: '2026-12-25', hours: [{ opens: '10:00', closes: '11:00' }] },
      ],
      exceptions: [{ name: 'stocktaking', from: '2026-12-24', to: '2026-12-24', hours: [] }],
    }
    expect(openingAt(calendar, at('2026-12-24T10:00:00Z'))).toEqual({ open: false, holiday: 'stocktaking' })
    expect(openingAt(calendar, at('2026-12-25T10:30:00Z'))).toEqual({ open: true, holiday: 'this year' })
    expect(openingAt(calendar, at('2025-12-25T10:30:00Z'))).toEqual({ open: false, holiday: 'yearly' })
  })

  it('keeps to the wall clock on both DST days', () => {
    const night: Calendar = {
      ...base,
      weekly: { saturday: [{ opens: '22:00', closes: '06:00' }], sunday: [{ opens: '03:30', closes: '03:45' }] },
    }
    const openMinutes = (from: string, to: string): number => {
      let minutes = 0
      for (let instant = at(from); instant < at(to); instant += 60_000) if (isOpen(night, instant)) minutes += 1
      return minutes
    }
    // 2026-03-29: 03:00 becomes 04:00 in Bucharest. 2026-10-25: 04:00 becomes 03:00.
    expect(openMinutes('2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z')).toBe(7 * 60)
    expect(openMinutes('2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z')).toBe(9 * 60)
  })

  it('opens when the clock jumps into an interval', () => {
    const calendar: Calendar = { ...base, weekly: { sunday: [{ opens: '03:30', closes: '05:00' }] } }
    expect(nextOpening(calendar, at('2026-03-29T00:00:00Z'))).toBe(at('2026-03-29T01:00:00Z'))
  })

  it('opens twice when the clock shows the same time twice', () => {
    const calendar: Calendar = { ...base, weekly: { sunday: [{ opens: '03:10', closes: '03:20' }] } }
    expect(nextOpening(calendar, at('2026-10-25T00:00:00Z'))).toBe(at('2026-10-25T00:10:00Z'))
    expect(nextOpening(calendar, at('2026-10-25T00:20:00Z'))).toBe(at('2026-10-25T01:10:00Z'))
  })

  it('has no next opening when it never opens', () => {
    expect(nextOpening(base, at('2026-01-01T00:00:00Z'))).toBeNull()
  })
})

describe('against a walk minute by minute', () => {
  const time = fc
    .integer({ min: 0, max: 95 })
    .map((quarter) => `${pad(Math.floor(quarter / 4))}:${pad((quarter % 4) * 15)}`)
  const intervals = fc.array(fc.record({ opens: time, closes: time }), { maxLength: 3 })
  const calendars: fc.Arbitrary<Calendar> = fc.record({
    timezone: fc.constantFrom('Europe/Bucharest', 'America/New_York', 'Australia/Lord_Howe', 'UTC', 'Asia/Kolkata'),
    weekly: fc.record(Object.fromEntries(weekdays.map((weekday) => [weekday, intervals])), { requiredKeys: [] }),
    holidays: fc.array(
      fc.record({
        name: fc.constant('holiday'),
        date: fc.constantFrom('2026-03-29', '03-30', '2026-10-25', '11-01', '04-05'),
        hours: intervals,
      }),
      { maxLength: 2 },
    ),
    exceptions: fc.array(
      fc.record({
        name: fc.constant('exception'),
        from: fc.constant('2026-03-28'),
        to: fc.constantFrom('2026-03-28', '2026-03-30'),
        hours: intervals,
      }),
      { maxLength: 1 },
    ),
  })
  /** Around the changes of the clock in those zones, and an ordinary week. */
  const starts = fc
    .tuple(
      fc.constantFrom('2026-03-28', '2026-10-24', '2026-03-07', '2026-11-01', '2026-04-04', '2026-10-03', '2026-06-10'),
      fc.integer({ min: 0, max: 2000 }),
    )
    .map(([day, minutes]) => Date.parse(`${day}T00:00:00Z`) + minutes * 60_000)

  it('isOpen and nextOpening agree with the wall clock', () => {
    fc.assert(
      fc.property(calendars, starts, (calendar, start) => {
        const wall = wallClockOf(calendar.timezone)
        const hours = 36
        const walked = Array.from({ length: hours * 60 }, (_, minute) => start + minute * 60_000)
        const first = walked.find((instant) => openByWall(calendar, wall(instant)))
        for (const instant of walked.filter((_, index) => index % 15 === 0)) {
          expect(isOpen(calendar, instant)).toBe(openByWall(calendar, wall(instant)))
        }
        const next = nextOpening(calendar, start)
        if (first === undefined) expect(next === null || next >= start + hours * 3_600_000).toBe(true)
        else expect(next).toBe(first)
      }),
      { numRuns: 150 },
    )
  })
})

type Wall = { date: string; minute: number }

/** An implementation of its own: the runtime's Intl instead of Temporal. */
function wallClockOf(timezone: string): (instant: number) => Wall {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  return (instant) => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]))
    return {
      date: `${parts['year']}-${parts['month']}-${parts['day']}`,
      minute: Number(parts['hour']) * 60 + Number(parts['minute']),
    }
  }
}

function openByWall(calendar: Calendar, { date, minute }: Wall): boolean {
  const before = new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
  return hoursOf(calendar, date).some(spans(minute)) || hoursOf(calendar, before).some(spans(minute + 1440))
}

function hoursOf(calendar: Calendar, date: string): readonly OpenInterval[] {
  for (const exception of [...calendar.exceptions].reverse())
    if (date >= exception.from && date <= exception.to) return exception.hours
  for (const wanted of [date, date.slice(5)])
    for (const holiday of calendar.holidays) if (holiday.date === wanted) return holiday.hours
  const weekday = weekdays[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7]
  return (weekday && calendar.weekly[weekday]) ?? []
}

function spans(minute: number): (interval: OpenInterval) => boolean {
  return ({ opens, closes }) => {
    const [from, to] = [opens, closes].map((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)))
    return from !== undefined && to !== undefined && minute >= from && minute < (to <= from ? to + 1440 : to)
  }
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
