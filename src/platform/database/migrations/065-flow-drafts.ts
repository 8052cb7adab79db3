/** Flows that somebody works on: kept however broken they are, until they are published or thrown away. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table flow_drafts (
      flow_id text primary key,
      yaml text not null,
      -- Counted up by every save: what the next one says that it builds on.
      revision integer not null,
      -- The version that was published when it was saved; null: none was.
      base_version integer,
      updated_at timestamptz not null default now(),
      updated_by text not null
    );
    -- Today's figures of the queues.
    create index segments_queue_ended on segments (to_at) where kind = 'queue';
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index segments_queue_ended; drop table flow_drafts')
}
