/** Ways in beside the password: the second factor, and a passkey alone. */
import { z } from 'zod'
import { ApiError } from '../platform/http/errors.ts'
import type { HttpRequest, HttpServer } from '../platform/http/server.ts'
import type { Access } from './access.ts'
import { secondWays } from './entry.ts'
import { listProviders } from './identity-provider-store.ts'
import { authenticationOf, passkeyAnswer, passkeyQuestion } from './passkey-shapes.ts'
import type { Passkeys } from './passkeys.ts'
import type { SecondFactors } from './second-factor.ts'
import { answerSignIn, signInAnswers } from './sign-in-answer.ts'
import { dropStep, stepOf, visitOf } from './sign-in-cookies.ts'
import { signInRate } from './sign-in-rate.ts'
import { siteOf } from './site.ts'

export type SecondStepDeps = Readonly<{ access: Access; passkeys: Passkeys; secondFactors: SecondFactors }>

const waysInSchema = z.object({
  passkeys: z.boolean().describe('whether browsers can use passkeys at this address'),
  providers: z.array(z.object({ id: z.string(), name: z.string() })),
  secondFactor: z
    .object({ ways: z.array(z.enum(secondWays)) })
    .nullable()
    .describe('what this browser still owes after its first factor'),
})

export function registerSecondStepRoutes(server: HttpServer, deps: SecondStepDeps): void {
  const { access, passkeys, secondFactors } = deps
  const rateLimit = signInRate(access)
  const here = (request: HttpRequest) => siteOf(access.options.publicUrl, request)

  server.get(
    '/api/sessions/ways',
    {
      config: { public: true, rateLimit },
      schema: { summary: 'How one can sign in here', response: { 200: waysInSchema } },
    },
    async (request) => {
      const token = stepOf(request, 'centralita_step')
      const ways = token === undefined ? null : await secondFactors.due(token)
      const providers = await listProviders(access.options.database.knex)
      return {
        passkeys: here(request).passkeyDomain !== null,
        providers: providers
          .filter(({ settings }) => settings.enabled)
          .map(({ id, settings }) => ({ id, name: settings.name })),
        secondFactor: ways === null || ways.length === 0 ? null : { ways },
      }
    },
  )

  server.post(
    '/api/sessions/second-factor',
    {
      config: { public: true, rateLimit },
      schema: {
        summary: 'Answer the second factor',
        description: 'A code of the authenticator app, or a recovery code. After five wrong ones begin anew.',
        body: z.strictObject({
          code: z.string().min(1).max(100),
          token: z.string().max(100).optional().describe('of the first answer; browsers send their cookie'),
        }),
        response: signInAnswers,
      },
    },
    async (request, reply) => {
      const token = request.body.token ?? stepOf(request, 'centralita_step')
      const result = token === undefined ? null : await secondFactors.answer(token, request.body.code, visitOf(request))
      if (result === null) {
        dropStep(reply, 'centralita_step')
        throw new ApiError(401, 'begin-again', 'the time for the second factor is over: sign in again')
      }
      const { status, body } = answerSignIn(access, request, reply, result, {
        message: 'this code is wrong, or was used before',
      })
      return reply.code(status).send(body)
    },
  )

  server.delete(
    '/api/sessions/second-factor',
    {
      config: { public: true, rateLimit },
      schema: { summary: 'Give up a sign-in before its second factor', response: { 204: z.null() } },
    },
    async (request, reply) => {
      const token = stepOf(request, 'centralita_step')
      if (token !== undefined) await secondFactors.forget(token)
      dropStep(reply, 'centralita_step')
      return reply.code(204).send(null)
    },
  )

  server.post(
    '/api/sessions/passkey/question',
    {
      config: { public: true, rateLimit },
      schema: {
        summary: 'Begin to sign in with a passkey',
        description: "The options of WebAuthn's navigator.credentials.get(), good once and for five minutes.",
        response: { 200: passkeyQuestion },
      },
    },
    async (request) => ({ ...(await passkeys.beginSignIn(here(request))) }),
  )

  server.post(
    '/api/sessions/passkey',
    {
      config: { public: true, rateLimit },
      schema: {
        summary: 'Sign in with a passkey',
        description: 'The passkey alone is enough: it verifies its person.',
        body: passkeyAnswer,
        response: signInAnswers,
      },
    },
    async (request, reply) => {
      const result = await passkeys.signIn(authenticationOf(request.body), here(request), visitOf(request))
      const message = 'this passkey is not known here, or its answer came too late: try again'
      const { status, body } = answerSignIn(access, request, reply, result, { message })
      return reply.code(status).send(body)
    },
  )
}
