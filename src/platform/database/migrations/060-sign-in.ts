/** Second factors, passkeys, single sign-on, and what is known of each session. Secrets are sealed or hashed. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table access_sessions
      add column method text not null default 'password' check (method in ('password', 'passkey', 'provider')),
      -- Opened, or raised since, with more than a password.
      add column strong boolean not null default false,
      -- When its person last proved to be there.
      add column confirmed_at timestamptz not null default now(),
      add column last_seen_at timestamptz not null default now(),
      add column user_agent text;

    create table totp_secrets (
      user_id uuid primary key references users (id) on delete cascade,
      sealed text not null,
      -- null: shown, and not yet proved by a code.
      confirmed_at timestamptz,
      -- Of the last code that was taken, so that none is taken twice.
      last_step bigint not null default 0
    );

    create table recovery_codes (
      user_id uuid not null references users (id) on delete cascade,
      code_hash bytea not null,
      used_at timestamptz,
      primary key (user_id, code_hash)
    );

    create table passkeys (
      id text primary key,
      user_id uuid not null references users (id) on delete cascade,
      rp_id text not null,
      name text not null,
      public_key bytea not null,
      counter bigint not null,
      transports text[] not null,
      synced boolean not null,
      created_at timestamptz not null default now(),
      last_used_at timestamptz
    );
    create index passkeys_user on passkeys (user_id);

    create table identity_providers (
      id text primary key,
      settings jsonb not null,
      sealed_secret text,
      updated_at timestamptz not null default now(),
      last_problem jsonb
    );

    create table provider_links (
      provider_id text not null references identity_providers (id) on delete cascade,
      subject text not null,
      user_id uuid not null references users (id) on delete cascade,
      linked_at timestamptz not null default now(),
      primary key (provider_id, subject),
      unique (provider_id, user_id)
    );
    create index provider_links_user on provider_links (user_id);

    -- Each can be answered once: a second factor that is due, a passkey's challenge, a way to a provider and back.
    create table sign_in_challenges (
      token_hash bytea primary key,
      kind text not null,
      user_id uuid references users (id) on delete cascade,
      data jsonb not null,
      failures integer not null default 0,
      expires_at timestamptz not null
    );
    create index sign_in_challenges_expiry on sign_in_challenges (expires_at);

    create table sign_in_settings (
      id smallint primary key default 1 check (id = 1),
      second_factor_roles text[] not null default '{}'
    );
    insert into sign_in_settings default values;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table sign_in_settings, sign_in_challenges, provider_links, identity_providers, passkeys, recovery_codes,
      totp_secrets;
    alter table access_sessions drop column method, drop column strong, drop column confirmed_at,
      drop column last_seen_at, drop column user_agent;
  `)
}
