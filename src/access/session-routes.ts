/** Signing in and out, who am I, and passwords. */
import { z } from 'zod'
import { sessionCookie } from '../platform/http/api-docs.ts'
import { principalOf, requireRole, userOf } from '../platform/http/authorisation.ts'
import { ApiError, invalid, notFound, unauthenticated } from '../platform/http/errors.ts'
import { roles } from '../platform/http/principal.ts'
import type { HttpServer } from '../platform/http/server.ts'
import type { Access } from './access.ts'
import { auditContext } from './guard-routes.ts'
import { generatePassword, passwordSchema } from './passwords.ts'

const role = z.enum(roles)
const me = z.object({ id: z.uuid(), username: z.string(), name: z.string(), role })

export function registerSessionRoutes(server: HttpServer, access: Access): void {
  registerSignIn(server, access)
  registerSignOut(server, access)
  registerPasswords(server, access)

  server.get(
    '/api/me',
    {
      onRequest: requireRole('agent'),
      schema: {
        summary: 'Who is signed in',
        response: {
          200: z.object({
            kind: z.enum(['user', 'api-key']),
            id: z.uuid(),
            username: z.string().nullable().describe('null for an API key'),
            name: z.string(),
            role,
          }),
        },
      },
    },
    async (request) => {
      const principal = principalOf(request)
      const { kind, id, name } = principal
      return { kind, id, name, role: principal.role, username: principal.kind === 'user' ? principal.username : null }
    },
  )
}

function registerSignIn(server: HttpServer, access: Access): void {
  server.post(
    '/api/sessions',
    {
      config: {
        public: true,
        rateLimit: {
          max: access.options.signInsPerMinute ?? 600,
          timeWindow: 60_000,
          errorResponseBuilder: (_request, context) =>
            new ApiError(
              429,
              'too-many-requests',
              `too many sign-ins from your address: try again in ${context.after}`,
            ),
        },
      },
      schema: {
        summary: 'Sign in',
        description: `Sets the cookie ${sessionCookie} as well. Repeated failures lock the username for your address for a growing time.`,
        body: z.strictObject({
          username: z.string().min(1).max(100),
          password: z.string().min(1).max(200),
        }),
        response: { 201: z.object({ token: z.string(), user: me, expiresAt: z.iso.datetime() }) },
      },
    },
    async (request, reply) => {
      const { password } = request.body
      const username = request.body.username.trim().toLowerCase()
      const result = await access.signIn(username, password, request.ip)
      if (result.outcome === 'locked') {
        const seconds = Math.ceil(result.retryAfterMs / 1000)
        reply.header('retry-after', String(seconds))
        request.log.warn({ username, from: request.ip }, 'sign-in locked')
        throw new ApiError(429, 'locked', `too many wrong passwords: try again in ${seconds} seconds`, {
          retryAfterMs: result.retryAfterMs,
        })
      }
      if (result.outcome === 'refused') {
        request.log.warn({ username, from: request.ip }, 'sign-in refused')
        throw unauthenticated('username or password is wrong')
      }
      const { token, user, expiresAt } = result
      reply.setCookie(sessionCookie, token, {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure: request.protocol === 'https',
        expires: expiresAt,
      })
      return reply.code(201).send({ token, user, expiresAt: expiresAt.toISOString() })
    },
  )
}

function registerSignOut(server: HttpServer, access: Access): void {
  server.delete(
    '/api/sessions/current',
    { onRequest: requireRole('agent'), schema: { summary: 'Sign out', response: { 204: z.null() } } },
    async (request, reply) => {
      // Signing out changes nothing that others see; the session's own row says when.
      request.audited = true
      await access.signOut(userOf(request).sessionId)
      reply.clearCookie(sessionCookie, { path: '/' })
      return reply.code(204).send(null)
    },
  )
}

function registerPasswords(server: HttpServer, access: Access): void {
  server.put(
    '/api/me/password',
    {
      onRequest: requireRole('agent'),
      config: { rateLimit: { max: 20, timeWindow: 60_000 } },
      schema: {
        summary: 'Change your own password',
        description: 'Ends your other sessions.',
        body: z.strictObject({ currentPassword: z.string().min(1).max(200), newPassword: passwordSchema }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { currentPassword, newPassword } = request.body
      if (currentPassword === newPassword) throw invalid('the new password is the current one: choose another')
      const changed = await access.changeOwnPassword(
        userOf(request),
        currentPassword,
        newPassword,
        auditContext(request),
      )
      if (!changed) throw new ApiError(403, 'wrong-password', 'the current password is wrong')
      return reply.code(204).send(null)
    },
  )

  server.put(
    '/api/users/:id/password',
    {
      onRequest: requireRole('admin'),
      schema: {
        summary: "Reset a user's password",
        description: 'Without a body one is generated and shown this once. Ends all sessions of the user.',
        params: z.object({ id: z.uuid() }),
        body: z.strictObject({ password: passwordSchema.optional() }).nullish(),
        response: { 200: z.object({ password: z.string().optional().describe('only when it was generated') }) },
      },
    },
    async (request) => {
      const given = request.body?.password
      const password = given ?? generatePassword()
      const found = await access.resetPassword(request.params.id, password, auditContext(request))
      if (!found) throw notFound(`there is no user ${request.params.id}`)
      return given === undefined ? { password } : {}
    },
  )
}
