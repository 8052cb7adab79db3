/** For whoever has the machine itself, when nobody can sign in any more. */
import type { Database } from '../platform/database/database.ts'
import { bySystem, writeAudit } from './audit-store.ts'
import { findPerson, storePasswordHash } from './credential-store.ts'
import { deleteLinksOfUser } from './identity-provider-store.ts'
import { deletePasskeysOf } from './passkey-store.ts'
import { generatePassword, hashPassword } from './passwords.ts'
import { deleteTotp, replaceRecoveryCodes } from './second-factor-store.ts'
import { revokeSessionsOf } from './session-store.ts'

/**
 * Leaves a new password as the only way in, and ends all sessions.
 * @returns the password; null: nobody who may sign in is called so
 */
export async function resetSignIn({ knex }: Pick<Database, 'knex'>, username: string): Promise<string | null> {
  const password = generatePassword()
  const passwordHash = await hashPassword(password)
  return knex.transaction(async (trx) => {
    const person = await findPerson(trx, { username })
    if (person === undefined) return null
    await storePasswordHash(trx, person.id, passwordHash, true)
    await deleteTotp(trx, person.id)
    await replaceRecoveryCodes(trx, person.id, [])
    await deletePasskeysOf(trx, person.id)
    await deleteLinksOfUser(trx, person.id)
    await revokeSessionsOf(trx, person.id)
    await writeAudit(trx, bySystem, { action: 'reset-sign-in', subject: { kind: 'user', id: person.id } })
    return password
  })
}
