/** What waiting customers were told and how it came: derived from the facts, as the rest of the history. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table wait_announcements (
      interaction_id uuid not null,
      n smallint not null,
      queue_id text not null,
      at bigint not null,
      position integer not null,
      estimate_ms double precision,
      announced_ms bigint,
      quantile real not null,
      waited_ms bigint,
      verdict text check (verdict in ('kept', 'broken', 'unknown')),
      primary key (interaction_id, n)
    );
    create index wait_announcements_newest on wait_announcements (at, queue_id)`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table wait_announcements')
}
