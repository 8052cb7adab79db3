/** What agents aim at in a day: what holds for everybody, and for one of them instead. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table goals (
      -- Null: everybody.
      agent_id uuid references users (id) on delete cascade,
      handled int check (handled > 0),
      handling_ms int check (handling_ms > 0)
    );
    create unique index goals_of_each on goals (coalesce(agent_id, '00000000-0000-0000-0000-000000000000'))`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table goals')
}
