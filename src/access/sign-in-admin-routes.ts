/** What admins decide about signing in: who needs a second factor, which providers there are, and who has lost theirs. */
import { z } from 'zod'
import { requireRole } from '../platform/http/authorisation.ts'
import { conflict, notFound } from '../platform/http/errors.ts'
import { roles } from '../platform/http/principal.ts'
import type { HttpRequest, HttpServer } from '../platform/http/server.ts'
import type { Access } from './access.ts'
import { writeAudit } from './audit-store.ts'
import { usernameOf } from './credential-store.ts'
import { auditContext } from './guard-routes.ts'
import { providerSettings, SsoError } from './identity-provider.ts'
import {
  deleteLink,
  deleteLinksOf,
  deleteProvider,
  findProvider,
  listLinks,
  listProviders,
  writeProvider,
  type ProviderRow,
} from './identity-provider-store.ts'
import { readFactors, readSecondFactorRoles, writeSecondFactorRoles } from './second-factor-store.ts'
import type { SecondFactors } from './second-factor.ts'
import { redirectUriOf, sealPurposeOf, type SingleSignOn } from './single-sign-on.ts'
import { siteOf } from './site.ts'

export type SignInAdminDeps = Readonly<{ access: Access; secondFactors: SecondFactors; singleSignOn: SingleSignOn }>

const admin = { onRequest: requireRole('admin') }
const providerId = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'use a to z, 0 to 9 and -, starting with a letter')
const byId = z.object({ id: z.uuid() })
const settingsSchema = z.strictObject({
  secondFactorRoles: z
    .array(z.enum(roles))
    .max(roles.length)
    .describe('people of these roles set up a second factor before anything else works'),
})
const problem = z.object({ at: z.iso.datetime(), code: z.string(), message: z.string() })
/** As admins see it. */
const providerSchema = providerSettings.extend({
  id: providerId,
  hasSecret: z.boolean(),
  redirectUri: z.string().describe('enter this one at the provider'),
  lastProblem: problem.nullable().describe('why the last sign-in, or the last check, failed; null: it did not'),
})
export type ShownProvider = z.output<typeof providerSchema>
const userSignInSchema = z.object({
  totp: z.boolean(),
  passkeys: z.int(),
  recoveryCodesLeft: z.int(),
  providers: z.array(z.object({ id: z.string(), name: z.string(), since: z.iso.datetime() })),
})

export type UserSignIn = z.output<typeof userSignInSchema>

export function registerSignInAdminRoutes(server: HttpServer, deps: SignInAdminDeps): void {
  registerSettings(server, deps)
  registerProviders(server, deps)
  registerUsersWays(server, deps)
}

function registerSettings(server: HttpServer, { access }: SignInAdminDeps): void {
  const { knex } = access.options.database
  const read = async () => settingsSchema.parse({ secondFactorRoles: await readSecondFactorRoles(knex) })
  server.get(
    '/api/sign-in-settings',
    { ...admin, schema: { summary: 'Who needs a second factor', response: { 200: settingsSchema } } },
    read,
  )
  server.put(
    '/api/sign-in-settings',
    {
      ...admin,
      schema: {
        summary: 'Say who needs a second factor',
        description: 'Counts at once, also for sessions that are open.',
        body: settingsSchema,
        response: { 200: settingsSchema },
      },
    },
    async (request) => {
      const after = { secondFactorRoles: [...new Set(request.body.secondFactorRoles)] }
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        const before = { secondFactorRoles: await readSecondFactorRoles(trx) }
        await writeSecondFactorRoles(trx, after.secondFactorRoles)
        const subject = { kind: 'sign-in settings', id: 'organisation' }
        await writeAudit(trx, context, { action: 'change-sign-in-settings', subject, before, after })
      })
      await access.lookAgain()
      return read()
    },
  )
}

function registerProviders(server: HttpServer, { access, singleSignOn }: SignInAdminDeps): void {
  const { box } = access.options
  const { knex } = access.options.database
  const params = z.object({ id: providerId })
  const view = (request: HttpRequest, { id, settings, sealedSecret, lastProblem }: ProviderRow) => ({
    ...settings,
    id,
    hasSecret: sealedSecret !== null,
    redirectUri: redirectUriOf(siteOf(access.options.publicUrl, request), id),
    lastProblem,
  })
  const one = async (request: HttpRequest, id: string) => {
    const found = await findProvider(knex, id)
    if (found === undefined) throw notFound(`there is no identity provider ${id}`)
    return view(request, found)
  }

  server.get(
    '/api/identity-providers',
    {
      ...admin,
      schema: {
        summary: 'List identity providers',
        response: { 200: z.object({ items: z.array(providerSchema) }) },
      },
    },
    async (request) => ({ items: (await listProviders(knex)).map((row) => view(request, row)) }),
  )
  server.get(
    '/api/identity-providers/:id',
    { ...admin, schema: { summary: 'One identity provider', params, response: { 200: providerSchema } } },
    async (request) => one(request, request.params.id),
  )
  server.put(
    '/api/identity-providers/:id',
    {
      ...admin,
      schema: {
        summary: 'Add an identity provider, or change one',
        description:
          'Replaces its settings. `clientSecret` is kept when it is absent, dropped when it is null, and never shown ' +
          'again. Another issuer forgets who was linked.',
        params,
        body: providerSettings.extend({ clientSecret: z.string().min(1).max(1_000).nullable().optional() }),
        response: { 200: providerSchema },
      },
    },
    async (request) => {
      const { id } = request.params
      const { clientSecret, ...settings } = request.body
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        const before = await findProvider(trx, id)
        const kept = before?.sealedSecret ?? null
        const sealedSecret =
          clientSecret === undefined ? kept : clientSecret === null ? null : box.seal(clientSecret, sealPurposeOf(id))
        await writeProvider(trx, { id, settings, sealedSecret })
        if (before !== undefined && before.settings.issuer !== settings.issuer) await deleteLinksOf(trx, id)
        await writeAudit(trx, context, {
          action: before === undefined ? 'create-identity-provider' : 'change-identity-provider',
          subject: { kind: 'identity-provider', id },
          ...(before !== undefined && { before: before.settings }),
          after: { ...settings, secretChanged: clientSecret !== undefined },
        })
      })
      return one(request, id)
    },
  )
  server.delete(
    '/api/identity-providers/:id',
    { ...admin, schema: { summary: 'Remove an identity provider', params, response: { 204: z.null() } } },
    async (request, reply) => {
      const { id } = request.params
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        const before = await findProvider(trx, id)
        if (before === undefined || !(await deleteProvider(trx, id)))
          throw notFound(`there is no identity provider ${id}`)
        const subject = { kind: 'identity-provider', id }
        await writeAudit(trx, context, { action: 'delete-identity-provider', subject, before: before.settings })
      })
      return reply.code(204).send(null)
    },
  )
  server.post(
    '/api/identity-providers/:id/check',
    {
      ...admin,
      schema: {
        summary: 'Ask an identity provider what it is',
        description: 'Finds wrong addresses before anybody meets them; `lastProblem` says what to change.',
        params,
        response: { 200: providerSchema },
      },
    },
    async (request) => {
      request.audited = true
      const { id } = request.params
      await one(request, id)
      try {
        await singleSignOn.check(id)
      } catch (error) {
        if (error instanceof SsoError && error.code === 'unknown-provider')
          throw conflict('not-enabled', `${id} is not enabled: enable it before you check it`)
        await singleSignOn.report(id, error)
      }
      return one(request, id)
    },
  )
}

function registerUsersWays(server: HttpServer, { access, secondFactors }: SignInAdminDeps): void {
  const { knex } = access.options.database
  const unknown = (id: string): Error => notFound(`there is no user ${id}`)
  server.get(
    '/api/users/:id/sign-in',
    { ...admin, schema: { summary: 'How a user signs in', params: byId, response: { 200: userSignInSchema } } },
    async (request) => {
      const { id } = request.params
      if ((await usernameOf(knex, id)) === undefined) throw unknown(id)
      const [factors, links] = await Promise.all([readFactors(knex, id), listLinks(knex, id)])
      return {
        totp: factors.totpSince !== null,
        passkeys: factors.passkeys,
        recoveryCodesLeft: factors.recoveryCodes,
        providers: links.map(({ providerId: id, name, since }) => ({ id, name, since: since.toISOString() })),
      }
    },
  )
  server.delete(
    '/api/users/:id/second-factor',
    {
      ...admin,
      schema: {
        summary: "Reset a user's second factor",
        description: 'App, passkeys and recovery codes go, and all sessions of the user end.',
        params: byId,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if (!(await secondFactors.reset(id, auditContext(request)))) throw unknown(id)
      return reply.code(204).send(null)
    },
  )
  server.delete(
    '/api/users/:id/identity-providers/:providerId',
    {
      ...admin,
      schema: {
        summary: 'Unlink a user from an identity provider',
        description: 'The next sign-in there is matched by the username again.',
        params: byId.extend({ providerId }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id, providerId } = request.params
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        if (!(await deleteLink(trx, id, providerId))) throw notFound(`this user is not linked to ${providerId}`)
        const entry = { action: 'unlink-provider', subject: { kind: 'user', id }, before: { provider: providerId } }
        await writeAudit(trx, context, entry)
      })
      return reply.code(204).send(null)
    },
  )
}
