/** Canned replies with their variables filled in: `Hello {{customer.name | there}}`. */
import type { Json } from '../flow/session.ts'

export type Filled = Readonly<{
  text: string
  /** Variables without a value and without words in their place; they stand in the text as they were written. */
  missing: readonly string[]
}>

const variable = /\{\{\s*([a-zA-Z][\w.]{0,100})\s*(?:\|([^{}]{0,200}))?\}\}/g

export function fill(text: string, values: Readonly<Record<string, Json>>): Filled {
  const missing: string[] = []
  const filled = text.replace(variable, (written, path: string, instead: string | undefined) => {
    const value = valueAt(values, path.split('.'))
    if (value !== null) return value
    if (instead !== undefined) return instead.trim()
    missing.push(path)
    return written
  })
  return { text: filled, missing: [...new Set(missing)] }
}

/** The names of the variables in a text. */
export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(variable)].map(([, path = '']) => path))]
}

function valueAt(values: Readonly<Record<string, Json>>, path: readonly string[]): string | null {
  let value: unknown = values
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return null
    value = (value as Record<string, unknown>)[step]
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value) || null
    : null
}
