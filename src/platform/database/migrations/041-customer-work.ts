/** What people define about customers, and what they do for them: cases, tasks, tags, notes, and where customers have been. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Attributes, segments, tags, dispositions, journey rules: lists that admins keep.
    create table definitions (
      kind text not null,
      id text not null,
      body jsonb not null,
      primary key (kind, id)
    );

    create table cases (
      id uuid primary key,
      number bigint generated always as identity unique,
      customer_id uuid not null references customers on delete cascade,
      subject text not null,
      state text not null check (state in ('open', 'closed')),
      opened_at bigint not null,
      opened_by jsonb not null,
      closed_at bigint,
      reopened integer not null default 0,
      changed_at bigint not null
    );
    create index cases_customer on cases (customer_id, opened_at desc);
    create index cases_newest on cases (opened_at desc, id desc);

    create table case_interactions (
      interaction_id uuid primary key,
      case_id uuid not null references cases on delete cascade,
      at bigint not null,
      put_by jsonb not null
    );
    create index case_interactions_case on case_interactions (case_id);

    alter table notes alter column interaction_id drop not null;
    alter table notes
      add column case_id uuid references cases on delete cascade,
      add column customer_id uuid references customers on delete cascade;
    create index notes_case on notes (case_id, at) where case_id is not null;
    create index notes_customer on notes (customer_id, at) where customer_id is not null;

    create table tasks (
      id uuid primary key,
      customer_id uuid references customers on delete cascade,
      interaction_id uuid,
      case_id uuid references cases on delete set null,
      assignee_id uuid not null,
      title text not null,
      due_at bigint,
      state text not null check (state in ('open', 'done', 'cancelled')),
      created_at bigint not null,
      created_by jsonb not null,
      finished_at bigint,
      -- When its coming due was told to the assignee.
      told_at bigint
    );
    create index tasks_assignee on tasks (assignee_id, due_at, id) where state = 'open';
    create index tasks_customer on tasks (customer_id) where customer_id is not null;
    create index tasks_due on tasks (due_at) where state = 'open' and told_at is null and due_at is not null;

    create table interaction_tags (
      interaction_id uuid not null,
      tag text not null,
      at bigint not null,
      set_by uuid not null,
      primary key (interaction_id, tag)
    );
    create index interaction_tags_tag on interaction_tags (tag, at desc);

    -- What happened to customers and cases, in the transaction that did it, for whoever listens outside.
    create table outgoing_events (
      id bigint generated always as identity primary key,
      type text not null,
      at bigint not null,
      body jsonb not null
    );

    create table journey (
      id uuid primary key,
      customer_id uuid not null references customers on delete cascade,
      interaction_id uuid,
      at bigint not null,
      kind text not null,
      title text,
      url text,
      data jsonb not null default '{}',
      -- By the journey rules of the day.
      labels text[] not null default '{}',
      points integer not null default 0
    );
    create index journey_customer on journey (customer_id, at desc, id desc);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table journey, outgoing_events, interaction_tags, tasks;
    delete from notes where interaction_id is null;
    alter table notes drop column case_id, drop column customer_id, alter column interaction_id set not null;
    drop table case_interactions, cases, definitions`)
}
