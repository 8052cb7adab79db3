/** Articles for those who work here: found by agents, drafted by agents, published by supervisors. */
import { z } from 'zod'
import { auditContext, writeAudit, type AuditContext } from '../access/index.ts'
import { principalOf, requireRole } from '../platform/http/authorisation.ts'
import { notFound } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import {
  addRevision,
  keepArticle,
  keepFeedback,
  listArticles,
  publishRevision,
  readArticle,
  readRevisions,
  removeArticle,
  withdraw,
  type Article,
  type Author,
  type Found,
} from './article-store.ts'
import type { KnowledgePorts } from './ports.ts'
import {
  articleParams,
  articleSchema,
  foundSchema,
  language,
  languageList,
  publishedSchema,
  revisionBody,
  revisionSchema,
  slug,
} from './schemas.ts'

const tags = ['knowledge']
const done = z.object({ ok: z.literal(true) })
const ok = { ok: true } as const

export function registerArticleRoutes(server: HttpServer, { knowledge }: KnowledgePorts): void {
  const { knex } = knowledge.database
  const readers = { onRequest: requireRole('agent') }
  const editors = { onRequest: requireRole('supervisor') }

  server.get(
    '/api/articles',
    {
      ...readers,
      schema: {
        tags,
        summary: 'Articles with their languages',
        querystring: z.object({ after: slug.optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
        response: { 200: z.object({ items: z.array(articleSchema), next: z.string().nullable() }) },
      },
    },
    async ({ query }) => {
      const articles = await listArticles(knex, { after: query.after ?? null, limit: query.limit + 1 })
      const items = articles.slice(0, query.limit)
      return { items: items.map(articleToApi), next: articles.length > query.limit ? (items.at(-1)?.id ?? null) : null }
    },
  )

  server.get(
    '/api/articles/search',
    {
      ...readers,
      schema: {
        tags,
        summary: 'Search what is published, the most helpful first; typos are forgiven',
        querystring: z.object({
          q: z.string().trim().min(2).max(300),
          languages: languageList.optional(),
          audience: z.enum(['public', 'internal']).default('internal').describe('`public`: what customers may read'),
          limit: z.coerce.number().int().min(1).max(20).default(5),
        }),
        response: { 200: z.object({ items: z.array(foundSchema) }) },
      },
    },
    async ({ query }) => {
      const { q: text, languages = [], audience, limit } = query
      return { items: (await knowledge.search({ text, languages, audience, limit })).map(foundToApi) }
    },
  )

  server.put(
    '/api/articles/:id',
    {
      ...editors,
      schema: {
        tags,
        summary: 'Make an article, or say who may read it',
        params: articleParams,
        body: z.strictObject({
          audience: z.enum(['public', 'internal']),
          tags: z.array(slug).max(30).default([]),
        }),
        response: { 200: articleSchema },
      },
    },
    async (request) => {
      const { id } = request.params
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        await keepArticle(trx, { id, ...request.body, by: authorOf(context) })
        await writeAudit(trx, context, {
          action: 'keep-article',
          subject: { kind: 'article', id },
          after: request.body,
        })
      })
      return articleToApi(await articleFound(id))
    },
  )

  server.get(
    '/api/articles/:id',
    { ...readers, schema: { tags, summary: 'One article', params: articleParams, response: { 200: articleSchema } } },
    async ({ params: { id } }) => articleToApi(await articleFound(id)),
  )

  server.get(
    '/api/articles/:id/published',
    {
      ...readers,
      schema: {
        tags,
        summary: 'What readers see of it',
        params: articleParams,
        querystring: z.object({ languages: languageList.optional() }),
        response: { 200: publishedSchema },
      },
    },
    async ({ params: { id }, query }) => {
      const read = await knowledge.read(id, { audience: 'internal', languages: query.languages ?? [] })
      if (read === null) throw notFound(`article ${id} isn't published`)
      return {
        id,
        language: read.language,
        title: read.title,
        body: read.body,
        publishedAt: read.publishedAt.toISOString(),
      }
    },
  )

  server.delete(
    '/api/articles/:id',
    { ...editors, schema: { tags, summary: 'Remove an article', params: articleParams, response: { 200: done } } },
    async (request) => {
      const { id } = request.params
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        if (!(await removeArticle(trx, id))) throw notFound(`there is no article ${id}`)
        await writeAudit(trx, context, { action: 'remove-article', subject: { kind: 'article', id } })
      })
      return ok
    },
  )

  server.get(
    '/api/articles/:id/revisions',
    {
      ...readers,
      schema: {
        tags,
        summary: 'Its revisions in a language, newest first',
        params: articleParams,
        querystring: z.object({ language }),
        response: { 200: z.object({ items: z.array(revisionSchema) }) },
      },
    },
    async ({ params, query }) => {
      const revisions = await readRevisions(knex, params.id, query.language)
      return { items: revisions.map((revision) => ({ ...revision, at: revision.at.toISOString() })) }
    },
  )

  server.post(
    '/api/articles/:id/revisions',
    {
      ...readers,
      schema: {
        tags,
        summary: 'Write a revision',
        description: 'Readers see it once it is published.',
        params: articleParams,
        body: revisionBody,
        response: { 201: z.object({ language: z.string(), n: z.number().int() }) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      await articleFound(id)
      const context = auditContext(request)
      const n = await knex.transaction(async (trx) => {
        const made = await addRevision(trx, id, { ...request.body, by: authorOf(context) })
        const after = { language: request.body.language, n: made }
        await writeAudit(trx, context, { action: 'revise-article', subject: { kind: 'article', id }, after })
        return made
      })
      return reply.code(201).send({ language: request.body.language, n })
    },
  )

  server.post(
    '/api/articles/:id/publish',
    {
      ...editors,
      schema: {
        tags,
        summary: 'Show a revision to readers; an earlier one goes back',
        params: articleParams,
        body: z.strictObject({ language, n: z.number().int().min(1) }),
        response: { 200: articleSchema },
      },
    },
    async (request) => {
      const { id } = request.params
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        if (!(await publishRevision(trx, id, { ...request.body, by: authorOf(context) })))
          throw notFound(`article ${id} has no revision ${request.body.n} in ${request.body.language}`)
        await writeAudit(trx, context, {
          action: 'publish-article',
          subject: { kind: 'article', id },
          after: request.body,
        })
      })
      return articleToApi(await articleFound(id))
    },
  )

  server.post(
    '/api/articles/:id/withdraw',
    {
      ...editors,
      schema: {
        tags,
        summary: 'Take it back from readers in a language',
        params: articleParams,
        body: z.strictObject({ language }),
        response: { 200: articleSchema },
      },
    },
    async (request) => {
      const { id } = request.params
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        if (!(await withdraw(trx, id, request.body.language)))
          throw notFound(`article ${id} isn't published in ${request.body.language}`)
        await writeAudit(trx, context, {
          action: 'withdraw-article',
          subject: { kind: 'article', id },
          after: request.body,
        })
      })
      return articleToApi(await articleFound(id))
    },
  )

  server.post(
    '/api/articles/:id/feedback',
    {
      ...readers,
      schema: {
        tags,
        summary: 'Say whether it helped',
        params: articleParams,
        body: z.strictObject({ language, helped: z.boolean() }),
        response: { 200: done },
      },
    },
    async (request) => {
      const { language: inLanguage, helped } = request.body
      const voice = { language: inLanguage, helped, reader: `user ${principalOf(request).id}` }
      const kept = await knex.transaction((trx) => keepFeedback(trx, request.params.id, voice))
      if (!kept) throw notFound(`article ${request.params.id} isn't published in ${inLanguage}`)
      return ok
    },
  )

  async function articleFound(id: string): Promise<Article> {
    const article = await readArticle(knex, id)
    if (article === null) throw notFound(`there is no article ${id}`)
    return article
  }
}

export function authorOf({ principal }: AuditContext): Author {
  if (principal === 'system') return { kind: 'system', id: null, name: 'system' }
  return { kind: principal.kind, id: principal.id, name: principal.name }
}

function articleToApi({ createdAt, languages, tags: labels, ...article }: Article): z.output<typeof articleSchema> {
  return { ...article, tags: [...labels], languages: [...languages], createdAt: createdAt.toISOString() }
}

export function foundToApi({ articleId: id, language, audience, title, snippet, helped, notHelped }: Found) {
  return { id, language, audience, title, snippet, helped, notHelped }
}
