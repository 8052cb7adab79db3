/** Keys for programs: made, listed and revoked by admins; the key itself is shown once. */
import { z } from 'zod'
import type { Database } from '../platform/database/database.ts'
import { principalOf, requireRole } from '../platform/http/authorisation.ts'
import { notFound } from '../platform/http/errors.ts'
import { roles } from '../platform/http/principal.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { insertApiKey, listApiKeys, revokeApiKey, type ApiKeyRow } from './api-key-store.ts'
import { writeAudit } from './audit-store.ts'
import { auditContext } from './guard-routes.ts'
import { hashToken, newToken } from './tokens.ts'

const apiKey = z.object({
  id: z.uuid(),
  name: z.string(),
  role: z.enum(roles),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable().describe('to the minute'),
  revokedAt: z.iso.datetime().nullable(),
})

const view = (row: ApiKeyRow): z.infer<typeof apiKey> => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
})

export function registerApiKeyRoutes(server: HttpServer, { knex }: Database): void {
  server.get(
    '/api/api-keys',
    {
      onRequest: requireRole('admin'),
      schema: { summary: 'List API keys', response: { 200: z.object({ items: z.array(apiKey) }) } },
    },
    async () => ({ items: (await listApiKeys(knex)).map(view) }),
  )

  server.post(
    '/api/api-keys',
    {
      onRequest: requireRole('admin'),
      schema: {
        summary: 'Make an API key',
        description: 'The key is in this answer and nowhere else.',
        body: z.strictObject({ name: z.string().trim().min(1).max(100), role: z.enum(roles) }),
        response: { 201: apiKey.extend({ key: z.string() }) },
      },
    },
    async (request, reply) => {
      const key = newToken('api-key')
      const principal = principalOf(request)
      const context = auditContext(request)
      const row = await knex.transaction(async (trx) => {
        const createdBy = principal.kind === 'user' ? principal.id : null
        const inserted = await insertApiKey(trx, { ...request.body, keyHash: hashToken(key), createdBy })
        const entry = { action: 'create-api-key', subject: { kind: 'api-key', id: inserted.id }, after: request.body }
        await writeAudit(trx, context, entry)
        return inserted
      })
      return reply.code(201).send({ ...view(row), key })
    },
  )

  server.delete(
    '/api/api-keys/:id',
    {
      onRequest: requireRole('admin'),
      schema: { summary: 'Revoke an API key', params: z.object({ id: z.uuid() }), response: { 204: z.null() } },
    },
    async (request, reply) => {
      const { id } = request.params
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        const revoked = await revokeApiKey(trx, id)
        if (revoked === null) throw notFound(`there is no API key ${id}, or it was revoked before`)
        const entry = { action: 'revoke-api-key', subject: { kind: 'api-key', id }, before: { name: revoked.name } }
        await writeAudit(trx, context, entry)
      })
      return reply.code(204).send(null)
    },
  )
}
