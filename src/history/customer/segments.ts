/** Segments of a customer, by the rules that admins keep. */
import { satisfactionOf, type Satisfaction } from '../../core/customer/satisfaction.ts'
import { segmentsOf, type SegmentRule } from '../../core/customer/segments.ts'
import type { Instant } from '../../core/ids.ts'
import type { Expressions } from '../../core/flow/expression.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Log } from '../../platform/log.ts'
import { definitions } from '../definitions.ts'
import { readFigures, type CardFigures } from './card-store.ts'
import type { Customer } from './store.ts'

export type Standing = Readonly<{
  figures: CardFigures
  satisfaction: Satisfaction
  segments: readonly Readonly<{ id: string; name: string }>[]
}>

export type SegmentDeps = Readonly<{ database: Database; expressions: Expressions; log: Log; now: () => Instant }>

export async function standingOf(
  { database, expressions, log, now }: SegmentDeps,
  customer: Customer,
): Promise<Standing> {
  const [figures, defined] = await Promise.all([
    readFigures(database, customer.id),
    definitions(database.knex, 'segment'),
  ])
  const rules = defined.flatMap(({ id, name, when }): SegmentRule[] => {
    const result = expressions.compile(when)
    return result.ok ? [{ id, name, when: result.compiled }] : []
  })
  const { answers, duplicates: _, ...history } = figures
  const satisfaction = satisfactionOf(answers)
  const known = {
    ...customer,
    createdAt: Date.parse(customer.createdAt),
    identityKinds: [...new Set(customer.identities.map(({ kind }) => kind))],
  }
  const { segments, failed } = segmentsOf(known, { ...history, satisfaction }, rules, now())
  for (const { id, message } of failed) log.debug({ segment: id, message }, 'a segment’s rule failed on a customer')
  return { figures, satisfaction, segments }
}
