/** What people changed. Written in the transaction of the change wherever there is one. */
import type { Knex } from 'knex'
import type { Principal } from '../platform/http/principal.ts'
import { withoutSecrets } from '../platform/log.ts'

/** Who is behind a change, and from where. */
export type AuditContext = Readonly<{
  principal: Principal | 'system'
  address: string | null
  requestId: string | null
}>

export const bySystem: AuditContext = { principal: 'system', address: null, requestId: null }

export type AuditEntry = Readonly<{
  /** As in `create-queue`. */
  action: string
  subject: Readonly<{ kind: string; id: string }>
  before?: unknown
  after?: unknown
}>

export type AuditRow = Readonly<{
  seq: number
  at: Date
  actor: { kind: 'user' | 'api-key' | 'system'; id: string | null; name: string }
  action: string
  subject: { kind: string; id: string }
  before: unknown
  after: unknown
  address: string | null
  requestId: string | null
}>

export async function writeAudit(knex: Knex, context: AuditContext, entry: AuditEntry): Promise<void> {
  const { principal } = context
  const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(withoutSecrets(value)))
  await knex('audit_log').insert({
    actor_kind: principal === 'system' ? 'system' : principal.kind,
    actor_id: principal === 'system' ? null : principal.id,
    actor_name: principal === 'system' ? 'system' : principal.kind === 'user' ? principal.username : principal.name,
    action: entry.action,
    subject_kind: entry.subject.kind,
    subject_id: entry.subject.id,
    before: json(entry.before),
    after: json(entry.after),
    address: context.address,
    request_id: context.requestId,
  })
}

export type AuditFilter = Readonly<{
  /** Only lines before this number; null: from the newest. */
  beforeSeq: number | null
  limit: number
  actorId?: string | undefined
  subjectKind?: string | undefined
  subjectId?: string | undefined
}>

type StoredRow = Readonly<{
  seq: number
  at: Date
  actor_kind: 'user' | 'api-key' | 'system'
  actor_id: string | null
  actor_name: string
  action: string
  subject_kind: string
  subject_id: string
  before: unknown
  after: unknown
  address: string | null
  request_id: string | null
}>

/** Who changed it last, and when; undefined: nobody that the log remembers. */
export async function lastChangeOf(
  knex: Knex,
  subject: AuditEntry['subject'],
): Promise<{ by: string; at: Date } | undefined> {
  return knex('audit_log')
    .where({ subject_kind: subject.kind, subject_id: subject.id })
    .orderBy('seq', 'desc')
    .first<{ by: string; at: Date } | undefined>('actor_name as by', 'at')
}

/** Newest first. */
export async function listAudit(knex: Knex, filter: AuditFilter): Promise<AuditRow[]> {
  const query = knex('audit_log').orderBy('seq', 'desc').limit(filter.limit)
  if (filter.beforeSeq !== null) void query.where('seq', '<', filter.beforeSeq)
  if (filter.actorId !== undefined) void query.where('actor_id', filter.actorId)
  if (filter.subjectKind !== undefined) void query.where('subject_kind', filter.subjectKind)
  if (filter.subjectId !== undefined) void query.where('subject_id', filter.subjectId)
  const rows = await query.select<StoredRow[]>('*')
  return rows.map((row) => ({
    seq: row.seq,
    at: row.at,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    action: row.action,
    subject: { kind: row.subject_kind, id: row.subject_id },
    before: row.before,
    after: row.after,
    address: row.address,
    requestId: row.request_id,
  }))
}
