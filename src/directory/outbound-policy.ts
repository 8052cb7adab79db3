/** Who may call what outside, as people write it. */
import { z } from 'zod'
import { numberKinds, reaches } from '../core/dialling/destination.ts'
import { limitScopes, outboundRoles, type OutboundPolicy } from '../core/dialling/policy.ts'
import { displayName, distinct, slug } from './names.ts'

const country = z.string().regex(/^[A-Z]{2}$/, 'use two letters such as RO')
const prefix = z.string().regex(/^\+?\d{1,15}$/, 'use the beginning of a number, such as +4090')

const destinationClass = z.strictObject({
  id: slug,
  name: displayName,
  reach: z.enum(reaches).describe("home: your own country's numbers; abroad: all others"),
  countries: distinct(country, 300).describe('empty: any'),
  kinds: distinct(z.enum(numberKinds), numberKinds.length).describe('empty: any'),
  prefixes: distinct(prefix, 1_000).describe('empty: any'),
})

const limit = z
  .strictObject({
    id: slug,
    per: z.enum(limitScopes).describe('what counts together: all attempts, those of one asker, those to one number'),
    roles: distinct(z.enum(outboundRoles), outboundRoles.length).describe('empty: all'),
    classIds: distinct(slug, 100).describe('empty: all'),
    windowMs: z
      .int()
      .min(1_000)
      .max(31 * 24 * 3_600_000),
    calls: z.int().min(0).max(1_000_000).nullable().describe('null: any number'),
    spend: z.number().min(0).max(1_000_000).nullable().describe("in the currency of the trunks' costs; null: any"),
  })
  .refine(({ calls, spend }) => calls !== null || spend !== null, 'limits neither calls nor spend')

const ids = (items: readonly { id: string }[]): readonly string[] => items.map(({ id }) => id)

export const outboundPolicySchema = z
  .strictObject({
    classes: z
      .array(destinationClass)
      .max(200)
      .refine((list) => new Set(ids(list)).size === list.length, 'says one id twice')
      .refine((list) => !ids(list).includes('emergency'), 'emergency calls always pass: choose another id')
      .describe('the first that fits a number is its class; a number of no class is never called'),
    permissions: z.strictObject(
      Object.fromEntries(outboundRoles.map((role) => [role, distinct(slug, 200)])) as Record<
        (typeof outboundRoles)[number],
        z.ZodArray<typeof slug>
      >,
    ),
    limits: z.array(limit).max(100),
  })
  .superRefine(({ classes, permissions, limits }, context) => {
    const known = new Set(ids(classes))
    const check = (named: readonly string[], path: (string | number)[]): void => {
      for (const id of named)
        if (!known.has(id)) context.addIssue({ code: 'custom', path, message: `there is no class ${id}` })
    }
    for (const role of outboundRoles) check(permissions[role], ['permissions', role])
    for (const [i, { classIds }] of limits.entries()) check(classIds, ['limits', i, 'classIds'])
  }) satisfies z.ZodType<OutboundPolicy>
