/** Messages that could not be taken in: seen, and tried again by a person. */
import { z } from 'zod'
import { requireRole } from '../../platform/http/authorisation.ts'
import { notFound } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'

type SetAside = Readonly<{
  id: number
  entryPointId: string
  channel: string
  identity: string
  receivedAt: number
  error: string | null
}>

export type InboxRoutesPorts = Readonly<{
  setAside(): Promise<readonly SetAside[]>
  retry(id: number): Promise<boolean>
}>

const item = z.object({
  id: z.number().int(),
  entryPointId: z.string(),
  channel: z.string(),
  identity: z.string(),
  receivedAt: z.string(),
  error: z.string().nullable(),
})

export function registerInboxRoutes(server: HttpServer, inbox: InboxRoutesPorts): void {
  server.get(
    '/api/inbox/set-aside',
    {
      onRequest: requireRole('supervisor'),
      schema: {
        tags: ['messages'],
        summary: 'Messages that could not be taken in',
        response: { 200: z.object({ items: z.array(item) }) },
      },
    },
    async () => ({
      items: (await inbox.setAside()).map((one) => ({ ...one, receivedAt: new Date(one.receivedAt).toISOString() })),
    }),
  )
  server.post(
    '/api/inbox/:id/retry',
    {
      onRequest: requireRole('supervisor'),
      schema: {
        tags: ['messages'],
        summary: 'Try to take it in again',
        params: z.object({ id: z.coerce.number().int() }),
        response: { 200: z.object({ ok: z.literal(true) }) },
      },
    },
    async ({ params: { id } }) => {
      if (!(await inbox.retry(id))) throw notFound(`no message ${id} is set aside`)
      return { ok: true as const }
    },
  )
}
