/** Messages on their way: what came in and isn't taken yet, what is to leave, and where a thread's messages are found. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table inbox (
      id bigint generated always as identity primary key,
      entry_point_id text not null,
      -- The outside's own id of this message: a copy of it is the same message.
      provider_id text not null,
      channel text not null,
      -- Messages of one identity at one entry point are taken in one after the other.
      identity text not null,
      received_at bigint not null,
      state text not null default 'waiting' check (state in ('waiting', 'taken', 'set-aside')),
      attempts smallint not null default 0,
      error text,
      -- Personal data: gone once the message is taken.
      body jsonb,
      unique (entry_point_id, provider_id)
    );
    create index inbox_open on inbox (state, id) where state <> 'taken';

    create table outbox (
      id bigint generated always as identity primary key,
      message_id uuid not null unique,
      interaction_id uuid not null,
      channel text not null,
      entry_point_id text not null,
      identity text not null,
      -- sending: handed to the provider, whose answer isn't here yet.
      state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'failed')),
      attempts smallint not null default 0,
      uncertain boolean not null default false,
      next_at bigint not null default 0,
      error text,
      provider_id text,
      body jsonb
    );
    create index outbox_open on outbox (id) where state in ('waiting', 'sending');

    create index details_contact on details ((body->>'dialled'), (body->>'identity'), seq) where kind = 'contact';
    create index details_message on details ((body->>'messageId')) where kind = 'message';
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index details_contact, details_message; drop table inbox, outbox')
}
