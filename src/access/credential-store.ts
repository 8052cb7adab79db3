/** Password hashes and the sessions that were opened with them. */
import type { Knex } from 'knex'
import type { Role } from '../platform/http/principal.ts'

export type SignInRow = Readonly<{ id: string; username: string; name: string; role: Role; passwordHash: string }>
export type SessionRow = Readonly<{ sessionId: string; id: string; username: string; name: string; role: Role }>
export type NewSession = Readonly<{ tokenHash: Buffer; userId: string; expiresAt: Date; address: string | null }>

export async function findForSignIn(knex: Knex, username: string): Promise<SignInRow | undefined> {
  return knex('users')
    .join('credentials', 'credentials.user_id', 'users.id')
    .where({ username, enabled: true })
    .first<SignInRow | undefined>('id', 'username', 'name', 'role', 'password_hash as passwordHash')
}

export async function findPasswordHash(knex: Knex, userId: string): Promise<string | undefined> {
  const row = await knex('credentials')
    .where({ user_id: userId })
    .first<{ hash: string } | undefined>('password_hash as hash')
  return row?.hash
}

export async function usernameOf(knex: Knex, userId: string): Promise<string | undefined> {
  const row = await knex('users').where({ id: userId }).first<{ username: string } | undefined>('username')
  return row?.username
}

export async function storePasswordHash(knex: Knex, userId: string, passwordHash: string): Promise<void> {
  await knex('credentials')
    .insert({ user_id: userId, password_hash: passwordHash, changed_at: knex.fn.now() })
    .onConflict('user_id')
    .merge()
}

export async function insertSession(knex: Knex, session: NewSession): Promise<void> {
  await knex('access_sessions').insert({
    token_hash: session.tokenHash,
    user_id: session.userId,
    expires_at: session.expiresAt,
    address: session.address,
  })
}

/** Of an enabled user, neither expired nor revoked. */
export async function findSession(knex: Knex, tokenHash: Buffer): Promise<SessionRow | undefined> {
  return knex('access_sessions as s')
    .join('users as u', 'u.id', 's.user_id')
    .where('s.token_hash', tokenHash)
    .whereNull('s.revoked_at')
    .where('s.expires_at', '>', knex.fn.now())
    .where('u.enabled', true)
    .first<SessionRow | undefined>('s.id as sessionId', 'u.id', 'u.username', 'u.name', 'u.role')
}

export async function revokeSession(knex: Knex, sessionId: string): Promise<void> {
  await knex('access_sessions').where({ id: sessionId }).whereNull('revoked_at').update({ revoked_at: knex.fn.now() })
}

/** All of a user's, but for the one that is given. */
export async function revokeSessionsOf(knex: Knex, userId: string, except: string | null = null): Promise<void> {
  const open = knex('access_sessions').where({ user_id: userId }).whereNull('revoked_at')
  await (except === null ? open : open.whereNot({ id: except })).update({ revoked_at: knex.fn.now() })
}

/** Rows that can't be used any more are kept for a month, for whoever looks into a break-in. */
export async function deleteOldSessions(knex: Knex): Promise<number> {
  return knex('access_sessions').whereRaw(`expires_at < now() - interval '30 days'`).delete()
}
