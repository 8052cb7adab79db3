import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cardOf,
  leadingOf,
  recordsShownWith,
  type CustomerRecord,
  type Merge,
} from '../../../../src/core/customer/card.ts'

const ids = ['a', 'b', 'c', 'd', 'e'] as const
const text = fc.option(fc.constantFrom('x', 'y', 'z'), { nil: null })
const recordOf = (id: string): fc.Arbitrary<CustomerRecord> =>
  fc.record({
    id: fc.constant(id),
    name: text,
    company: text,
    language: text,
    preferredChannel: fc.constantFrom(null, 'voice' as const, 'chat' as const),
    highValue: fc.boolean(),
    attributes: fc.dictionary(fc.constantFrom('tier', 'since'), fc.constantFrom('1', '2')),
  })
const wish = fc.record({
  survivor: fc.constantFrom(...ids),
  absorbed: fc.constantFrom(...ids),
  prefer: fc.subarray(['name', 'company', 'attributes.tier']),
})
type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never

/** What the store does: both sides are taken for the records that they are shown under; the same is refused. */
function merged(merges: readonly Merge[], { survivor, absorbed, prefer }: Wish): readonly Merge[] {
  const [survivorId, absorbedId] = [leadingOf(survivor, merges), leadingOf(absorbed, merges)]
  const at = merges.length + 1
  return survivorId === absorbedId ? merges : [...merges, { id: `m${at}`, survivorId, absorbedId, at, prefer }]
}

const shown = (records: readonly CustomerRecord[], merges: readonly Merge[]) =>
  ids.map((id) => ({
    card: cardOf(leadingOf(id, merges), records, merges),
    records: recordsShownWith(id, merges).toSorted(),
  }))

describe('merging records', () => {
  it('and taking it back shows every customer as before, whatever was merged earlier', () => {
    fc.assert(
      fc.property(fc.tuple(...ids.map(recordOf)), fc.array(wish, { maxLength: 4 }), wish, (records, earlier, last) => {
        const before = earlier.reduce(merged, [])
        const after = merged(before, last)
        expect(shown(records, after.slice(0, before.length))).toEqual(shown(records, before))
      }),
    )
  })

  it('can be taken back in any order: what is left is as if the others had never been', () => {
    fc.assert(
      fc.property(
        fc.tuple(...ids.map(recordOf)),
        fc.array(wish, { maxLength: 6 }),
        fc.nat(),
        (records, wishes, seed) => {
          const merges = wishes.reduce(merged, [])
          const left = merges.filter((_, i) => ((seed >> i) & 1) === 0)
          for (const id of ids) {
            const group = recordsShownWith(id, left)
            expect(group).toContain(id)
            // Every record of a group leads to the same one, and no record is in two groups.
            expect(new Set(group.map((one) => leadingOf(one, left)))).toEqual(new Set([group[0]]))
          }
          expect(shown(records, [])).toEqual(
            ids.map((id, i) => ({ card: { ...records[i], saidBy: {} }, records: [id] })),
          )
        },
      ),
    )
  })

  it('believes the survivor, then who was merged first, unless a field is preferred', () => {
    const record = (id: string, more: Partial<CustomerRecord> = {}): CustomerRecord => ({
      id,
      name: null,
      company: null,
      language: null,
      preferredChannel: null,
      highValue: false,
      attributes: {},
      ...more,
    })
    const records = [
      record('a', { name: 'Ana', attributes: { tier: 'silver' } }),
      record('b', { name: 'Anna', company: 'Beta', attributes: { tier: 'gold' } }),
      record('c', { company: 'Gamma', language: 'ro', highValue: true }),
    ]
    const merges: Merge[] = [
      { id: 'm1', survivorId: 'a', absorbedId: 'b', at: 1, prefer: ['attributes.tier'] },
      { id: 'm2', survivorId: 'a', absorbedId: 'c', at: 2, prefer: [] },
    ]
    expect(cardOf('a', records, merges)).toEqual({
      id: 'a',
      name: 'Ana',
      company: 'Beta',
      language: 'ro',
      preferredChannel: null,
      highValue: true,
      attributes: { tier: 'gold' },
      saidBy: { company: 'b', language: 'c', highValue: 'c', 'attributes.tier': 'b' },
    })
  })
})
