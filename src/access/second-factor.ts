/** The second factor by codes: setting it up, answering with it, losing it. */
import { conflict } from '../platform/http/errors.ts'
import type { Access, SignedInUser } from './access.ts'
import { writeAudit, type AuditContext } from './audit-store.ts'
import { failChallenge, findChallenge, takeChallenge } from './challenge-store.ts'
import { findPerson, usernameOf } from './credential-store.ts'
import { waysOf, type SecondWay, type SignIn, type Visit } from './entry.ts'
import { deletePasskeysOf } from './passkey-store.ts'
import { hashOfRecoveryCode, isAppCode, newRecoveryCodes } from './recovery-codes.ts'
import {
  deleteTotp,
  readFactors,
  readSecondFactorRoles,
  readTotp,
  replaceRecoveryCodes,
  takeRecoveryCode,
  takeTotpStep,
  writePendingTotp,
} from './second-factor-store.ts'
import { raiseSession, revokeSessionsOf, type SignInMethod } from './session-store.ts'
import { createSignInLimits } from './sign-in-limits.ts'
import { newTotpSecret, stepOfCode, totpAddress } from './totp.ts'

export type SecondFactors = Readonly<{
  /** Which ways are open to whoever holds this token; null: the time is over, or it was answered. */
  due(token: string): Promise<SecondWay[] | null>
  /** null: the time is over, or there were too many wrong answers: begin again with the first factor. */
  answer(token: string, code: string, visit: Visit): Promise<SignIn | null>
  forget(token: string): Promise<void>
  /** A new secret, shown this once; it counts from its first right code on. */
  begin(user: SignedInUser): Promise<Readonly<{ secret: string; address: string }>>
  /** The recovery codes, shown this once; null: the code is wrong. */
  confirm(user: SignedInUser, code: string, context: AuditContext): Promise<string[] | null>
  remove(user: SignedInUser, context: AuditContext): Promise<void>
  renewRecoveryCodes(user: SignedInUser, context: AuditContext): Promise<string[]>
  /** Of a user who has lost theirs: codes, app and passkeys; ends all their sessions. False: no such user. */
  reset(userId: string, context: AuditContext): Promise<boolean>
}>

const mostWrongAnswers = 5

const purposeOf = (userId: string): string => `totp ${userId}`
const subjectOf = (userId: string) => ({ kind: 'user', id: userId })

export function createSecondFactors(access: Access): SecondFactors {
  const { knex } = access.options.database
  const { box } = access.options
  // Of each person, from wherever: a password that somebody knows must not lead to any number of guesses.
  const limits = createSignInLimits()
  const now = (): Date => new Date(access.now())

  const isRight = async (userId: string, code: string, visit: Visit): Promise<boolean> => {
    if (!isAppCode(code)) {
      if (!(await takeRecoveryCode(knex, userId, hashOfRecoveryCode(code)))) return false
      const context = { principal: 'system', address: visit.address, requestId: null } as const
      await writeAudit(knex, context, { action: 'use-recovery-code', subject: subjectOf(userId) })
      return true
    }
    const totp = await readTotp(knex, userId)
    if (totp === undefined || totp.confirmedAt === null) return false
    return takeCode(userId, totp, code, false)
  }

  const takeCode = async (
    userId: string,
    totp: Readonly<{ sealed: string; lastStep: number }>,
    code: string,
    confirm: boolean,
  ): Promise<boolean> => {
    const secret = box.open(totp.sealed, purposeOf(userId))
    if (secret === null) {
      access.options.log.error({ userId }, 'a TOTP secret was sealed with another key: restore it, or reset the factor')
      return false
    }
    const step = stepOfCode(secret, code, access.now(), totp.lastStep)
    return step !== null && takeTotpStep(knex, userId, step, confirm)
  }

  return {
    async due(token) {
      const challenge = await findChallenge(knex, token, 'second-factor', now())
      const person = challenge?.userId == null ? undefined : await findPerson(knex, { id: challenge.userId })
      return person === undefined ? null : waysOf(knex, person)
    },
    async answer(token, code, visit) {
      const challenge = await findChallenge(knex, token, 'second-factor', now())
      const person = challenge?.userId == null ? undefined : await findPerson(knex, { id: challenge.userId })
      if (challenge === null || person === undefined) return null
      const retryAfterMs = limits.attempt(person.id, person.id, access.now())
      if (retryAfterMs > 0) return { outcome: 'locked', retryAfterMs }
      if (!(await isRight(person.id, code, visit))) {
        await failChallenge(knex, token, mostWrongAnswers)
        return { outcome: 'refused' }
      }
      limits.succeeded(person.id, person.id)
      if ((await takeChallenge(knex, token, 'second-factor', now())) === null) return null
      return access.entry.open(person, challenge.data['method'] as SignInMethod, true, visit)
    },
    async forget(token) {
      await takeChallenge(knex, token, 'second-factor', now())
    },
    async begin(user) {
      const secret = newTotpSecret()
      if (!(await writePendingTotp(knex, user.id, box.seal(secret, purposeOf(user.id)))))
        throw conflict('in-use', 'your authenticator app is set up: remove it before you set up another')
      return { secret, address: totpAddress(secret, user.username) }
    },
    async confirm(user, code, context) {
      const totp = await readTotp(knex, user.id)
      if (totp === undefined || totp.confirmedAt !== null)
        throw conflict('nothing-begun', 'there is no app to confirm: begin with POST /api/me/totp')
      if (!(await takeCode(user.id, totp, code, true))) return null
      const codes = newRecoveryCodes()
      await knex.transaction(async (trx) => {
        await replaceRecoveryCodes(trx, user.id, codes.map(hashOfRecoveryCode))
        await raiseSession(trx, user.sessionId)
        await writeAudit(trx, context, { action: 'add-totp', subject: subjectOf(user.id) })
      })
      return codes
    },
    async remove(user, context) {
      const { passkeys } = await readFactors(knex, user.id)
      if (passkeys === 0) await refuseTheLast(access, user)
      await knex.transaction(async (trx) => {
        if (!(await deleteTotp(trx, user.id))) throw conflict('none', 'no authenticator app is set up')
        if (passkeys === 0) await replaceRecoveryCodes(trx, user.id, [])
        await writeAudit(trx, context, { action: 'remove-totp', subject: subjectOf(user.id) })
      })
    },
    async renewRecoveryCodes(user, context) {
      const { totpSince, passkeys } = await readFactors(knex, user.id)
      if (totpSince === null && passkeys === 0)
        throw conflict('none', 'recovery codes stand in for a second factor: set one up first')
      const codes = newRecoveryCodes()
      await knex.transaction(async (trx) => {
        await replaceRecoveryCodes(trx, user.id, codes.map(hashOfRecoveryCode))
        await writeAudit(trx, context, { action: 'renew-recovery-codes', subject: subjectOf(user.id) })
      })
      return codes
    },
    async reset(userId, context) {
      const before = await readFactors(knex, userId)
      const found = await knex.transaction(async (trx) => {
        if ((await usernameOf(trx, userId)) === undefined) return false
        await deleteTotp(trx, userId)
        await replaceRecoveryCodes(trx, userId, [])
        await deletePasskeysOf(trx, userId)
        await revokeSessionsOf(trx, userId)
        await writeAudit(trx, context, { action: 'reset-second-factor', subject: subjectOf(userId), before })
        return true
      })
      await access.lookAgain()
      return found
    },
  }
}

/** @throws ApiError when this person's role asks for a second factor */
export async function refuseTheLast(access: Access, user: SignedInUser): Promise<void> {
  if ((await readSecondFactorRoles(access.options.database.knex)).includes(user.role))
    throw conflict(
      'second-factor-needed',
      'your role asks for a second factor: set up another before you remove this one',
    )
}
