/** People, their agent parts and their SIP accounts. */
import { z } from 'zod'
import { auditContext, oneTime, passwordSchema } from '../access/index.ts'
import { requireRole } from '../platform/http/authorisation.ts'
import { roles } from '../platform/http/principal.ts'
import type { HttpServer } from '../platform/http/server.ts'
import type { People } from './people.ts'
import { ifMatch, ifMatchWords, revisionOf } from './revision.ts'
import { newUserSchema, userPatchSchema, userSchema, type User } from './user.ts'

const params = z.object({ id: z.uuid() })
const revision = (user: User): string => revisionOf(userSchema.parse(user))
const sip = z.object({ username: z.string(), password: z.string() }).describe('shown this once')

export function registerUserRoutes(server: HttpServer, people: People): void {
  server.get(
    '/api/users',
    {
      onRequest: requireRole('agent'),
      schema: {
        summary: 'List: user',
        description: 'By username; give `nextCursor` as `after` for the page that follows.',
        querystring: z.strictObject({
          role: z.enum(roles).optional(),
          enabled: z.stringbool().optional(),
          after: z.string().max(63).optional(),
          limit: z.coerce.number().int().min(1).max(1_000).default(1_000),
        }),
        response: { 200: z.object({ items: z.array(userSchema), nextCursor: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { role, enabled, after, limit } = request.query
      const fitting = people
        .list()
        .filter(
          (user) => (role === undefined || user.role === role) && (enabled === undefined || user.enabled === enabled),
        )
        .sort((a, b) => (a.username < b.username ? -1 : 1))
        .filter((user) => after === undefined || user.username > after)
      const items = fitting.slice(0, limit)
      return { items, nextCursor: fitting.length > limit ? (items.at(-1)?.username ?? null) : null }
    },
  )

  server.get(
    '/api/users/:id',
    { onRequest: requireRole('agent'), schema: { summary: 'One user', params, response: { 200: userSchema } } },
    async (request, reply) => {
      const user = people.get(request.params.id)
      void reply.header('etag', revision(user))
      return user
    },
  )

  server.post(
    '/api/users',
    {
      onRequest: requireRole('admin'),
      schema: {
        summary: 'Make: user',
        description: 'Passwords that are generated, and the SIP password, are in this answer and nowhere else.',
        body: newUserSchema.extend({
          password: passwordSchema.optional().describe('generated unless given'),
          oneTime: oneTime.default(true),
        }),
        response: { 201: userSchema.extend({ password: z.string().optional(), sip: sip.optional() }) },
      },
    },
    async (request, reply) => {
      const { password: given, oneTime: isOneTime, ...input } = request.body
      const wanted = { given, isKept: !isOneTime }
      const { user, password, sip } = await people.create(input, wanted, auditContext(request))
      const secrets = { ...(password === null ? {} : { password }), ...(sip === null ? {} : { sip }) }
      return reply.code(201).send({ ...user, ...secrets })
    },
  )

  server.patch(
    '/api/users/:id',
    {
      onRequest: requireRole('admin'),
      schema: {
        summary: 'Change: user',
        description:
          'Only the fields that are given. `enabled: false` signs the user out for good; their history stays. ' +
          'Another role ends their sessions. ' +
          `Adding an agent part makes a SIP account, whose password is in this answer only. ${ifMatchWords}`,
        params,
        body: userPatchSchema,
        response: { 200: userSchema.extend({ sip: sip.optional() }) },
      },
    },
    async (request, reply) => {
      const seen = { revision: ifMatch(request), of: revision }
      const { user, sip } = await people.update(request.params.id, request.body, auditContext(request), seen)
      void reply.header('etag', revision(user))
      return sip === null ? user : { ...user, sip }
    },
  )

  server.post(
    '/api/users/:id/sip-password',
    {
      onRequest: requireRole('admin'),
      schema: {
        summary: 'Make a new SIP password',
        description: "The user's phone must register with it from now on.",
        params,
        response: { 200: sip },
      },
    },
    async (request) => people.regenerateSipPassword(request.params.id, auditContext(request)),
  )
}
