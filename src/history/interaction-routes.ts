/** GET /api/interactions: lists, stories, timelines and explanations. */
import { explainNow } from '../core/routing/explain-now.ts'
import { principalOf, requireRole } from '../platform/http/authorisation.ts'
import type { HttpRequest, HttpServer } from '../platform/http/server.ts'
import { readUuidCursor, writeCursor } from './cursor.ts'
import { InteractionView } from './interaction-view.ts'
import { listInteractions, type InteractionFilter } from './interactions-store.ts'
import type { HistoryPorts, Person } from './ports.ts'
import {
  explanationSchema,
  idParams,
  interactionItem,
  interactionQuery,
  interactionStory,
  pageOf,
  pageQuery,
  timelineSchema,
} from './schemas.ts'
import { tellAll } from './telling.ts'
import { z } from 'zod'

const tags = ['interactions']

export function registerInteractionRoutes(server: HttpServer, ports: HistoryPorts): void {
  const { history } = ports
  const { database } = history
  const view = new InteractionView(ports.names)

  const list = async (filter: InteractionFilter, after: string | undefined, limit: number) => {
    await history.projector.caughtUp()
    const { items, next } = await listInteractions(database, filter, { after: readUuidCursor(after), limit })
    return { items: items.map((row) => view.item(row)), next: writeCursor(next) }
  }

  server.get(
    '/api/interactions',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Interactions, newest first',
        querystring: interactionQuery,
        response: { 200: pageOf(interactionItem) },
      },
    },
    ({ query }) => {
      const { after, limit, queue, customer, agent, from, to, ...same } = query
      const filter = { ...same, queueId: queue, customerId: customer, agentId: agent }
      return list({ ...filter, from: instantOf(from), to: instantOf(to) }, after, limit)
    },
  )

  server.get(
    '/api/customers/:id/timeline',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags: ['customers'],
        summary: 'Everything this customer had with us, newest first',
        params: idParams,
        querystring: z.object(pageQuery),
        response: { 200: pageOf(interactionItem) },
      },
    },
    ({ params, query }) => list({ customerId: params.id }, query.after, query.limit),
  )

  server.get(
    '/api/interactions/:id',
    {
      onRequest: requireRole('agent'),
      schema: { tags, summary: 'The whole story', params: idParams, response: { 200: interactionStory } },
    },
    async ({ params }) => view.story(await tellAll(database, params.id)),
  )

  server.get(
    '/api/interactions/:id/timeline',
    {
      onRequest: requireRole('agent'),
      schema: { tags, summary: 'What happened, in order', params: idParams, response: { 200: timelineSchema } },
    },
    async ({ params }) => view.timeline(await tellAll(database, params.id)),
  )

  server.get(
    '/api/interactions/:id/explanation',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Why this agent, why not the others, what would have to change',
        params: idParams,
        response: { 200: explanationSchema },
      },
    },
    async ({ params }) => {
      const told = await tellAll(database, params.id)
      return view.explanation(told, explainNow(history.writer.state(), params.id), history.now())
    },
  )
}

export function personOf(request: HttpRequest): Person {
  const { id, role } = principalOf(request)
  return { id, role }
}

const instantOf = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time))
