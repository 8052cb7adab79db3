/** Signing in and out, and telling who a token belongs to. */
import type { Database } from '../platform/database/database.ts'
import type { Principal } from '../platform/http/principal.ts'
import type { Log } from '../platform/log.ts'
import type { Outgoing } from '../platform/outgoing.ts'
import { useApiKey } from './api-key-store.ts'
import { writeAudit, type AuditContext, type AuditEntry } from './audit-store.ts'
import { findForSignIn, findPasswordHash, storePasswordHash, usernameOf, type Person } from './credential-store.ts'
import { createEntry, type Entry, type SignIn, type Visit } from './entry.ts'
import { findOnlyProvider } from './identity-provider-store.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import type { SecretBox } from './secret-box.ts'
import { findSession, revokeSession, revokeSessionsOf, touchSession, usableSessions } from './session-store.ts'
import { createSessionWatch } from './session-watch.ts'
import { createSignInLimits } from './sign-in-limits.ts'
import { hashToken, kindOfToken } from './tokens.ts'

export type AccessOptions = Readonly<{
  database: Database
  log: Log
  box: SecretBox
  /** Reaches identity providers. */
  outgoing: Outgoing
  /** The address that browsers use, such as `https://contact.example.com`; null: the one that each request came to. */
  publicUrl: string | null
  /** Milliseconds; 12 hours unless given: a working day, after which people sign in again. */
  sessionTtlMs?: number
  /** Sign-in attempts per minute from one address, whatever their outcome; 600 unless given. */
  signInsPerMinute?: number
  /** Adds a user whom a provider vouches for; without it nobody is added. */
  hire?: (person: Omit<Person, 'id'>, context: AuditContext) => Promise<void>
  /** Told after a password has changed, so that a plaintext copy of the first one can go. */
  onPasswordChanged?: (username: string) => Promise<void>
  now?: () => number
}>

export type SignedInUser = Extract<Principal, { kind: 'user' }>

/** What stands before every route. */
export type Guarding = Readonly<{
  /** Of other origins that may use the cookie, such as `https://contact.example.com` behind a proxy. */
  trustedOrigins: readonly string[]
  /** null: unknown, expired, revoked, or of a disabled user. */
  principalOfToken(token: string): Promise<Principal | null>
  audit(context: AuditContext, entry: AuditEntry): Promise<void>
}>

export type Access = Guarding &
  Readonly<{
    options: AccessOptions
    now: () => number
    entry: Entry
    signIn(username: string, password: string, visit: Visit): Promise<SignIn>
    signOut(user: SignedInUser): Promise<void>
    /** Milliseconds to wait when there were too many wrong passwords; `isRight` otherwise. */
    isPassword(user: SignedInUser, password: string, address: string): Promise<{ waitMs: number; isRight: boolean }>
    /** After `isPassword` of the current one. Ends the user's other sessions. */
    changeOwnPassword(user: SignedInUser, next: string, context: AuditContext): Promise<void>
    /** False when there is no such user. Ends all of the user's sessions. `oneTime`: they choose another when they sign in. */
    resetPassword(userId: string, next: string, oneTime: boolean, context: AuditContext): Promise<boolean>
    /** For connections that outlive their request: `end` is called once the session is over. Returns how to stop. */
    whileSignedIn(principal: Principal, end: () => void): () => void
    /** After anything that may have ended sessions: their connections are ended at once. */
    lookAgain(): Promise<void>
  }>

const defaultSessionTtlMs = 12 * 60 * 60_000

export function createAccess(options: AccessOptions): Access {
  const { knex } = options.database
  const now = options.now ?? Date.now
  const limits = createSignInLimits()
  const watch = createSessionWatch()
  const entry = createEntry(knex, options.sessionTtlMs ?? defaultSessionTtlMs, now)

  const lookAgain = async (): Promise<void> => {
    const watched = watch.watched()
    if (watched.length === 0) return
    const usable = await usableSessions(knex, watched)
    watch.end(watched.filter((sessionId) => !usable.has(sessionId)))
  }

  const setPassword = async (
    userId: string,
    next: string,
    how: Readonly<{ keepSession: string | null; oneTime: boolean; action: string }>,
    context: AuditContext,
  ): Promise<boolean> => {
    const username = await usernameOf(knex, userId)
    if (username === undefined) return false
    const passwordHash = await hashPassword(next)
    await knex.transaction(async (trx) => {
      await storePasswordHash(trx, userId, passwordHash, how.oneTime)
      await revokeSessionsOf(trx, userId, how.keepSession)
      await writeAudit(trx, context, { action: how.action, subject: { kind: 'user', id: userId } })
    })
    await lookAgain()
    await options.onPasswordChanged?.(username)
    return true
  }

  const isPassword: Access['isPassword'] = async (user, password, address) => {
    const waitMs = limits.attempt(user.username, address, now())
    if (waitMs > 0) return { waitMs, isRight: false }
    const isRight = await verifyPassword(await findPasswordHash(knex, user.id), password)
    if (isRight) limits.succeeded(user.username, address)
    return { waitMs: 0, isRight }
  }

  return {
    options,
    now,
    entry,
    trustedOrigins: options.publicUrl === null ? [] : [new URL(options.publicUrl).origin],
    async signIn(username, password, visit) {
      const retryAfterMs = limits.attempt(username, visit.address, now())
      if (retryAfterMs > 0) return { outcome: 'locked', retryAfterMs }
      const found = await findForSignIn(knex, username)
      if (!(await verifyPassword(found?.passwordHash, password)) || found === undefined) return { outcome: 'refused' }
      limits.succeeded(username, visit.address)
      const provider = await findOnlyProvider(knex, found.id)
      if (provider !== null) return { outcome: 'elsewhere', provider }
      return entry.afterFirst(found, 'password', visit)
    },
    async signOut(user) {
      await revokeSession(knex, user.id, user.sessionId)
      watch.end([user.sessionId])
    },
    async principalOfToken(token) {
      const kind = kindOfToken(token)
      if (kind === 'session') {
        const session = await findSession(knex, hashToken(token))
        if (session === undefined) return null
        const { isStale, secondFactorDue, passwordDue, ...user } = session
        if (isStale) await touchSession(knex, session.sessionId)
        return {
          kind: 'user',
          ...user,
          ...(secondFactorDue && { secondFactorDue }),
          ...(passwordDue && { passwordDue }),
        }
      }
      if (kind !== 'api-key') return null
      const key = await useApiKey(knex, hashToken(token))
      return key === undefined ? null : { kind: 'api-key', id: key.id, name: key.name, role: key.role }
    },
    isPassword,
    async changeOwnPassword(user, next, context) {
      const how = { keepSession: user.sessionId, oneTime: false, action: 'change-password' }
      await setPassword(user.id, next, how, context)
    },
    resetPassword: (userId, next, oneTime, context) =>
      setPassword(userId, next, { keepSession: null, oneTime, action: 'reset-password' }, context),
    whileSignedIn(principal, end) {
      return principal.kind === 'user' ? watch.watch(principal.sessionId, end) : () => undefined
    },
    lookAgain,
    audit: (context, entry) => writeAudit(knex, context, entry),
  }
}
