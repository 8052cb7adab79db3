/** What the knowledge API speaks. */
import { z } from 'zod'

export const slug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'use a to z, 0 to 9 and -, starting with a letter, at most 63 characters')
export const language = z.string().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, 'use a language tag such as en or pt-BR')
export const languageList = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(language).min(1).max(10))
  .describe('preferred ones first, with commas')
const author = z.object({
  kind: z.enum(['user', 'api-key', 'system']),
  id: z.string().nullable(),
  name: z.string(),
})

export const articleParams = z.object({ id: slug })
export const articleSchema = z.object({
  id: z.string(),
  audience: z.enum(['public', 'internal']),
  tags: z.array(z.string()),
  createdAt: z.string(),
  languages: z.array(
    z.object({
      language: z.string(),
      title: z.string(),
      latest: z.number().int().describe('newest revision'),
      published: z.number().int().nullable().describe('revision that readers see; null: none'),
      helped: z.number().int(),
      notHelped: z.number().int(),
    }),
  ),
})

export const revisionSchema = z.object({
  language: z.string(),
  n: z.number().int(),
  title: z.string(),
  body: z.string(),
  keywords: z.string(),
  at: z.string(),
  writtenBy: author,
})

export const revisionBody = z.strictObject({
  language,
  title: z.string().trim().min(1).max(200),
  body: z.string().trim().min(1).max(100_000).describe('Markdown'),
  keywords: z.string().trim().max(500).default('').describe('other words that people ask with'),
})

export const foundSchema = z.object({
  id: z.string(),
  language: z.string(),
  audience: z.enum(['public', 'internal']),
  title: z.string(),
  snippet: z.string(),
  helped: z.number().int(),
  notHelped: z.number().int(),
})

export const publishedSchema = z.object({
  id: z.string(),
  language: z.string(),
  title: z.string(),
  body: z.string().describe('Markdown'),
  publishedAt: z.string(),
})

export const cannedSchema = z.object({
  id: z.string(),
  scope: z.enum(['personal', 'team', 'everybody']),
  queue: z.string().nullable().describe('of a team’s: whoever serves this queue is the team'),
  shortcut: z.string().nullable(),
  title: z.string(),
  texts: z.record(z.string(), z.string()).describe('language → text with variables such as {{customer.name | there}}'),
  variables: z.array(z.string()),
  changedAt: z.string(),
})

export const cannedBody = z.strictObject({
  scope: z.enum(['personal', 'team', 'everybody']),
  queue: slug.nullable().default(null).describe('of a team'),
  shortcut: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'use a to z, 0 to 9 and -')
    .nullable()
    .default(null),
  title: z.string().trim().min(1).max(200),
  texts: z
    .record(language, z.string().trim().min(1).max(10_000))
    .refine((texts) => Object.keys(texts).length > 0, 'write the text in one language at least'),
})
