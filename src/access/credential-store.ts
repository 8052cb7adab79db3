/** Password hashes. */
import type { Knex } from 'knex'
import type { Role } from '../platform/http/principal.ts'

export type Person = Readonly<{ id: string; username: string; name: string; role: Role }>
export type SignInRow = Person & Readonly<{ passwordHash: string }>

export async function findForSignIn(knex: Knex, username: string): Promise<SignInRow | undefined> {
  return knex('users')
    .join('credentials', 'credentials.user_id', 'users.id')
    .where({ username, enabled: true })
    .first<SignInRow | undefined>('id', 'username', 'name', 'role', 'password_hash as passwordHash')
}

/** Of those who may sign in. */
export async function findPerson(
  knex: Knex,
  by: Readonly<{ id: string } | { username: string }>,
): Promise<Person | undefined> {
  return knex('users')
    .where({ ...by, enabled: true })
    .first<Person | undefined>('id', 'username', 'name', 'role')
}

/** Also by somebody who may not sign in. */
export async function isTaken(knex: Knex, username: string): Promise<boolean> {
  return (await knex('users').where({ username }).first('id')) !== undefined
}

export async function findPasswordHash(knex: Knex, userId: string): Promise<string | undefined> {
  const row = await knex('credentials')
    .where({ user_id: userId })
    .first<{ hash: string } | undefined>('password_hash as hash')
  return row?.hash
}

export async function hasOneTimePassword(knex: Knex, userId: string): Promise<boolean> {
  return (await knex('credentials').where({ user_id: userId, one_time: true }).first('user_id')) !== undefined
}

export async function usernameOf(knex: Knex, userId: string): Promise<string | undefined> {
  const row = await knex('users').where({ id: userId }).first<{ username: string } | undefined>('username')
  return row?.username
}

/** `oneTime`: somebody else knows it, so its owner has to choose another before anything else. */
export async function storePasswordHash(
  knex: Knex,
  userId: string,
  passwordHash: string,
  oneTime: boolean,
): Promise<void> {
  await knex('credentials')
    .insert({ user_id: userId, password_hash: passwordHash, one_time: oneTime, changed_at: knex.fn.now() })
    .onConflict('user_id')
    .merge()
}
