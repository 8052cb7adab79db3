/** What the API says of customers, their identities, duplicates and merges. */
import { z } from 'zod'
import { channels } from '../../core/ids.ts'
import { identityKinds } from './identity.ts'

const time = z.string().describe('ISO 8601, UTC')
const text = (most: number) => z.string().trim().min(1).max(most)
export const attributeKey = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_]{0,62}$/, 'use letters, digits and _, starting with a letter')
export const attributeValue = z.union([z.string().max(2_000), z.number(), z.boolean()])
const languageTag = z.string().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, 'use a language tag such as en or pt-BR')

const identitySchema = z.object({
  id: z.number().int(),
  kind: z.enum(identityKinds),
  value: z.string(),
  source: z.string().describe('what the evidence is: `contact`, `agent`, `signed-token` …'),
  since: time,
  recordId: z.string().describe('of the merged records, the one that it belongs to'),
})

export const customerSchema = z.object({
  id: z.string().describe('of the leading record, whichever of the merged ones was asked for'),
  name: z.string().nullable(),
  company: z.string().nullable(),
  language: z.string().nullable(),
  preferredChannel: z.enum(channels).nullable(),
  highValue: z.boolean(),
  attributes: z.record(z.string(), attributeValue),
  identities: z.array(identitySchema),
  claims: z.array(identitySchema).describe('said by somebody, vouched for by nothing'),
  records: z.array(z.string()).describe('the leading record first, then those merged into it'),
  saidBy: z.record(z.string(), z.string()).describe('field → merged record that says so'),
  createdAt: time,
  updatedAt: time,
})

const attributes = z
  .record(attributeKey, attributeValue.nullable())
  .refine((all) => Object.keys(all).length <= 100, 'use at most 100 attributes')
  .describe('given keys are set, null removes one, the others stay')

const fields = {
  name: text(200).nullable(),
  company: text(200).nullable(),
  language: languageTag.nullable(),
  preferredChannel: z.enum(channels).nullable(),
  highValue: z.boolean(),
  attributes,
}

export const customerPatch = z
  .strictObject(fields)
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'says nothing to change')

export const identityBody = z.strictObject({
  kind: z.enum(['phone', 'email', 'handle']),
  value: text(190).describe('a number in any writing, an address, or `provider:handle`'),
})

export const newCustomer = z
  .strictObject({ ...fields, identities: z.array(identityBody).max(20) })
  .partial()
  .refine((body) => Object.keys(body).length > 0, 'says nothing of the customer')

export const addedSchema = z.object({
  outcome: z.enum(['linked', 'there-already', 'claimed']).describe('`claimed`: another customer has it'),
  linkedTo: z.string().nullable(),
  customer: customerSchema,
})

export const customerQuery = z.object({
  search: text(200).optional().describe('part of a name or company, or a number in any writing'),
})

const reason = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('same-identity'), identity: z.string(), weight: z.number() }),
  z.object({ kind: z.literal('same-attribute'), attribute: z.string(), weight: z.number() }),
  z.object({ kind: z.literal('similar-name'), similarity: z.number(), weight: z.number() }),
  z.object({ kind: z.literal('same-company'), weight: z.number() }),
  z.object({ kind: z.literal('same-mail-domain'), domain: z.string(), weight: z.number() }),
  z.object({ kind: z.literal('name-in-address'), address: z.string(), weight: z.number() }),
])

export const duplicateSchema = z.object({
  id: z.string(),
  a: customerSchema,
  b: customerSchema,
  score: z.number().describe('0 to 1'),
  reasons: z.array(reason),
  foundAt: time,
})

const actor = z.object({
  kind: z.enum(['user', 'api-key', 'system']),
  id: z.string().nullable(),
  name: z.string(),
})

const mergeField = z
  .string()
  .regex(/^(name|company|language|preferredChannel|attributes\.[a-zA-Z][a-zA-Z0-9_]{0,62})$/, 'names no field')

export const mergeBody = z.strictObject({
  absorb: z.guid().describe('the customer that is shown under this one from now on'),
  reason: text(500).optional(),
  prefer: z
    .array(mergeField)
    .max(100)
    .default([])
    .describe('fields in which the absorbed one is believed, as in `name` or `attributes.tier`'),
})

export const mergeSchema = z.object({
  id: z.string(),
  survivorId: z.string(),
  absorbedId: z.string(),
  at: time,
  mergedBy: actor,
  reason: z.string().nullable(),
  evidence: z.record(z.string(), z.unknown()).describe('what spoke for it'),
  prefer: z.array(z.string()),
  undoneAt: time.nullable(),
  undoneBy: actor.nullable(),
})
