import { describe, expect, it } from 'vitest'
import type { Context } from '../../../src/core/flow/expression.ts'
import { Moment } from '../../../src/core/flow/expression.ts'
import { expressions } from '../../../src/flows/expressions.ts'

const value = (source: string, context: Context = {}) => {
  const result = expressions.compile(source)
  if (!result.ok) return result
  return result.compiled.evaluate(context)
}

describe('expressions', () => {
  it.each<[string, Context, unknown]>([
    ['n + 1', { n: 2.5 }, 3.5],
    ['1 + n', { n: 2 }, 3],
    ['n * 1.19 > 100 && n / 2 < 60', { n: 100 }, true],
    ['n == 2', { n: 2 }, true],
    ['7 / 2', {}, 3],
    ['name + "!"', { name: 'Ana' }, 'Ana!'],
    ['lines.exists(line, line.due < now)', { lines: [{ due: new Moment(1) }], now: new Moment(2) }, true],
    ['due <= now + duration("72h")', { due: '2026-03-03', now: new Moment(Date.parse('2026-03-01T10:00:00Z')) }, true],
    ['now + duration("1h")', { now: new Moment(0) }, '1970-01-01T01:00:00.000Z'],
    ['date("2026-03-03") < date("2026-03-03T01:00:00Z")', {}, true],
    ['has(found.x)', { found: {} }, false],
    ['{"a": [1, 2.5, null]}', {}, { a: [1, 2.5, null] }],
    ['missing == null', { missing: null }, true],
  ])('%s', (source, context, expected) => {
    expect(value(source, context)).toEqual({ ok: true, value: expected })
  })

  it.each(['1 / 0', 'nobody', 'found.x', 'date("soon") < now', 'duration("1h")', '"a" in 3', '1 ? 2 : 3'])(
    'never throws: %s',
    (source) => {
      expect(value(source, { found: {}, now: new Moment(0) })).toMatchObject({
        ok: false,
        message: expect.any(String) as string,
      })
    },
  )

  it.each<[string, string[]]>([
    ['found.due <= now', ['found', 'now']],
    ['lines.filter(line, line.n > least).size() > 0', ['lines', 'least']],
    ['a[b] + {c: d}[e] + (f ? g : h)', ['a', 'b', 'd', 'e', 'f', 'g', 'h']],
    ['[x].exists(x, x == y)', ['x', 'y']],
    ['size(name) == 0 && !other', ['name', 'other']],
  ])('tells what %s reads', (source, names) => {
    const result = expressions.compile(source.replace('{c: d}', '{"c": d}'))
    expect(result.ok && [...result.compiled.references].sort()).toEqual(names.sort())
  })

  it.each(['1 +', 'foo(1)', '"a" + 1', 'a ||', ''])('refuses «%s» beforehand', (source) => {
    expect(expressions.compile(source)).toMatchObject({ ok: false })
  })

  it('has a limit to their size', () => {
    expect(expressions.compile(Array.from({ length: 600 }, () => 'a').join(' + '))).toMatchObject({ ok: false })
  })
})
