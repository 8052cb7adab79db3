/** Every expression of a node, with whether what it gives leaves the flow. */
import { assertNever } from '../../assert-never.ts'
import type { Expression, Template } from '../expression.ts'
import type { BodyTemplate, Node } from '../script.ts'
import type { Piece, Text } from '../text.ts'

/** In the order in which they are evaluated; `set` is told apart, since each may read what the one before wrote. */
export function expressionsOf(node: Node): Expression[] {
  switch (node.verb) {
    case 'say':
    case 'collect':
    case 'listen':
    case 'survey':
      return ofText(node.text)
    case 'ask':
      return [...ofText(node.text), ...node.choices.flatMap(({ label }) => (label ? ofText(label) : []))]
    case 'article':
      return 'question' in node.wanted ? [node.wanted.question] : []
    case 'branch':
      return node.cases.map(({ when }) => when)
    case 'set':
      return node.assignments.map(({ value }) => value)
    case 'http':
      return [...ofTemplate(node.url), ...Object.values(node.headers).flatMap(ofTemplate), ...ofBody(node.body)]
    case 'customer':
      return [node.identity]
    case 'pay':
      return [node.amount]
    case 'flow':
      return node.give.map(({ value }) => value)
    case 'enqueue':
      return node.prefer === null || node.prefer === 'last-agent' ? [] : [node.prefer]
    case 'transfer':
      return 'number' in node.to ? ofTemplate(node.to.number) : 'agent' in node.to ? ofTemplate(node.to.agent) : []
    case 'voicemail':
      return node.text ? ofText(node.text) : []
    case 'callback':
      return [node.number]
    case 'language':
    case 'hours':
    case 'hang-up':
    case 'end':
      return []
    default:
      return assertNever(node)
  }
}

/** All texts of a node. */
export function textsOf(node: Node): Text[] {
  if (node.verb === 'ask') return [node.text, ...node.choices.flatMap(({ label }) => label ?? [])]
  return 'text' in node && node.text ? [node.text] : []
}

export function piecesOf(text: Text): Piece[] {
  const wordings = text.voice === text.written ? [text.voice] : [text.voice, text.written]
  return [...new Set(wordings.flatMap((wording) => Object.values(wording).flat()))]
}

function ofText(text: Text): Expression[] {
  return piecesOf(text).flatMap((piece) => {
    if (piece.kind === 'text') return ofTemplate(piece.template)
    return piece.kind === 'sound' ? [] : [piece.value]
  })
}

function ofTemplate({ parts }: Template): Expression[] {
  return parts.flatMap((part) => (typeof part === 'string' ? [] : [part.expression]))
}

function ofBody(body: BodyTemplate): Expression[] {
  if (body === null || typeof body !== 'object') return []
  if ('parts' in body) return ofTemplate(body)
  return Object.values('fields' in body ? body.fields : body).flatMap(ofBody)
}
