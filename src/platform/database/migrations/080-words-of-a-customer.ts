/**
 * A document's words say whose it is as well, so that a search within one customer asks one index for both at once. What was
 * indexed before is indexed anew, in the background.
 */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(whose)
  await knex.raw(anew)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function words_within(tsquery, uuid); drop function customer_word(uuid)')
  await knex.raw(anew)
}

const whose = `
  -- No text gives such a word, as no word of a text begins with @. Half an id is enough: what is found is looked at again.
  create function customer_word(in_customer uuid) returns text language sql immutable
    return '@' || right(in_customer::text, 12);

  -- The question, asked of one customer: of every record that is shown as them.
  create function words_within(in_asked tsquery, in_customer uuid) returns tsquery language sql stable as $$
    select case when numnode(in_asked) = 0 then in_asked else in_asked && (
      select string_agg(quote_literal(customer_word(record)), ' | ')::tsquery from customer_records(in_customer) record) end
  $$;
`

const anew = `
  truncate spoken_words;
  update projections set seq = 0 where name = 'search';
`
