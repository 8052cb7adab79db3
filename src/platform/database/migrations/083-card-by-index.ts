/**
 * A card is put together by index however many customers there are: a function in a select list is taken to give a thousand
 * records, and for so many Postgres reads whole tables; in a from clause it is seen through.
 */
import type { Knex } from 'knex'
import { customerCard, recordsOfCustomer } from './040-one-customer.ts'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(customerCard('select record as id from customer_records(in_customer) record'))
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(customerCard(recordsOfCustomer))
}
