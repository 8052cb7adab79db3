/** What somebody on their way in was asked, kept until it is answered: once, and within minutes. */
import type { Knex } from 'knex'
import { z } from 'zod'
import { hashToken } from './tokens.ts'

/** `second-factor`: the first was right. `passkey-*`: its random challenge. `provider`: went to sign in elsewhere. */
export type ChallengeKind = 'second-factor' | 'passkey-sign-in' | 'passkey-confirmation' | 'passkey-new' | 'provider'

export type NewChallenge = Readonly<{
  token: string
  kind: ChallengeKind
  userId: string | null
  data: Readonly<Record<string, string>>
  expiresAt: Date
}>
export type Challenge = Readonly<{ userId: string | null; data: Readonly<Record<string, string>> }>

const row = z.object({
  user_id: z.uuid().nullable(),
  data: z.record(z.string(), z.string()),
})

export async function insertChallenge(knex: Knex, challenge: NewChallenge, now: Date): Promise<void> {
  await knex('sign_in_challenges').where('expires_at', '<', now).delete()
  await knex('sign_in_challenges').insert({
    token_hash: hashToken(challenge.token),
    kind: challenge.kind,
    user_id: challenge.userId,
    data: JSON.stringify(challenge.data),
    expires_at: challenge.expiresAt,
  })
}

const open = (knex: Knex, token: string, kind: ChallengeKind, now: Date): Knex.QueryBuilder =>
  knex('sign_in_challenges')
    .where({ token_hash: hashToken(token), kind })
    .where('expires_at', '>', now)

/** Takes it away: of two that answer at once, one gets null. */
export async function takeChallenge(
  knex: Knex,
  token: string,
  kind: ChallengeKind,
  now: Date,
): Promise<Challenge | null> {
  const [taken] = (await open(knex, token, kind, now).delete().returning(['user_id', 'data'])) as unknown[]
  return challengeOf(taken)
}

export async function findChallenge(
  knex: Knex,
  token: string,
  kind: ChallengeKind,
  now: Date,
): Promise<Challenge | null> {
  return challengeOf(await open(knex, token, kind, now).first('user_id', 'data'))
}

/** Whoever answers wrongly too often begins anew. */
export async function failChallenge(knex: Knex, token: string, mostFailures: number): Promise<void> {
  const found = knex('sign_in_challenges').where({ token_hash: hashToken(token) })
  await found.clone().increment('failures', 1)
  await found.clone().where('failures', '>=', mostFailures).delete()
}

function challengeOf(found: unknown): Challenge | null {
  if (found === undefined) return null
  const { user_id: userId, data } = row.parse(found)
  return { userId, data }
}
