/** What the widget and other sites may read without signing in: published public articles, and a voice on each. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { notFound } from '../platform/http/errors.ts'
import type { HttpReply, HttpServer } from '../platform/http/server.ts'
import { keepFeedback } from './article-store.ts'
import type { KnowledgePorts } from './ports.ts'
import { articleParams, foundSchema, language, languageList, publishedSchema } from './schemas.ts'
import { foundToApi } from './article-routes.ts'

const tags = ['public']
/** Of one address. A person types a few letters a second at most. */
const searches = { config: { public: true, rateLimit: { max: 120, timeWindow: 60_000 } } }
const voices = { config: { public: true, rateLimit: { max: 20, timeWindow: 60_000 } } }
const paths = ['/api/public/articles', '/api/public/articles/:id', '/api/public/articles/:id/feedback']

export function registerPublicRoutes(server: HttpServer, { knowledge }: KnowledgePorts): void {
  const { knex } = knowledge.database

  // Nothing here depends on who asks, and no cookie is looked at: every site may ask.
  for (const path of paths) {
    server.options(path, { ...searches, schema: { hide: true } }, async (_request, reply) =>
      forEverySite(reply)
        .header('access-control-allow-methods', 'GET, POST')
        .header('access-control-allow-headers', 'content-type')
        .header('access-control-max-age', '86400')
        .code(204)
        .send(),
    )
  }

  server.get(
    '/api/public/articles',
    {
      ...searches,
      schema: {
        tags,
        summary: 'Search public articles',
        querystring: z.object({
          q: z.string().trim().min(2).max(300),
          languages: languageList.optional(),
          limit: z.coerce.number().int().min(1).max(10).default(5),
        }),
        response: {
          200: z.object({ items: z.array(foundSchema.omit({ helped: true, notHelped: true, audience: true })) }),
        },
      },
    },
    async ({ query: { q: text, languages = [], limit } }, reply) => {
      forEverySite(reply)
      return { items: (await knowledge.search({ text, languages, audience: 'public', limit })).map(foundToApi) }
    },
  )

  server.get(
    '/api/public/articles/:id',
    {
      ...searches,
      schema: {
        tags,
        summary: 'Read a public article',
        params: articleParams,
        querystring: z.object({ languages: languageList.optional() }),
        response: { 200: publishedSchema },
      },
    },
    async ({ params: { id }, query }, reply) => {
      forEverySite(reply)
      const read = await knowledge.read(id, { audience: 'public', languages: query.languages ?? [] })
      if (read === null) throw notFound(`there is no public article ${id}`)
      return {
        id,
        language: read.language,
        title: read.title,
        body: read.body,
        publishedAt: read.publishedAt.toISOString(),
      }
    },
  )

  server.post(
    '/api/public/articles/:id/feedback',
    {
      ...voices,
      schema: {
        tags,
        summary: 'Say whether a public article helped',
        params: articleParams,
        body: z.strictObject({ language, helped: z.boolean() }),
        response: { 200: z.object({ ok: z.literal(true) }) },
      },
    },
    async (request, reply) => {
      forEverySite(reply)
      const { id } = request.params
      const { language: inLanguage, helped } = request.body
      const read = await knowledge.read(id, { audience: 'public', languages: [inLanguage] })
      if (read?.language !== inLanguage) throw notFound(`there is no public article ${id} in ${inLanguage}`)
      // One voice for each address and browser; neither is kept.
      const reader = createHash('sha256')
        .update(`${id} ${request.ip} ${request.headers['user-agent'] ?? ''}`)
        .digest('hex')
      await knex.transaction((trx) =>
        keepFeedback(trx, id, { language: inLanguage, helped, reader: `visitor ${reader}` }),
      )
      return { ok: true as const }
    },
  )
}

function forEverySite(reply: HttpReply): HttpReply {
  return reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin')
}
