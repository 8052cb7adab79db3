/** What was called outside and what was not let out, for people to read. */
import { z } from 'zod'
import { requireRole } from '../platform/http/authorisation.ts'
import { invalid } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { listAttempts, type Attempt } from './attempt-store.ts'
import type { Outbound } from './outbound.ts'

const attempt = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  asker: z
    .object({ kind: z.string(), id: z.string().nullable() })
    .describe('who wanted it: agent, flow, callback, system'),
  role: z.string().nullable(),
  number: z.string(),
  class: z.string().nullable().describe('of the outbound policy; null: none fits'),
  interactionId: z.string().nullable(),
  refused: z.object({ code: z.string(), message: z.string() }).nullable().describe('null: it was let out'),
  trunk: z.string().nullable().describe('the one it went over last'),
  connectedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  cause: z.string().nullable(),
  cost: z.number().nullable(),
})

const cursor = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)_([0-9a-f-]{36})$/

export function registerOutboundRoutes(server: HttpServer, { database, settled }: Outbound): void {
  server.get(
    '/api/outbound-attempts',
    {
      onRequest: requireRole('supervisor'),
      schema: {
        summary: 'Calls to the outside, let out or refused',
        description: 'Newest first; give `nextCursor` as `before` for the page that follows.',
        querystring: z.strictObject({
          outcome: z.enum(['placed', 'refused']).optional(),
          askerId: z.string().max(100).optional(),
          interactionId: z.uuid().optional(),
          before: z.string().max(100).optional(),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: z.object({ items: z.array(attempt), nextCursor: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { before, ...filter } = request.query
      await settled()
      const items = await listAttempts(database.knex, {
        ...filter,
        before: before === undefined ? null : place(before),
      })
      const last = items.at(-1)
      const more = items.length === filter.limit && last !== undefined
      return { items: items.map(view), nextCursor: more ? `${last.at.toISOString()}_${last.id}` : null }
    },
  )
}

function place(text: string): { at: Date; id: string } {
  const [, at, id] = cursor.exec(text) ?? []
  if (at === undefined || id === undefined || Number.isNaN(Date.parse(at)))
    throw invalid('before: give what the page before named as nextCursor')
  return { at: new Date(at), id }
}

function view(row: Attempt): z.infer<typeof attempt> {
  const iso = (date: Date | null): string | null => date?.toISOString() ?? null
  return {
    id: row.id,
    at: row.at.toISOString(),
    asker: { kind: row.askerKind, id: row.askerId },
    role: row.role,
    number: row.number,
    class: row.classId,
    interactionId: row.interactionId,
    refused: row.refusedAs === null ? null : { code: row.refusedAs, message: row.refusal ?? '' },
    trunk: row.trunkId,
    connectedAt: iso(row.connectedAt),
    endedAt: iso(row.endedAt),
    cause: row.cause,
    cost: row.cost,
  }
}
