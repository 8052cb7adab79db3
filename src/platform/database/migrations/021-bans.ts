/** Addresses that were shut out of SIP for a time, kept so that a restart forgets none and people see them. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table sip_bans (
      id bigint generated always as identity primary key,
      address text not null,
      at timestamptz not null,
      until timestamptz not null,
      reason text not null,
      count integer not null,
      lifted_at timestamptz
    );
    create index sip_bans_until on sip_bans (until);
    create index sip_bans_address on sip_bans (address, at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table sip_bans')
}
