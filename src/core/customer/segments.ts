/** Segments by rule: which of them a customer belongs to, by what is known of them and what they had with us. */
import { Moment, type Compiled, type Context } from '../flow/expression.ts'
import type { Channel, Instant } from '../ids.ts'
import type { CustomerRecord } from './card.ts'
import type { Satisfaction } from './satisfaction.ts'

export type ContactSummary = Readonly<{
  total: number
  firstAt: Instant | null
  lastAt: Instant | null
  /** Of the newest thousand. */
  channels: Readonly<Partial<Record<Channel, number>>>
  outcomes: Readonly<Record<string, number>>
}>

export type SegmentHistory = Readonly<{
  contacts: ContactSummary
  satisfaction: Satisfaction
  openCases: number
  cases: number
  journeyPoints: number
}>

export type SegmentRule = Readonly<{ id: string; name: string; when: Compiled }>

export type SegmentResult = Readonly<{
  segments: readonly Readonly<{ id: string; name: string }>[]
  /** Rules that failed on this customer: it isn't in those. */
  failed: readonly Readonly<{ id: string; message: string }>[]
}>

export function segmentsOf(
  customer: CustomerRecord & Readonly<{ createdAt: Instant; identityKinds: readonly string[] }>,
  history: SegmentHistory,
  rules: readonly SegmentRule[],
  now: Instant,
): SegmentResult {
  const context = segmentContext(customer, history, now)
  const segments: { id: string; name: string }[] = []
  const failed: { id: string; message: string }[] = []
  for (const { id, name, when } of rules) {
    const result = when.evaluate(context)
    if (!result.ok) failed.push({ id, message: result.message })
    else if (result.value === true) segments.push({ id, name })
  }
  return { segments, failed }
}

/** What a rule may read: `customer.attributes.tier == "gold" && history.lastContact > now - duration("720h")`. */
function segmentContext(
  customer: Parameters<typeof segmentsOf>[0],
  { contacts, satisfaction, ...counts }: SegmentHistory,
  now: Instant,
): Context {
  const moment = (at: Instant | null): Moment | null => (at === null ? null : new Moment(at))
  return {
    customer: {
      name: customer.name,
      company: customer.company,
      language: customer.language,
      preferredChannel: customer.preferredChannel,
      highValue: customer.highValue,
      attributes: { ...customer.attributes },
      identityKinds: [...customer.identityKinds],
      since: new Moment(customer.createdAt),
    },
    history: {
      ...counts,
      contacts: contacts.total,
      firstContact: moment(contacts.firstAt),
      lastContact: moment(contacts.lastAt),
      channels: { ...contacts.channels },
      outcomes: { ...contacts.outcomes },
      satisfaction: satisfaction.average,
      satisfactionTrend: satisfaction.trend,
    },
    now: new Moment(now),
  }
}

/** Where the customer comes most; of equals the one listed first. null: nowhere yet. */
export function usualChannel({ channels }: ContactSummary): Channel | null {
  const counted = Object.entries(channels) as [Channel, number][]
  return counted.sort(([, a], [, b]) => b - a)[0]?.[0] ?? null
}
