/** Expressions, and texts that hold them: `{{found.amount | money RON}}`. */
import type { Expression, Format, Slot, Template } from '../expression.ts'
import { formats } from '../expression.ts'
import type { Position } from '../finding.ts'
import { didYouMean } from './nearest.ts'
import type { Reading } from './reader.ts'
import { problem } from './reader.ts'
import type { Tree } from './tree.ts'
import { kindOf } from './tree.ts'

export function compileExpression(source: string | null, at: Position, reading: Reading): Expression | undefined {
  if (source === null || source.trim() === '')
    return problem(reading, 'wrong-expression', at, 'expected an expression, such as `found.amount > 100`')
  const result = reading.expressions.compile(source)
  if (!result.ok) return problem(reading, 'wrong-expression', at, `\`${source.trim()}\`: ${result.message}`)
  return { ...result.compiled, source: source.trim(), at }
}

export function compileTemplate(tree: Tree, reading: Reading): Template | undefined {
  if (tree.kind !== 'scalar' || tree.value === null)
    return problem(reading, 'wrong-value', tree.at, `expected a text, found ${kindOf(tree)}`)
  const source = typeof tree.value === 'string' ? tree.value : tree.source
  const parts: (string | Slot)[] = []
  let position = 0
  while (position < source.length) {
    const open = source.indexOf('{{', position)
    if (open < 0) break
    const at = within(tree, open + 2)
    const close = source.indexOf('}}', open)
    if (close < 0) return problem(reading, 'wrong-template', at, '`{{` is not closed with `}}`')
    if (open > position) parts.push(source.slice(position, open))
    const slot = compileSlot(source.slice(open + 2, close), at, reading)
    if (!slot) return undefined
    parts.push(slot)
    position = close + 2
  }
  if (position < source.length) parts.push(source.slice(position))
  return { parts, at: tree.at }
}

function compileSlot(source: string, at: Position, reading: Reading): Slot | undefined {
  const bar = source.search(/(?<!\|)\|(?!\|)[^|'"]*$/)
  const expression = compileExpression(bar < 0 ? source : source.slice(0, bar), at, reading)
  if (!expression) return undefined
  if (bar < 0) return { expression, format: null, currency: null }
  const [word = '', currency = null, ...rest] = source
    .slice(bar + 1)
    .trim()
    .split(/\s+/)
  const format = formats.find((each): each is Format => each === word)
  if (!format || rest.length > 0) {
    const known = `expected one of ${formats.join(', ')}`
    return problem(
      reading,
      'wrong-template',
      at,
      `there is no format \`${word}\`; ${known}${didYouMean(word, formats)}`,
    )
  }
  if (currency !== null && (format !== 'money' || !/^[A-Z]{3}$/.test(currency)))
    return problem(reading, 'wrong-template', at, `\`${currency}\` is not a currency for \`money\`, such as EUR`)
  return { expression, format, currency: format === 'money' ? (currency ?? reading.currency) : null }
}

function within(tree: Tree, offset: number): Position {
  const start = tree.kind === 'scalar' ? tree.contentAt : null
  return start ? { line: start.line, column: start.column + offset } : tree.at
}
