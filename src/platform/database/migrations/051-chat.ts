/** Web chat: how each widget looks and behaves, who visits, and files that came or went with messages. */
import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table widgets (
      entry_point_id text primary key references entry_points (id) on delete cascade,
      settings jsonb not null,
      -- What the site signs its visitors' tokens with.
      secret text not null
    );

    create table chat_keys (
      id smallint primary key default 1 check (id = 1),
      -- What we sign visitors' tokens with.
      secret text not null
    );

    create table visitors (
      id uuid primary key,
      entry_point_id text not null,
      customer_id uuid,
      name text,
      email text,
      phone text,
      language text,
      -- Who they are on the site, as its token said.
      site_user text,
      -- Name, email and phone come from such a token, not from the visitor.
      verified boolean not null default false,
      created_at bigint not null,
      seen_at bigint not null
    );
    create unique index visitors_site_user on visitors (entry_point_id, site_user) where site_user is not null;

    create table files (
      id uuid primary key,
      visitor_id uuid,
      uploaded_by uuid,
      name text not null,
      type text not null,
      bytes integer not null,
      created_at bigint not null
    );
  `)
  await knex('chat_keys').insert({ secret: randomBytes(32).toString('hex') })
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table files, visitors, chat_keys, widgets')
}
