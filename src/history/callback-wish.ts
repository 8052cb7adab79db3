/** What somebody wishes who wants a customer to be called: whom, for which queue and when, made sure of before it is kept. */
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max'
import type { Instant, QueueId } from '../core/ids.ts'
import { invalid } from '../platform/http/errors.ts'
import type { CallbackDesk } from './ports.ts'

const longestAheadMs = 30 * 24 * 60 * 60_000

/** E.164. Throws when no numbering plan has such a number; whether it may be called is the outbound policy's word. */
export function numberToCall(raw: string, country: CountryCode): string {
  const found = parsePhoneNumberFromString(raw, country)
  if (found?.isValid() !== true)
    throw invalid('number: write a whole telephone number, best with its country, such as +40 21 555 0100')
  return found.number
}

/** Refused by the rules for calls to the outside. */
export function ensureAllowed(desk: CallbackDesk, number: string, callbackId: string): void {
  const refusal = desk.refusal(number, callbackId)
  if (refusal !== null) throw invalid(`number: ${refusal}`)
}

export function ensureQueue(desk: CallbackDesk, queueId: QueueId): void {
  if (!desk.knowsQueue(queueId)) throw invalid(`queue: there is no queue ${queueId}`)
}

/** When it is to stand in line: as wished, else at once or when the queue opens next. null: now. */
export function dueAtFor(desk: CallbackDesk, queueId: QueueId, at: string | undefined, now: Instant): Instant | null {
  if (at === undefined) {
    const opens = desk.openingOf(queueId, now)
    if (opens === null) throw invalid('queue: it does not open any more')
    return opens > now ? opens : null
  }
  const wished = Date.parse(at)
  if (wished < now - 60_000) throw invalid('at: lies in the past')
  if (wished > now + longestAheadMs) throw invalid('at: lies more than 30 days ahead')
  const opens = desk.openingOf(queueId, wished)
  if (opens === null || opens > wished) {
    const next = opens === null ? '' : `; it opens at ${new Date(opens).toISOString()}`
    throw invalid(`at: the queue is closed then${next}`)
  }
  return wished
}
