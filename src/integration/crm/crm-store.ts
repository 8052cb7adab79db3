/** Connections to CRMs, as they are stored. */
import type { Knex } from 'knex'
import { connectionSchema, type CrmConnection, type CrmSettings } from './connection.ts'

export async function readConnections(knex: Knex): Promise<CrmConnection[]> {
  const rows = await knex('crm_connections').orderBy('id').select<{ id: string; settings: unknown }[]>('id', 'settings')
  return rows.map(({ id, settings }) => ({ ...connectionSchema.parse(settings), id }))
}

export async function readConnection(knex: Knex, id: string): Promise<CrmConnection | null> {
  const row = await knex('crm_connections').where({ id }).first<{ settings: unknown } | undefined>('settings')
  return row === undefined ? null : { ...connectionSchema.parse(row.settings), id }
}

export async function keepConnection(knex: Knex, id: string, settings: CrmSettings): Promise<void> {
  await knex('crm_connections')
    .insert({ id, settings: JSON.stringify(settings), changed_at: knex.fn.now() })
    .onConflict('id')
    .merge(['settings', 'changed_at'])
}

export async function removeConnection(knex: Knex, id: string): Promise<boolean> {
  await knex('deliveries').where({ target_kind: 'crm', target_id: id }).delete()
  return (await knex('crm_connections').where({ id }).delete()) > 0
}
