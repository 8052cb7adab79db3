/** Customers ask to be called from a web page, without an account: where, how often and at which numbers is bounded. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ApiError, notFound } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { dueAtFor, ensureAllowed, numberToCall } from './callback-wish.ts'
import type { HistoryPorts } from './ports.ts'

/** From one address, within a minute. */
const mostPerAddress = 5
const dayMs = 24 * 60 * 60_000
/** For one number, within a day: whoever does not answer has had enough of us. */
const mostPerNumber = 3
/** By everybody, within an hour. */
const mostPerHour = 120

const body = z.strictObject({
  number: z.string().min(3).max(40).describe('of the customer, in any writing'),
  name: z.string().trim().max(100).optional(),
  subject: z.string().trim().max(500).optional().describe('what it is about, for the agent'),
  queue: z.string().max(200).optional(),
  at: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('within the hours of the queue; as soon as it is their turn otherwise'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/, 'use a language such as en or pt-BR')
    .default('en'),
})

export function registerCallbackFormRoutes(server: HttpServer, { history, callbackDesk: desk }: HistoryPorts): void {
  server.post(
    '/api/callback-requests',
    {
      config: {
        public: true,
        rateLimit: {
          max: mostPerAddress,
          timeWindow: 60_000,
          errorResponseBuilder: (_request, context) => tooMany(`too many requests: try again in ${context.after}`),
        },
      },
      bodyLimit: 8 * 1024,
      schema: {
        tags: ['callbacks'],
        summary: 'Ask to be called (for customers, without a sign-in)',
        description:
          'Only for the queues of CALLBACK_FORM_QUEUES, and only at numbers that the outbound policy lets callbacks call. Whoever answers has to press a key before an agent is rung.',
        body,
        response: {
          202: z.object({ ok: z.literal(true), at: z.string().nullable().describe('null: when it is their turn') }),
        },
      },
    },
    async (request, reply) => {
      const { queue, name, subject, at, language } = request.body
      const [first] = desk.formQueueIds
      const queueId = queue ?? first
      if (queueId === undefined || !desk.formQueueIds.includes(queueId) || !desk.knowsQueue(queueId))
        throw notFound('nobody is called back for that queue by this form')
      const number = numberToCall(request.body.number, history.country)
      const id = randomUUID()
      ensureAllowed(desk, number, id)
      const now = history.now()
      const dueAt = dueAtFor(desk, queueId, at, now)
      const asked = await history.callbacks.askedByForm(number, { since: now - dayMs, sinceByAnybody: now - 3_600_000 })
      if (asked.forNumber >= mostPerNumber) throw tooMany('this number was asked for too often today')
      if (asked.byAnybody >= mostPerHour) throw tooMany('too many ask to be called just now: try again later')
      const { customerId } = await history.recogniseCaller({ kind: 'phone', raw: number, displayName: name ?? null })
      const callback = await history.callbacks.request({
        id,
        ofInteractionId: null,
        interactionId: randomUUID(),
        customerId,
        number,
        queueId,
        waitingSince: dueAt ?? now,
        language,
        dueAt,
        requestedBy: 'form',
        subject: subject === undefined || subject === '' ? null : subject,
      })
      desk.expect(callback)
      return reply
        .code(202)
        .send({ ok: true as const, at: callback.dueAt === null ? null : new Date(callback.dueAt).toISOString() })
    },
  )
}

const tooMany = (message: string): ApiError => new ApiError(429, 'too-many-requests', message)
