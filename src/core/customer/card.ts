/**
 * One customer as people see them, put together from the records that were merged. A merge is an overlay: no record is
 * ever changed by it, so that without the merge each shows exactly what it showed before.
 */
import type { Channel, CustomerId } from '../ids.ts'

export type AttributeValue = string | number | boolean
export type Attributes = Readonly<Record<string, AttributeValue>>

/** What one record says by itself. */
export type CustomerRecord = Readonly<{
  id: CustomerId
  name: string | null
  company: string | null
  language: string | null
  preferredChannel: Channel | null
  highValue: boolean
  attributes: Attributes
}>

/** A merge that stands. `prefer` names fields in which the absorbed record is believed: `name`, `attributes.tier`. */
export type Merge = Readonly<{
  id: string
  survivorId: CustomerId
  absorbedId: CustomerId
  /** Milliseconds; of two absorbed records the one merged first is believed. */
  at: number
  prefer: readonly string[]
}>

export const plainFields = ['name', 'company', 'language', 'preferredChannel'] as const
export type PlainField = (typeof plainFields)[number]

/** A record and what it absorbed. */
export type Card = CustomerRecord &
  Readonly<{
    /** Field -> the record that says so, for those that aren't the leading record's own. */
    saidBy: Readonly<Record<string, CustomerId>>
  }>

/** The record under which each is shown. Records that no merge names lead themselves. */
export function leadingOf(id: CustomerId, merges: readonly Merge[]): CustomerId {
  const survivors = new Map(merges.map(({ absorbedId, survivorId }) => [absorbedId, survivorId]))
  const seen = new Set<CustomerId>()
  let leading = id
  for (let next = survivors.get(leading); next !== undefined && !seen.has(next); next = survivors.get(leading)) {
    seen.add(leading)
    leading = next
  }
  return leading
}

/** Those shown together with this record, the leading one first. */
export function recordsShownWith(id: CustomerId, merges: readonly Merge[]): CustomerId[] {
  const leading = leadingOf(id, merges)
  const all = new Set(merges.flatMap(({ survivorId, absorbedId }) => [survivorId, absorbedId]))
  all.delete(leading)
  return [leading, ...[...all].filter((other) => leadingOf(other, merges) === leading)]
}

/** `records` must hold the record itself; those that a merge names and that are missing (erased) say nothing. */
export function cardOf(id: CustomerId, records: readonly CustomerRecord[], merges: readonly Merge[]): Card {
  const byId = new Map(records.map((record) => [record.id, record]))
  const own = byId.get(id)
  if (own === undefined) throw new Error(`no record ${id} among those of its card`)
  return combine(own, byId, merges)
}

function combine(own: CustomerRecord, byId: ReadonlyMap<CustomerId, CustomerRecord>, merges: readonly Merge[]): Card {
  let card: Card = { ...own, saidBy: {} }
  const absorbed = merges.filter(({ survivorId }) => survivorId === own.id).sort((a, b) => a.at - b.at || order(a, b))
  for (const merge of absorbed) {
    const record = byId.get(merge.absorbedId)
    if (record !== undefined) card = laidOver(card, combine(record, byId, merges), new Set(merge.prefer))
  }
  return card
}

const order = (a: Merge, b: Merge): number => (a.id < b.id ? -1 : 1)

function laidOver(card: Card, other: Card, prefer: ReadonlySet<string>): Card {
  const saidBy: Record<string, CustomerId> = { ...card.saidBy }
  const fromOther = (field: string): void => {
    saidBy[field] = other.saidBy[field] ?? other.id
  }
  const takes = (field: string, mine: unknown, theirs: unknown): boolean =>
    theirs !== null && theirs !== undefined && (mine === null || mine === undefined || prefer.has(field))

  const plain = Object.fromEntries(
    plainFields.map((field) => {
      if (!takes(field, card[field], other[field])) return [field, card[field]]
      fromOther(field)
      return [field, other[field]]
    }),
  ) as Pick<CustomerRecord, PlainField>
  const attributes: Record<string, AttributeValue> = { ...card.attributes }
  for (const [key, value] of Object.entries(other.attributes)) {
    if (!takes(`attributes.${key}`, attributes[key], value)) continue
    attributes[key] = value
    fromOther(`attributes.${key}`)
  }
  if (!card.highValue && other.highValue) fromOther('highValue')
  return { ...plain, id: card.id, highValue: card.highValue || other.highValue, attributes, saidBy }
}
