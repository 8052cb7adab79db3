/** Customers to be called, who is calling whom of them, what came of it, and who asked not to be called. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- A record of the customer each; any of them speaks for the whole customer.
    create table do_not_call (
      customer_id uuid primary key references customers on delete cascade,
      at bigint not null,
      said_by jsonb not null
    );

    create table preview_lists (
      id uuid primary key,
      name text not null,
      queue_id text not null,
      -- null: the hours of the queue
      hours_id text,
      most_attempts integer not null,
      gap_ms bigint not null,
      -- ask: agents ask for the next customer; idle: whoever is idle is shown one
      deal text not null check (deal in ('ask', 'idle')),
      running boolean not null,
      created_at bigint not null
    );

    create table preview_entries (
      id uuid primary key,
      list_id uuid not null references preview_lists on delete cascade,
      -- as they were put on the list
      position bigint generated always as identity,
      number text not null,
      name text,
      customer_id uuid references customers on delete cascade,
      state text not null check (state in ('waiting', 'held', 'dialling', 'done', 'left-out')),
      -- not to be called before; 0: at once
      due_at bigint not null default 0,
      -- the customer was promised a call then, and this agent would make it
      promised_by uuid,
      attempts integer not null default 0,
      holder_id uuid,
      held_until bigint,
      -- the last call
      interaction_id uuid,
      outcome text,
      changed_at bigint not null,
      unique (list_id, number),
      check ((state in ('held', 'dialling')) = (holder_id is not null))
    );
    -- Nobody is in the hands of two agents, and no agent has two in hand to look at.
    create unique index preview_entries_one_hand on preview_entries (number) where state in ('held', 'dialling');
    create unique index preview_entries_one_customer on preview_entries (customer_id) where state in ('held', 'dialling');
    create unique index preview_entries_one_held on preview_entries (holder_id) where state = 'held';
    create index preview_entries_next on preview_entries (list_id, due_at, position) where state = 'waiting';
    create index preview_entries_call on preview_entries (interaction_id) where interaction_id is not null;
    create index preview_entries_customer on preview_entries (customer_id) where customer_id is not null;
    create index preview_entries_place on preview_entries (list_id, position);

    create table preview_steps (
      id bigint generated always as identity primary key,
      entry_id uuid not null references preview_entries on delete cascade,
      at bigint not null,
      kind text not null,
      agent_id uuid,
      reason text,
      note text,
      interaction_id uuid
    );
    create index preview_steps_entry on preview_steps (entry_id, id);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table preview_steps, preview_entries, preview_lists, do_not_call')
}
