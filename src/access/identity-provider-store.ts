/** Identity providers, and who of us is who there. */
import type { Knex } from 'knex'
import type { Person } from './credential-store.ts'
import { providerSettings, type ProviderSettings } from './identity-provider.ts'

export type Problem = Readonly<{ at: string; code: string; message: string }>
export type ProviderRow = Readonly<{
  id: string
  settings: ProviderSettings
  sealedSecret: string | null
  updatedAt: Date
  lastProblem: Problem | null
}>
export type LinkRow = Readonly<{ providerId: string; name: string; since: Date }>

type StoredRow = Readonly<{
  id: string
  settings: unknown
  sealed_secret: string | null
  updated_at: Date
  last_problem: Problem | null
}>

const providerOf = (row: StoredRow): ProviderRow => ({
  id: row.id,
  settings: providerSettings.parse(row.settings),
  sealedSecret: row.sealed_secret,
  updatedAt: row.updated_at,
  lastProblem: row.last_problem,
})

export async function listProviders(knex: Knex): Promise<ProviderRow[]> {
  return (await knex('identity_providers').orderBy('id').select<StoredRow[]>('*')).map(providerOf)
}

export async function findProvider(knex: Knex, id: string): Promise<ProviderRow | undefined> {
  const row = await knex('identity_providers').where({ id }).first<StoredRow | undefined>('*')
  return row === undefined ? undefined : providerOf(row)
}

type NewProvider = Readonly<{ id: string; settings: ProviderSettings; sealedSecret: string | null }>

export async function writeProvider(knex: Knex, { id, settings, sealedSecret }: NewProvider): Promise<void> {
  const row = {
    settings: JSON.stringify(settings),
    sealed_secret: sealedSecret,
    updated_at: knex.fn.now(),
    last_problem: null,
  }
  await knex('identity_providers')
    .insert({ id, ...row })
    .onConflict('id')
    .merge(row)
}

export async function deleteProvider(knex: Knex, id: string): Promise<boolean> {
  return (await knex('identity_providers').where({ id }).delete()) > 0
}

export async function writeProblem(knex: Knex, id: string, problem: Problem | null): Promise<void> {
  await knex('identity_providers')
    .where({ id })
    .update({ last_problem: problem === null ? null : JSON.stringify(problem) })
}

/** Also of those who may not sign in. */
export async function findLinked(
  knex: Knex,
  providerId: string,
  subject: string,
): Promise<(Person & Readonly<{ enabled: boolean }>) | undefined> {
  return knex('provider_links')
    .join('users', 'users.id', 'provider_links.user_id')
    .where({ provider_id: providerId, subject })
    .first<(Person & { enabled: boolean }) | undefined>(
      'users.id',
      'users.username',
      'users.name',
      'users.role',
      'users.enabled',
    )
}

/** False: this user is somebody else there. */
export async function insertLink(knex: Knex, providerId: string, subject: string, userId: string): Promise<boolean> {
  const inserted = await knex('provider_links')
    .insert({ provider_id: providerId, subject, user_id: userId })
    .onConflict(['provider_id', 'user_id'])
    .ignore()
    .returning('user_id')
  return inserted.length > 0
}

export async function listLinks(knex: Knex, userId: string): Promise<LinkRow[]> {
  return knex('provider_links as l')
    .join('identity_providers as p', 'p.id', 'l.provider_id')
    .where('l.user_id', userId)
    .select<LinkRow[]>('l.provider_id as providerId', knex.raw(`p.settings ->> 'name' as name`), 'l.linked_at as since')
}

export async function deleteLink(knex: Knex, userId: string, providerId: string): Promise<boolean> {
  return (await knex('provider_links').where({ user_id: userId, provider_id: providerId }).delete()) > 0
}

/** Another issuer counts its people anew. */
export async function deleteLinksOf(knex: Knex, providerId: string): Promise<void> {
  await knex('provider_links').where({ provider_id: providerId }).delete()
}

export async function deleteLinksOfUser(knex: Knex, userId: string): Promise<void> {
  await knex('provider_links').where({ user_id: userId }).delete()
}

/** The provider that alone lets this user in; null: none. */
export async function findOnlyProvider(knex: Knex, userId: string): Promise<{ id: string; name: string } | null> {
  const row = await knex('provider_links as l')
    .join('identity_providers as p', 'p.id', 'l.provider_id')
    .where('l.user_id', userId)
    .whereRaw(`(p.settings ->> 'onlyWay')::boolean and (p.settings ->> 'enabled')::boolean`)
    .orderBy('l.linked_at')
    .first<{ id: string; name: string } | undefined>('p.id', knex.raw(`p.settings ->> 'name' as name`))
  return row ?? null
}
