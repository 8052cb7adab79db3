/** Bans that are in force or were. */
import type { Knex } from 'knex'
import type { Ban } from '../core/protection/bans.ts'

export type StoredBan = Ban & Readonly<{ liftedAt: number | null }>

type Row = Readonly<{
  address: string
  at: Date
  until: Date
  reason: Ban['reason']
  count: number
  lifted_at: Date | null
}>

export async function insertBan(knex: Knex, { address, at, until, reason, count }: Ban): Promise<void> {
  await knex('sip_bans').insert({ address, at: new Date(at), until: new Date(until), reason, count })
}

export async function liftStoredBan(knex: Knex, address: string, at: Date): Promise<void> {
  await knex('sip_bans').where({ address }).where('until', '>', at).whereNull('lifted_at').update({ lifted_at: at })
}

/** Those that ended after that moment or have not ended; newest first. */
export async function readBans(knex: Knex, since: Date, limit: number): Promise<StoredBan[]> {
  const rows = await knex('sip_bans').where('until', '>', since).orderBy('at', 'desc').limit(limit).select<Row[]>('*')
  return rows.map((row) => ({
    address: row.address,
    at: row.at.getTime(),
    until: row.until.getTime(),
    reason: row.reason,
    count: row.count,
    liftedAt: row.lifted_at?.getTime() ?? null,
  }))
}
