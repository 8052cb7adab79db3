/**
 * Readers turn a tree into a value and say what is wrong with it, and describe themselves as JSON Schema, so that what an
 * editor offers and what the parser takes can't differ. `undefined` means: unreadable, and a finding was added.
 */
import type { Expressions } from '../expression.ts'
import type { Finding, Position } from '../finding.ts'
import { didYouMean } from './nearest.ts'
import type { Json } from '../session.ts'
import type { Tree } from './tree.ts'
import { kindOf } from './tree.ts'

export type Reading = Readonly<{
  findings: Finding[]
  expressions: Expressions
  languages: readonly string[]
  /** The file's named prompts, unread. */
  prompts: Readonly<Record<string, Tree>>
  currency: string
}>

export type Schema = { readonly [keyword: string]: Json }
export type Definitions = Record<string, Schema>

export type Reader<T> = Readonly<{
  read(tree: Tree, reading: Reading): T | undefined
  /** Shared parts go into `definitions` and are referred to. */
  schema(definitions: Definitions): Schema
}>

export function problem(reading: Reading, code: string, at: Position, message: string): undefined {
  reading.findings.push({ code, severity: 'error', message, at })
  return undefined
}

/** One value of YAML's own, checked by `parse`, which answers null when it isn't one. */
export function scalar<T>(expected: string, schema: Schema, parse: (source: string, value: unknown) => T | null) {
  const reader: Reader<T> = {
    read(tree, reading) {
      const value = tree.kind === 'scalar' ? parse(tree.source, tree.value) : null
      if (value !== null) return value
      return problem(reading, 'wrong-value', tree.at, `expected ${expected}, found ${kindOf(tree)}`)
    },
    schema: () => schema,
  }
  return reader
}

export function pattern(expected: string, regex: RegExp): Reader<string> {
  return scalar(expected, { type: 'string', pattern: regex.source }, (source) => (regex.test(source) ? source : null))
}

export function integer(min: number, max: number): Reader<number> {
  const schema = { type: 'integer', minimum: min, maximum: max }
  return scalar(`a whole number from ${min} to ${max}`, schema, (_, value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : null,
  )
}

export const truth: Reader<boolean> = scalar('true or false', { type: 'boolean' }, (_, value) =>
  typeof value === 'boolean' ? value : null,
)

export const words: Reader<string> = scalar('a text', { type: 'string', minLength: 1 }, (_, value) =>
  typeof value === 'string' && value !== '' ? value : null,
)

export function oneOf<const T extends string>(names: readonly T[]): Reader<T> {
  return {
    read(tree, reading) {
      const source = tree.kind === 'scalar' ? tree.source : null
      const found = names.find((name) => name === source)
      if (found !== undefined) return found
      const hint = source === null ? '' : didYouMean(source, names)
      const message = `expected one of ${names.join(', ')}, found ${kindOf(tree)}${hint}`
      return problem(reading, 'wrong-value', tree.at, message)
    },
    schema: () => ({ enum: names }),
  }
}

export function listOf<T>(item: Reader<T>, minItems = 1): Reader<readonly T[]> {
  return {
    read(tree, reading) {
      if (tree.kind !== 'list')
        return problem(reading, 'wrong-value', tree.at, `expected a list, found ${kindOf(tree)}`)
      if (tree.items.length < minItems)
        return problem(reading, 'wrong-value', tree.at, `expected a list of at least ${minItems}`)
      const items = tree.items.map((each) => item.read(each, reading))
      return items.every((value) => value !== undefined) ? items : undefined
    },
    schema: (definitions) => ({ type: 'array', items: item.schema(definitions), minItems }),
  }
}

export type Keys = Readonly<{ expected: string; regex: RegExp }>

/** Fields of the author's own naming. */
export function mapOf<T>(keys: Keys, value: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return {
    read(tree, reading) {
      if (tree.kind !== 'map')
        return problem(reading, 'wrong-value', tree.at, `expected a map of fields, found ${kindOf(tree)}`)
      const result: Record<string, T> = {}
      let readable = true
      for (const entry of tree.entries) {
        if (!keys.regex.test(entry.key)) {
          problem(reading, 'wrong-name', entry.keyAt, `\`${entry.key}\` is not ${keys.expected}`)
          readable = false
        }
        const each = value.read(entry.value, reading)
        if (each === undefined) readable = false
        else result[entry.key] = each
      }
      return readable ? result : undefined
    },
    schema: (definitions) => ({
      type: 'object',
      patternProperties: { [keys.regex.source]: value.schema(definitions) },
      additionalProperties: false,
    }),
  }
}

/** The value together with where it stands. */
export function positioned<T>(reader: Reader<T>): Reader<Readonly<{ value: T; at: Position }>> {
  return {
    read(tree, reading) {
      const value = reader.read(tree, reading)
      return value === undefined ? undefined : { value, at: tree.at }
    },
    schema: (definitions) => reader.schema(definitions),
  }
}

export function described<T>(description: string, reader: Reader<T>): Reader<T> {
  return {
    read: (tree, reading) => reader.read(tree, reading),
    schema: (definitions) => ({ ...reader.schema(definitions), description }),
  }
}

/** Written once in the schema and referred to by name. */
export function shared<T>(name: string, reader: Reader<T>): Reader<T> {
  return {
    read: (tree, reading) => reader.read(tree, reading),
    schema(definitions) {
      if (!(name in definitions)) {
        definitions[name] = {}
        definitions[name] = reader.schema(definitions)
      }
      return { $ref: `#/$defs/${name}` }
    },
  }
}

export function mapped<A, B>(reader: Reader<A>, turn: (value: A, at: Position, reading: Reading) => B | undefined) {
  const result: Reader<B> = {
    read(tree, reading) {
      const value = reader.read(tree, reading)
      return value === undefined ? undefined : turn(value, tree.at, reading)
    },
    schema: (definitions) => reader.schema(definitions),
  }
  return result
}
