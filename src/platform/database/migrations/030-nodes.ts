/** Asterisk nodes that take no new calls. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table draining_nodes (
      name text primary key,
      since timestamptz not null default now()
    );
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table draining_nodes')
}
