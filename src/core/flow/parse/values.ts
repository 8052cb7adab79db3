/** Readers of the small values that flows are made of: durations, keys, names, expressions, templates, ways out. */
import type { Expression } from '../expression.ts'
import { compileExpression, compileTemplate } from './template.ts'
import type { Keys, Reader } from './reader.ts'
import { mapped, mapOf, pattern, positioned, scalar, shared } from './reader.ts'
import type { Way } from '../script.ts'

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const
const durationRegex = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/

export function duration(minMs: number, maxMs: number): Reader<number> {
  const range = `from ${inWords(minMs)} to ${inWords(maxMs)}`
  const reader = scalar(
    `a time ${range}, such as 6s, 500ms or 2m`,
    { type: 'string', pattern: durationRegex.source },
    (source) => {
      const ms = millisecondsOf(source)
      return ms !== null && ms >= minMs && ms <= maxMs ? ms : null
    },
  )
  return reader
}

export function millisecondsOf(source: string): number | null {
  const match = durationRegex.exec(source)
  const unit = match?.[2] as keyof typeof units | undefined
  return match && unit ? Math.round(Number(match[1]) * units[unit]) : null
}

function inWords(ms: number): string {
  const unit = (['h', 'm', 's'] as const).find((name) => ms >= units[name] && ms % units[name] === 0) ?? 'ms'
  return `${ms / units[unit]}${unit}`
}

export const nodeName: Keys = {
  expected: 'a name (letters, digits, `-` and `_`, a letter first)',
  regex: /^[A-Za-z][A-Za-z0-9_-]*$/,
}
export const variableName: Keys = {
  expected: 'a variable’s name (letters, digits and `_`, a small letter first)',
  regex: /^[a-z][A-Za-z0-9_]*$/,
}
export const languageCode: Keys = {
  expected: 'a language code such as `en` or `pt-BR`',
  regex: /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/,
}
export const keysPressed: Keys = { expected: 'keys of a phone (0–9, * and #)', regex: /^[0-9*#]{1,8}$/ }

export const name: Reader<string> = shared('name', pattern(nodeName.expected, nodeName.regex))
export const variable: Reader<string> = shared('variable', pattern(variableName.expected, variableName.regex))
export const language: Reader<string> = pattern(languageCode.expected, languageCode.regex)

/** One key. `1` and `"1"` are the same; `#` needs its quotes in YAML. */
export const key: Reader<string> = scalar(
  'one key of a phone (0–9, "*" or "#")',
  {
    anyOf: [
      { type: 'string', pattern: '^[0-9*#]$' },
      { type: 'integer', minimum: 0, maximum: 9 },
    ],
  },
  (source) => (/^[0-9*#]$/.test(source) ? source : null),
)

export const way: Reader<Way> = shared(
  'way',
  mapped(positioned(pattern('the name of a node, or `end`', nodeName.regex)), ({ value, at }) => ({ to: value, at })),
)

/** Ways out by what happened. */
export function waysOf(names: readonly string[], others: RegExp | null = null): Reader<Readonly<Record<string, Way>>> {
  const all = [...names.map((each) => `^${each}$`), ...(others ? [others.source] : [])].join('|')
  const expected = `a way out of this node (it has: ${names.join(', ')}${others ? `, ${others.source}` : ''})`
  return mapOf({ expected, regex: new RegExp(all) }, way)
}

const expressionSchema = {
  description: 'A CEL expression.',
  anyOf: [{ type: 'string', minLength: 1 }, { type: 'number' }, { type: 'boolean' }],
}
/** A condition or value. Numbers and true/false may stand without quotes. */
export const expression: Reader<Expression> = shared('expression', {
  read(tree, reading) {
    const source = tree.kind === 'scalar' && tree.value !== null ? tree.source : null
    return compileExpression(source, tree.kind === 'scalar' ? (tree.contentAt ?? tree.at) : tree.at, reading)
  },
  schema: () => expressionSchema,
})

export const template = shared('template', {
  read: compileTemplate,
  schema: () => ({ type: 'string', description: 'A text in which {{expression}} is filled in.' }),
})
