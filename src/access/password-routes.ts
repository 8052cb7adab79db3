/** One's own password, and those of others. */
import { z } from 'zod'
import { requireRole, userOf } from '../platform/http/authorisation.ts'
import { ApiError, invalid, notFound } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import type { Access } from './access.ts'
import { auditContext } from './guard-routes.ts'
import { generatePassword, oneTime, passwordSchema } from './passwords.ts'
import { carefulRate, tooManyGuesses } from './sign-in-rate.ts'

export function registerPasswordRoutes(server: HttpServer, access: Access): void {
  server.put(
    '/api/me/password',
    {
      onRequest: requireRole('agent'),
      config: { rateLimit: carefulRate, beforePassword: true },
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
      const user = userOf(request)
      const { waitMs, isRight } = await access.isPassword(user, currentPassword, request.ip)
      if (waitMs > 0) throw tooManyGuesses(waitMs)
      if (!isRight) throw new ApiError(403, 'wrong-password', 'the current password is wrong')
      await access.changeOwnPassword(user, newPassword, auditContext(request))
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
        body: z.strictObject({ password: passwordSchema.optional(), oneTime: oneTime.optional() }).nullish(),
        response: { 200: z.object({ password: z.string().optional().describe('only when it was generated') }) },
      },
    },
    async (request) => {
      const given = request.body?.password
      const password = given ?? generatePassword()
      const found = await access.resetPassword(
        request.params.id,
        password,
        request.body?.oneTime ?? true,
        auditContext(request),
      )
      if (!found) throw notFound(`there is no user ${request.params.id}`)
      return given === undefined ? { password } : {}
    },
  )
}
