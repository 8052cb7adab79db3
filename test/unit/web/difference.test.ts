import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { difference, shortened } from '../../../src/web/admin/flows/difference.ts'

const told = (before: string, after: string): string[] =>
  difference(before, after).map(({ kind, text }) => `${{ same: ' ', gone: '-', new: '+' }[kind]}${text}`)

describe('the difference of two texts', () => {
  it('tells what went and what came, with the numbers of both sides', () => {
    expect(told('a\nb\nc\nd', 'a\nc\nx\nd')).toEqual([' a', '-b', ' c', '+x', ' d'])
    expect(difference('a\nb', 'b')).toEqual([
      { kind: 'gone', text: 'a', before: 1, after: null },
      { kind: 'same', text: 'b', before: 2, after: 1 },
    ])
  })

  it('gives both texts back, whatever they are', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 }).map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = difference(before, after)
        const side = (without: 'new' | 'gone'): string =>
          lines
            .filter(({ kind }) => kind !== without)
            .map((line) => line.text)
            .join('\n')
        expect(side('new')).toBe(before)
        expect(side('gone')).toBe(after)
        expect(lines.flatMap((line) => line.before ?? [])).toEqual(before.split('\n').map((_, i) => i + 1))
        expect(lines.flatMap((line) => line.after ?? [])).toEqual(after.split('\n').map((_, i) => i + 1))
      }),
    )
  })

  it('leaves out what is far from any change', () => {
    const before = Array.from({ length: 20 }, (_, i) => String(i)).join('\n')
    const lines = shortened(difference(before, before.replace('10', 'ten')), 1)
    expect(lines.map((line) => line?.text ?? null)).toEqual([null, '9', '10', 'ten', '11', null])
    expect(shortened(difference(before, before))).toEqual([null])
  })
})
