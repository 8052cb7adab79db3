/** Assigning variables: what doesn't fit the declared type is an error, not a surprise three nodes later. */
import { Temporal } from 'temporal-polyfill'
import type { Variable } from '../script.ts'
import type { Json } from '../session.ts'
import type { Draft } from './draft.ts'
import { changeFrame, frameOf, scriptOf } from './draft.ts'

/** A body from outside may be long; a session is stored at every node. */
const longestRecord = 64 * 1024

/** Returns what is wrong, or null. */
export function assign(draft: Draft, name: string, value: Json): string | null {
  const variable = scriptOf(draft).variables[name]
  if (!variable) return `there is no variable \`${name}\``
  if (variable.secret) return `\`${name}\` is secret: only \`collect\` fills it`
  const fitted = fit(value, variable, draft.world.timezone)
  if (fitted === undefined) return `${inShort(value)} doesn’t fit \`${name}\`, which is ${variable.type}`
  changeFrame(draft, { variables: { ...frameOf(draft).variables, [name]: fitted } })
  return null
}

function fit(value: Json, { type }: Variable, timezone: string): Json | undefined {
  switch (type) {
    case 'record':
      return JSON.stringify(value).length <= longestRecord ? value : undefined
    case 'number':
      return typeof value === 'number' ? value : undefined
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'text':
      return typeof value === 'number' ? String(value) : typeof value === 'string' ? value : undefined
    case 'digits':
      return typeof value === 'string' && /^[0-9]*$/.test(value) ? value : undefined
    case 'time':
      return typeof value === 'string' && /^([01][0-9]|2[0-3]):[0-5][0-9]$/.test(value) ? value : undefined
    case 'date':
      return typeof value === 'string' && isDate(value, timezone) ? value : undefined
  }
}

/** `YYYY-MM-DD`, or a timestamp. */
function isDate(value: string, timezone: string): boolean {
  try {
    if (value.length === 'YYYY-MM-DD'.length) Temporal.PlainDate.from(value)
    else Temporal.Instant.from(value).toZonedDateTimeISO(timezone)
    return true
  } catch {
    return false
  }
}

function inShort(value: Json): string {
  const text = JSON.stringify(value)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
