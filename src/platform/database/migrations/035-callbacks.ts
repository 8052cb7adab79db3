/**
 * Callbacks that were asked for otherwise than by a call, that wait for a time, and that there is one of: each customer has one
 * open callback per queue.
 */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table callbacks
      alter column interaction_id drop not null,
      add column language text not null default 'en',
      -- When it is to stand in line: a time that the customer wished, or of another attempt. Null: at once.
      add column due_at bigint,
      add column requested_by text not null default 'flow'
        check (requested_by in ('flow', 'lost-call', 'form', 'agent')),
      -- What the customer said that it is about.
      add column subject text;
    -- Of several that are open the oldest keeps its place.
    update callbacks c set state = 'cancelled', reason = 'another one was open'
      where c.customer_id is not null and c.state in ('waiting', 'offered', 'dialling') and exists (
        select 1 from callbacks o
        where o.customer_id = c.customer_id and o.queue_id = c.queue_id and o.state in ('waiting', 'offered', 'dialling')
          and (o.waiting_since, o.id) < (c.waiting_since, c.id));
    create unique index callbacks_one_open on callbacks (customer_id, queue_id)
      where customer_id is not null and state in ('waiting', 'offered', 'dialling')`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index callbacks_one_open;
    delete from callbacks where interaction_id is null;
    alter table callbacks
      alter column interaction_id set not null,
      drop column language, drop column due_at, drop column requested_by, drop column subject`)
}
