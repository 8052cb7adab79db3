/** Passkeys: public keys alone, which are worth nothing to whoever steals them. */
import type { Knex } from 'knex'

export type PasskeyRow = Readonly<{
  id: string
  userId: string
  rpId: string
  name: string
  publicKey: Buffer
  counter: number
  transports: string[]
  synced: boolean
  since: Date
  lastUsedAt: Date | null
}>

const columns = [
  'id',
  'user_id as userId',
  'rp_id as rpId',
  'name',
  'public_key as publicKey',
  'counter',
  'transports',
  'synced',
  'created_at as since',
  'last_used_at as lastUsedAt',
] as const

export async function listPasskeys(knex: Knex, userId: string): Promise<PasskeyRow[]> {
  return knex('passkeys')
    .where({ user_id: userId })
    .orderBy('created_at')
    .select<PasskeyRow[]>(...columns)
}

export async function findPasskey(knex: Knex, id: string): Promise<PasskeyRow | undefined> {
  return knex('passkeys')
    .where({ id })
    .first<PasskeyRow | undefined>(...columns)
}

/** False: this passkey is known already. */
export async function insertPasskey(
  knex: Knex,
  passkey: Omit<PasskeyRow, 'since' | 'lastUsedAt' | 'publicKey'> & Readonly<{ publicKey: Uint8Array }>,
): Promise<boolean> {
  const inserted = await knex('passkeys')
    .insert({
      id: passkey.id,
      user_id: passkey.userId,
      rp_id: passkey.rpId,
      name: passkey.name,
      public_key: Buffer.from(passkey.publicKey),
      counter: passkey.counter,
      transports: passkey.transports,
      synced: passkey.synced,
    })
    .onConflict('id')
    .ignore()
    .returning('id')
  return inserted.length > 0
}

/** False: its counter has been used meanwhile, as a copy of it would. */
export async function usePasskey(knex: Knex, passkey: PasskeyRow, counter: number): Promise<boolean> {
  const changed = await knex('passkeys')
    .where({ id: passkey.id, counter: passkey.counter })
    .update({ counter, last_used_at: knex.fn.now() })
  return changed === 1
}

export async function renamePasskey(knex: Knex, userId: string, id: string, name: string): Promise<boolean> {
  return (await knex('passkeys').where({ id, user_id: userId }).update({ name })) > 0
}

export async function deletePasskey(knex: Knex, userId: string, id: string): Promise<boolean> {
  return (await knex('passkeys').where({ id, user_id: userId }).delete()) > 0
}

export async function deletePasskeysOf(knex: Knex, userId: string): Promise<void> {
  await knex('passkeys').where({ user_id: userId }).delete()
}
