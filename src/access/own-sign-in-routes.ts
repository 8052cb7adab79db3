/** How one signs in oneself: second factors and passkeys, seen and changed. */
import { z } from 'zod'
import { requireRole, userOf } from '../platform/http/authorisation.ts'
import { ApiError, invalid, notFound } from '../platform/http/errors.ts'
import type { HttpRequest, HttpServer } from '../platform/http/server.ts'
import type { Access } from './access.ts'
import { requireConfirmed } from './confirmation.ts'
import { auditContext } from './guard-routes.ts'
import { findOnlyProvider, listLinks } from './identity-provider-store.ts'
import { authenticationOf, newPasskeyAnswer, passkeyAnswer, passkeyQuestion, registrationOf } from './passkey-shapes.ts'
import type { Passkeys } from './passkeys.ts'
import { readFactors, readSecondFactorRoles } from './second-factor-store.ts'
import type { SecondFactors } from './second-factor.ts'
import { confirmSession } from './session-store.ts'
import { carefulRate, tooManyGuesses } from './sign-in-rate.ts'
import { siteOf } from './site.ts'

export type OwnSignInDeps = Readonly<{ access: Access; passkeys: Passkeys; secondFactors: SecondFactors }>

const own = { onRequest: requireRole('agent'), config: { beforeSecondFactor: true, rateLimit: carefulRate } }
const often = { onRequest: requireRole('agent'), config: { beforeSecondFactor: true } }
const passkeyName = z.string().trim().min(1, 'give a name').max(60, 'use at most 60 characters')
const passkeyId = z.object({ id: z.string().max(2_000) })
const code = z.strictObject({ code: z.string().min(1).max(20) })
const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()) }).describe('shown this once; each signs in once')

const ownSignIn = z.object({
  totpSince: z.iso.datetime().nullable().describe('null: no authenticator app'),
  recoveryCodesLeft: z.int(),
  passkeys: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      since: z.iso.datetime(),
      lastUsedAt: z.iso.datetime().nullable(),
      synced: z.boolean().describe('copied between devices by their maker'),
    }),
  ),
  passkeysPossible: z.boolean(),
  providers: z.array(z.object({ id: z.string(), name: z.string(), since: z.iso.datetime() })),
  onlyProvider: z.string().nullable().describe('the name of the provider that alone lets you in'),
  secondFactorRequired: z.boolean(),
})

export function registerOwnSignInRoutes(server: HttpServer, deps: OwnSignInDeps): void {
  registerOverview(server, deps)
  registerConfirmation(server, deps)
  registerTotp(server, deps)
  registerPasskeys(server, deps)
}

const siteFor = (access: Access, request: HttpRequest) => siteOf(access.options.publicUrl, request)

function registerOverview(server: HttpServer, { access, passkeys }: OwnSignInDeps): void {
  server.get(
    '/api/me/sign-in',
    { ...often, schema: { summary: 'How you sign in', response: { 200: ownSignIn } } },
    async (request) => {
      const user = userOf(request)
      const { knex } = access.options.database
      const [{ totpSince, recoveryCodes }, keys, links, only, roles] = await Promise.all([
        readFactors(knex, user.id),
        passkeys.list(user.id),
        listLinks(knex, user.id),
        findOnlyProvider(knex, user.id),
        readSecondFactorRoles(knex),
      ])
      return {
        totpSince: totpSince?.toISOString() ?? null,
        recoveryCodesLeft: recoveryCodes,
        passkeys: keys.map(({ id, name, since, lastUsedAt, synced }) => ({
          ...{ id, name, synced },
          since: since.toISOString(),
          lastUsedAt: lastUsedAt?.toISOString() ?? null,
        })),
        passkeysPossible: siteFor(access, request).passkeyDomain !== null,
        providers: links.map(({ providerId: id, name, since }) => ({ id, name, since: since.toISOString() })),
        onlyProvider: only?.name ?? null,
        secondFactorRequired: roles.includes(user.role),
      }
    },
  )
}

function registerConfirmation(server: HttpServer, { access, passkeys }: OwnSignInDeps): void {
  server.post(
    '/api/me/confirmation/question',
    {
      ...own,
      schema: { summary: 'Begin to confirm with a passkey that it is you', response: { 200: passkeyQuestion } },
    },
    async (request) => {
      request.audited = true
      return { ...(await passkeys.beginConfirmation(userOf(request), siteFor(access, request))) }
    },
  )
  server.post(
    '/api/me/confirmation',
    {
      ...own,
      schema: {
        summary: 'Confirm that it is you',
        description: 'Asked for before you change how you sign in, a quarter of an hour after the sign-in.',
        body: z.union([
          z.strictObject({ password: z.string().min(1).max(200) }),
          z.strictObject({ passkey: passkeyAnswer }),
        ]),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      request.audited = true
      const user = userOf(request)
      const { body } = request
      if ('passkey' in body) {
        const isYou = await passkeys.confirms(user, authenticationOf(body.passkey), siteFor(access, request))
        if (!isYou)
          throw new ApiError(403, 'wrong-passkey', 'this is no passkey of yours, or it came too late: try again')
      } else {
        const { waitMs, isRight } = await access.isPassword(user, body.password, request.ip)
        if (waitMs > 0) throw tooManyGuesses(waitMs)
        if (!isRight) throw new ApiError(403, 'wrong-password', 'the password is wrong')
      }
      await confirmSession(access.options.database.knex, user.sessionId)
      return reply.code(204).send(null)
    },
  )
}

function registerTotp(server: HttpServer, { access, secondFactors }: OwnSignInDeps): void {
  server.post(
    '/api/me/totp',
    {
      ...own,
      schema: {
        summary: 'Begin to set up an authenticator app',
        description: 'Nothing changes until a code confirms it.',
        response: { 200: z.object({ secret: z.string().describe('shown this once'), address: z.string() }) },
      },
    },
    async (request) => {
      request.audited = true
      await requireConfirmed(access, userOf(request))
      return secondFactors.begin(userOf(request))
    },
  )
  server.post(
    '/api/me/totp/confirmation',
    {
      ...own,
      schema: {
        summary: 'Confirm the authenticator app with its first code',
        body: code,
        response: { 200: recoveryCodes },
      },
    },
    async (request) => {
      const codes = await secondFactors.confirm(userOf(request), request.body.code, auditContext(request))
      if (codes === null) {
        throw invalid('this code is wrong: scan the QR code again, or set the clock of the device that shows it')
      }
      return { recoveryCodes: codes }
    },
  )
  server.delete(
    '/api/me/totp',
    { ...own, schema: { summary: 'Remove the authenticator app', response: { 204: z.null() } } },
    async (request, reply) => {
      await requireConfirmed(access, userOf(request))
      await secondFactors.remove(userOf(request), auditContext(request))
      return reply.code(204).send(null)
    },
  )
  server.post(
    '/api/me/recovery-codes',
    {
      ...own,
      schema: {
        summary: 'Make new recovery codes',
        description: 'Those before them are worth nothing any more.',
        response: { 200: recoveryCodes },
      },
    },
    async (request) => {
      await requireConfirmed(access, userOf(request))
      return { recoveryCodes: await secondFactors.renewRecoveryCodes(userOf(request), auditContext(request)) }
    },
  )
}

function registerPasskeys(server: HttpServer, { access, passkeys }: OwnSignInDeps): void {
  const unknown = (): Error => notFound('you have no such passkey')
  server.post(
    '/api/me/passkeys/question',
    {
      ...own,
      schema: {
        summary: 'Begin to add a passkey',
        description: "The options of WebAuthn's navigator.credentials.create(), good once and for five minutes.",
        response: { 200: passkeyQuestion },
      },
    },
    async (request) => {
      request.audited = true
      await requireConfirmed(access, userOf(request))
      return { ...(await passkeys.beginNew(userOf(request), siteFor(access, request))) }
    },
  )
  server.post(
    '/api/me/passkeys',
    {
      ...own,
      schema: {
        summary: 'Add a passkey',
        body: z.strictObject({ name: passkeyName, passkey: newPasskeyAnswer }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { name, passkey } = request.body
      const site = siteFor(access, request)
      const isAdded = await passkeys.add(userOf(request), name, registrationOf(passkey), site, auditContext(request))
      if (!isAdded) throw invalid('this passkey does not fit what was asked, or came too late: try again')
      return reply.code(204).send(null)
    },
  )
  server.patch(
    '/api/me/passkeys/:id',
    {
      ...own,
      schema: {
        summary: 'Rename a passkey',
        params: passkeyId,
        body: z.strictObject({ name: passkeyName }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if (!(await passkeys.rename(userOf(request), id, request.body.name, auditContext(request)))) throw unknown()
      return reply.code(204).send(null)
    },
  )
  server.delete(
    '/api/me/passkeys/:id',
    { ...own, schema: { summary: 'Remove a passkey', params: passkeyId, response: { 204: z.null() } } },
    async (request, reply) => {
      await requireConfirmed(access, userOf(request))
      if (!(await passkeys.remove(userOf(request), request.params.id, auditContext(request)))) throw unknown()
      return reply.code(204).send(null)
    },
  )
}
