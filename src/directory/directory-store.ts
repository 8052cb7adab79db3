/** Reads the whole directory, and runs changes of it one after another. */
import type { Knex } from 'knex'
import type { AuditContext, AuditEntry } from '../access/index.ts'
import { writeAudit } from '../access/index.ts'
import type { Database } from '../platform/database/database.ts'
import { conflict } from '../platform/http/errors.ts'
import {
  entryPointTable,
  hoursTable,
  notReadyReasonTable,
  queueTable,
  readAll,
  skillTable,
  trunkTable,
} from './catalogue-store.ts'
import { readOutboundPolicy } from './outbound-policy-store.ts'
import type { DirectoryContent } from './snapshot.ts'
import { readUsers } from './user-store.ts'

export type Transaction = Knex.Transaction

export async function readDirectory({ knex }: Database): Promise<DirectoryContent> {
  const readOnly = { isolationLevel: 'repeatable read', readOnly: true } as const
  return knex.transaction(async (trx) => {
    const { users, sipDigests } = await readUsers(trx)
    return {
      users,
      sipDigests,
      skills: await readAll(trx, skillTable),
      queues: await readAll(trx, queueTable),
      entryPoints: await readAll(trx, entryPointTable),
      hours: await readAll(trx, hoursTable),
      notReadyReasons: await readAll(trx, notReadyReasonTable),
      trunks: await readAll(trx, trunkTable),
      outboundPolicy: await readOutboundPolicy(trx),
    }
  }, readOnly)
}

/** What a change did; `audit` null: nothing. */
export type Changed<T> = Readonly<{ result: T; audit: AuditEntry | null }>

/**
 * One change at a time, with its line in the audit log: what it looked at before it wrote still holds when it commits.
 */
export async function changeDirectory<T>(
  { knex }: Database,
  context: AuditContext,
  work: (trx: Transaction) => Promise<Changed<T>>,
): Promise<T> {
  try {
    return await knex.transaction(async (trx) => {
      await trx.raw(`select pg_advisory_xact_lock(hashtext('centralita directory'))`)
      const { result, audit } = await work(trx)
      if (audit !== null) await writeAudit(trx, context, audit)
      return result
    })
  } catch (error) {
    throw explained(error)
  }
}

const takenWords: Readonly<Record<string, string>> = {
  users_username_key: 'this username is taken: choose another',
  agents_sip_username_key: 'this SIP username is taken: give another one in agent.sip.username',
  entry_points_channel_address_key: 'another entry point has this channel and address',
}

/** Unique (23505) and foreign key (23503) violations are the caller's to mend; everything else is ours. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const constraint = 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : ''
  if (error.code === '23505')
    return conflict('already-exists', takenWords[constraint] ?? 'something with this id exists already')
  if (error.code === '23503')
    return conflict('referenced', 'something else refers to it, or it refers to something gone')
  return error
}
