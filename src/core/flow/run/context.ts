/** What expressions see: the flow's variables and what is always there. Secrets are never among them. */
import { Temporal } from 'temporal-polyfill'
import type { Context, ContextValue, Evaluation, Expression } from '../expression.ts'
import { Moment } from '../expression.ts'
import type { Variable, VariableType } from '../script.ts'
import type { CustomerFacts, Json } from '../session.ts'
import type { Draft } from './draft.ts'
import { frameOf, scriptOf } from './draft.ts'

export function evaluate(draft: Draft, expression: Expression): Evaluation {
  return expression.evaluate(contextOf(draft))
}

export function contextOf(draft: Draft): Context {
  const { session, world } = draft
  const { variables } = frameOf(draft)
  const declared = scriptOf(draft).variables
  const own: Record<string, ContextValue> = {}
  for (const [name, value] of Object.entries(variables)) {
    const variable = declared[name]
    own[name] = variable ? typedValue(value, variable, world.timezone) : value
  }
  return {
    ...own,
    caller: session.contact.caller,
    dialled: session.contact.dialled,
    channel: session.channel,
    language: session.language,
    now: new Moment(draft.at),
    config: world.config,
    queues: queueFacts(draft),
    customer: customerFacts(session.contact.customer),
  }
}

function queueFacts({ world }: Draft): ContextValue {
  const facts: Record<string, ContextValue> = {}
  for (const [id, { waiting, agents, idle, estimatedWaitMs }] of Object.entries(world.queues))
    facts[id] = { waiting, agents, idle, wait: estimatedWaitMs === null ? null : Math.round(estimatedWaitMs / 1000) }
  return facts
}

function customerFacts(customer: CustomerFacts | null): ContextValue {
  return customer && { ...customer }
}

function typedValue(value: Json, variable: Variable, timezone: string): ContextValue {
  if (variable.type === 'date') return momentOf(value, timezone) ?? value
  if (variable.type !== 'record') return value
  return typedFields(value, variable.fields, timezone)
}

function typedFields(value: Json, fields: Readonly<Record<string, VariableType>>, timezone: string): ContextValue {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  const result: Record<string, ContextValue> = {}
  for (const [name, field] of Object.entries(value))
    result[name] = fields[name] === 'date' ? (momentOf(field, timezone) ?? field) : field
  return result
}

/** A date is the midnight that it begins with in the caller's world; a timestamp is itself. */
export function momentOf(value: Json, timezone: string): Moment | null {
  if (typeof value !== 'string') return null
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(value))
      return new Moment(Temporal.PlainDate.from(value).toZonedDateTime(timezone).epochMilliseconds)
    return new Moment(Temporal.Instant.from(value).epochMilliseconds)
  } catch {
    return null
  }
}
