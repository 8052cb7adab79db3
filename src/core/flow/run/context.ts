/** What expressions see: the flow's variables and what is always there. Secrets are never among them. */
import { Temporal } from 'temporal-polyfill'
import type { Context, ContextValue, Evaluation, Expression } from '../expression.ts'
import { Moment } from '../expression.ts'
import type { Variable, VariableType } from '../script.ts'
import type { CustomerFacts, Json } from '../session.ts'
import type { Draft } from './draft.ts'
import { frameOf, scriptOf } from './draft.ts'

export function evaluate(draft: Draft, expression: Expression): Evaluation {
  return expression.evaluate(contextOf(draft, expression.references))
}

/** Only what is read is looked up: facts about queues may cost their owner something. */
function contextOf(draft: Draft, names: readonly string[]): Context {
  const context: Record<string, ContextValue> = {}
  for (const name of names) {
    const value = valueOf(draft, name)
    if (value !== undefined) context[name] = value
  }
  return context
}

function valueOf(draft: Draft, name: string): ContextValue | undefined {
  const { session, world } = draft
  switch (name) {
    case 'caller':
      return session.contact.caller
    case 'dialled':
      return session.contact.dialled
    case 'channel':
      return session.channel
    case 'language':
      return session.language
    case 'now':
      return new Moment(draft.at)
    case 'config':
      return world.config
    case 'queues':
      return queueFacts(draft)
    case 'customer':
      return customerFacts(session.contact.customer)
    default:
      return ownValue(draft, name)
  }
}

function ownValue(draft: Draft, name: string): ContextValue | undefined {
  const value = frameOf(draft).variables[name]
  const variable = scriptOf(draft).variables[name]
  return value === undefined || !variable ? value : typedValue(value, variable, draft.world.timezone)
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
