/** What ids, names and languages may look like. */
import { z } from 'zod'
import type { Proficiency } from '../core/rules.ts'

/** Stays the same for ever; people read the name. */
export const slug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'use a to z, 0 to 9 and -, starting with a letter, at most 63 characters')
  .describe('a to z, 0 to 9 and -; never changes')

export const displayName = z.string().trim().min(1, 'give a name').max(100, 'use at most 100 characters')

export const language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, 'use a language tag such as en or pt-BR')
  .describe('language tag such as en or pt-BR')

export const proficiency = z
  .literal([1, 2, 3, 4, 5])
  .describe('1 knows a little, 5 is an expert') satisfies z.ZodType<Proficiency>

/** Skill → proficiency. */
export const skillLevels = z.record(slug, proficiency)

/** Refuses to say a thing twice. */
export const distinct = <T extends z.ZodType<string>>(item: T, most: number): z.ZodArray<T> =>
  z
    .array(item)
    .max(most)
    .refine((items) => new Set(items).size === items.length, 'says the same thing twice')
