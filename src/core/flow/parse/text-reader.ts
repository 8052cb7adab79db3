/**
 * Reads what a node says. A text is a template for every language, a map by language, a piece such as `{ digits: code }`,
 * or a list of those; `voice:` and `text:` beside the languages override for phone and writing. A language that is
 * missing is an error of the flow, not of its structure: the rest is read and checked all the same.
 */
import type { Position } from '../finding.ts'
import type { Piece, Text, Wording } from '../text.ts'
import { didYouMean } from './nearest.ts'
import { isPiece, pieceKinds, pieceSchema, readPiece } from './piece-reader.ts'
import type { Reader, Reading } from './reader.ts'
import { problem, shared } from './reader.ts'
import { compileTemplate } from './template.ts'
import type { Entry, Tree } from './tree.ts'
import { languageCode } from './values.ts'

export const text: Reader<Text> = shared('text', {
  read(tree, reading) {
    const voice = wording(tree, 'voice', reading)
    const written = hasOverride(tree) ? wording(tree, 'text', reading) : voice
    return { at: tree.at, voice, written }
  },
  schema: () => ({
    description: 'What is said: one text, a text per language, a piece, or a list of these.',
    anyOf: [
      { type: 'string' },
      pieceSchema,
      { type: 'array', items: { $ref: '#/$defs/text' } },
      {
        type: 'object',
        minProperties: 1,
        properties: { voice: { $ref: '#/$defs/text' }, text: { $ref: '#/$defs/text' } },
        patternProperties: { [languageCode.regex.source]: { $ref: '#/$defs/text' } },
        additionalProperties: false,
      },
    ],
  }),
})

type Medium = 'voice' | 'text'
const media = ['voice', 'text']

function hasOverride(tree: Tree): boolean {
  if (tree.kind === 'list') return tree.items.some(hasOverride)
  if (tree.kind !== 'map') return false
  return tree.entries.some(({ key, value }) => media.includes(key) || hasOverride(value))
}

function wording(tree: Tree, medium: Medium, reading: Reading): Wording {
  switch (tree.kind) {
    case 'scalar':
      return neutral(tree, reading)
    case 'list':
      return joined(
        tree.items.map((item) => wording(item, medium, reading)),
        reading.languages,
      )
    case 'map':
      return isPiece(tree) ? pieceForAll(tree, medium, reading) : byLanguage(tree, tree.entries, medium, reading)
  }
}

function forAll(pieces: readonly Piece[], reading: Reading): Wording {
  return Object.fromEntries(reading.languages.map((language) => [language, pieces]))
}

/** Words that belong to no language, such as `{{name}}`, may stand alone; others need the flow to speak just one. */
function neutral(tree: Tree, reading: Reading): Wording {
  const template = compileTemplate(tree, reading)
  if (!template) return forAll([], reading)
  const worded = template.parts.some((part) => typeof part === 'string' && /\p{L}/u.test(part))
  if (worded && reading.languages.length > 1) {
    const example = reading.languages.map((language) => `${language}: …`).join(', ')
    problem(reading, 'missing-language', tree.at, `one text for all languages; write { ${example} }`)
  }
  return forAll([{ kind: 'text', at: tree.at, template, language: null }], reading)
}

function pieceForAll(tree: Tree, medium: Medium, reading: Reading): Wording {
  const piece = readPiece(tree, reading)
  if (piece?.kind !== 'prompt') return forAll(piece ? [piece] : [], reading)
  const prompt = reading.prompts[piece.name]
  // Prompts don't refer to prompts, so that they can't go round in circles.
  if (prompt) return wording(prompt, medium, { ...reading, prompts: {} })
  const hint = didYouMean(piece.name, Object.keys(reading.prompts))
  problem(reading, 'missing-prompt', piece.at, `there is no prompt \`${piece.name}\` under \`prompts:\`${hint}`)
  return forAll([], reading)
}

function joined(wordings: readonly Wording[], languages: readonly string[]): Wording {
  return Object.fromEntries(
    languages.map((language) => [language, wordings.flatMap((wording) => wording[language] ?? [])]),
  )
}

function byLanguage(tree: Tree, entries: readonly Entry[], medium: Medium, reading: Reading): Wording {
  const result: Record<string, readonly Piece[]> = {}
  for (const entry of entries) {
    if (media.includes(entry.key)) continue
    if (speaks(entry, reading)) result[entry.key] = inLanguage(entry, medium, reading)
  }
  const override = entries.find(({ key }) => key === medium)
  if (override) Object.assign(result, overriding(override.value, medium, reading))
  return reportMissing(tree.at, result, reading)
}

function speaks({ key, keyAt }: Entry, reading: Reading): boolean {
  if (languageCode.regex.test(key) && reading.languages.includes(key)) return true
  // What is wrong with `languages` itself is told there.
  if (reading.languages.length === 0) return false
  const hint = didYouMean(key, [...reading.languages, ...media, ...pieceKinds])
  const message = `\`${key}\` is not among this flow’s languages (${reading.languages.join(', ')})${hint}`
  problem(reading, 'unknown-language', keyAt, message)
  return false
}

function inLanguage({ key, value }: Entry, medium: Medium, reading: Reading): readonly Piece[] {
  return wording(value, medium, { ...reading, languages: [key] })[key] ?? []
}

/** A language that the override leaves out keeps the common text, so a missing one is not the override's to report. */
function overriding(tree: Tree, medium: Medium, reading: Reading): Wording {
  if (tree.kind !== 'map' || isPiece(tree)) return wording(tree, medium, reading)
  const given = tree.entries.filter((entry) => speaks(entry, reading))
  return Object.fromEntries(given.map((entry) => [entry.key, inLanguage(entry, medium, reading)]))
}

function reportMissing(at: Position, wording: Wording, reading: Reading): Wording {
  const missing = reading.languages.filter((language) => !(language in wording))
  if (missing.length > 0) problem(reading, 'missing-language', at, `the text in ${missing.join(', ')} is missing here`)
  return wording
}
