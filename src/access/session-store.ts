/** Who is signed in, from where, and since when. */
import type { Knex } from 'knex'
import type { Role } from '../platform/http/principal.ts'

export type SignInMethod = 'password' | 'passkey' | 'provider'

export type SessionRow = Readonly<{
  sessionId: string
  id: string
  username: string
  name: string
  role: Role
  /** The role asks for a second factor, and this session was opened without one. */
  secondFactorDue: boolean
  /** It was opened with a password that somebody else has given. */
  passwordDue: boolean
  /** Not written down within the last minute. */
  isStale: boolean
}>
export type NewSession = Readonly<{
  tokenHash: Buffer
  userId: string
  expiresAt: Date
  address: string | null
  userAgent: string | null
  method: SignInMethod
  strong: boolean
}>
export type ListedSession = Readonly<{
  id: string
  address: string | null
  userAgent: string | null
  method: SignInMethod
  strong: boolean
  since: Date
  lastSeenAt: Date
  expiresAt: Date
}>

export async function insertSession(knex: Knex, session: NewSession): Promise<string> {
  const [row] = await knex('access_sessions')
    .insert({
      token_hash: session.tokenHash,
      user_id: session.userId,
      expires_at: session.expiresAt,
      address: session.address,
      user_agent: session.userAgent,
      method: session.method,
      strong: session.strong,
    })
    .returning<{ id: string }[]>('id')
  if (row === undefined) throw new Error('the database returned no id for the new session')
  return row.id
}

/** Of enabled users, neither expired nor revoked. */
const open = (knex: Knex): Knex.QueryBuilder =>
  knex('access_sessions as s')
    .join('users as u', 'u.id', 's.user_id')
    .whereNull('s.revoked_at')
    .where('s.expires_at', '>', knex.fn.now())
    .where('u.enabled', true)

const isDue = '(not s.strong and exists (select 1 from sign_in_settings where u.role = any (second_factor_roles)))'

const isPasswordDue = `(s.method = 'password'
  and exists (select 1 from credentials c where c.user_id = s.user_id and c.one_time))`

export async function findSession(knex: Knex, tokenHash: Buffer): Promise<SessionRow | undefined> {
  return open(knex)
    .where('s.token_hash', tokenHash)
    .first<SessionRow | undefined>(
      's.id as sessionId',
      'u.id',
      'u.username',
      'u.name',
      'u.role',
      knex.raw(`${isDue} as "secondFactorDue"`),
      knex.raw(`${isPasswordDue} as "passwordDue"`),
      knex.raw(`s.last_seen_at < now() - interval '1 minute' as "isStale"`),
    )
}

export async function touchSession(knex: Knex, id: string): Promise<void> {
  await knex('access_sessions').where({ id }).update({ last_seen_at: knex.fn.now() })
}

/** Those of the given ones that may go on. */
export async function usableSessions(knex: Knex, ids: readonly string[]): Promise<Set<string>> {
  const rows = await open(knex)
    .whereIn('s.id', [...ids])
    .whereRaw(`not ${isDue} and not ${isPasswordDue}`)
    .select<{ id: string }[]>('s.id')
  return new Set(rows.map(({ id }) => id))
}

/** Newest first. */
export async function listSessions(knex: Knex, userId: string): Promise<ListedSession[]> {
  return open(knex)
    .where('s.user_id', userId)
    .orderBy('s.created_at', 'desc')
    .limit(200)
    .select<ListedSession[]>(
      's.id',
      's.address',
      's.user_agent as userAgent',
      's.method',
      's.strong',
      's.created_at as since',
      's.last_seen_at as lastSeenAt',
      's.expires_at as expiresAt',
    )
}

/** False: not of that user, or over already. */
export async function revokeSession(knex: Knex, userId: string, sessionId: string): Promise<boolean> {
  const changed = await knex('access_sessions')
    .where({ id: sessionId, user_id: userId, revoked_at: null })
    .update({ revoked_at: knex.fn.now() })
  return changed === 1
}

/** All of a user's, but for the one that is given. Returns how many. */
export async function revokeSessionsOf(knex: Knex, userId: string, except: string | null = null): Promise<number> {
  const open = knex('access_sessions').where({ user_id: userId }).whereNull('revoked_at')
  return (except === null ? open : open.whereNot({ id: except })).update({ revoked_at: knex.fn.now() })
}

/** Its person has shown a second factor. */
export async function raiseSession(knex: Knex, sessionId: string): Promise<void> {
  await knex('access_sessions').where({ id: sessionId }).update({ strong: true, confirmed_at: knex.fn.now() })
}

export async function confirmSession(knex: Knex, sessionId: string): Promise<void> {
  await knex('access_sessions').where({ id: sessionId }).update({ confirmed_at: knex.fn.now() })
}

export async function isConfirmed(knex: Knex, sessionId: string, withinMs: number): Promise<boolean> {
  const row = await knex('access_sessions')
    .where({ id: sessionId })
    .whereRaw(`confirmed_at > now() - ? * interval '1 millisecond'`, [withinMs])
    .first<{ id: string } | undefined>('id')
  return row !== undefined
}

/** Rows that can't be used any more are kept for a month, for whoever looks into a break-in. */
export async function deleteOldSessions(knex: Knex): Promise<number> {
  return knex('access_sessions').whereRaw(`expires_at < now() - interval '30 days'`).delete()
}
