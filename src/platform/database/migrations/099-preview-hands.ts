/** What every desk asks of preview lists now and then is answered by index, however long the lists are. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index preview_entries_holder on preview_entries (holder_id) where holder_id is not null;
    create index preview_entries_promised on preview_entries (list_id, due_at, position)
      where state = 'waiting' and promised_by is not null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index preview_entries_promised, preview_entries_holder')
}
