/** Systems outside: who is told what, what was sent to them and what couldn't be, and where customers are looked up. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table webhooks (
      id uuid primary key,
      url text not null,
      description text,
      events text[] not null,
      secret text not null,
      is_active boolean not null default true,
      created_at timestamptz not null default now()
    );

    create table crm_connections (
      id text primary key,
      settings jsonb not null,
      changed_at timestamptz not null default now()
    );

    -- What is to be sent, and what was: one row for each target and event, however often the event is told.
    create table deliveries (
      id uuid primary key,
      target_kind text not null check (target_kind in ('webhook', 'crm')),
      target_id text not null,
      event_id text not null,
      event_type text not null,
      event_at bigint not null,
      data jsonb not null,
      state text not null check (state in ('pending', 'delivered', 'dead')),
      attempts integer not null default 0,
      next_at bigint not null,
      -- Being sent by somebody until then; later they are believed dead.
      taken_until bigint not null default 0,
      last_status integer,
      last_error text,
      created_at bigint not null,
      finished_at bigint,
      unique (target_kind, target_id, event_id)
    );
    create index deliveries_due on deliveries (next_at) where state = 'pending';
    create index deliveries_newest on deliveries (created_at desc, id desc);
    create index deliveries_dead on deliveries (created_at desc, id desc) where state = 'dead';
    create index deliveries_finished on deliveries (finished_at) where state = 'delivered';
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table deliveries, crm_connections, webhooks; delete from projections where name = 'integration'`)
}
