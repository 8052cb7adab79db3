/** The organisation: people, skills, queues, hours, entry points, and the flows that answer at them. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table skills (
      id text primary key,
      name text not null
    );

    create table hours (
      id text primary key,
      name text not null,
      calendar jsonb not null
    );

    create table not_ready_reasons (
      id text primary key,
      name text not null
    );

    create table queues (
      id text primary key,
      name text not null,
      hours_id text references hours (id),
      rules jsonb not null,
      settings jsonb not null
    );

    create table agents (
      user_id uuid primary key references users (id) on delete cascade,
      skills jsonb not null,
      queue_ids text[] not null,
      capacity jsonb not null,
      sip_username text not null unique,
      sip_ha1 text not null
    );

    create table flows (
      id text primary key,
      name text not null,
      published_version integer,
      -- Of the file that was loaded last, so that a start publishes a file again only when it changed.
      file_hash text,
      created_at timestamptz not null default now()
    );

    create table flow_versions (
      flow_id text not null references flows (id),
      version integer not null,
      yaml text not null,
      content_hash text not null,
      created_at timestamptz not null default now(),
      created_by text not null,
      primary key (flow_id, version),
      unique (flow_id, content_hash)
    );
    alter table flows add constraint flows_published_version
      foreign key (id, published_version) references flow_versions (flow_id, version);
    create function refuse_change() returns trigger language plpgsql as
      $$ begin raise exception 'rows of % are never changed', tg_table_name; end $$;
    create trigger flow_versions_are_immutable before update or delete on flow_versions
      for each row execute function refuse_change();

    create table flow_publications (
      seq bigint generated always as identity primary key,
      flow_id text not null,
      version integer not null,
      at timestamptz not null default now(),
      by text not null,
      foreign key (flow_id, version) references flow_versions (flow_id, version)
    );
    create index flow_publications_flow on flow_publications (flow_id, seq);

    create table entry_points (
      id text primary key,
      channel text not null,
      address text not null,
      flow_id text not null references flows (id),
      fallback_queue_id text references queues (id),
      language text,
      enabled boolean not null,
      unique (channel, address)
    );
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table entry_points, flow_publications;
    alter table flows drop constraint flows_published_version;
    drop table flow_versions, flows, agents, queues, not_ready_reasons, hours, skills;
    drop function refuse_change;
  `)
}
