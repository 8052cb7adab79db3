/** The writer's own tables: facts, what lies beside them, and who may write. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table facts (
      seq bigint primary key,
      at bigint not null,
      kind text not null,
      interaction_id uuid,
      agent_id uuid,
      v smallint not null default 1,
      epoch integer not null,
      body jsonb not null,
      commands jsonb
    );
    create index facts_interaction on facts (interaction_id, seq) where interaction_id is not null;
    create index facts_agent on facts (agent_id, seq) where agent_id is not null;

    create table details (
      seq bigint not null,
      n smallint not null,
      interaction_id uuid not null,
      at bigint not null,
      kind text not null,
      body jsonb not null,
      primary key (seq, n)
    );
    create index details_interaction on details (interaction_id, seq);

    create table session_checkpoints (
      interaction_id uuid primary key,
      session jsonb not null
    );

    create table snapshots (
      seq bigint primary key,
      taken_at timestamptz not null default now(),
      state jsonb not null
    );

    create table writer_epoch (
      id smallint primary key default 1 check (id = 1),
      epoch integer not null
    );
    insert into writer_epoch (epoch) values (0);

    create table writer_heartbeat (
      id smallint primary key default 1 check (id = 1),
      at bigint not null
    );
    insert into writer_heartbeat (at) values (0);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table facts, details, session_checkpoints, snapshots, writer_epoch, writer_heartbeat')
}
