/** Declarations of variables: what they hold, so that input is checked and dates compare as dates. */
import type { Node, Variable, VariableType } from '../script.ts'
import { variableTypes } from '../script.ts'
import type { Json } from '../session.ts'
import type { Reader } from './reader.ts'
import { described, integer, mapOf, oneOf, problem, scalar, shared, truth } from './reader.ts'
import { optional, record, required } from './record-reader.ts'
import { variableName } from './values.ts'

/** What conditions and texts can always read. */
export const reservedNames = ['caller', 'dialled', 'channel', 'language', 'now', 'config', 'queues', 'customer']

const initial = scalar<string | number | boolean>(
  'a text, a number, true or false',
  { type: ['string', 'number', 'boolean'] },
  (_, value) => (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null),
)
const limit = integer(0, 1_000_000_000)

const fields = {
  type: required(described('text, digits, number, boolean, date, time or record.', oneOf(variableTypes))),
  secret: optional(described('Kept in memory only; `pay` alone can use it.', truth), false),
  input: optional(described('Given by the flow that calls this one.', truth), false),
  default: optional(described('Its value from the start.', initial), null),
  min: optional(described('Fewest digits, or the lowest number.', limit), null),
  max: optional(described('Most digits, or the highest number.', limit), null),
  length: optional(described('Exactly so many digits.', integer(1, 100)), null),
  luhn: optional(described('The check digit of payment cards must be right.', truth), false),
  fields: optional(described('Of a record: the types of its fields.', mapOf(variableName, oneOf(variableTypes))), {}),
}
const declaration = record(fields)

export const variableReader: Reader<Variable> = shared('declaration', {
  read(tree, reading) {
    const read = declaration.read(tree, reading)
    if (!read) return undefined
    const { type, secret, input, luhn, at } = read
    const fault = (message: string) => problem(reading, 'wrong-declaration', at, message)
    if (secret && type !== 'digits') return fault('only digits can be secret; make its type `digits`')
    if (secret && read.default !== null) return fault('a secret has no default: it would stand in the file')
    if (luhn && type !== 'digits') return fault('`luhn` belongs to digits')
    if ((read.length !== null || read.min !== null || read.max !== null) && type !== 'digits' && type !== 'number')
      return fault('`min`, `max` and `length` belong to digits and numbers')
    if (Object.keys(read.fields).length > 0 && type !== 'record') return fault('`fields` belong to a record')
    const min = read.length ?? read.min
    const max = read.length ?? read.max
    if (min !== null && max !== null && min > max) return fault('`min` is above `max`')
    return { type, at, secret, input, initial: read.default as Json | null, min, max, luhn, fields: read.fields }
  },
  schema: (definitions) => declaration.schema(definitions),
})

/** A node that fills a variable with values of one kind declares it as well, unless the file says more about it. */
export function impliedVariables(nodes: Readonly<Record<string, Node>>): Record<string, Variable> {
  const implied: Record<string, Variable> = {}
  for (const node of Object.values(nodes)) {
    if (!('variable' in node) || node.variable === null) continue
    const type = impliedTypes[node.verb]
    if (type) implied[node.variable] = { ...undeclared, type, at: node.at }
  }
  return implied
}

const impliedTypes: Partial<Record<Node['verb'], VariableType>> = {
  http: 'record',
  pay: 'record',
  survey: 'number',
  hours: 'date',
  listen: 'text',
}
const undeclared = { secret: false, input: false, initial: null, min: null, max: null, luhn: false, fields: {} }
