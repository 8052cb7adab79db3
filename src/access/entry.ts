/** The last steps of every way in: whether a second factor is due, and the session that is opened. */
import type { Database } from '../platform/database/database.ts'
import { writeAudit } from './audit-store.ts'
import { insertChallenge } from './challenge-store.ts'
import { hasOneTimePassword, type Person } from './credential-store.ts'
import { findOnlyProvider } from './identity-provider-store.ts'
import { readFactors, readSecondFactorRoles } from './second-factor-store.ts'
import { deleteOldSessions, insertSession, type SignInMethod } from './session-store.ts'
import { hashToken, newToken } from './tokens.ts'

/** Where somebody signs in from. */
export type Visit = Readonly<{ address: string; userAgent: string | null }>

export const secondWays = ['code', 'recovery-code', 'passkey'] as const
export type SecondWay = (typeof secondWays)[number]

export type SignedIn = Readonly<{
  outcome: 'signed-in'
  token: string
  expiresAt: Date
  user: Person
  due: boolean
  passwordDue: boolean
}>
export type Entered =
  | SignedIn
  /** `token` is what the answer to the second factor belongs to. */
  | Readonly<{ outcome: 'second-factor'; token: string; expiresAt: Date; ways: SecondWay[] }>

export type SignIn =
  | Entered
  | Readonly<{ outcome: 'refused' }>
  | Readonly<{ outcome: 'locked'; retryAfterMs: number }>
  /** This person signs in at a provider alone. */
  | Readonly<{ outcome: 'elsewhere'; provider: Readonly<{ id: string; name: string }> }>

export type Entry = ReturnType<typeof createEntry>

const answerWithinMs = 5 * 60_000
const userAgentLength = 300

export function createEntry(knex: Database['knex'], sessionTtlMs: number, now: () => number) {
  const open = async (person: Person, method: SignInMethod, strong: boolean, visit: Visit): Promise<SignedIn> => {
    const token = newToken('session')
    const expiresAt = new Date(now() + sessionTtlMs)
    const userAgent = visit.userAgent?.slice(0, userAgentLength) ?? null
    const session = { tokenHash: hashToken(token), userId: person.id, expiresAt, method, strong }
    const { id, username, name, role } = person
    await knex.transaction(async (trx) => {
      const sessionId = await insertSession(trx, { ...session, address: visit.address, userAgent })
      const principal = { kind: 'user', id, username, name, role, sessionId } as const
      const context = { principal, address: visit.address, requestId: null }
      const subject = { kind: 'session', id: sessionId }
      await writeAudit(trx, context, { action: 'sign-in', subject, after: { method, strong } })
    })
    await deleteOldSessions(knex)
    const due = !strong && (await readSecondFactorRoles(knex)).includes(role)
    const passwordDue = method === 'password' && (await hasOneTimePassword(knex, id))
    return { outcome: 'signed-in', token, expiresAt, user: { id, username, name, role }, due, passwordDue }
  }

  return {
    open,
    /** The first factor was right, and is no second one by itself. */
    async afterFirst(person: Person, method: SignInMethod, visit: Visit): Promise<Entered> {
      const ways = await waysOf(knex, person)
      if (ways.length === 0) return open(person, method, false, visit)
      const token = newToken('step')
      const expiresAt = new Date(now() + answerWithinMs)
      const challenge = { token, kind: 'second-factor', userId: person.id, data: { method }, expiresAt } as const
      await insertChallenge(knex, challenge, new Date(now()))
      return { outcome: 'second-factor', token, expiresAt, ways }
    },
  }
}

/** By which a person can, and has to, go on after the first factor; none: the first is enough. */
export async function waysOf(knex: Database['knex'], { id, role }: Pick<Person, 'id' | 'role'>): Promise<SecondWay[]> {
  const { totpSince, passkeys, recoveryCodes } = await readFactors(knex, id)
  // A passkey is a way in by itself, which is closed to people of such a provider.
  const hasPasskey = passkeys > 0 && (await findOnlyProvider(knex, id)) === null
  const isAsked = totpSince !== null || (hasPasskey && (await readSecondFactorRoles(knex)).includes(role))
  if (!isAsked) return []
  const has = { code: totpSince !== null, 'recovery-code': recoveryCodes > 0, passkey: hasPasskey }
  return secondWays.filter((way) => has[way])
}
