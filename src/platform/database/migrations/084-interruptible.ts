/** Channels whose conversations give way to a call, for each agent. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`alter table agents add column interruptible text[] not null default '{}'`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table agents drop column interruptible')
}
