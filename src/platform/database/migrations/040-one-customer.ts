/**
 * One customer from many records. A merge writes one row and a pointer and changes nothing else, so taking it back leaves
 * no trace; what is shown of a customer is put together when it is read.
 */
import type { Knex } from 'knex'

/** As an expression of a select list. */
export const recordsOfCustomer = 'select customer_records(in_customer) as id'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(records)
  await knex.raw(duplicates)
  await knex.raw(cards)
  await knex.raw(customerCard(recordsOfCustomer))
  await knex.raw(recognition)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function recognise_contact(text, text, uuid, text, text);
    drop function first_card(uuid, text, jsonb);
    drop function customer_card(uuid);
    drop function customer_records(uuid);
    drop table duplicates, identity_claims, customer_merges;
    drop index customers_same_name, customers_same_company, customers_attributes, identities_mail_domain;
    alter table customers drop column leading_id, drop column preferred_channel, drop column unexamined`)
}

const records = `
  alter table customers
    -- The record that this one is shown under; null: under itself.
    add column leading_id uuid references customers on delete set null,
    add column preferred_channel text;
  create index customers_leading on customers (leading_id) where leading_id is not null;

  alter table identities drop constraint identities_kind_check;
  alter table identities add constraint identities_kind_check
    check (kind in ('phone', 'email', 'handle', 'visitor', 'user'));

  create table customer_merges (
    id uuid primary key,
    survivor_id uuid not null references customers on delete cascade,
    absorbed_id uuid not null references customers on delete cascade,
    at timestamptz not null default now(),
    merged_by jsonb not null,
    reason text,
    -- What spoke for it: score and reasons of the duplicate, or the signed token.
    evidence jsonb not null default '{}',
    -- Fields in which the absorbed record is believed.
    prefer text[] not null default '{}',
    undone_at timestamptz,
    undone_by jsonb,
    check (survivor_id <> absorbed_id)
  );
  create unique index customer_merges_standing on customer_merges (absorbed_id) where undone_at is null;
  create index customer_merges_survivor on customer_merges (survivor_id);
`

const duplicates = `
  -- Somebody said that an identity is theirs, and nothing vouches for it or it is linked to another customer.
  create table identity_claims (
    identity_id bigint not null references identities on delete cascade,
    customer_id uuid not null references customers on delete cascade,
    source text not null,
    at timestamptz not null default now(),
    primary key (identity_id, customer_id)
  );
  create index identity_claims_customer on identity_claims (customer_id);

  -- Pairs that look like one person; the lower id first. Dismissed: a person found them to be two.
  create table duplicates (
    id uuid primary key,
    a_id uuid not null references customers on delete cascade,
    b_id uuid not null references customers on delete cascade,
    score real not null,
    reasons jsonb not null,
    found_at timestamptz not null default now(),
    dismissed_at timestamptz,
    dismissed_by jsonb,
    unique (a_id, b_id),
    check (a_id < b_id)
  );
  create index duplicates_other on duplicates (b_id);
  create index duplicates_open on duplicates (score desc, id) where dismissed_at is null;

  -- New or changed since somebody last looked whether they are another one's duplicate.
  alter table customers add column unexamined boolean not null default true;
  create index customers_unexamined on customers (id) where unexamined;

  create index customers_same_name on customers (lower(name));
  create index customers_same_company on customers (lower(company));
  create index customers_attributes on customers using gin (attributes jsonb_path_ops);
  create index identities_mail_domain on identities (split_part(value, '@', 2)) where kind = 'email';
`

const cards = `
  -- The record itself and those shown with it: the leading one first.
  create function customer_records(in_customer uuid) returns setof uuid language sql stable as $$
    with first as (select coalesce(leading_id, id) as id from customers where id = in_customer)
    select id from first
    union all select c.id from customers c join first on c.leading_id = first.id
  $$;
`

/** `shown`: what gives the records that are shown as `in_customer`. */
export const customerCard = (shown: string): string => `
  -- All that a card is put together from; null: there is no such customer.
  -- plpgsql keeps the plans of a session; the same in SQL would be planned anew at each call.
  create or replace function customer_card(in_customer uuid) returns jsonb language plpgsql stable as $$
  begin return (
    with shown as materialized (${shown})
    select case when exists (select from shown) then jsonb_build_object(
      'records', (select jsonb_agg(jsonb_build_object(
          'id', c.id, 'name', c.name, 'company', c.company, 'language', c.language,
          'preferredChannel', c.preferred_channel, 'highValue', c.high_value, 'attributes', c.attributes,
          'leads', c.leading_id is null, 'createdAt', c.created_at, 'updatedAt', c.updated_at) order by c.created_at, c.id)
        from shown join customers c on c.id = shown.id),
      'merges', coalesce((select jsonb_agg(jsonb_build_object(
          'id', m.id, 'survivorId', m.survivor_id, 'absorbedId', m.absorbed_id,
          'at', (extract(epoch from m.at) * 1000)::bigint, 'prefer', m.prefer))
        from shown join customer_merges m on m.absorbed_id = shown.id where m.undone_at is null), '[]'),
      'identities', coalesce((select jsonb_agg(jsonb_build_object(
          'id', i.id, 'kind', i.kind, 'value', i.value, 'source', l.source, 'since', l.at, 'recordId', l.customer_id)
          order by l.id)
        from shown join identity_links l on l.customer_id = shown.id and l.ended_at is null
        join identities i on i.id = l.identity_id), '[]'),
      'claims', coalesce((select jsonb_agg(jsonb_build_object(
          'id', i.id, 'kind', i.kind, 'value', i.value, 'source', k.source, 'since', k.at, 'recordId', k.customer_id)
          order by k.at, i.id)
        from shown join identity_claims k on k.customer_id = shown.id
        join identities i on i.id = k.identity_id), '[]')
    ) end);
  end $$;
`

// As before, but it answers every record that is shown as this customer: the card is put together from them. That of
// somebody who is new needs no reading.
const recognition = `
  create function first_card(in_customer uuid, in_name text, in_identities jsonb) returns jsonb language sql stable as $$
    select jsonb_build_object(
      'records', jsonb_build_array(jsonb_build_object(
        'id', in_customer, 'name', in_name, 'company', null, 'language', null, 'preferredChannel', null,
        'highValue', false, 'attributes', jsonb_build_object(), 'leads', true, 'createdAt', now(), 'updatedAt', now())),
      'merges', jsonb_build_array(), 'identities', in_identities, 'claims', jsonb_build_array())
  $$;

  drop function recognise_contact(text, text, uuid, text, text);
  create function recognise_contact(in_kind text, in_value text, in_customer uuid, in_name text, in_source text)
  returns table (customer_id uuid, known boolean, last_agent_id uuid, card jsonb)
  language plpgsql as $$
  #variable_conflict use_column
  declare
    found uuid;
    identity bigint;
    made integer;
  begin
    if in_value is null then
      insert into customers (id, name) values (in_customer, in_name) on conflict (id) do nothing;
      get diagnostics made = row_count;
      return query select in_customer, false, null::uuid,
        case when made = 1 then first_card(in_customer, in_name, '[]') else customer_card(in_customer) end;
      return;
    end if;
    select l.customer_id into found
      from identities i join identity_links l on l.identity_id = i.id and l.ended_at is null
      where i.kind = in_kind and i.value = in_value;
    if found is null then
      insert into identities (kind, value) values (in_kind, in_value) on conflict (kind, value) do nothing;
      select i.id into identity from identities i where i.kind = in_kind and i.value = in_value for update;
      select l.customer_id into found from identity_links l where l.identity_id = identity and l.ended_at is null;
      if found is null then
        insert into customers (id, name) values (in_customer, in_name) on conflict (id) do nothing;
        insert into identity_links (identity_id, customer_id, source) values (identity, in_customer, in_source);
        return query select in_customer, false, null::uuid, first_card(in_customer, in_name,
          jsonb_build_array(jsonb_build_object('id', identity, 'kind', in_kind, 'value', in_value, 'source', in_source,
            'since', now(), 'recordId', in_customer)));
        return;
      end if;
    end if;
    return query select found, true, (
      select recent.agent_id
      from customer_records(found) record cross join lateral (
        select h.agent_id, h.arrived_at from interactions h
        where h.customer_id = record order by h.arrived_at desc, h.id desc limit 50
      ) recent
      where recent.agent_id is not null order by recent.arrived_at desc limit 1
    ), customer_card(found);
  end $$;
`
