/** Callbacks as people see, ask for, move and stop them. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { requireRole } from '../platform/http/authorisation.ts'
import { conflict, notFound } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { dueAtFor, ensureAllowed, ensureQueue, numberToCall } from './callback-wish.ts'
import { callbackOrigins, callbackStates, openCallbackStates, type Callback } from './callback-row.ts'
import type { CallbackMove } from './callbacks-store.ts'
import { readUuidCursor, writeCursor } from './cursor.ts'
import { personOf } from './interaction-routes.ts'
import { listCallbacks, readCallback } from './owed-callbacks-store.ts'
import type { HistoryPorts } from './ports.ts'
import { idParams, pageOf, pageQuery } from './schemas.ts'

const named = z.object({ id: z.string(), name: z.string().nullable() })

const callbackSchema = z.object({
  id: z.string(),
  ofInteractionId: z.string().nullable().describe('the call that asked for it; null: asked for otherwise'),
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
  language: z.string(),
  dueAt: z.string().nullable().describe('when it is to stand in line; null: at once'),
  requestedBy: z.enum(callbackOrigins),
  subject: z.string().nullable(),
})

const wishedNumber = z.string().min(3).max(40)
const wishedTime = z.iso.datetime({ offset: true })

const newCallbackSchema = z.strictObject({
  number: wishedNumber,
  queue: z.string().max(200),
  at: wishedTime.optional().describe('within the hours of the queue; left out: when it is their turn'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/, 'use a language such as en or pt-BR')
    .default('en'),
  name: z.string().trim().max(100).optional(),
  subject: z.string().trim().min(1).max(500).optional(),
})

const moveSchema = z
  .strictObject({
    number: wishedNumber,
    queue: z.string().max(200),
    at: wishedTime.nullable().describe('null: as soon as it is their turn'),
  })
  .partial()
  .refine((move) => Object.keys(move).length > 0, 'say what is to change: number, queue or at')

const movable = ({ queueId, dueAt }: Callback) => ({ queueId, dueAt })

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
  const { history, names, callbackDesk: desk } = ports
  const { database } = history
  const wishOf = ({ number, queue, at }: z.output<typeof moveSchema>, known: Callback): CallbackMove => {
    if (queue !== undefined) ensureQueue(desk, queue)
    const wished = number === undefined ? undefined : numberToCall(number, history.country)
    if (wished !== undefined) ensureAllowed(desk, wished, known.id)
    const move = { ...(wished !== undefined && { number: wished }), ...(queue !== undefined && { queueId: queue }) }
    if (at === undefined) return move
    const dueAt = dueAtFor(desk, queue ?? known.queueId, at ?? undefined, history.now())
    // A promised time is the place in line; called at once, the customer has waited since they asked.
    return { ...move, dueAt, waitingSince: dueAt ?? Math.min(known.waitingSince, known.requestedAt) }
  }
  const toApi = (callback: Callback): z.output<typeof callbackSchema> => {
    const { queueId, entryPointId: _, requirement: __, priority: ___, ...rest } = callback
    return {
      ...rest,
      queue: { id: queueId, name: names.queue(queueId) },
      waitingSince: new Date(callback.waitingSince).toISOString(),
      requestedAt: new Date(callback.requestedAt).toISOString(),
      changedAt: new Date(callback.changedAt).toISOString(),
      dueAt: callback.dueAt === null ? null : new Date(callback.dueAt).toISOString(),
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

  const start = (callback: Callback): z.output<typeof callbackSchema> => {
    desk.expect(callback)
    return toApi(callback)
  }

  server.post(
    '/api/callbacks',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags: ['callbacks'],
        summary: 'Have a customer called, now or at a time',
        description: 'A customer has one open callback per queue: asked for again, it is that one, at its place.',
        body: newCallbackSchema,
        response: { 201: callbackSchema },
      },
    },
    async (request, reply) => {
      const { queue, at, language, subject, name } = request.body
      ensureQueue(desk, queue)
      const number = numberToCall(request.body.number, history.country)
      const id = randomUUID()
      ensureAllowed(desk, number, id)
      const now = history.now()
      const dueAt = dueAtFor(desk, queue, at, now)
      const { customerId } = await history.recogniseCaller({ kind: 'phone', raw: number, displayName: name ?? null })
      const callback = await history.callbacks.request({
        id,
        ofInteractionId: null,
        interactionId: randomUUID(),
        customerId,
        number,
        queueId: queue,
        waitingSince: dueAt ?? now,
        language,
        dueAt,
        requestedBy: 'agent',
        subject: subject ?? null,
      })
      const subjectOf = { kind: 'callback', id: callback.id }
      await ports.audit(request, { action: 'request-callback', subject: subjectOf, after: { queue, dueAt } })
      return reply.code(201).send(start(callback))
    },
  )

  server.patch(
    '/api/callbacks/:id',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags: ['callbacks'],
        summary: 'Move a callback that waits: another time, queue or number',
        params: idParams,
        body: moveSchema,
        response: { 200: callbackSchema },
      },
    },
    async (request) => {
      const { id } = request.params
      const known = await readCallback(database, id)
      if (known === null) throw notFound('there is no such callback')
      const changed = await history.callbacks.change(id, randomUUID(), wishOf(request.body, known))
      if (changed === 'taken') throw conflict('callback-open', 'this customer has another open callback in that queue')
      if (changed === null) throw conflict('callback-not-waiting', `this callback can't be moved: it is ${known.state}`)
      const { before, after } = changed
      await desk.end(before, 'moved')
      await ports.audit(request, {
        action: 'move-callback',
        subject: { kind: 'callback', id },
        before: movable(before),
        after: { ...movable(after), otherNumber: before.number !== after.number },
      })
      return start(after)
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
        await desk.end(closed, 'cancelled')
        await ports.audit(request, { action: 'cancel-callback', subject: { kind: 'callback', id } })
        return toApi(closed)
      }
      const callback = await readCallback(database, id)
      if (callback === null) throw notFound('there is no such callback')
      throw conflict('callback-over', `this callback is over already: ${callback.state}`)
    },
  )
}
