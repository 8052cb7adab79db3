/** What admins define about customers and contacts: attributes, segments, tags, dispositions, journey rules. */
import type { Database } from '../platform/database/database.ts'
import { z } from 'zod'
import { readDefinitions, type DefinitionKind } from './definitions-store.ts'

const slug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'use a to z, 0 to 9 and -, starting with a letter, at most 63 characters')
const name = z.string().trim().min(1).max(100)
const when = z.string().trim().min(1).max(2_000).describe('CEL: true for those that it means')

export const attributeDefinition = z.strictObject({
  id: z
    .string()
    .regex(/^[a-zA-Z][a-zA-Z0-9_]{0,62}$/, 'use letters, digits and _, starting with a letter')
    .describe('the key in `attributes`'),
  name,
  type: z.enum(['text', 'number', 'boolean', 'date', 'choice']).describe('date: as in 2026-03-02'),
  choices: z.array(z.string().trim().min(1).max(100)).max(200).default([]).describe('of the type `choice`'),
  identifying: z.boolean().default(false).describe('two customers with the same value are the same person'),
  order: z.number().int().min(0).max(10_000).default(0).describe('among those on the card'),
})
export type AttributeDefinition = z.output<typeof attributeDefinition>

export const segmentDefinition = z.strictObject({
  id: slug,
  name,
  when: when.describe('CEL over `customer` and `history`: true for customers in the segment'),
})

const label = {
  id: slug,
  name,
  isActive: z.boolean().default(true).describe('false: kept on what has it, not offered'),
}
export const tagDefinition = z.strictObject(label)
export const dispositionDefinition = z.strictObject({
  ...label,
  queues: z.array(z.string().max(63)).max(200).default([]).describe('offered in these; empty: everywhere'),
})

export const journeyRule = z.strictObject({
  id: slug,
  name,
  when: when.describe('CEL over `point`: kind, title, url, data'),
  points: z.number().int().min(-1_000).max(1_000).default(0),
})

const schemas = {
  attribute: attributeDefinition,
  segment: segmentDefinition,
  tag: tagDefinition,
  disposition: dispositionDefinition,
  'journey-rule': journeyRule,
} as const satisfies Record<DefinitionKind, z.ZodType>

export async function definitions<K extends DefinitionKind>(
  knex: Database['knex'],
  kind: K,
): Promise<z.output<(typeof schemas)[K]>[]> {
  const rows = await readDefinitions(knex, kind)
  return rows.map((row) => schemas[kind].parse(row) as z.output<(typeof schemas)[K]>)
}
