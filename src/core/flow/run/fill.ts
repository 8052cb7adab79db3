/** Fills templates and texts in: what is left are plain strings and utterances. */
import type { Slot, Template } from '../expression.ts'
import { formatted, numberOf, plainDate, plainTime } from '../format.ts'
import type { BodyTemplate } from '../script.ts'
import type { Json } from '../session.ts'
import type { Piece, Text } from '../text.ts'
import type { Utterance } from '../utterance.ts'
import { evaluate } from './context.ts'
import type { Draft } from './draft.ts'
import { isWritten } from './draft.ts'

/** Thrown inside, answered by the interpreter with the node's way out for errors. */
export class FlowError extends Error {}

export function valueOf(draft: Draft, expression: Slot['expression']): Json {
  const result = evaluate(draft, expression)
  if (!result.ok) throw new FlowError(`\`${expression.source}\`: ${result.message}`)
  return result.value
}

export function fillText(draft: Draft, text: Text): Utterance[] {
  const wording = isWritten(draft.session.channel) ? text.written : text.voice
  const own = draft.session.language
  const language = own in wording ? own : (Object.keys(wording)[0] ?? own)
  return (wording[language] ?? []).map((piece) => fillPiece(draft, piece, language))
}

export function fillTemplate(
  draft: Draft,
  template: Template,
  language: string,
  escape: (value: string, slot: Slot) => string = (value) => value,
): string {
  return template.parts
    .map((part) => (typeof part === 'string' ? part : escape(slotText(draft, part, language), part)))
    .join('')
}

/** Values are percent-encoded, so that what a customer typed can't change the request; settings are taken as they are. */
export function fillUrl(draft: Draft, template: Template): string {
  const fixed = (slot: Slot) => slot.expression.references.every((name) => name === 'config')
  const url = fillTemplate(draft, template, draft.session.language, (value, slot) =>
    fixed(slot) ? value : encodeURIComponent(value),
  )
  if (!/^https?:\/\/[^\s]+$/.test(url)) throw new FlowError(`\`${url}\` is not an http address`)
  return url
}

export function fillBody(draft: Draft, body: BodyTemplate): Json {
  if (body === null || typeof body !== 'object') return body
  if (isList(body)) return body.map((item) => fillBody(draft, item))
  if ('fields' in body)
    return Object.fromEntries(Object.entries(body.fields).map(([name, field]) => [name, fillBody(draft, field)]))
  const [only, ...others] = body.parts
  if (only !== undefined && typeof only !== 'string' && only.format === null && others.length === 0)
    return valueOf(draft, only.expression)
  return fillTemplate(draft, body, draft.session.language)
}

function isList(body: BodyTemplate): body is readonly BodyTemplate[] {
  return Array.isArray(body)
}

function fillPiece(draft: Draft, piece: Piece, language: string): Utterance {
  const { timezone } = draft.world
  switch (piece.kind) {
    case 'text': {
      const own = piece.language ?? language
      return { kind: 'text', language: own, text: fillTemplate(draft, piece.template, own) }
    }
    case 'sound':
      return { kind: 'sound', language, file: piece.file }
    case 'digits':
      return { kind: 'digits', language, digits: plainText(valueOf(draft, piece.value), piece.value.source) }
    case 'number':
      return { kind: 'number', language, value: known(numberOf(valueOf(draft, piece.value)), piece) }
    case 'money': {
      const amount = known(numberOf(valueOf(draft, piece.value)), piece)
      return { kind: 'money', language, amount, currency: piece.currency }
    }
    case 'date':
      return { kind: 'date', language, date: known(plainDate(valueOf(draft, piece.value), timezone), piece) }
    case 'time':
      return { kind: 'time', language, time: known(plainTime(valueOf(draft, piece.value), timezone), piece) }
  }
}

function known<T>(value: T | null, piece: Extract<Piece, { value: unknown }>): T {
  if (value === null) throw new FlowError(`\`${piece.value.source}\` is not a ${piece.kind}`)
  return value
}

function slotText(draft: Draft, { expression, format, currency }: Slot, language: string): string {
  const value = valueOf(draft, expression)
  if (format === null) return plainText(value, expression.source)
  const medium = isWritten(draft.session.channel) ? 'written' : 'spoken'
  const text = formatted(value, format, { language, timezone: draft.world.timezone, medium, currency })
  if (text === null) throw new FlowError(`\`${expression.source}\` is no ${format}`)
  return text
}

function plainText(value: Json, source: string): string {
  if (value === null || typeof value === 'object') throw new FlowError(`\`${source}\` can’t be said as it is`)
  return String(value)
}
