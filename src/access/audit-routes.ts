/** The audit log, newest first. */
import { z } from 'zod'
import type { Database } from '../platform/database/database.ts'
import { requireRole } from '../platform/http/authorisation.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { listAudit } from './audit-store.ts'

const line = z.object({
  seq: z.int(),
  at: z.iso.datetime(),
  actor: z.object({ kind: z.enum(['user', 'api-key', 'system']), id: z.string().nullable(), name: z.string() }),
  action: z.string(),
  subject: z.object({ kind: z.string(), id: z.string() }),
  before: z.unknown(),
  after: z.unknown(),
  address: z.string().nullable(),
  requestId: z.string().nullable(),
})

export function registerAuditRoutes(server: HttpServer, { knex }: Database): void {
  server.get(
    '/api/audit',
    {
      onRequest: requireRole('admin'),
      schema: {
        summary: 'What people changed',
        description: 'Newest first; give `nextCursor` as `before` for the page that follows.',
        querystring: z.strictObject({
          before: z.coerce.number().int().min(1).optional(),
          limit: z.coerce.number().int().min(1).max(500).default(100),
          actorId: z.uuid().optional(),
          subjectKind: z.string().max(100).optional(),
          subjectId: z.string().max(200).optional(),
        }),
        response: { 200: z.object({ items: z.array(line), nextCursor: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { before, limit, ...filter } = request.query
      const rows = await listAudit(knex, { ...filter, beforeSeq: before ?? null, limit })
      const last = rows.at(-1)
      return {
        items: rows.map((row) => ({ ...row, at: row.at.toISOString() })),
        nextCursor: rows.length === limit && last !== undefined ? String(last.seq) : null,
      }
    },
  )
}
