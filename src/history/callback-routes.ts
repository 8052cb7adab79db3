/** Callbacks as people see and stop them. */
import { z } from 'zod'
import { requireRole } from '../platform/http/authorisation.ts'
import { conflict, notFound } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { callbackStates, listCallbacks, openCallbackStates, readCallback, type Callback } from './callbacks-store.ts'
import { readUuidCursor, writeCursor } from './cursor.ts'
import { personOf } from './interaction-routes.ts'
import type { HistoryPorts } from './ports.ts'
import { idParams, pageOf, pageQuery } from './schemas.ts'

const named = z.object({ id: z.string(), name: z.string().nullable() })

const callbackSchema = z.object({
  id: z.string(),
  ofInteractionId: z.string().describe('the call that asked for it'),
  interactionId: z.string().describe('the call back'),
  customerId: z.string().nullable(),
  number: z.string(),
  queue: named,
  waitingSince: z.string().describe('keeps the place in line of the call'),
  requestedAt: z.string(),
  state: z.enum(callbackStates),
  reason: z.string().nullable(),
  attempts: z.number().int(),
  changedAt: z.string(),
})

const callbackQuery = z.object({
  state: z
    .enum([...callbackStates, 'open'])
    .optional()
    .describe('`open`: waiting, offered or dialling'),
  queue: z.string().max(200).optional(),
  customer: z.guid().optional(),
  ...pageQuery,
})

export function registerCallbackRoutes(server: HttpServer, ports: HistoryPorts): void {
  const { history, names } = ports
  const { database } = history
  const toApi = (callback: Callback): z.output<typeof callbackSchema> => {
    const { queueId, entryPointId: _, requirement: __, priority: ___, ...rest } = callback
    return {
      ...rest,
      queue: { id: queueId, name: names.queue(queueId) },
      waitingSince: new Date(callback.waitingSince).toISOString(),
      requestedAt: new Date(callback.requestedAt).toISOString(),
      changedAt: new Date(callback.changedAt).toISOString(),
    }
  }

  server.get(
    '/api/callbacks',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags: ['callbacks'],
        summary: 'Callbacks, newest first',
        querystring: callbackQuery,
        response: { 200: pageOf(callbackSchema) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listCallbacks(database, {
        states:
          query.state === undefined ? callbackStates : query.state === 'open' ? openCallbackStates : [query.state],
        queueId: query.queue ?? null,
        customerId: query.customer ?? null,
        after: readUuidCursor(query.after),
        limit: query.limit,
      })
      return { items: items.map(toApi), next: writeCursor(next) }
    },
  )

  server.post(
    '/api/callbacks/:id/cancel',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags: ['callbacks'],
        summary: 'Cancel a callback that is still open',
        params: idParams,
        response: { 200: callbackSchema },
      },
    },
    async (request) => {
      const { id } = request.params
      const closed = await history.callbacks.close(id, 'cancelled', `by ${personOf(request).role}`)
      if (closed !== null) {
        await ports.callbackCancelled(closed)
        return toApi(closed)
      }
      const callback = await readCallback(database, id)
      if (callback === null) throw notFound('there is no such callback')
      throw conflict('callback-over', `this callback is over already: ${callback.state}`)
    },
  )
}
