/** Signing in with a password and out again, and who am I. */
import { z } from 'zod'
import { sessionCookie } from '../platform/http/api-docs.ts'
import { principalOf, requireRole, userOf } from '../platform/http/authorisation.ts'
import { roles } from '../platform/http/principal.ts'
import type { HttpServer } from '../platform/http/server.ts'
import type { Access } from './access.ts'
import { answerSignIn, signInAnswers } from './sign-in-answer.ts'
import { visitOf } from './sign-in-cookies.ts'
import { signInRate } from './sign-in-rate.ts'

export function registerSessionRoutes(server: HttpServer, access: Access): void {
  server.get(
    '/api/me',
    {
      onRequest: requireRole('agent'),
      config: { beforeSecondFactor: true, beforePassword: true },
      schema: {
        summary: 'Who is signed in',
        response: {
          200: z.object({
            kind: z.enum(['user', 'api-key']),
            id: z.uuid(),
            username: z.string().nullable().describe('null for an API key'),
            name: z.string(),
            role: z.enum(roles),
            secondFactorDue: z.boolean().describe('nothing works but setting up a second factor'),
            passwordDue: z.boolean().describe('nothing works but choosing a password of one’s own'),
          }),
        },
      },
    },
    async (request) => {
      const principal = principalOf(request)
      const { kind, id, name, role } = principal
      const user = principal.kind === 'user' ? principal : null
      const { username = null, secondFactorDue = false, passwordDue = false } = user ?? {}
      return { kind, id, name, role, username, secondFactorDue, passwordDue }
    },
  )

  server.post(
    '/api/sessions',
    {
      config: { public: true, rateLimit: signInRate(access) },
      schema: {
        summary: 'Sign in',
        description:
          `Sets the cookie ${sessionCookie} as well. Repeated failures lock the username for your address for a growing ` +
          'time. Who has a second factor gets 202 and answers it with POST /api/sessions/second-factor.',
        body: z.strictObject({
          username: z.string().min(1).max(100),
          password: z.string().min(1).max(200),
        }),
        response: signInAnswers,
      },
    },
    async (request, reply) => {
      const { password } = request.body
      const username = request.body.username.trim().toLowerCase()
      const result = await access.signIn(username, password, visitOf(request))
      const refusal = { message: 'username or password is wrong', username }
      const { status, body } = answerSignIn(access, request, reply, result, refusal)
      return reply.code(status).send(body)
    },
  )

  server.delete(
    '/api/sessions/current',
    {
      onRequest: requireRole('agent'),
      config: { beforeSecondFactor: true, beforePassword: true },
      schema: { summary: 'Sign out', response: { 204: z.null() } },
    },
    async (request, reply) => {
      // Signing out changes nothing that others see; the session's own row says when.
      request.audited = true
      await access.signOut(userOf(request))
      reply.clearCookie(sessionCookie, { path: '/' })
      return reply.code(204).send(null)
    },
  )
}
