/** Where somebody is signed in, and how that ends: one's own sessions, and for admins those of others. */
import { z } from 'zod'
import { requireRole, userOf } from '../platform/http/authorisation.ts'
import { notFound } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import type { Access } from './access.ts'
import { writeAudit, type AuditContext } from './audit-store.ts'
import { usernameOf } from './credential-store.ts'
import { deviceOf } from './device.ts'
import { auditContext } from './guard-routes.ts'
import { listSessions, revokeSession, revokeSessionsOf, type ListedSession } from './session-store.ts'

const sessionSchema = z.object({
  id: z.uuid(),
  current: z.boolean().describe('the one that asks'),
  browser: z.string().nullable().describe('null: a program, or one that says nothing of itself'),
  system: z.string().nullable(),
  address: z.string().nullable().describe('where it was opened from'),
  method: z.enum(['password', 'passkey', 'provider']),
  strong: z.boolean().describe('with a second factor'),
  since: z.iso.datetime(),
  lastSeenAt: z.iso.datetime().describe('to the minute'),
  expiresAt: z.iso.datetime(),
})
export type Session = z.output<typeof sessionSchema>
const list = z.object({ items: z.array(sessionSchema) })
const ended = z.object({ ended: z.int().describe('how many') })

const view = (session: ListedSession, currentId: string | null): Session => ({
  id: session.id,
  current: session.id === currentId,
  ...deviceOf(session.userAgent),
  address: session.address,
  method: session.method,
  strong: session.strong,
  since: session.since.toISOString(),
  lastSeenAt: session.lastSeenAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
})

export function registerSessionListRoutes(server: HttpServer, access: Access): void {
  const { knex } = access.options.database

  const endOne = async (userId: string, sessionId: string, context: AuditContext): Promise<void> => {
    await knex.transaction(async (trx) => {
      if (!(await revokeSession(trx, userId, sessionId)))
        throw notFound(`there is no session ${sessionId}, or it has ended`)
      const subject = { kind: 'user', id: userId }
      await writeAudit(trx, context, { action: 'end-session', subject, before: { session: sessionId } })
    })
    await access.lookAgain()
  }
  const endAll = async (userId: string, except: string | null, context: AuditContext): Promise<{ ended: number }> => {
    const count = await knex.transaction(async (trx) => {
      const ended = await revokeSessionsOf(trx, userId, except)
      const entry = { action: 'end-sessions', subject: { kind: 'user', id: userId }, before: { sessions: ended } }
      await writeAudit(trx, context, entry)
      return ended
    })
    await access.lookAgain()
    return { ended: count }
  }

  const own = { onRequest: requireRole('agent'), config: { beforeSecondFactor: true } }
  server.get(
    '/api/me/sessions',
    { ...own, schema: { summary: 'Where you are signed in', response: { 200: list } } },
    async (request) => {
      const user = userOf(request)
      return { items: (await listSessions(knex, user.id)).map((session) => view(session, user.sessionId)) }
    },
  )
  server.delete(
    '/api/me/sessions',
    { ...own, schema: { summary: 'End all your other sessions', response: { 200: ended } } },
    async (request) => endAll(userOf(request).id, userOf(request).sessionId, auditContext(request)),
  )
  server.delete(
    '/api/me/sessions/:id',
    {
      ...own,
      schema: { summary: 'End one of your sessions', params: z.object({ id: z.uuid() }), response: { 204: z.null() } },
    },
    async (request, reply) => {
      await endOne(userOf(request).id, request.params.id, auditContext(request))
      return reply.code(204).send(null)
    },
  )

  const admin = { onRequest: requireRole('admin') }
  const params = z.object({ id: z.uuid() })
  const known = async (userId: string): Promise<void> => {
    if ((await usernameOf(knex, userId)) === undefined) throw notFound(`there is no user ${userId}`)
  }
  server.get(
    '/api/users/:id/sessions',
    { ...admin, schema: { summary: 'Where a user is signed in', params, response: { 200: list } } },
    async (request) => {
      await known(request.params.id)
      return { items: (await listSessions(knex, request.params.id)).map((session) => view(session, null)) }
    },
  )
  server.delete(
    '/api/users/:id/sessions',
    { ...admin, schema: { summary: "End all of a user's sessions", params, response: { 200: ended } } },
    async (request) => {
      await known(request.params.id)
      return endAll(request.params.id, null, auditContext(request))
    },
  )
  server.delete(
    '/api/users/:id/sessions/:sessionId',
    {
      ...admin,
      schema: {
        summary: "End one of a user's sessions",
        params: params.extend({ sessionId: z.uuid() }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await endOne(request.params.id, request.params.sessionId, auditContext(request))
      return reply.code(204).send(null)
    },
  )
}
