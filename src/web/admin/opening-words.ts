/** Opening hours as people write them: `9-12, 13:30-18`. */
import type { OpenInterval } from '../../core/calendar/calendar.ts'

export const intervalsIn = (intervals: readonly OpenInterval[]): string =>
  intervals.map(({ opens, closes }) => `${opens}–${closes}`).join(', ')

/** Nothing: closed. null: it can't be read. */
export function intervalsFrom(text: string): readonly OpenInterval[] | null {
  const parts = text.split(/[,;]/).map((part) => part.trim())
  if (parts.every((part) => part === '')) return []
  const intervals = parts.map(intervalFrom)
  return intervals.includes(null) ? null : (intervals as readonly OpenInterval[])
}

function intervalFrom(part: string): OpenInterval | null {
  const [from, to, ...more] = part.split(/\s*[-–—]\s*/)
  if (from === undefined || to === undefined || more.length > 0) return null
  const [opens, closes] = [timeFrom(from), timeFrom(to)]
  return opens === null || closes === null || opens === '24:00' ? null : { opens, closes }
}

function timeFrom(text: string): string | null {
  const [, hours = '', minutes = '00'] = /^(\d{1,2})(?:[:.](\d{2}))?$/.exec(text) ?? []
  const isTime =
    hours !== '' && Number(minutes) < 60 && (Number(hours) < 24 || (Number(hours) === 24 && minutes === '00'))
  return isTime ? `${hours.padStart(2, '0')}:${minutes}` : null
}
