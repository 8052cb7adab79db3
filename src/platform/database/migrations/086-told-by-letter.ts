/** Up to which message a letter has told of answers: the next one goes on behind it. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table outbox add column told_seq bigint')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table outbox drop column told_seq')
}
