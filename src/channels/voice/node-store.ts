/** Which nodes take no new calls, so that a new process knows as well. */
import type { Database } from '../../platform/database/database.ts'

export async function readDrainingNodes({ knex }: Database): Promise<readonly string[]> {
  const rows = await knex<{ name: string }>('draining_nodes').select('name')
  return rows.map(({ name }) => name)
}

export async function writeDrainingNode({ knex }: Database, name: string, on: boolean): Promise<void> {
  const table = knex<{ name: string }>('draining_nodes')
  if (on) await table.insert({ name }).onConflict('name').ignore()
  else await table.where({ name }).delete()
}
