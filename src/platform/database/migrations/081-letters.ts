/** Letters about conversations, beside the messages of them; what could not be sent is kept, and can be tried again. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table outbox
      -- null: a message of the conversation itself.
      add column about text,
      -- When it was last handed over.
      add column begun_at bigint;
    create index outbox_failed on outbox (id) where state = 'failed';
    create index outbox_letters on outbox (interaction_id) where about is not null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from outbox where about is not null;
    drop index outbox_failed, outbox_letters;
    alter table outbox drop column about, drop column begun_at`)
}
