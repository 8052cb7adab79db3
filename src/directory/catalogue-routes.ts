/** The same five routes for everything that has an id of its own. */
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { auditContext } from '../access/index.ts'
import { requireRole } from '../platform/http/authorisation.ts'
import type { Role } from '../platform/http/principal.ts'
import type { HttpRequest, HttpServer } from '../platform/http/server.ts'
import type { Catalogue } from './catalogue.ts'
import { slug } from './names.ts'
import { ifMatch, ifMatchWords, revisionOf } from './revision.ts'

type Identified = Readonly<{ id: string }>

/** `item` is what is answered; `create` and `patch` are what the bodies must be. */
export type CatalogueRoutes<T extends Identified, Create> = Readonly<{
  path: string
  /** May leave out what is never shown. */
  item: z.ZodType<Partial<T>>
  create: z.ZodType<Create>
  patch: z.ZodType<{ [K in keyof T]?: T[K] | undefined }>
  catalogue: Catalogue<T>
  /** `agent` unless given. */
  readers?: Role
}> &
  // Only where the body may leave the id out.
  (Create extends T ? { readonly withId?: never } : { readonly withId: (body: Create) => T })

const params = z.object({ id: slug })

export function registerCatalogueRoutes<T extends Identified, Create>(
  server: HttpServer,
  { path, item, create, patch, catalogue, withId, readers: role = 'agent' }: CatalogueRoutes<T, Create>,
): void {
  const { noun } = catalogue
  const readers = { onRequest: requireRole(role) }
  const writers = { onRequest: requireRole('admin') }
  // Fastify can't infer types from a schema that is itself generic; what the casts below say, the schemas have checked.
  const routes = server.withTypeProvider()
  const answer = (reply: FastifyReply, one: T): T => {
    void reply.header('etag', revisionOf(item.parse(one)))
    return one
  }
  const idOf = (request: HttpRequest): string => (request.params as z.output<typeof params>).id

  routes.get(
    path,
    { ...readers, schema: { summary: `List: ${noun}`, response: { 200: z.object({ items: z.array(item) }) } } },
    async () => ({ items: [...catalogue.list()] }),
  )
  routes.get(
    `${path}/:id`,
    { ...readers, schema: { summary: `One ${noun}`, params, response: { 200: item } } },
    async (request, reply) => answer(reply, catalogue.get(idOf(request))),
  )
  routes.post(
    path,
    { ...writers, schema: { summary: `Make: ${noun}`, body: create, response: { 201: item } } },
    async (request, reply) => {
      const made = withId === undefined ? (request.body as T) : withId(request.body as Create)
      return reply.code(201).send(await catalogue.create(made, auditContext(request)))
    },
  )
  routes.patch(
    `${path}/:id`,
    {
      ...writers,
      schema: {
        summary: `Change: ${noun}`,
        description: `Only the fields that are given; each replaces what was there. ${ifMatchWords}`,
        params,
        body: patch,
        response: { 200: item },
      },
    },
    async (request, reply) => {
      const seen = { revision: ifMatch(request), of: (one: T) => revisionOf(item.parse(one)) }
      const patchOf = request.body as Partial<T>
      return answer(reply, await catalogue.update(idOf(request), patchOf, auditContext(request), seen))
    },
  )
  routes.delete(
    `${path}/:id`,
    {
      ...writers,
      schema: {
        summary: `Remove: ${noun}`,
        description: 'Refused with 409 while something refers to it.',
        params,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await catalogue.remove(idOf(request), auditContext(request))
      return reply.code(204).send(null)
    },
  )
}
