/** Out of a call, or any other contact, into the chat: a link for the customer, by whatever carries it to them. */
import { z } from 'zod'
import { principalOf, requireRole } from '../../platform/http/authorisation.ts'
import { conflict, forbidden, notFound } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import type { ChatRoutesPorts } from './chat-routes.ts'

export function registerInvitationRoutes(server: HttpServer, { chat, engagedWith }: ChatRoutesPorts): void {
  server.post(
    '/api/interactions/:id/chat-link',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags: ['chat'],
        summary: 'A link that leads the customer of this contact into the chat',
        description:
          'Whoever follows it within a day is that customer, and is offered to the agent of this contact first. It leads to the widget’s page.',
        params: z.object({ id: z.guid() }),
        body: z.strictObject({ entryPoint: z.string().max(100).describe('the chat’s') }),
        response: { 201: z.object({ link: z.string(), until: z.string() }) },
      },
    },
    async (request, reply) => {
      const contact = engagedWith(request.params.id, principalOf(request))
      if (typeof contact === 'string') throw forbidden(contact)
      const { entryPoint } = request.body
      if (chat.ports.directory.entryPointById(entryPoint) === null)
        throw notFound(`there is no chat entry point ${entryPoint}`)
      const invitation = await chat.invite(await chat.widgetOf(entryPoint), contact)
      if (invitation === null) throw conflict('no-page', `say with PUT /api/widgets/${entryPoint} on which page it is`)
      const { link, until } = invitation
      return reply.code(201).send({ link, until: new Date(until).toISOString() })
    },
  )
}
