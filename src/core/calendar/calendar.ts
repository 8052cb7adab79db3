/** Business hours as the directory keeps them. Times are wall-clock times in the calendar's own zone. */

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
export type Weekday = (typeof weekdays)[number]

/**
 * Open whenever the clock on the wall shows `opens` or later and not yet `closes` (`HH:MM`, `24:00` allowed to close).
 * `closes` at or before `opens` means the next day: 22:00–06:00 is a night shift, 00:00–00:00 is around the clock.
 * An interval belongs to the day it opens on, so a night shift runs on into a holiday, and one that opens on a holiday
 * follows the holiday's hours.
 */
export type OpenInterval = Readonly<{ opens: string; closes: string }>

export type Calendar = Readonly<{
  /** IANA name, such as `Europe/Bucharest`. */
  timezone: string
  /** Several intervals a day are split shifts; an absent day is closed. */
  weekly: Readonly<Partial<Record<Weekday, readonly OpenInterval[]>>>
  /** `YYYY-MM-DD`, or `MM-DD` for every year (a dated one wins). Empty hours: closed. */
  holidays: readonly Readonly<{ name: string; date: string; hours: readonly OpenInterval[] }>[]
  /** Inclusive `YYYY-MM-DD` ranges that replace week and holidays; the last one that fits wins. Empty hours: closed. */
  exceptions: readonly Readonly<{ name: string; from: string; to: string; hours: readonly OpenInterval[] }>[]
}>
