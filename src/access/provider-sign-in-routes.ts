/** The way to an identity provider and back: two addresses that a browser goes through. */
import { z } from 'zod'
import type { HttpReply, HttpRequest, HttpServer } from '../platform/http/server.ts'
import type { Access } from './access.ts'
import { answerSignIn } from './sign-in-answer.ts'
import { dropStep, keepStep, stepOf, visitOf } from './sign-in-cookies.ts'
import { signInRate } from './sign-in-rate.ts'
import type { SingleSignOn } from './single-sign-on.ts'
import { siteOf } from './site.ts'

export type ProviderSignInDeps = Readonly<{ access: Access; singleSignOn: SingleSignOn }>

const params = z.object({ id: z.string().max(63) })

export function registerProviderSignInRoutes(server: HttpServer, { access, singleSignOn }: ProviderSignInDeps): void {
  const rateLimit = signInRate(access)
  const here = (request: HttpRequest) => siteOf(access.options.publicUrl, request)

  /** Nobody reads JSON here: the page has words for each reason. */
  const backWith = async (request: HttpRequest, reply: HttpReply, id: string, error: unknown): Promise<HttpReply> => {
    const problem = await singleSignOn.report(id, error)
    return reply.redirect(`${here(request).url}/?sign-in=${problem}`, 303)
  }

  server.get(
    '/api/sessions/providers/:id',
    {
      config: { public: true, rateLimit },
      schema: {
        summary: 'Go to an identity provider to sign in (for browsers)',
        description:
          'Answers 303 to the provider; from there the browser comes back to the address below and is signed in.',
        params,
      },
    },
    async (request, reply) => {
      const { id } = request.params
      try {
        const { token, address } = await singleSignOn.begin(id, here(request))
        keepStep(access, request, reply, { cookie: 'centralita_provider', token })
        return reply.redirect(address, 303)
      } catch (error) {
        return backWith(request, reply, id, error)
      }
    },
  )

  server.get(
    '/api/sessions/providers/:id/callback',
    {
      config: { public: true, rateLimit },
      schema: { summary: 'Where an identity provider sends browsers back to', params },
    },
    async (request, reply) => {
      const { id } = request.params
      const at = request.url.indexOf('?')
      const query = at < 0 ? '' : request.url.slice(at)
      const token = stepOf(request, 'centralita_provider')
      dropStep(reply, 'centralita_provider')
      try {
        const result = await singleSignOn.finish(id, token, query, here(request), visitOf(request))
        answerSignIn(access, request, reply, result, { message: 'the provider let nobody in' })
        return reply.redirect(`${here(request).url}/`, 303)
      } catch (error) {
        return backWith(request, reply, id, error)
      }
    },
  )
}
