/** A change to customers, its line in the audit log and the word to whoever listens outside: all or nothing. */
import type { Knex } from 'knex'
import { writeAudit, type AuditContext, type AuditEntry } from '../../access/index.ts'
import type { Database } from '../../platform/database/database.ts'
import type { MergedBy } from './merge-store.ts'

export type Transaction = Knex.Transaction

export async function changing<T>(
  { knex }: Database,
  context: AuditContext,
  work: (trx: Knex.Transaction) => Promise<{ result: T; audit: AuditEntry | null }>,
): Promise<T> {
  return knex.transaction(async (trx) => {
    const { result, audit } = await work(trx)
    if (audit !== null) await writeAudit(trx, context, audit)
    return result
  })
}

export function actorOf({ principal }: AuditContext): MergedBy {
  if (principal === 'system') return { kind: 'system', id: null, name: 'system' }
  return { kind: principal.kind, id: principal.id, name: principal.name }
}

/** Ids only: who listens asks for the rest, and what was erased meanwhile stays erased. */
export async function announce(knex: Knex, type: string, body: Readonly<Record<string, string | null>>): Promise<void> {
  await knex('outgoing_events').insert({ type, at: Date.now(), body: JSON.stringify(body) })
}
