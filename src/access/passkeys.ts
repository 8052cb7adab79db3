/** Passkeys (WebAuthn Level 3): made and used with the person verified, so that one alone is two factors. */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { conflict } from '../platform/http/errors.ts'
import type { Access, SignedInUser } from './access.ts'
import { writeAudit, type AuditContext } from './audit-store.ts'
import { insertChallenge, takeChallenge, type ChallengeKind } from './challenge-store.ts'
import { findPerson } from './credential-store.ts'
import type { SignIn, Visit } from './entry.ts'
import { findOnlyProvider } from './identity-provider-store.ts'
import {
  deletePasskey,
  findPasskey,
  insertPasskey,
  listPasskeys,
  renamePasskey,
  usePasskey,
  type PasskeyRow,
} from './passkey-store.ts'
import { replaceRecoveryCodes, readFactors } from './second-factor-store.ts'
import { refuseTheLast } from './second-factor.ts'
import { raiseSession } from './session-store.ts'
import type { Site } from './site.ts'

export type Passkeys = Readonly<{
  beginSignIn(site: Site): Promise<PublicKeyCredentialRequestOptionsJSON>
  signIn(response: AuthenticationResponseJSON, site: Site, visit: Visit): Promise<SignIn>
  beginConfirmation(user: SignedInUser, site: Site): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** Whether it is this user's passkey, used just now. */
  confirms(user: SignedInUser, response: AuthenticationResponseJSON, site: Site): Promise<boolean>
  beginNew(user: SignedInUser, site: Site): Promise<PublicKeyCredentialCreationOptionsJSON>
  /** False: the answer doesn't fit what was asked, or came too late. */
  add(
    user: SignedInUser,
    name: string,
    response: RegistrationResponseJSON,
    site: Site,
    context: AuditContext,
  ): Promise<boolean>
  list(userId: string): Promise<PasskeyRow[]>
  rename(user: SignedInUser, id: string, name: string, context: AuditContext): Promise<boolean>
  remove(user: SignedInUser, id: string, context: AuditContext): Promise<boolean>
}>

const answerWithinMs = 5 * 60_000
const mostPasskeys = 20

export function createPasskeys(access: Access): Passkeys {
  const { log } = access.options
  const { knex } = access.options.database

  const remember = (challenge: string, kind: ChallengeKind, userId: string | null): Promise<void> => {
    const expiresAt = new Date(access.now() + answerWithinMs)
    return insertChallenge(knex, { token: challenge, kind, userId, data: {}, expiresAt }, new Date(access.now()))
  }
  const take = (challenge: string, kind: ChallengeKind) => takeChallenge(knex, challenge, kind, new Date(access.now()))

  /** The passkey that signed, once its signature, its challenge and its counter are found good. */
  const verified = async (
    response: AuthenticationResponseJSON,
    kind: 'passkey-sign-in' | 'passkey-confirmation',
    site: Site,
  ): Promise<{ passkey: PasskeyRow; askedOf: string | null } | null> => {
    const domain = domainOf(site)
    const challenge = await take(challengeIn(response.response.clientDataJSON), kind)
    const passkey = await findPasskey(knex, response.id)
    if (challenge === null || passkey === undefined || passkey.rpId !== domain) return null
    const { id, counter, publicKey } = passkey
    try {
      const { verified: isGood, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        // It was ours, and has been taken: no second answer finds it.
        expectedChallenge: challengeIn(response.response.clientDataJSON),
        expectedOrigin: site.origin,
        expectedRPID: domain,
        credential: { id, counter, publicKey: new Uint8Array(publicKey) },
        requireUserVerification: true,
      })
      if (!isGood || !(await usePasskey(knex, passkey, authenticationInfo.newCounter))) return null
      return { passkey, askedOf: challenge.userId }
    } catch (error) {
      log.warn({ err: error, userId: passkey.userId }, 'a passkey was refused')
      return null
    }
  }

  return {
    async beginSignIn(site) {
      const options = await generateAuthenticationOptions({ rpID: domainOf(site), userVerification: 'required' })
      await remember(options.challenge, 'passkey-sign-in', null)
      return options
    },
    async signIn(response, site, visit) {
      const used = await verified(response, 'passkey-sign-in', site)
      const person = used === null ? undefined : await findPerson(knex, { id: used.passkey.userId })
      if (person === undefined) return { outcome: 'refused' }
      const provider = await findOnlyProvider(knex, person.id)
      if (provider !== null) return { outcome: 'elsewhere', provider }
      return access.entry.open(person, 'passkey', true, visit)
    },
    async beginConfirmation(user, site) {
      const own = await listPasskeys(knex, user.id)
      const allowCredentials = own.map(({ id }) => ({ id }))
      const options = await generateAuthenticationOptions({
        rpID: domainOf(site),
        userVerification: 'required',
        allowCredentials,
      })
      await remember(options.challenge, 'passkey-confirmation', user.id)
      return options
    },
    async confirms(user, response, site) {
      const used = await verified(response, 'passkey-confirmation', site)
      return used !== null && used.askedOf === user.id && used.passkey.userId === user.id
    },
    async beginNew(user, site) {
      const own = await listPasskeys(knex, user.id)
      if (own.length >= mostPasskeys)
        throw conflict('too-many', `you have ${mostPasskeys} passkeys: remove one before you add another`)
      const options = await generateRegistrationOptions({
        rpName: 'Centralita',
        rpID: domainOf(site),
        userName: user.username,
        userDisplayName: user.name,
        userID: new TextEncoder().encode(user.id),
        excludeCredentials: own.map(({ id }) => ({ id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      })
      await remember(options.challenge, 'passkey-new', user.id)
      return options
    },
    async add(user, name, response, site, context) {
      const domain = domainOf(site)
      const asked = challengeIn(response.response.clientDataJSON)
      if ((await take(asked, 'passkey-new'))?.userId !== user.id) return false
      const registration = await verifyRegistrationResponse({
        response,
        expectedChallenge: asked,
        expectedOrigin: site.origin,
        expectedRPID: domain,
        requireUserVerification: true,
      }).catch((error: unknown) => {
        log.warn({ err: error, userId: user.id }, 'a new passkey was refused')
        return { verified: false } as const
      })
      if (!registration.verified) return false
      const { credential, credentialBackedUp: synced } = registration.registrationInfo
      await knex.transaction(async (trx) => {
        const { id, publicKey, counter, transports = [] } = credential
        if (
          !(await insertPasskey(trx, {
            id,
            userId: user.id,
            rpId: domain,
            name,
            publicKey,
            counter,
            transports,
            synced,
          }))
        )
          throw conflict('in-use', 'this passkey is known already: use another device or remove it first')
        await raiseSession(trx, user.sessionId)
        await writeAudit(trx, context, { action: 'add-passkey', subject: subjectOf(user), after: { name } })
      })
      return true
    },
    list: (userId) => listPasskeys(knex, userId),
    rename: (user, id, name, context) =>
      knex.transaction(async (trx) => {
        const isThere = await renamePasskey(trx, user.id, id, name)
        if (isThere)
          await writeAudit(trx, context, { action: 'rename-passkey', subject: subjectOf(user), after: { name } })
        return isThere
      }),
    async remove(user, id, context) {
      const { totpSince, passkeys } = await readFactors(knex, user.id)
      const isLast = totpSince === null && passkeys <= 1
      if (isLast) await refuseTheLast(access, user)
      return knex.transaction(async (trx) => {
        const isThere = await deletePasskey(trx, user.id, id)
        if (isThere && isLast) await replaceRecoveryCodes(trx, user.id, [])
        if (isThere) await writeAudit(trx, context, { action: 'remove-passkey', subject: subjectOf(user) })
        return isThere
      })
    },
  }
}

const subjectOf = ({ id }: SignedInUser) => ({ kind: 'user', id })

function domainOf({ passkeyDomain }: Site): string {
  if (passkeyDomain === null)
    throw conflict(
      'no-passkeys',
      'passkeys need https and a host name: set PUBLIC_URL to the address that browsers use',
    )
  return passkeyDomain
}

/** What the browser says it has signed; checked with the signature. Empty: it says nothing that can be read. */
function challengeIn(clientDataJson: string): string {
  try {
    const said: unknown = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString('utf8'))
    return typeof said === 'object' && said !== null && 'challenge' in said ? String(said.challenge) : ''
  } catch {
    return ''
  }
}
