/** TOTP secrets, recovery codes, and who has which second factor. */
import type { Knex } from 'knex'

/** `passkeys`: how many; `recoveryCodes`: how many are left. */
export type Factors = Readonly<{ totpSince: Date | null; passkeys: number; recoveryCodes: number }>
export type TotpRow = Readonly<{ sealed: string; confirmedAt: Date | null; lastStep: number }>

export async function readFactors(knex: Knex, userId: string): Promise<Factors> {
  const { rows } = await knex.raw<{ rows: { since: Date | null; passkeys: string; codes: string }[] }>(
    `select (select confirmed_at from totp_secrets where user_id = :userId) as since,
      (select count(*) from passkeys where user_id = :userId) as passkeys,
      (select count(*) from recovery_codes where user_id = :userId and used_at is null) as codes`,
    { userId },
  )
  const [found] = rows
  return {
    totpSince: found?.since ?? null,
    passkeys: Number(found?.passkeys ?? 0),
    recoveryCodes: Number(found?.codes ?? 0),
  }
}

export async function readTotp(knex: Knex, userId: string): Promise<TotpRow | undefined> {
  return knex('totp_secrets')
    .where({ user_id: userId })
    .first<TotpRow | undefined>('sealed', 'confirmed_at as confirmedAt', 'last_step as lastStep')
}

/** A secret that was shown before and never proved is replaced; one that is in use is not (false). */
export async function writePendingTotp(knex: Knex, userId: string, sealed: string): Promise<boolean> {
  const written = await knex('totp_secrets')
    .insert({ user_id: userId, sealed })
    .onConflict('user_id')
    .merge({ sealed, last_step: 0 })
    .whereNull('totp_secrets.confirmed_at')
    .returning('user_id')
  return written.length > 0
}

/** False: a code of this step, or a later one, has been taken already. */
export async function takeTotpStep(knex: Knex, userId: string, step: number, confirm = false): Promise<boolean> {
  const changed = await knex('totp_secrets')
    .where({ user_id: userId })
    .where('last_step', '<', step)
    .update({ last_step: step, ...(confirm && { confirmed_at: knex.fn.now() }) })
  return changed === 1
}

/** False: there was none. */
export async function deleteTotp(knex: Knex, userId: string): Promise<boolean> {
  return (await knex('totp_secrets').where({ user_id: userId }).delete()) > 0
}

/** Those before them are worth nothing any more. */
export async function replaceRecoveryCodes(knex: Knex, userId: string, hashes: readonly Buffer[]): Promise<void> {
  await knex('recovery_codes').where({ user_id: userId }).delete()
  if (hashes.length > 0)
    await knex('recovery_codes').insert(hashes.map((hash) => ({ user_id: userId, code_hash: hash })))
}

/** False: unknown, or used before. */
export async function takeRecoveryCode(knex: Knex, userId: string, hash: Buffer): Promise<boolean> {
  const changed = await knex('recovery_codes')
    .where({ user_id: userId, code_hash: hash, used_at: null })
    .update({ used_at: knex.fn.now() })
  return changed === 1
}

export async function readSecondFactorRoles(knex: Knex): Promise<string[]> {
  const row = await knex('sign_in_settings').first<{ roles: string[] } | undefined>('second_factor_roles as roles')
  return row?.roles ?? []
}

export async function writeSecondFactorRoles(knex: Knex, roles: readonly string[]): Promise<void> {
  await knex('sign_in_settings').update({ second_factor_roles: [...roles] })
}
