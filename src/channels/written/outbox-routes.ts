/** Messages that could not be sent: seen, and tried again by a person. */
import { z } from 'zod'
import { letterKinds, type LetterKind } from '../../core/facts.ts'
import { requireRole } from '../../platform/http/authorisation.ts'
import { notFound } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'

type Failed = Readonly<{
  id: number
  interactionId: string
  channel: string
  identity: string
  about: LetterKind | null
  attempts: number
  triedAt: number
  error: string | null
}>

export type OutboxRoutesPorts = Readonly<{
  failed(page: Readonly<{ before: number | null; limit: number }>): Promise<readonly Failed[]>
  retry(id: number): Promise<boolean>
}>

const tags = ['messages']
const item = z.object({
  id: z.number().int(),
  interactionId: z.string(),
  channel: z.string(),
  identity: z.string().describe('whom it was to go to; of a letter to a visitor, the visitor'),
  about: z.enum(letterKinds).nullable().describe('null: a message of the conversation itself'),
  attempts: z.number().int(),
  triedAt: z.string(),
  error: z.string().nullable(),
})

export function registerOutboxRoutes(server: HttpServer, outbox: OutboxRoutesPorts): void {
  server.get(
    '/api/outbox/failed',
    {
      onRequest: requireRole('supervisor'),
      schema: {
        tags,
        summary: 'Messages that could not be sent, newest first',
        querystring: z.object({
          before: z.coerce.number().int().min(1).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: { 200: z.object({ items: z.array(item), before: z.number().int().nullable() }) },
      },
    },
    async ({ query: { before = null, limit } }) => {
      const failed = await outbox.failed({ before, limit })
      const items = failed.map((one) => ({ ...one, triedAt: new Date(one.triedAt).toISOString() }))
      return { items, before: items.length === limit ? (items.at(-1)?.id ?? null) : null }
    },
  )
  server.post(
    '/api/outbox/:id/retry',
    {
      onRequest: requireRole('supervisor'),
      schema: {
        tags,
        summary: 'Try to send it again',
        params: z.object({ id: z.coerce.number().int() }),
        response: { 200: z.object({ ok: z.literal(true) }) },
      },
    },
    async ({ params: { id } }) => {
      if (!(await outbox.retry(id))) throw notFound(`no message ${id} has failed`)
      return { ok: true as const }
    },
  )
}
