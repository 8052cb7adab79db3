/** A map whose fields we name: unknown ones are errors with a suggestion, missing ones say what to add. */
import type { Position } from '../finding.ts'
import { didYouMean } from './nearest.ts'
import type { Definitions, Reader, Reading, Schema } from './reader.ts'
import { problem } from './reader.ts'
import type { Tree } from './tree.ts'
import { entryOf, kindOf } from './tree.ts'

export type Field<T> = Readonly<{ reader: Reader<T>; required: boolean; fallback: T | undefined }>
export type Fields = Readonly<Record<string, Field<unknown>>>
type ValueOf<F> = F extends Field<infer T> ? T : never
export type RecordOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> }

export function required<T>(reader: Reader<T>): Field<T> {
  return { reader, required: true, fallback: undefined }
}

export function optional<T, const D>(reader: Reader<T>, fallback: D): Field<T | D> {
  return { reader, required: false, fallback }
}

export function record<F extends Fields>(fields: F): Reader<RecordOf<F> & { readonly at: Position }> {
  return {
    read(tree, reading) {
      if (tree.kind !== 'map')
        return problem(reading, 'wrong-value', tree.at, `expected a map of fields, found ${kindOf(tree)}`)
      refuseUnknown(tree, Object.keys(fields), reading)
      const result: Record<string, unknown> = { at: tree.at }
      let readable = true
      for (const [name, field] of Object.entries(fields)) {
        const entry = entryOf(tree, name)
        if (!entry && field.required) problem(reading, 'missing-field', tree.at, `\`${name}:\` is missing here`)
        const value = entry ? field.reader.read(entry.value, reading) : field.required ? undefined : field.fallback
        if (value === undefined) readable = false
        result[name] = value
      }
      return readable ? (result as RecordOf<F> & { at: Position }) : undefined
    },
    schema: (definitions) => recordSchema(fields, definitions),
  }
}

export function recordSchema(fields: Fields, definitions: Definitions): Schema {
  const properties: Record<string, Schema> = {}
  for (const [name, field] of Object.entries(fields)) properties[name] = field.reader.schema(definitions)
  const names = Object.entries(fields).flatMap(([name, field]) => (field.required ? [name] : []))
  return { type: 'object', properties, required: names, additionalProperties: false }
}

function refuseUnknown(tree: Tree, names: readonly string[], reading: Reading): void {
  if (tree.kind !== 'map') return
  for (const { key, keyAt } of tree.entries) {
    if (names.includes(key)) continue
    const hint = didYouMean(key, names) || `; known here: ${names.join(', ')}`
    problem(reading, 'unknown-field', keyAt, `there is no field \`${key}\` here${hint}`)
  }
}
