/** Where a customer has been on the site, and what the rules make of it. */
import { Moment, type Compiled } from '../flow/expression.ts'
import type { Json } from '../flow/session.ts'
import type { Instant } from '../ids.ts'

export const journeyKinds = ['page', 'article', 'cart', 'source', 'event'] as const
export type JourneyKind = (typeof journeyKinds)[number]

export type JourneyPoint = Readonly<{
  at: Instant
  kind: JourneyKind
  title: string | null
  url: string | null
  data: Readonly<Record<string, Json>>
}>

export type JourneyRules = readonly Readonly<{ id: string; name: string; points: number; when: Compiled }>[]

/** A rule that fails on a point says nothing of it. */
export function markedBy(point: JourneyPoint, rules: JourneyRules): { labels: string[]; points: number } {
  const { at, kind, title, url, data } = point
  const context = { point: { at: new Moment(at), kind, title: title ?? '', url: url ?? '', data }, now: new Moment(at) }
  const met = rules.filter(({ when }) => {
    const result = when.evaluate(context)
    return result.ok && result.value === true
  })
  return { labels: met.map(({ name }) => name), points: met.reduce((sum, { points }) => sum + points, 0) }
}
