/** Pieces that aren't words: a recorded file, digits, a number, a date, a time, an amount, a named prompt. */
import type { Position } from '../finding.ts'
import type { Piece } from '../text.ts'
import { didYouMean } from './nearest.ts'
import type { Reading, Schema } from './reader.ts'
import { problem } from './reader.ts'
import { compileExpression, compileTemplate } from './template.ts'
import type { Tree } from './tree.ts'
import { entryOf } from './tree.ts'
import { languageCode } from './values.ts'

const values = ['digits', 'number', 'date', 'time', 'money'] as const
export const pieceKinds = ['sound', 'prompt', 'in', ...values] as const
/** Fields that may stand beside them. */
const beside: Readonly<Record<string, string>> = { money: 'currency', in: 'say' }
const soundName = /^[A-Za-z0-9][A-Za-z0-9_-]*(\/[A-Za-z0-9][A-Za-z0-9_-]*)*$/

type NamedPrompt = Readonly<{ kind: 'prompt'; name: string; at: Position }>

export function isPiece(tree: Tree): boolean {
  return pieceKinds.some((kind) => entryOf(tree, kind))
}

export function readPiece(tree: Tree, reading: Reading): Piece | NamedPrompt | undefined {
  if (tree.kind !== 'map') return undefined
  const kind = pieceKinds.find((each) => entryOf(tree, each))
  const entry = kind && entryOf(tree, kind)
  if (!entry) return undefined
  const extra = tree.entries.find(({ key }) => key !== kind && key !== beside[kind])
  if (extra) {
    const message = `there is no field \`${extra.key}\` beside \`${kind}\`${didYouMean(extra.key, pieceKinds)}`
    return problem(reading, 'unknown-field', extra.keyAt, message)
  }
  if (kind === 'in') return readForeign(tree, entry.value, reading)
  if (kind === 'sound' || kind === 'prompt') return readName(kind, entry.value, reading)
  const source = entry.value.kind === 'scalar' && entry.value.value !== null ? entry.value.source : null
  const value = compileExpression(source, entry.value.at, reading)
  if (!value) return undefined
  if (kind !== 'money') return { kind, value, at: tree.at }
  const currency = entryOf(tree, 'currency')?.value
  if (!currency) return { kind, value, at: tree.at, currency: reading.currency }
  if (currency.kind === 'scalar' && /^[A-Z]{3}$/.test(currency.source))
    return { kind, value, at: tree.at, currency: currency.source }
  return problem(reading, 'wrong-value', currency.at, 'expected a currency, such as EUR')
}

function readName(kind: 'sound' | 'prompt', tree: Tree, reading: Reading): Piece | NamedPrompt | undefined {
  const name = tree.kind === 'scalar' ? tree.source : ''
  if (!soundName.test(name)) {
    const expected = kind === 'sound' ? 'a file below the prompts folder, without extension' : 'a name under `prompts:`'
    return problem(reading, 'wrong-value', tree.at, `expected ${expected}`)
  }
  return kind === 'sound' ? { kind, file: name, at: tree.at } : { kind, name, at: tree.at }
}

/** `{ in: ro, say: … }`: in that language whatever the customer’s is, as in a menu of languages. */
function readForeign(tree: Tree, language: Tree, reading: Reading): Piece | undefined {
  const code = language.kind === 'scalar' ? language.source : ''
  if (!languageCode.regex.test(code))
    return problem(reading, 'wrong-value', language.at, `expected ${languageCode.expected}`)
  const words = entryOf(tree, 'say')
  if (!words) return problem(reading, 'missing-field', tree.at, '`say:` is missing here')
  const template = compileTemplate(words.value, reading)
  return template && { kind: 'text', at: tree.at, template, language: code }
}

const expression = { anyOf: [{ type: 'string' }, { type: 'number' }] }
export const pieceSchema: Schema = {
  type: 'object',
  description: 'A piece that is not words.',
  properties: {
    sound: { type: 'string', pattern: soundName.source, description: 'A recorded file below the prompts folder.' },
    prompt: { type: 'string', description: 'A text under `prompts:`.' },
    ...Object.fromEntries(values.map((kind) => [kind, expression])),
    in: { type: 'string', pattern: languageCode.regex.source, description: 'Say it in this language.' },
    say: { type: 'string', description: 'Beside `in`: what to say.' },
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
  },
  anyOf: pieceKinds.map((kind) => ({ required: [kind] })),
  additionalProperties: false,
}
