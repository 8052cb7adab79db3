/** Drafts of flows, for admins. */
import { z } from 'zod'
import { auditContext } from '../access/index.ts'
import { requireRole } from '../platform/http/authorisation.ts'
import type { HttpServer } from '../platform/http/server.ts'
import type { DraftLine } from './draft-store.ts'
import type { Drafts } from './drafts.ts'

const id = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'use a to z, 0 to 9 and -, starting with a letter')
const params = z.object({ id })
const lineFields = {
  id,
  revision: z.int(),
  updatedAt: z.iso.datetime(),
  updatedBy: z.string(),
}
const finding = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  at: z.object({ line: z.int(), column: z.int() }),
})
const admins = { onRequest: requireRole('admin') }

const shown = ({ updatedAt, ...line }: DraftLine) => ({ ...line, updatedAt: updatedAt.toISOString() })

export function registerDraftRoutes(server: HttpServer, drafts: Drafts): void {
  server.get(
    '/api/flow-drafts',
    {
      ...admins,
      schema: { summary: 'List: draft', response: { 200: z.object({ items: z.array(z.object(lineFields)) }) } },
    },
    async () => ({ items: (await drafts.list()).map(shown) }),
  )
  server.get(
    '/api/flow-drafts/:id',
    {
      ...admins,
      schema: {
        summary: 'The draft of a flow',
        params,
        response: { 200: z.object({ ...lineFields, yaml: z.string(), baseVersion: z.int().nullable() }) },
      },
    },
    async (request) => {
      const { yaml, baseVersion, ...line } = await drafts.get(request.params.id)
      return { ...shown(line), yaml, baseVersion }
    },
  )
  server.put(
    '/api/flow-drafts/:id',
    {
      ...admins,
      schema: {
        summary: 'Save the draft of a flow',
        description:
          'Checked, and kept whatever the checker finds. Refused with 409 when the draft is no longer the one of ' +
          '`revision` (null: there was none). Publishing the same text drops it.',
        params,
        body: z.strictObject({
          yaml: z.string().min(1).max(500_000),
          revision: z.int().min(1).nullable(),
          baseVersion: z.int().min(1).nullable().default(null),
        }),
        response: { 200: z.object({ ...lineFields, ok: z.boolean(), findings: z.array(finding) }) },
      },
    },
    async (request) => {
      const { findings, ok, ...line } = await drafts.keep(
        { id: request.params.id, ...request.body },
        auditContext(request),
      )
      return { ...shown(line), ok, findings: [...findings] }
    },
  )
  server.delete(
    '/api/flow-drafts/:id',
    { ...admins, schema: { summary: 'Drop the draft of a flow', params, response: { 204: z.null() } } },
    async (request, reply) => {
      await drafts.drop(request.params.id, auditContext(request))
      return reply.code(204).send(null)
    },
  )
}
