/** Every attempt to call out, let out or refused: what people read, and what limits are counted from after a start. */
import type { Knex } from 'knex'
import type { Entry } from '../core/dialling/ledger.ts'
import type { OutboundRole } from '../core/dialling/policy.ts'

export type Attempt = Readonly<{
  id: string
  at: Date
  askerKind: string
  askerId: string | null
  role: OutboundRole | null
  number: string
  classId: string | null
  interactionId: string | null
  refusedAs: string | null
  refusal: string | null
  trunkId: string | null
  channelId: string | null
  perCall: number
  perMinute: number
  connectedAt: Date | null
  endedAt: Date | null
  cause: string | null
  cost: number | null
}>

type Row = Readonly<Record<string, unknown>>

const columns: Readonly<Record<keyof Attempt, string>> = {
  id: 'id',
  at: 'at',
  askerKind: 'asker_kind',
  askerId: 'asker_id',
  role: 'role',
  number: 'number',
  classId: 'class_id',
  interactionId: 'interaction_id',
  refusedAs: 'refused_as',
  refusal: 'refusal',
  trunkId: 'trunk_id',
  channelId: 'channel_id',
  perCall: 'per_call',
  perMinute: 'per_minute',
  connectedAt: 'connected_at',
  endedAt: 'ended_at',
  cause: 'cause',
  cost: 'cost',
}

const toRow = (attempt: Partial<Attempt>): Row =>
  Object.fromEntries(Object.entries(attempt).map(([field, value]) => [columns[field as keyof Attempt], value]))

const selected = Object.entries(columns).map(([field, column]) => `${column} as ${field}`)

export async function insertAttempt(knex: Knex, attempt: Attempt): Promise<void> {
  await knex('outbound_attempts').insert(toRow(attempt)).onConflict('id').ignore()
}

export async function changeAttempt(knex: Knex, id: string, change: Partial<Attempt>): Promise<void> {
  await knex('outbound_attempts').where({ id }).update(toRow(change))
}

export type AttemptFilter = Readonly<{
  outcome?: 'placed' | 'refused' | undefined
  askerId?: string | undefined
  interactionId?: string | undefined
  /** Only what came before it; null: from the newest. */
  before: { at: Date; id: string } | null
  limit: number
}>

/** Newest first. */
export async function listAttempts(knex: Knex, filter: AttemptFilter): Promise<Attempt[]> {
  const { outcome, askerId, interactionId, before, limit } = filter
  const query = knex('outbound_attempts')
    .select(selected)
    .orderBy([
      { column: 'at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
  if (outcome === 'placed') void query.whereNull('refused_as')
  if (outcome === 'refused') void query.whereNotNull('refused_as')
  if (askerId !== undefined) void query.where('asker_id', askerId)
  if (interactionId !== undefined) void query.where('interaction_id', interactionId)
  if (before !== null) void query.whereRaw('(at, id) < (?, ?)', [before.at, before.id])
  return (await query.limit(limit)) as Attempt[]
}

/** Those that count: begun or ended since then, or still up. */
export async function readLedger(knex: Knex, since: Date): Promise<(Entry & { channelId: string | null })[]> {
  const rows = (await knex('outbound_attempts')
    .select(selected)
    .whereNull('refused_as')
    .where((query) => void query.where('at', '>', since).orWhere('ended_at', '>', since).orWhereNull('ended_at'))
    .orderBy('at')) as Attempt[]
  return rows.map((row) => ({
    id: row.id,
    at: row.at.getTime(),
    role: row.role ?? 'system',
    asker: row.askerId === null ? row.askerKind : `${row.askerKind} ${row.askerId}`,
    number: row.number,
    classId: row.classId ?? '',
    rate: { perCall: row.perCall, perMinute: row.perMinute },
    connectedAt: row.connectedAt?.getTime() ?? null,
    endedAt: row.endedAt?.getTime() ?? null,
    channelId: row.channelId,
  }))
}
