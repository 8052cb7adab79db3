/** The core's expressions, spoken in CEL. Numbers mix freely: what JSON calls 2 is neither int nor double to an author. */
import { Environment } from '@marcbachmann/cel-js'
import type { ASTNode } from '@marcbachmann/cel-js'
import type { Context, ContextValue, Evaluation, Expressions } from '../core/flow/expression.ts'
import { Moment } from '../core/flow/expression.ts'
import type { Json } from '../core/flow/session.ts'

export const expressions: Expressions = {
  compile(source) {
    try {
      const parsed = environment().parse(source)
      const checked = parsed.check()
      if (!checked.valid) return { ok: false, message: shortMessage(checked.error) }
      const references = [...referencesOf(parsed.ast, new Set())]
      return { ok: true, compiled: { references, evaluate: (context) => evaluated(parsed, context) } }
    } catch (error) {
      return { ok: false, message: shortMessage(error) }
    }
  },
}

function evaluated(parsed: (context: Record<string, unknown>) => unknown, context: Context): Evaluation {
  try {
    const value = json(parsed(celContext(context)))
    return value === undefined ? { ok: false, message: 'gives no plain value' } : { ok: true, value }
  } catch (error) {
    return { ok: false, message: shortMessage(error) }
  }
}

let shared: Environment | null = null

function environment(): Environment {
  shared ??= newEnvironment()
  return shared
}

function newEnvironment(): Environment {
  const limits = { maxAstNodes: 1000, maxDepth: 50, maxListElements: 200, maxMapEntries: 200, maxCallArguments: 16 }
  const cel = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false, limits })
  const arithmetic = {
    '+': (a: number, b: number) => a + b,
    '-': (a: number, b: number) => a - b,
    '*': (a: number, b: number) => a * b,
    '/': (a: number, b: number) => a / b,
  }
  for (const [operator, compute] of Object.entries(arithmetic)) {
    const mixed = (a: number | bigint, b: number | bigint) => compute(Number(a), Number(b))
    cel.registerOperator(`double ${operator} int`, mixed)
    cel.registerOperator(`int ${operator} double`, mixed)
  }
  // JSON has no dates: a text beside a timestamp is one.
  const timestamp = 'google.protobuf.Timestamp'
  for (const [operator, compare] of Object.entries(comparisons)) {
    cel.registerOperator(`string ${operator} ${timestamp}`, (a: string, b: Date) => compare(+dateOf(a), +b))
    cel.registerOperator(`${timestamp} ${operator} string`, (a: Date, b: string) => compare(+a, +dateOf(b)))
  }
  cel.registerFunction('date(string): google.protobuf.Timestamp', (text: string) => dateOf(text))
  return cel
}

const comparisons = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
}

/** `2026-03-03` is its midnight in UTC; declare a record's fields to have midnights of the caller's zone. */
function dateOf(text: string): Date {
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)
  if (Number.isNaN(date.getTime())) throw new Error(`«${text}» is not a date`)
  return date
}

function celContext(context: Context): Record<string, unknown> {
  return Object.fromEntries(Object.entries(context).map(([name, value]) => [name, celValue(value)]))
}

function celValue(value: ContextValue): unknown {
  if (value instanceof Moment) return new Date(value.ms)
  if (Array.isArray(value)) return value.map((item: ContextValue) => celValue(item))
  if (value === null || typeof value !== 'object') return value
  return celContext(value as Context)
}

function json(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => json(item))
    return items.every((item) => item !== undefined) ? items : undefined
  }
  if (value instanceof Map) return json(Object.fromEntries(value))
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return undefined
  const fields = Object.entries(value).map(([name, field]) => [name, json(field)] as const)
  return fields.every(([, field]) => field !== undefined)
    ? Object.fromEntries(fields.map(([name, field]) => [name, field ?? null]))
    : undefined
}

const macros = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])

/** Free variables: those that a macro binds for itself (`lines.exists(line, …)`) are not among them. */
function referencesOf(node: ASTNode, found: Set<string>, bound: ReadonlySet<string> = new Set()): Set<string> {
  if (node.op === 'id') {
    if (!bound.has(node.args)) found.add(node.args)
    return found
  }
  if (node.op === 'rcall' && macros.has(node.args[0])) {
    const [, receiver, [variable, ...rest]] = node.args
    referencesOf(receiver, found, bound)
    const inner = variable?.op === 'id' ? new Set([...bound, variable.args]) : bound
    for (const part of rest) referencesOf(part, found, inner)
    return found
  }
  for (const part of partsOf(node.args)) referencesOf(part, found, bound)
  return found
}

function partsOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(partsOf)
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : []
}

/** The library draws the place below its message; ours tells line and column. */
function shortMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n')[0]?.trim() ?? message
}
