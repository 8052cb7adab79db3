/**
 * Customers and what people add to the history are kept for themselves. `interactions`, `segments`, `voicemails` and
 * `live_states` are derived from the facts and can be thrown away and rebuilt at any time.
 */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(customers)
  await knex.raw(recognition)
  await knex.raw(derived)
  await knex.raw(additions)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function recognise_contact(text, text, uuid, text, text);
    drop table callbacks, voicemail_listenings, dispositions, notes,
      live_states, voicemails, segments, interactions, projections,
      identity_links, identities, customers`)
}

const customers = `
  create table customers (
    id uuid primary key,
    name text,
    company text,
    language text,
    high_value boolean not null default false,
    attributes jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  create index customers_newest on customers (created_at desc, id desc);
  -- A server without pg_trgm, or that doesn't let us add it, searches without an index.
  do $$ begin
    create extension if not exists pg_trgm;
    create index customers_name on customers using gin (lower(name) gin_trgm_ops);
    create index customers_company on customers using gin (lower(company) gin_trgm_ops);
  exception when others then
    raise notice 'customers are searched without an index: %', sqlerrm;
  end $$;

  create table identities (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('phone', 'email', 'handle')),
    value text not null,
    unique (kind, value)
  );
  create index identities_value on identities (value text_pattern_ops);

  -- Evidence, never overwritten: taking a link back sets ended_at, so every merge can be undone exactly.
  create table identity_links (
    id bigint generated always as identity primary key,
    identity_id bigint not null references identities on delete cascade,
    customer_id uuid not null references customers on delete cascade,
    source text not null,
    at timestamptz not null default now(),
    ended_at timestamptz
  );
  create unique index identity_links_current on identity_links (identity_id) where ended_at is null;
  create index identity_links_customer on identity_links (customer_id);
`

// One round trip for a call. Copies of it that race wait for each other on the unique identity; each statement of the
// function sees what was committed before it, so the second look finds what the winner wrote.
const recognition = `
  create function recognise_contact(in_kind text, in_value text, in_customer uuid, in_name text, in_source text)
  returns table (
    customer_id uuid, name text, company text, language text, high_value boolean, attributes jsonb,
    known boolean, last_agent_id uuid
  )
  language plpgsql as $$
  #variable_conflict use_column
  declare
    found customers%rowtype;
    identity bigint;
    was_known boolean := true;
  begin
    if in_value is null then
      insert into customers (id, name) values (in_customer, in_name) on conflict (id) do nothing;
      return query select in_customer, in_name, null::text, null::text, false, '{}'::jsonb, false, null::uuid;
      return;
    end if;
    select c.* into found
      from identities i
      join identity_links l on l.identity_id = i.id and l.ended_at is null
      join customers c on c.id = l.customer_id
      where i.kind = in_kind and i.value = in_value;
    if found.id is null then
      insert into identities (kind, value) values (in_kind, in_value) on conflict (kind, value) do nothing;
      select i.id into identity from identities i where i.kind = in_kind and i.value = in_value for update;
      select c.* into found
        from identity_links l join customers c on c.id = l.customer_id
        where l.identity_id = identity and l.ended_at is null;
      if found.id is null then
        insert into customers (id, name) values (in_customer, in_name) on conflict (id) do nothing;
        insert into identity_links (identity_id, customer_id, source) values (identity, in_customer, in_source);
        found.id := in_customer;
        found.name := in_name;
        found.high_value := false;
        found.attributes := '{}';
        was_known := false;
      end if;
    end if;
    return query select found.id, found.name, found.company, found.language, found.high_value, found.attributes, was_known, (
      select recent.agent_id from (
        select h.agent_id, h.arrived_at from interactions h
        where h.customer_id = found.id order by h.arrived_at desc, h.id desc limit 50
      ) recent
      where recent.agent_id is not null order by recent.arrived_at desc limit 1
    );
  end $$;
`

// Times are milliseconds since the Unix epoch, as in the facts. Room on the pages lets most updates stay where they are.
const derived = `
  create table projections (
    name text primary key,
    seq bigint not null
  );
  insert into projections (name, seq) values ('history', 0);

  create table interactions (
    id uuid primary key,
    channel text not null,
    direction text not null,
    entry_point_id text not null,
    provider_id text not null,
    customer_id uuid,
    state text not null,
    wrapping_up boolean not null,
    -- Ended and wrapped up: no further fact is expected.
    settled boolean not null,
    queue_id text,
    agent_id uuid,
    arrived_at bigint not null,
    queued_at bigint,
    waiting_since bigint,
    answered_at bigint,
    ended_at bigint,
    -- Set when nobody saw the end: it lies between the two.
    ended_at_latest bigint,
    wait_ms bigint not null,
    talk_ms bigint not null,
    hold_ms bigint not null,
    wrap_up_ms bigint not null,
    offers integer not null,
    recordings integer not null,
    ended_by text,
    outcome text,
    cause text
  ) with (fillfactor = 70);
  create index interactions_newest on interactions (arrived_at desc, id desc);
  create index interactions_customer on interactions (customer_id, arrived_at desc, id desc);
  create index interactions_agent on interactions (agent_id, arrived_at desc, id desc) where agent_id is not null;
  create index interactions_unsettled on interactions (arrived_at desc, id desc) where not settled;

  create table segments (
    interaction_id uuid not null,
    n smallint not null,
    kind text not null,
    agent_id uuid,
    queue_id text,
    from_at bigint not null,
    to_at bigint,
    outcome text,
    primary key (interaction_id, n)
  ) with (fillfactor = 80);

  create table voicemails (
    recording_id text primary key,
    interaction_id uuid not null,
    queue_id text not null,
    customer_id uuid,
    left_at bigint not null,
    duration_ms bigint not null
  );
  create index voicemails_newest on voicemails (left_at desc, recording_id desc);

  -- What each agent and queue looks like now, for the snapshot that live views begin with.
  create table live_states (
    kind text not null check (kind in ('agent', 'queue')),
    id text not null,
    state jsonb not null,
    primary key (kind, id)
  );
`

const additions = `
  create table notes (
    id uuid primary key,
    interaction_id uuid not null,
    author_id uuid not null,
    at bigint not null,
    text text not null
  );
  create index notes_interaction on notes (interaction_id, at);

  create table dispositions (
    interaction_id uuid primary key,
    code text not null,
    set_by uuid not null,
    at bigint not null
  );

  create table voicemail_listenings (
    recording_id text primary key,
    listened_by uuid not null,
    at bigint not null
  );

  create table callbacks (
    id uuid primary key,
    interaction_id uuid not null unique,
    callback_interaction_id uuid not null unique,
    customer_id uuid,
    number text not null,
    queue_id text not null,
    entry_point_id text not null,
    requirement jsonb not null default '{}',
    priority smallint not null default 0,
    waiting_since bigint not null,
    requested_at bigint not null,
    state text not null check (state in ('waiting', 'offered', 'dialling', 'done', 'cancelled', 'failed')),
    reason text,
    attempts integer not null default 0,
    changed_at bigint not null
  );
  create index callbacks_newest on callbacks (requested_at desc, id desc);
  create index callbacks_open on callbacks (customer_id) where state in ('waiting', 'offered', 'dialling');
`
