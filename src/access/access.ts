/** Signing in and out, and telling who a token belongs to. */
import type { Database } from '../platform/database/database.ts'
import type { Principal } from '../platform/http/principal.ts'
import { useApiKey } from './api-key-store.ts'
import { writeAudit, type AuditContext, type AuditEntry } from './audit-store.ts'
import {
  deleteOldSessions,
  findForSignIn,
  findPasswordHash,
  findSession,
  insertSession,
  revokeSession,
  revokeSessionsOf,
  storePasswordHash,
  usernameOf,
} from './credential-store.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import { createSignInLimits } from './sign-in-limits.ts'
import { hashToken, kindOfToken, newToken } from './tokens.ts'

export type AccessOptions = Readonly<{
  database: Database
  /** Milliseconds; 12 hours unless given: a working day, after which people sign in again. */
  sessionTtlMs?: number
  /** Of other origins that may use the cookie, such as `https://contact.example.com` behind a proxy. */
  trustedOrigins?: readonly string[]
  /** Sign-in attempts per minute from one address, whatever their outcome; 600 unless given. */
  signInsPerMinute?: number
  /** Told after a password has changed, so that a plaintext copy of the first one can go. */
  onPasswordChanged?: (username: string) => Promise<void>
  now?: () => number
}>

type SignedInUser = Extract<Principal, { kind: 'user' }>

export type SignIn =
  | Readonly<{ outcome: 'signed-in'; token: string; expiresAt: Date; user: Omit<SignedInUser, 'sessionId' | 'kind'> }>
  | Readonly<{ outcome: 'refused' }>
  | Readonly<{ outcome: 'locked'; retryAfterMs: number }>

export type Access = Readonly<{
  options: AccessOptions
  signIn(username: string, password: string, address: string): Promise<SignIn>
  signOut(sessionId: string): Promise<void>
  /** null: unknown, expired, revoked, or of a disabled user. */
  principalOfToken(token: string): Promise<Principal | null>
  /** False when the current password is wrong. Ends the user's other sessions. */
  changeOwnPassword(user: SignedInUser, current: string, next: string, context: AuditContext): Promise<boolean>
  /** False when there is no such user. Ends all of the user's sessions. */
  resetPassword(userId: string, next: string, context: AuditContext): Promise<boolean>
  audit(context: AuditContext, entry: AuditEntry): Promise<void>
}>

const defaultSessionTtlMs = 12 * 60 * 60_000

export function createAccess(options: AccessOptions): Access {
  const { knex } = options.database
  const now = options.now ?? Date.now
  const limits = createSignInLimits()

  const setPassword = async (
    userId: string,
    next: string,
    keepSession: string | null,
    context: AuditContext,
    action: string,
  ): Promise<boolean> => {
    const username = await usernameOf(knex, userId)
    if (username === undefined) return false
    const passwordHash = await hashPassword(next)
    await knex.transaction(async (trx) => {
      await storePasswordHash(trx, userId, passwordHash)
      await revokeSessionsOf(trx, userId, keepSession)
      await writeAudit(trx, context, { action, subject: { kind: 'user', id: userId } })
    })
    await options.onPasswordChanged?.(username)
    return true
  }

  return {
    options,
    async signIn(username, password, address) {
      const retryAfterMs = limits.attempt(username, address, now())
      if (retryAfterMs > 0) return { outcome: 'locked', retryAfterMs }
      const found = await findForSignIn(knex, username)
      if (!(await verifyPassword(found?.passwordHash, password)) || found === undefined) return { outcome: 'refused' }
      limits.succeeded(username, address)
      const token = newToken('session')
      const expiresAt = new Date(now() + (options.sessionTtlMs ?? defaultSessionTtlMs))
      await insertSession(knex, { tokenHash: hashToken(token), userId: found.id, expiresAt, address })
      await deleteOldSessions(knex)
      const { passwordHash: _, ...user } = found
      return { outcome: 'signed-in', token, expiresAt, user }
    },
    signOut: (sessionId) => revokeSession(knex, sessionId),
    async principalOfToken(token) {
      const kind = kindOfToken(token)
      if (kind === null) return null
      if (kind === 'session') {
        const session = await findSession(knex, hashToken(token))
        return session === undefined ? null : { kind: 'user', ...session }
      }
      const key = await useApiKey(knex, hashToken(token))
      return key === undefined ? null : { kind: 'api-key', id: key.id, name: key.name, role: key.role }
    },
    async changeOwnPassword(user, current, next, context) {
      const passwordHash = await findPasswordHash(knex, user.id)
      if (!(await verifyPassword(passwordHash, current))) return false
      return setPassword(user.id, next, user.sessionId, context, 'change-password')
    },
    resetPassword: (userId, next, context) => setPassword(userId, next, null, context, 'reset-password'),
    audit: (context, entry) => writeAudit(knex, context, entry),
  }
}
