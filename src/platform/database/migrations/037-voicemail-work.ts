/** Who deals with a message: one person at a time, and what came of it. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table voicemail_work (
      recording_id text primary key,
      taken_by uuid,
      taken_at bigint,
      finished_by uuid,
      finished_at bigint,
      outcome text check (outcome in ('called-back', 'answered-otherwise', 'no-answer-needed')),
      callback_id uuid,
      check ((taken_by is null) = (taken_at is null)),
      check ((finished_at is null) = (outcome is null))
    )`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table voicemail_work')
}
