/** A password that somebody else has given: it opens nothing but the way to one of their own. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table credentials add column one_time boolean not null default false')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table credentials drop column one_time')
}
