/** Who may sign in, with what, and what people changed. Secrets are here as hashes only. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table users (
      id uuid primary key default gen_random_uuid(),
      username text not null unique check (username = lower(username)),
      name text not null,
      role text not null check (role in ('agent', 'supervisor', 'admin')),
      enabled boolean not null default true,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );

    create table credentials (
      user_id uuid primary key references users (id) on delete cascade,
      password_hash text not null,
      changed_at timestamptz not null default now()
    );

    create table access_sessions (
      id uuid primary key default gen_random_uuid(),
      token_hash bytea not null unique,
      user_id uuid not null references users (id) on delete cascade,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      revoked_at timestamptz,
      address text
    );
    create index access_sessions_user on access_sessions (user_id) where revoked_at is null;
    create index access_sessions_expiry on access_sessions (expires_at);

    create table api_keys (
      id uuid primary key default gen_random_uuid(),
      name text not null,
      key_hash bytea not null unique,
      role text not null check (role in ('agent', 'supervisor', 'admin')),
      created_at timestamptz not null default now(),
      created_by uuid references users (id) on delete set null,
      last_used_at timestamptz,
      revoked_at timestamptz
    );

    create table audit_log (
      seq bigint generated always as identity primary key,
      at timestamptz not null default now(),
      actor_kind text not null check (actor_kind in ('user', 'api-key', 'system')),
      actor_id uuid,
      actor_name text not null,
      action text not null,
      subject_kind text not null,
      subject_id text not null,
      before jsonb,
      after jsonb,
      address text,
      request_id text
    );
    create index audit_log_subject on audit_log (subject_kind, subject_id, seq);
    create index audit_log_actor on audit_log (actor_id, seq) where actor_id is not null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table audit_log, api_keys, access_sessions, credentials, users')
}
