/** When a queue is open, by the directory's hours. */
import { nextOpening } from '../core/calendar/opening-hours.ts'
import type { Instant, QueueId } from '../core/ids.ts'
import type { Directory } from '../directory/index.ts'

/** At `at`, or when the queue opens next; null: it doesn't. A queue without hours is always open. */
export function openingOf(directory: Directory, queueId: QueueId, at: Instant): Instant | null {
  const hoursId = directory.queueSettings(queueId)?.hoursId ?? null
  const calendar = hoursId === null ? undefined : directory.calendars()[hoursId]
  return calendar === undefined ? at : nextOpening(calendar, at)
}
