/** Webhooks for admins: who is told what; what was sent, what couldn't be, and sending it again. */
import { z } from 'zod'
import { auditContext, writeAudit } from '../../access/index.ts'
import { eventTypes } from '../../core/integration/events.ts'
import { requireRole } from '../../platform/http/authorisation.ts'
import { conflict, invalid, notFound } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import { deliveryStates, enqueue, listDeliveries, sendAgain, type Delivery } from '../delivery-store.ts'
import type { Integration } from '../integration.ts'
import { newSecret } from './signature.ts'
import {
  changeSecret,
  insertWebhook,
  listWebhooks,
  readWebhook,
  removeWebhook,
  updateWebhook,
  type Webhook,
} from './webhook-store.ts'
import { randomUUID } from 'node:crypto'

const tags = ['webhooks']
const params = z.object({ id: z.guid() })
const done = z.object({ ok: z.literal(true) })
const secretSchema = z.object({ secret: z.string().describe('shown this once') })

const webhookSchema = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string().nullable(),
  events: z.array(z.enum(eventTypes)),
  isActive: z.boolean(),
  createdAt: z.string(),
})

const webhookBody = z.strictObject({
  url: z.string().trim().min(1).max(2_000),
  description: z.string().trim().max(500).nullable().default(null),
  events: z
    .array(z.enum(eventTypes))
    .min(1)
    .refine((events) => new Set(events).size === events.length, 'says the same thing twice'),
  isActive: z.boolean().default(true),
})

const deliverySchema = z.object({
  id: z.string(),
  target: z.object({ kind: z.enum(['webhook', 'crm']), id: z.string() }),
  event: z.object({
    id: z.string(),
    type: z.enum(eventTypes),
    at: z.string(),
    data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullable()),
  }),
  state: z.enum(deliveryStates).describe('dead: given up after about a day; a person may send it again'),
  attempts: z.number().int(),
  nextAt: z.string().nullable(),
  lastStatus: z.number().int().nullable(),
  lastError: z.string().nullable(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
})

export function registerWebhookRoutes(server: HttpServer, { database, outgoing, dispatcher, now }: Integration): void {
  const { knex } = database
  const admins = { onRequest: requireRole('admin') }
  const refuseAddress = (url: string): void => {
    const objection = outgoing.objection(url)
    if (objection !== null) throw invalid(`body.url: this ${objection}`)
  }

  server.get(
    '/api/webhooks',
    {
      ...admins,
      schema: { tags, summary: 'List: webhook', response: { 200: z.object({ items: z.array(webhookSchema) }) } },
    },
    async () => ({ items: (await listWebhooks(knex)).map(webhookToApi) }),
  )

  server.post(
    '/api/webhooks',
    {
      ...admins,
      schema: {
        tags,
        summary: 'Tell an address what happens',
        description: 'The answer holds the secret that signs what is sent there; it is not shown again.',
        body: webhookBody,
        response: { 201: webhookSchema.extend(secretSchema.shape) },
      },
    },
    async (request, reply) => {
      refuseAddress(request.body.url)
      const secret = newSecret()
      const context = auditContext(request)
      const made = await knex.transaction(async (trx) => {
        const id = await insertWebhook(trx, request.body, secret)
        await writeAudit(trx, context, {
          action: 'create-webhook',
          subject: { kind: 'webhook', id },
          after: request.body,
        })
        return webhookFound(await readWebhook(trx, id))
      })
      return reply.code(201).send({ ...webhookToApi(made), secret })
    },
  )

  server.put(
    '/api/webhooks/:id',
    {
      ...admins,
      schema: { tags, summary: 'Change a webhook', params, body: webhookBody, response: { 200: webhookSchema } },
    },
    async (request) => {
      const { id } = request.params
      refuseAddress(request.body.url)
      const context = auditContext(request)
      const changed = await knex.transaction(async (trx) => {
        const { secret: _, ...before } = webhookFound(await readWebhook(trx, id))
        await updateWebhook(trx, id, request.body)
        const after = request.body
        await writeAudit(trx, context, { action: 'change-webhook', subject: { kind: 'webhook', id }, before, after })
        return webhookFound(await readWebhook(trx, id))
      })
      return webhookToApi(changed)
    },
  )

  server.post(
    '/api/webhooks/:id/secret',
    { ...admins, schema: { tags, summary: 'Replace its secret', params, response: { 200: secretSchema } } },
    async (request) => {
      const { id } = request.params
      const secret = newSecret()
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        if (!(await changeSecret(trx, id, secret))) throw unknownWebhook()
        await writeAudit(trx, context, { action: 'replace-webhook-secret', subject: { kind: 'webhook', id } })
      })
      return { secret }
    },
  )

  server.delete(
    '/api/webhooks/:id',
    {
      ...admins,
      schema: { tags, summary: 'Remove a webhook and what is still to be sent there', params, response: { 200: done } },
    },
    async (request) => {
      const { id } = request.params
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        if (!(await removeWebhook(trx, id))) throw unknownWebhook()
        await writeAudit(trx, context, { action: 'remove-webhook', subject: { kind: 'webhook', id } })
      })
      return { ok: true as const }
    },
  )

  server.post(
    '/api/webhooks/:id/ping',
    { ...admins, schema: { tags, summary: 'Send a ping there', params, response: { 200: done } } },
    async (request) => {
      const { id } = webhookFound(await readWebhook(knex, request.params.id))
      const event = { id: `ping-${randomUUID()}`, type: 'ping', at: now(), data: {} } as const
      await enqueue(knex, [{ target: { kind: 'webhook', id }, event }], now())
      dispatcher.wake()
      return { ok: true as const }
    },
  )

  server.get(
    '/api/deliveries',
    {
      ...admins,
      schema: {
        tags,
        summary: 'What was sent or is to be, newest first; state=dead: what was given up',
        querystring: z.object({
          state: z.enum(deliveryStates).optional(),
          target: z.string().max(63).optional().describe('id of a webhook or a CRM connection'),
          before: z.guid().optional().describe('`next` of the page before'),
          beforeAt: z.iso.datetime({ offset: true }).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: {
          200: z.object({
            items: z.array(deliverySchema),
            next: z.object({ before: z.string(), beforeAt: z.string() }).nullable(),
          }),
        },
      },
    },
    async ({ query }) => {
      const { state = null, target = null, before, beforeAt, limit } = query
      if ((before === undefined) !== (beforeAt === undefined)) throw invalid('query: give before and beforeAt together')
      const after = before === undefined || beforeAt === undefined ? null : { at: Date.parse(beforeAt), id: before }
      const found = await listDeliveries(database, { state, targetId: target, after, limit: limit + 1 })
      const items = found.slice(0, limit).map(deliveryToApi)
      const last = items.at(-1)
      const isLast = found.length <= limit || last === undefined
      return { items, next: isLast ? null : { before: last.id, beforeAt: last.createdAt } }
    },
  )

  server.post(
    '/api/deliveries/:id/resend',
    { ...admins, schema: { tags, summary: 'Send one again', params, response: { 200: done } } },
    async (request) => {
      const { id } = request.params
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        if ((await sendAgain(trx, { id }, now())) === 0)
          throw conflict('not-finished', 'there is no such delivery, or it is still to be sent')
        await writeAudit(trx, context, { action: 'resend-delivery', subject: { kind: 'delivery', id } })
      })
      dispatcher.wake()
      return { ok: true as const }
    },
  )

  server.post(
    '/api/deliveries/resend-dead',
    {
      ...admins,
      schema: {
        tags,
        summary: 'Send all again that were given up for a target',
        body: z.strictObject({ target: z.string().min(1).max(63) }),
        response: { 200: z.object({ resent: z.number().int() }) },
      },
    },
    async (request) => {
      const { target } = request.body
      const context = auditContext(request)
      const resent = await knex.transaction(async (trx) => {
        const count = await sendAgain(trx, { deadOf: target }, now())
        const subject = { kind: 'delivery target', id: target }
        await writeAudit(trx, context, { action: 'resend-dead', subject, after: { count } })
        return count
      })
      dispatcher.wake()
      return { resent }
    },
  )
}

const unknownWebhook = () => notFound('there is no such webhook')

function webhookFound<T extends Webhook>(webhook: T | null): T {
  if (webhook === null) throw unknownWebhook()
  return webhook
}

function webhookToApi({ id, url, description, events, isActive, createdAt }: Webhook): z.output<typeof webhookSchema> {
  return { id, url, description, events: [...events], isActive, createdAt: createdAt.toISOString() }
}

function deliveryToApi(delivery: Delivery): z.output<typeof deliverySchema> {
  const { id, target, event, state, attempts, lastStatus, lastError } = delivery
  const iso = (at: number): string => new Date(at).toISOString()
  return {
    id,
    target,
    event: { ...event, at: iso(event.at), data: { ...event.data } },
    state,
    attempts,
    lastStatus,
    lastError,
    nextAt: state === 'pending' ? iso(delivery.nextAt) : null,
    createdAt: iso(delivery.createdAt),
    finishedAt: delivery.finishedAt === null ? null : iso(delivery.finishedAt),
  }
}
