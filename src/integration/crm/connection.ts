/** How a CRM is reached and what its answers mean: everything in CEL and templates, so that no CRM needs code. */
import { z } from 'zod'
import type { Compiled, Context, Expressions } from '../../core/flow/expression.ts'
import type { Json } from '../../core/flow/session.ts'
import type { ErrorDetail } from '../../platform/http/errors.ts'

const expression = z.string().trim().min(1).max(2_000).describe('CEL')
const template = z.string().trim().min(1).max(2_000).describe('address with {{CEL}} in it; what is put in is encoded')
const headers = z
  .record(
    z.string().regex(/^[A-Za-z0-9-]{1,60}$/),
    z
      .string()
      .max(2_000)
      .regex(/^[^\r\n]*$/),
  )
  .default({})
  .describe('secrets among them are never shown again')

export const orderFields = ['id', 'title', 'at', 'status', 'total', 'currency', 'url'] as const

export const connectionSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  isActive: z.boolean().default(true),
  lookup: z.strictObject({
    url: template,
    headers,
    timeoutMs: z.number().int().min(100).max(10_000).default(2_000),
    cacheMs: z.number().int().min(0).max(3_600_000).default(60_000).describe('how long an answer counts as fresh'),
  }),
  found: expression.default('true').describe('CEL over `answer`: whether it knows the customer'),
  fields: z
    .record(z.string().trim().min(1).max(100), expression)
    .default({})
    .describe('label on the card → CEL over `answer`'),
  orders: z
    .strictObject({
      list: expression.describe('CEL over `answer` that gives a list'),
      each: z.partialRecord(z.enum(orderFields), expression).describe('CEL over `order`'),
    })
    .nullable()
    .default(null),
  link: template.nullable().default(null).describe('page of the customer in the CRM'),
  writeBack: z
    .strictObject({
      url: template,
      method: z.enum(['POST', 'PUT', 'PATCH']).default('POST'),
      headers,
      timeoutMs: z.number().int().min(100).max(30_000).default(10_000),
      body: z.record(z.string().min(1).max(100), expression).describe('field → CEL over `interaction` and `customer`'),
    })
    .nullable()
    .default(null),
})
export type CrmSettings = z.output<typeof connectionSchema>
export type CrmConnection = CrmSettings & Readonly<{ id: string }>

/** What a look-up may put into its address. */
export const lookupNames = ['customer', 'phone', 'email', 'phones', 'emails'] as const
const answerNames = [...lookupNames, 'answer', 'status'] as const
const writeBackNames = [...lookupNames, 'interaction', 'event'] as const

const slots = /\{\{(.+?)\}\}/g

/** What keeps the settings from being used, each with its place. */
export function wrongExpressions(expressions: Expressions, settings: CrmSettings): ErrorDetail[] {
  const check = (path: string, source: string, names: readonly string[]): ErrorDetail[] => {
    const result = expressions.compile(source)
    if (!result.ok) return [{ path, message: result.message }]
    const unknown = result.compiled.references.filter((name) => !names.includes(name))
    return unknown.length === 0
      ? []
      : [{ path, message: `${unknown.join(', ')} isn't known here; there are ${names.join(', ')}` }]
  }
  const checkTemplate = (path: string, text: string, names: readonly string[]): ErrorDetail[] =>
    [...text.matchAll(slots)].flatMap(([, source = '']) => check(path, source, names))
  const { lookup, found, fields, orders, link, writeBack } = settings
  return [
    ...checkTemplate('body.lookup.url', lookup.url, lookupNames),
    ...check('body.found', found, answerNames),
    ...Object.entries(fields).flatMap(([name, source]) => check(`body.fields.${name}`, source, answerNames)),
    ...(orders === null
      ? []
      : [
          ...check('body.orders.list', orders.list, answerNames),
          ...Object.entries(orders.each).flatMap(([name, source]) =>
            check(`body.orders.each.${name}`, source, ['order', 'answer']),
          ),
        ]),
    ...(link === null ? [] : checkTemplate('body.link', link, answerNames)),
    ...(writeBack === null
      ? []
      : [
          ...checkTemplate('body.writeBack.url', writeBack.url, writeBackNames),
          ...Object.entries(writeBack.body).flatMap(([name, source]) =>
            check(`body.writeBack.body.${name}`, source, writeBackNames),
          ),
        ]),
  ]
}

/** null: the expression failed, or what it reads isn't there. */
export function valueOf(expressions: Expressions, source: string, context: Context): Json | null {
  const compiled = compiledOnce(expressions, source)
  const result = compiled?.evaluate(context)
  return result?.ok === true ? result.value : null
}

/** null: something that the address needs isn't known of this customer. */
export function filledAddress(expressions: Expressions, text: string, context: Context): string | null {
  let isComplete = true
  const address = text.replace(slots, (_, source: string) => {
    const value = valueOf(expressions, source, context)
    if (value === null || typeof value === 'object') isComplete = false
    return encodeURIComponent(String(value))
  })
  return isComplete ? address : null
}

const mostKept = 500
const kept = new Map<string, Compiled | null>()

function compiledOnce(expressions: Expressions, source: string): Compiled | null {
  const known = kept.get(source)
  if (known !== undefined) return known
  const result = expressions.compile(source)
  const compiled = result.ok ? result.compiled : null
  if (kept.size >= mostKept) kept.clear()
  kept.set(source, compiled)
  return compiled
}
