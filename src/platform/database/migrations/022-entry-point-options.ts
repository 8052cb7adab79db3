/** What an entry point says before its flow begins, and whom to call when the service is away. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`alter table entry_points add column options jsonb not null default '{}'`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table entry_points drop column options')
}
