/** What agents do with written contacts: read, write, take or decline the offer, hand on, end. */
import { z } from 'zod'
import type { Decision } from '../../core/decision.ts'
import type { AgentId, InteractionId } from '../../core/ids.ts'
import { interactionView, type InteractionView } from '../../core/routing/views.ts'
import { principalOf, requireRole } from '../../platform/http/authorisation.ts'
import { ApiError, conflict, forbidden, notFound } from '../../platform/http/errors.ts'
import { hasRole, type Principal } from '../../platform/http/principal.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import type { ThreadMessage } from '../port.ts'
import type { WrittenPorts } from './ports.ts'
import { marksOf, messagesOfInteraction } from './threads-store.ts'
import { writtenChannels, type WrittenChannel } from './written-channel.ts'

const tags = ['messages']
const params = z.object({ id: z.guid() })
const done = z.object({ ok: z.literal(true) })
const ok = { ok: true } as const

const fileSchema = z.object({ id: z.string(), name: z.string(), type: z.string(), bytes: z.number().int() })
const messageSchema = z.object({
  n: z.number().int().describe('grows from message to message, over all contacts'),
  id: z.string(),
  at: z.string(),
  from: z.enum(['customer', 'agent', 'flow', 'system']),
  agent: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  text: z.string().describe('empty: only files, secret, or erased'),
  files: z.array(fileSchema),
  buttons: z.array(z.object({ key: z.string(), label: z.string() })).describe('what the customer may press'),
})
const settledSchema = z.object({ outcome: z.string(), cause: z.string().nullable() })
const listSchema = z.object({
  items: z.array(messageSchema),
  before: z.number().int().nullable().describe('hand it in for the older ones; null: there are none'),
  read: z.object({ customer: z.number().int().nullable(), agent: z.number().int().nullable() }),
  settled: z.record(z.string(), settledSchema).describe('what became of messages that left through a provider'),
})
const listQuery = z.object({
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
})
const newMessage = z.strictObject({
  id: z.string().trim().min(1).max(100).describe('your own: sent twice, it is the same message'),
  text: z.string().max(10_000).default(''),
  files: z.array(z.guid()).max(10).default([]).describe('from POST /api/files'),
})
const transferBody = z.strictObject({
  to: z.union([
    z.strictObject({ queue: z.string() }),
    z.strictObject({ agent: z.guid(), queue: z.string().optional() }),
  ]),
  note: z.string().trim().max(2_000).optional().describe('for the colleague; the customer does not see it'),
})

export type MessageRoutesPorts = Readonly<{
  written: WrittenChannel
  ports: WrittenPorts
  note(interactionId: InteractionId, authorId: AgentId, text: string): Promise<void>
}>

export function registerMessageRoutes(server: HttpServer, room: MessageRoutesPorts): void {
  registerReading(server, room)
  registerWriting(server, room)
  registerOffers(server, room)
  registerHandingOn(server, room)
}

function registerReading(server: HttpServer, { ports }: MessageRoutesPorts): void {
  server.get(
    '/api/interactions/:id/messages',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'What was written, oldest first',
        params,
        querystring: listQuery,
        response: { 200: listSchema },
      },
    },
    async ({ params: { id }, query: { before = null, limit } }) => {
      const [messages, marks] = await Promise.all([
        messagesOfInteraction(ports.database, id, { before, limit }),
        marksOf(ports.database, id),
      ])
      return {
        items: messages.map((message) => shown(message, ports)),
        before: messages.length === limit ? (messages[0]?.n ?? null) : null,
        read: { ...marks.read },
        settled: Object.fromEntries(Object.entries(marks.settled).map(([key, value]) => [key, { ...value }])),
      }
    },
  )
}

function registerWriting(server: HttpServer, { written, ports }: MessageRoutesPorts): void {
  server.post(
    '/api/interactions/:id/messages',
    {
      onRequest: requireRole('agent'),
      schema: { tags, summary: 'Write to the customer', params, body: newMessage, response: { 201: messageSchema } },
    },
    async (request, reply) => {
      const { id } = request.params
      const agentId = engagedWith(ports, id, principalOf(request))
      const { text, files: ids, id: clientId } = request.body
      const files = await ports.files(ids)
      if (files.length !== ids.length)
        throw new ApiError(400, 'invalid', 'body.files: upload them with POST /api/files first')
      if (text.trim() === '' && files.length === 0)
        throw new ApiError(400, 'invalid', 'body.text: write something, or attach a file')
      const answer = await written.write(id, { id: clientId, agentId, text: text.trim(), files })
      if ('facts' in answer) throw refused(answer)
      return reply.code(201).send(shown(answer, ports))
    },
  )
  server.post(
    '/api/interactions/:id/typing',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Tell the customer that you write',
        params,
        body: z.strictObject({ on: z.boolean() }),
        response: { 200: done },
      },
    },
    async (request) => {
      request.audited = true
      engagedWith(ports, request.params.id, principalOf(request))
      written.types(request.params.id, request.body.on)
      return ok
    },
  )
  server.post(
    '/api/interactions/:id/read',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Everything up to this message was read',
        params,
        body: z.strictObject({ messageId: z.guid() }),
        response: { 200: done },
      },
    },
    async (request) => {
      request.audited = true
      engagedWith(ports, request.params.id, principalOf(request))
      written.agentReads(request.params.id, request.body.messageId)
      return ok
    },
  )
}

function registerOffers(server: HttpServer, { ports }: MessageRoutesPorts): void {
  server.post(
    '/api/interactions/:id/offer',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Take or decline the offer of a written contact',
        description: 'Declining makes you not ready, like a call that you reject. Calls are answered on the phone.',
        params,
        body: z.strictObject({ action: z.enum(['accept', 'decline']), offerId: z.string().max(100).optional() }),
        response: { 200: done },
      },
    },
    async (request) => {
      const { id: interactionId } = request.params
      const { id: agentId } = principalOf(request)
      const view = writtenView(ports, interactionId)
      if (view.phase === 'engaged' && view.agentId === agentId && request.body.action === 'accept') return ok
      if (view.offer?.agentId !== agentId) throw conflict('offer-over', 'this is not offered to you, or not any more')
      const offerId = request.body.offerId ?? view.offer.offerId
      const input =
        request.body.action === 'accept'
          ? ({ kind: 'accept-offer', interactionId, offerId } as const)
          : ({ kind: 'decline-offer', interactionId, offerId, reason: 'rejected' } as const)
      const decision = await ports.writer.submit(input)
      if (decision.refusal !== undefined) throw refused(decision)
      return ok
    },
  )
}

function registerHandingOn(server: HttpServer, { written, ports, note }: MessageRoutesPorts): void {
  server.post(
    '/api/interactions/:id/close',
    {
      onRequest: requireRole('agent'),
      schema: { tags, summary: 'End a written contact', params, response: { 200: done } },
    },
    async (request) => {
      const { id } = request.params
      const person = principalOf(request)
      const view = writtenView(ports, id)
      if (!hasRole(person, 'supervisor')) engagedWith(ports, id, person)
      const decision = await written.end(id, view.phase === 'engaged' ? 'agent' : 'system')
      if (decision.refusal !== undefined) throw refused(decision)
      return ok
    },
  )
  server.post(
    '/api/interactions/:id/hand-on',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Hand a written contact on to a queue or to a colleague',
        description:
          'The story goes with it. A colleague is offered it first for as long as the queue holds it for preferred agents.',
        params,
        body: transferBody,
        response: { 200: done },
      },
    },
    async (request) => {
      const { id: interactionId } = request.params
      const person = principalOf(request)
      const view = writtenView(ports, interactionId)
      if (!hasRole(person, 'supervisor')) engagedWith(ports, interactionId, person)
      const { to, note: text } = request.body
      const toAgent = 'agent' in to ? to.agent : null
      const queueId = to.queue ?? (view.phase === 'engaged' ? view.queueId : '')
      if (text !== undefined && text !== '') await note(interactionId, person.id, text)
      const decision = await ports.writer.submit({
        kind: 'transfer',
        interactionId,
        queueId,
        requirement: {},
        priority: 0,
        preferredAgentId: toAgent,
        destination: toAgent === null ? 'queue' : 'agent',
      })
      if (decision.refusal !== undefined) throw refused(decision)
      return ok
    },
  )
}

function writtenView(ports: WrittenPorts, interactionId: InteractionId): InteractionView {
  const view = interactionView(ports.writer.state(), interactionId)
  if (view === null) throw notFound(`there is no contact ${interactionId} that goes on`)
  if (!writtenChannels.includes(view.channel))
    throw conflict('not-written', `this is ${view.channel}: only written contacts are handled here`)
  return view
}

/** The agent who has it; a supervisor writes as themselves. */
function engagedWith(ports: WrittenPorts, interactionId: InteractionId, person: Principal): AgentId {
  const view = writtenView(ports, interactionId)
  if (view.phase === 'engaged' && (view.agentId === person.id || hasRole(person, 'supervisor'))) return person.id
  throw forbidden('you are not on this contact: only its agent may do this')
}

function shown({ n, id, at, from, agentId, text, files, buttons }: ThreadMessage, ports: WrittenPorts) {
  return {
    n,
    id,
    at: new Date(at).toISOString(),
    from,
    agent: agentId === null ? null : { id: agentId, name: ports.directory.agentName(agentId) },
    text,
    files: files.map((file) => ({ ...file })),
    buttons: buttons.map((button) => ({ ...button })),
  }
}

function refused({ refusal }: Decision): ApiError {
  const { code, message } = refusal ?? { code: 'invalid', message: 'not taken' }
  return code.startsWith('unknown-') ? notFound(message) : conflict(code, message)
}
