import { describe, expect, it } from 'vitest'
import { newHoursSchema } from '../../../src/directory/hours.ts'
import { weekdays } from '../../../src/core/calendar/calendar.ts'

const hours = (calendar: object): ReturnType<typeof newHoursSchema.safeParse> =>
  newHoursSchema.safeParse({
    id: 'office',
    name: 'Office',
    calendar: { timezone: 'Europe/Bucharest', weekly: {}, ...calendar },
  })
const problems = (calendar: object): string[] => hours(calendar).error?.issues.map((issue) => issue.message) ?? []

describe('business hours', () => {
  it('take split shifts, nights, holidays of every year and exceptions', () => {
    const open = [{ opens: '22:00', closes: '06:00' }]
    const result = hours({
      weekly: Object.fromEntries(weekdays.map((day) => [day, [...open, { opens: '09:00', closes: '24:00' }]])),
      holidays: [
        { name: 'Leap day', date: '02-29', hours: [] },
        { name: 'Easter', date: '2027-05-02', hours: [] },
      ],
      exceptions: [{ name: 'Fair', from: '2027-03-01', to: '2027-03-05', hours: open }],
    })
    expect(result.error?.issues).toBeUndefined()
  })

  it('refuse a zone that knows no daylight saving, a day that does not exist and an exception that runs backwards', () => {
    expect(problems({ timezone: 'Mars/Olympus' })).toEqual(['use an IANA time zone such as Europe/Bucharest'])
    expect(problems({ timezone: '+02:00' })).toEqual(['use an IANA time zone such as Europe/Bucharest'])
    expect(problems({ holidays: [{ name: 'x', date: '2027-02-29', hours: [] }] })).toHaveLength(1)
    expect(problems({ holidays: [{ name: 'x', date: '13-01', hours: [] }] })).toHaveLength(1)
    expect(problems({ exceptions: [{ name: 'x', from: '2027-03-02', to: '2027-03-01', hours: [] }] })).toEqual([
      'ends before it begins',
    ])
    expect(problems({ weekly: { monday: [{ opens: '24:00', closes: '24:00' }] } })).toHaveLength(1)
    expect(problems({ weekly: { funday: [] } })).toHaveLength(1)
  })
})
