/** Making and changing users, their agent parts and SIP accounts. */
import type { AuditContext } from '../access/index.ts'
import { generatePassword, hashPassword, revokeSessionsOf, storePasswordHash } from '../access/index.ts'
import type { Database } from '../platform/database/database.ts'
import { conflict, invalid, notFound } from '../platform/http/errors.ts'
import { unknownReferences, withoutUndefined } from './catalogue.ts'
import { changeDirectory, type Transaction } from './directory-store.ts'
import type { Directory } from './directory.ts'
import { refuseOvertaken, type Seen } from './revision.ts'
import { generateSipPassword, ha1Of } from './sip-account.ts'
import { defaultSipUsername, emptyAgent, type AgentPart, type NewUser, type User, type UserPatch } from './user.ts'
import {
  countOtherAdmins,
  deleteAgent,
  insertAgent,
  insertUser,
  readUser,
  updateAgent,
  updateSipDigest,
  updateUser,
} from './user-store.ts'

/** Shown once; only digests are kept. */
export type SipCredentials = Readonly<{ username: string; password: string }>
export type Hired = Readonly<{ user: User; password: string | null; sip: SipCredentials | null }>

export type People = Readonly<{
  list(): readonly User[]
  /** @throws ApiError 404 */
  get(id: string): User
  /** `password` in the answer only when it was generated. One that is not `kept` has to be changed at the first sign-in. */
  create(
    input: NewUser,
    password: Readonly<{ given?: string | undefined; isKept: boolean }>,
    context: AuditContext,
  ): Promise<Hired>
  /** `sip` only when an agent part was added. */
  update(
    id: string,
    patch: UserPatch,
    context: AuditContext,
    seen?: Seen<User>,
  ): Promise<{ user: User; sip: SipCredentials | null }>
  regenerateSipPassword(id: string, context: AuditContext): Promise<SipCredentials>
}>

export type PeopleDeps = Readonly<{
  database: Database
  directory: Directory
  /** Told after a SIP password has changed, so that a plaintext copy of the first one can go. */
  onSipPasswordChanged?: (sipUsername: string) => Promise<void>
  /** Told after sessions may have been ended. */
  onSessionsEnded?: () => Promise<void>
}>

export function createPeople({ database, directory, onSipPasswordChanged, onSessionsEnded }: PeopleDeps): People {
  return {
    list: () => [...directory.snapshot().users.values()],
    get(id) {
      const user = directory.snapshot().users.get(id)
      if (user === undefined) throw unknownUser(id)
      return user
    },
    async create(input, { given, isKept }, context) {
      const password = given ?? generatePassword()
      const passwordHash = await hashPassword(password)
      const { user, sip } = await changeDirectory(database, context, async (trx) => {
        const added = await addUser(trx, input, { hash: passwordHash, oneTime: !isKept })
        const audit = { action: 'create-user', subject: { kind: 'user', id: added.user.id }, after: added.user }
        return { result: added, audit }
      })
      await directory.refresh()
      return { user, sip, password: given === undefined ? password : null }
    },
    async update(id, patch, context, seen) {
      const changed = await changeDirectory(database, context, async (trx) => {
        const before = await existing(trx, id)
        await refuseOvertaken(trx, { kind: 'user', id }, before, seen)
        const { agent: _agent, ...fields } = withoutUndefined(patch)
        const sip = patch.agent === undefined ? null : await changeAgent(trx, before, patch.agent)
        const after: User = { ...((await readUser(trx, id)) ?? before), ...fields }
        await keepAnAdmin(trx, before, after)
        await updateUser(trx, after)
        if (!after.enabled || after.role !== before.role) await revokeSessionsOf(trx, id)
        const audit = { action: 'change-user', subject: { kind: 'user', id }, before, after }
        return { result: { user: after, sip }, audit }
      })
      await directory.refresh()
      await onSessionsEnded?.()
      return changed
    },
    async regenerateSipPassword(id, context) {
      const sip = await changeDirectory(database, context, async (trx) => {
        const user = await existing(trx, id)
        if (user.agent === null) throw conflict('not-an-agent', `${user.username} is no agent and has no SIP account`)
        const credentials = { username: user.agent.sip.username, password: generateSipPassword() }
        await updateSipDigest(trx, id, ha1Of(credentials.username, credentials.password))
        return { result: credentials, audit: { action: 'reset-sip-password', subject: { kind: 'user', id } } }
      })
      await directory.refresh()
      await onSipPasswordChanged?.(sip.username)
      return sip
    },
  }
}

const unknownUser = (id: string): Error => notFound(`there is no user ${id}`)

async function existing(trx: Transaction, id: string): Promise<User> {
  const user = await readUser(trx, id)
  if (user === null) throw unknownUser(id)
  return user
}

/** Without audit and outside any lock of its own: for those that bring both. */
export async function addUser(
  trx: Transaction,
  input: NewUser,
  password: Readonly<{ hash: string; oneTime: boolean }>,
  sipPassword: string = generateSipPassword(),
): Promise<{ user: User; sip: SipCredentials | null }> {
  const { username, name, role } = input
  const id = await insertUser(trx, { username, name, role, enabled: true })
  await storePasswordHash(trx, id, password.hash, password.oneTime)
  const wanted = input.agent ?? (input.agent === undefined && role === 'agent' ? emptyAgent() : null)
  const user = { id, username, name, role, enabled: true }
  if (wanted === null) return { user: { ...user, agent: null }, sip: null }
  const agent = { ...wanted, sip: wanted.sip ?? { username: defaultSipUsername(username) } }
  return { user: { ...user, agent }, sip: await addAgent(trx, id, agent, sipPassword) }
}

async function addAgent(
  trx: Transaction,
  userId: string,
  agent: AgentPart,
  sipPassword = generateSipPassword(),
): Promise<SipCredentials> {
  await refuseUnknown(trx, agent)
  const { username } = agent.sip
  await insertAgent(trx, userId, { agent, ha1: ha1Of(username, sipPassword) })
  return { username, password: sipPassword }
}

async function changeAgent(
  trx: Transaction,
  user: User,
  patch: NonNullable<UserPatch['agent']> | null,
): Promise<SipCredentials | null> {
  if (patch === null) {
    await deleteAgent(trx, user.id)
    return null
  }
  if (user.agent === null) {
    const agent = { ...emptyAgent(), ...withoutUndefined(patch), sip: { username: defaultSipUsername(user.username) } }
    return addAgent(trx, user.id, agent)
  }
  const agent = { ...user.agent, ...withoutUndefined(patch) }
  await refuseUnknown(trx, agent)
  await updateAgent(trx, user.id, agent)
  return null
}

async function refuseUnknown(trx: Transaction, agent: AgentPart): Promise<void> {
  const details = [
    ...(await unknownReferences(trx, 'skill', Object.keys(agent.skills), 'body.agent.skills')),
    ...(await unknownReferences(trx, 'queue', agent.queueIds, 'body.agent.queueIds')),
  ]
  if (details.length > 0)
    throw invalid(details.map((detail) => `${detail.path}: ${detail.message}`).join('; '), details)
}

async function keepAnAdmin(trx: Transaction, before: User, after: User): Promise<void> {
  const wasAdmin = before.role === 'admin' && before.enabled
  if (!wasAdmin || (after.role === 'admin' && after.enabled)) return
  if ((await countOtherAdmins(trx, after.id)) === 0)
    throw conflict('last-admin', `${after.username} is the last admin who can sign in: make somebody else admin first`)
}
