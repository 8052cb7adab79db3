/** Times and lengths as people read them in their language. */

/** `6:03`, `1:12:40`: for timers that run. Never negative. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  const two = (n: number): string => String(n).padStart(2, '0')
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  const hours = Math.floor(seconds / 3_600)
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '')
}

/** Making one costs more than a hundred uses of it. */
const formats = new Map<string, Intl.DateTimeFormat>()

function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${Object.values(options).join()}`
  const known = formats.get(key) ?? new Intl.DateTimeFormat(language, options)
  formats.set(key, known)
  return known
}

const timeOnly = { hour: '2-digit', minute: '2-digit' } as const
const thisYear = { day: 'numeric', month: 'short', ...timeOnly } as const
const anyYear = { ...thisYear, year: 'numeric' } as const

/** `10:09` in the viewer's own zone. */
export function timeOfDay(at: number, language: string): string {
  return format(language, timeOnly).format(at)
}

/** `today, 10:02`, `yesterday, 18:40`, `12 May, 09:15`, with the year where it isn't this one. */
export function moment(at: number, now: number, language: string): string {
  const days = daysBetween(at, now)
  if (days === 0 || days === -1) {
    const day = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(days, 'day')
    return `${day}, ${timeOfDay(at, language)}`
  }
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return format(language, sameYear ? thisYear : anyYear).format(at)
}

/** 0 on the same calendar day, -1 on the day before. */
function daysBetween(at: number, now: number): number {
  const midnight = (instant: number): number => new Date(instant).setHours(0, 0, 0, 0)
  return Math.round((midnight(at) - midnight(now)) / 86_400_000)
}

/** `4.2 GB`, `870 MB`. */
export function amountOfData(bytes: number, language: string): string {
  const [unit, size] = bytes < 1e9 ? (['megabyte', 1e6] as const) : (['gigabyte', 1e9] as const)
  const maximumFractionDigits = bytes < 1e9 ? 0 : 1
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits }).format(bytes / size)
}

/** `data, recordings and the database`. */
export const listOf = (texts: readonly string[], language: string): string =>
  new Intl.ListFormat(language, { type: 'conjunction' }).format(texts)
