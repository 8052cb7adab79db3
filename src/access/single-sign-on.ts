/** Signing in at an identity provider: the way there, the way back, and which of us has come. */
import type { Access } from './access.ts'
import { writeAudit } from './audit-store.ts'
import { insertChallenge, takeChallenge } from './challenge-store.ts'
import { findPerson, isTaken, type Person } from './credential-store.ts'
import type { Entered, Visit } from './entry.ts'
import { SsoError, usernameIn, type SsoProblem } from './identity-provider.ts'
import { findLinked, findProvider, insertLink, writeProblem, type ProviderRow } from './identity-provider-store.ts'
import { connectProvider, newJourney, type Claims, type Journey, type ProviderClient } from './provider-client.ts'
import type { Site } from './site.ts'
import { newToken } from './tokens.ts'

export type SingleSignOn = Readonly<{
  /** @throws SsoError */
  begin(providerId: string, site: Site): Promise<Readonly<{ token: string; address: string }>>
  /** `query`: what the provider sent the browser back with. @throws SsoError */
  finish(providerId: string, token: string | undefined, query: string, site: Site, visit: Visit): Promise<Entered>
  /** Reads the provider's own description. @throws SsoError */
  check(providerId: string): Promise<void>
  /** For the page that says so, the log and the admin who looks after it. */
  report(providerId: string, error: unknown): Promise<SsoProblem>
}>

export const redirectUriOf = (site: Site, providerId: string): string =>
  `${site.url}/api/sessions/providers/${providerId}/callback`

const backWithinMs = 10 * 60_000
/** A provider's description is read again after this. */
const knownForMs = 10 * 60_000

export const sealPurposeOf = (providerId: string): string => `provider ${providerId}`

export function createSingleSignOn(access: Access): SingleSignOn {
  const { box, hire, log, outgoing } = access.options
  const { knex } = access.options.database
  const known = new Map<string, { version: number; until: number; client: Promise<ProviderClient> }>()

  const provider = async (id: string): Promise<ProviderRow> => {
    const found = await findProvider(knex, id)
    if (found === undefined || !found.settings.enabled)
      throw new SsoError('unknown-provider', `there is no provider ${id}`)
    return found
  }

  const clientOf = (row: ProviderRow): Promise<ProviderClient> => {
    const before = known.get(row.id)
    const version = row.updatedAt.getTime()
    if (before !== undefined && before.version === version && before.until > access.now()) return before.client
    const { issuer, clientId, scopes } = row.settings
    const clientSecret = row.sealedSecret === null ? null : box.open(row.sealedSecret, sealPurposeOf(row.id))
    if (row.sealedSecret !== null && clientSecret === null)
      throw new SsoError('misconfigured', 'the client secret was sealed with another key: enter it again')
    const client = connectProvider({ issuer, clientId, clientSecret, scopes }, outgoing)
    known.set(row.id, { version, until: access.now() + knownForMs, client })
    client.catch(() => known.delete(row.id))
    return client
  }

  const personBehind = async (row: ProviderRow, claims: Claims, visit: Visit): Promise<Person> => {
    const linked = await findLinked(knex, row.id, claims.sub)
    if (linked !== undefined) {
      if (!linked.enabled) throw new SsoError('disabled', `${linked.username} is disabled here: enable the user first`)
      return linked
    }
    const username = usernameIn(claims, row.settings)
    const person = (await findPerson(knex, { username })) ?? (await hired(row, username, claims, visit))
    const context = { principal: 'system', address: visit.address, requestId: null } as const
    await knex.transaction(async (trx) => {
      if (!(await insertLink(trx, row.id, claims.sub, person.id))) {
        throw new SsoError(
          'linked-elsewhere',
          `${username} is linked to somebody else at this provider: unlink the user first if that is wrong`,
        )
      }
      const entry = { action: 'link-provider', subject: { kind: 'user', id: person.id }, after: { provider: row.id } }
      await writeAudit(trx, context, entry)
    })
    return person
  }

  const hired = async (row: ProviderRow, username: string, claims: Claims, visit: Visit): Promise<Person> => {
    if (await isTaken(knex, username))
      throw new SsoError('disabled', `${username} is disabled here: enable the user first`)
    const role = row.settings.createAs
    if (role === null || hire === undefined) {
      throw new SsoError(
        'unknown-person',
        `nobody is called ${username} here: add the user, or set createAs so that they are added`,
      )
    }
    const said = claims['name']
    const name = typeof said === 'string' && said.trim() !== '' ? said.trim().slice(0, 100) : username
    await hire({ username, name, role }, { principal: 'system', address: visit.address, requestId: null })
    const person = await findPerson(knex, { username })
    if (person === undefined) throw new Error(`${username} was added and is not there`)
    return person
  }

  return {
    async begin(providerId, site) {
      const client = await clientOf(await provider(providerId))
      const journey = newJourney()
      const address = await client.addressFor(redirectUriOf(site, providerId), journey)
      const token = newToken('step')
      const data = { ...journey, providerId }
      const expiresAt = new Date(access.now() + backWithinMs)
      await insertChallenge(knex, { token, kind: 'provider', userId: null, data, expiresAt }, new Date(access.now()))
      return { token, address }
    },
    async finish(providerId, token, query, site, visit) {
      const challenge =
        token === undefined ? null : await takeChallenge(knex, token, 'provider', new Date(access.now()))
      if (challenge === null || challenge.data['providerId'] !== providerId)
        throw new SsoError('expired', 'the browser came back too late, twice, or without the cookie that it left with')
      const row = await provider(providerId)
      const client = await clientOf(row)
      const returned = new URL(`${redirectUriOf(site, providerId)}${query}`)
      const claims = await client.claimsFrom(returned, journeyOf(challenge.data), row.settings.usernameClaim)
      const person = await personBehind(row, claims, visit)
      await writeProblem(knex, providerId, null)
      return row.settings.secondFactor
        ? access.entry.open(person, 'provider', true, visit)
        : access.entry.afterFirst(person, 'provider', visit)
    },
    async check(providerId) {
      known.delete(providerId)
      await clientOf(await provider(providerId))
      await writeProblem(knex, providerId, null)
    },
    async report(providerId, error) {
      if (!(error instanceof SsoError)) throw error
      const { code, message } = error
      log.warn({ provider: providerId, code, problem: message }, 'single sign-on did not lead in')
      // What a browser alone can bring about says nothing of the provider.
      if (code !== 'expired' && code !== 'refused')
        await writeProblem(knex, providerId, { at: new Date(access.now()).toISOString(), code, message })
      return code
    },
  }
}

const journeyOf = (data: Readonly<Record<string, string>>): Journey => ({
  state: data['state'] ?? '',
  nonce: data['nonce'] ?? '',
  verifier: data['verifier'] ?? '',
})
