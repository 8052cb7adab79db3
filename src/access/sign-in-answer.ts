/** What every way in answers: a session, a second factor that is due, or why not. */
import { z } from 'zod'
import { ApiError, unauthenticated } from '../platform/http/errors.ts'
import { roles } from '../platform/http/principal.ts'
import type { HttpReply, HttpRequest } from '../platform/http/server.ts'
import type { Access } from './access.ts'
import { secondWays, type SignIn } from './entry.ts'
import { keepSession, keepStep } from './sign-in-cookies.ts'

export const person = z.object({ id: z.uuid(), username: z.string(), name: z.string(), role: z.enum(roles) })
const secondFactorDue = z.boolean().describe('the role asks for a second factor: nothing works but setting one up')

const passwordDue = z.boolean().describe('somebody else has given the password: nothing works but choosing one')

export const signInAnswers = {
  201: z
    .object({ token: z.string(), user: person.extend({ secondFactorDue, passwordDue }), expiresAt: z.iso.datetime() })
    .describe('Signed in'),
  202: z
    .object({
      secondFactor: z.object({ token: z.string(), ways: z.array(z.enum(secondWays)), expiresAt: z.iso.datetime() }),
    })
    .describe('A second factor is due: answer it with POST /api/sessions/second-factor'),
}
export type SignInAnswer = z.output<(typeof signInAnswers)[201]> | z.output<(typeof signInAnswers)[202]>

/** `refusal`: what to say to who is refused, and who they said they are, for the log. */
export function answerSignIn(
  access: Access,
  request: HttpRequest,
  reply: HttpReply,
  result: SignIn,
  refusal: Readonly<{ message: string; username?: string }>,
): Readonly<{ status: 201 | 202; body: SignInAnswer }> {
  switch (result.outcome) {
    case 'locked': {
      const seconds = Math.ceil(result.retryAfterMs / 1000)
      reply.header('retry-after', String(seconds))
      request.log.warn({ username: refusal.username, from: request.ip }, 'sign-in locked')
      throw new ApiError(429, 'locked', `too many wrong answers: try again in ${seconds} seconds`, {
        retryAfterMs: result.retryAfterMs,
      })
    }
    case 'refused':
      request.log.warn({ username: refusal.username, from: request.ip }, 'sign-in refused')
      throw unauthenticated(refusal.message)
    case 'elsewhere': {
      const { id, name } = result.provider
      throw new ApiError(403, 'use-provider', `you sign in with ${name} alone`, { provider: { id, name } })
    }
    case 'second-factor': {
      const { token, ways, expiresAt } = result
      keepStep(access, request, reply, { cookie: 'centralita_step', token })
      return { status: 202, body: { secondFactor: { token, ways, expiresAt: expiresAt.toISOString() } } }
    }
    case 'signed-in': {
      keepSession(access, request, reply, result)
      const { token, user, expiresAt, due, passwordDue: isGiven } = result
      return {
        status: 201,
        body: {
          token,
          user: { ...user, secondFactorDue: due, passwordDue: isGiven },
          expiresAt: expiresAt.toISOString(),
        },
      }
    }
  }
}
