/** Ways out, what may be called over them, and every attempt to call out: let out or refused. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table trunks (
      id text primary key,
      name text not null,
      enabled boolean not null,
      settings jsonb not null,
      -- what we sign in with at the carrier, who wants the password itself; never shown
      password text
    );

    -- one row; none: what the product starts with holds
    create table outbound_policy (
      id integer primary key check (id = 1),
      policy jsonb not null
    );

    create table outbound_attempts (
      id uuid primary key,
      at timestamptz not null,
      asker_kind text not null,
      asker_id text,
      role text,
      number text not null,
      class_id text,
      interaction_id uuid,
      -- null: it was let out
      refused_as text,
      refusal text,
      trunk_id text,
      channel_id text,
      per_call double precision not null default 0,
      per_minute double precision not null default 0,
      connected_at timestamptz,
      ended_at timestamptz,
      cause text,
      cost double precision
    );
    create index outbound_attempts_at on outbound_attempts (at desc, id);
    create index outbound_attempts_open on outbound_attempts (at) where refused_as is null and ended_at is null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table outbound_attempts, outbound_policy, trunks')
}
