/** Users and their agent parts. */
import type { Knex } from 'knex'
import type { Capacity, Proficiency } from '../core/rules.ts'
import type { Role } from '../platform/http/principal.ts'
import type { AgentPart, User } from './user.ts'

type UserRow = Readonly<{
  id: string
  username: string
  name: string
  role: Role
  enabled: boolean
  skills: Record<string, Proficiency> | null
  queueIds: string[] | null
  capacity: Capacity | null
  interruptible: AgentPart['interruptible'] | null
  sipUsername: string | null
  sipHa1: string | null
}>

const columns = [
  'users.id',
  'username',
  'name',
  'role',
  'enabled',
  'skills',
  'queue_ids as queueIds',
  'capacity',
  'interruptible',
  'sip_username as sipUsername',
  'sip_ha1 as sipHa1',
] as const

function userOf(row: UserRow): User {
  const { id, username, name, role, enabled, skills, queueIds, capacity, interruptible, sipUsername } = row
  const agent =
    skills === null || queueIds === null || capacity === null || interruptible === null || sipUsername === null
      ? null
      : { skills, queueIds, capacity, interruptible, sip: { username: sipUsername } }
  return { id, username, name, role, enabled, agent }
}

const rowsOf = (knex: Knex): Knex.QueryBuilder =>
  knex('users')
    .leftJoin('agents', 'agents.user_id', 'users.id')
    .select(...columns)

export async function readUsers(knex: Knex): Promise<{ users: User[]; sipDigests: Map<string, string> }> {
  const rows = (await rowsOf(knex).orderBy('username')) as UserRow[]
  const sipDigests = new Map<string, string>()
  for (const row of rows) if (row.sipHa1 !== null) sipDigests.set(row.id, row.sipHa1)
  return { users: rows.map(userOf), sipDigests }
}

export async function readUser(knex: Knex, id: string): Promise<User | null> {
  const row = (await rowsOf(knex).where('users.id', id).first()) as UserRow | undefined
  return row === undefined ? null : userOf(row)
}

export async function insertUser(knex: Knex, user: Omit<User, 'id' | 'agent'>): Promise<string> {
  const { username, name, role, enabled } = user
  const [row] = await knex('users').insert({ username, name, role, enabled }).returning<{ id: string }[]>('id')
  if (row === undefined) throw new Error('the database returned no id for the new user')
  return row.id
}

export async function updateUser(knex: Knex, { id, name, role, enabled }: User): Promise<void> {
  await knex('users').where({ id }).update({ name, role, enabled, updated_at: knex.fn.now() })
}

export type AgentRow = Readonly<{ agent: NonNullable<User['agent']>; ha1: string }>

export async function insertAgent(knex: Knex, userId: string, { agent, ha1 }: AgentRow): Promise<void> {
  await knex('agents').insert({
    user_id: userId,
    ...agentColumns(agent),
    sip_username: agent.sip.username,
    sip_ha1: ha1,
  })
}

export async function updateAgent(knex: Knex, userId: string, agent: NonNullable<User['agent']>): Promise<void> {
  await knex('agents').where({ user_id: userId }).update(agentColumns(agent))
}

export async function updateSipDigest(knex: Knex, userId: string, ha1: string): Promise<void> {
  await knex('agents').where({ user_id: userId }).update({ sip_ha1: ha1 })
}

export async function deleteAgent(knex: Knex, userId: string): Promise<void> {
  await knex('agents').where({ user_id: userId }).delete()
}

const agentColumns = (agent: NonNullable<User['agent']>): Record<string, unknown> => ({
  skills: JSON.stringify(agent.skills),
  queue_ids: [...agent.queueIds],
  capacity: JSON.stringify(agent.capacity),
  interruptible: [...agent.interruptible],
})

export async function countUsers(knex: Knex): Promise<number> {
  const row = await knex('users').count<{ count: number }[]>('* as count').first()
  return Number(row?.count ?? 0)
}

/** Admins who can sign in, apart from one. */
export async function countOtherAdmins(knex: Knex, userId: string): Promise<number> {
  const others = knex('users').where({ role: 'admin', enabled: true }).whereNot({ id: userId })
  const row = await others.count<{ count: number }[]>('* as count').first()
  return Number(row?.count ?? 0)
}
