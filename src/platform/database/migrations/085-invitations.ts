/** Visitors who were invited into the chat out of another contact: where that one was. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table visitors add column invited jsonb')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table visitors drop column invited')
}
