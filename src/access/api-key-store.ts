/** Keys for programs. */
import type { Knex } from 'knex'
import type { Role } from '../platform/http/principal.ts'

export type ApiKeyRow = Readonly<{
  id: string
  name: string
  role: Role
  createdAt: Date
  lastUsedAt: Date | null
  revokedAt: Date | null
}>

const columns = [
  'id',
  'name',
  'role',
  'created_at as createdAt',
  'last_used_at as lastUsedAt',
  'revoked_at as revokedAt',
] as const

type NewApiKey = Readonly<{ name: string; role: Role; keyHash: Buffer; createdBy: string | null }>

export async function insertApiKey(knex: Knex, key: NewApiKey): Promise<ApiKeyRow> {
  const row = { name: key.name, role: key.role, key_hash: key.keyHash, created_by: key.createdBy }
  const [inserted] = await knex('api_keys')
    .insert(row)
    .returning<ApiKeyRow[]>([...columns])
  if (inserted === undefined) throw new Error('the database returned no row for the new API key')
  return inserted
}

export async function listApiKeys(knex: Knex): Promise<ApiKeyRow[]> {
  return knex('api_keys')
    .select<ApiKeyRow[]>(...columns)
    .orderBy('created_at')
}

/** null: there is no such key, or it was revoked before. */
export async function revokeApiKey(knex: Knex, id: string): Promise<ApiKeyRow | null> {
  const [revoked] = await knex('api_keys')
    .where({ id })
    .whereNull('revoked_at')
    .update({ revoked_at: knex.fn.now() })
    .returning<ApiKeyRow[]>([...columns])
  return revoked ?? null
}

export async function useApiKey(knex: Knex, keyHash: Buffer): Promise<ApiKeyRow | undefined> {
  const key = await knex('api_keys')
    .where({ key_hash: keyHash })
    .whereNull('revoked_at')
    .first<ApiKeyRow | undefined>(...columns)
  if (key === undefined) return undefined
  // Minutes are exact enough, and spare a write per request.
  await knex('api_keys')
    .where({ id: key.id })
    .whereRaw(`coalesce(last_used_at, '-infinity') < now() - interval '1 minute'`)
    .update({ last_used_at: knex.fn.now() })
  return key
}
