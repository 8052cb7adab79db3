/** What customers gave and wrote, as words: kept beside the texts by whoever follows the facts, never by the writer. */
import type { Knex } from 'knex'
import type { Fact } from '../../core/facts.ts'
import type { StoredFact, Writer } from '../../core/writer.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Log } from '../../platform/log.ts'
import { FactFollower } from '../follower-store.ts'

/** Follows the facts: texts become words, in the transaction that remembers how far. */
export function wordIndexing(start: { database: Database; writer: Pick<Writer, 'onFacts'>; log: Log }): FactFollower {
  return new FactFollower({ ...start, name: 'search', from: 'first-fact', concerns: hasWords, take: keepWords })
}

const hasWords = ({ kind }: Fact): boolean =>
  kind === 'message-received' || kind === 'message-sent' || kind === 'input-given' || kind === 'customer-recognised'

/** Whose words they are is read from the facts: the history's rows may be a moment behind. */
async function keepWords(trx: Knex.Transaction, facts: readonly StoredFact[]): Promise<void> {
  const recognised = facts.flatMap(({ fact }) => (fact.kind === 'customer-recognised' ? [fact.interactionId] : []))
  // All that was said in a contact whose customer has just become known is another one's from now on.
  if (recognised.length > 0)
    await trx.raw('delete from spoken_words where interaction_id = any(?::uuid[])', [recognised])
  await trx.raw(
    `with came as materialized (
       select seq, n, interaction_id, at, kind, body->>'text' as text from details
       where (seq between :from and :to or (interaction_id = any(cast(:recognised as uuid[])) and seq <= :to))
         and kind in ('message', 'input') and coalesce(body->>'text', '') <> ''),
     whose as materialized (
       select interaction_id, customer_word(cast((
         select f.body->>'customerId' from facts f
         where f.interaction_id = contact.interaction_id and f.kind in ('interaction-arrived', 'customer-recognised')
           and f.seq <= :to
         order by f.seq desc limit 1) as uuid)) as word
       from (select distinct interaction_id from came) contact)
     insert into spoken_words (seq, n, interaction_id, at, kind, words)
     select seq, n, interaction_id, at, kind,
       to_tsvector('centralita', text) || case when word is null then '' else array_to_tsvector(array[word]) end
     from came join whose using (interaction_id)
     on conflict (seq, n) do nothing`,
    { from: facts[0]?.seq ?? 0, to: facts.at(-1)?.seq ?? 0, recognised },
  )
}
