/** What an agent is shown of a contact in their list of work, in one round trip. */
import type { CustomerId, InteractionId } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'

export type WorkCard = Readonly<{
  interactionId: InteractionId
  customer: Readonly<{ id: CustomerId; name: string | null; company: string | null; highValue: boolean }> | null
  /** Number, address or handle; null: withheld or erased. */
  from: string | null
  displayName: string | null
  dialled: string | null
  /** What the customer pressed or told the bot, oldest first; secret input is never among it. At most 20. */
  told: readonly string[]
  /** What a colleague wrote last about this contact; `author` is an agent's id. */
  note: Readonly<{ author: string; text: string }> | null
}>

/** From the facts themselves: an offer is shown before the projection has written a row. */
export async function workCards(database: Database, interactionIds: readonly InteractionId[]): Promise<WorkCard[]> {
  if (interactionIds.length === 0) return []
  const { rows } = await database.pool.query<{ card: WorkCard }>({
    name: 'work-cards',
    text: `select jsonb_build_object(
        'interactionId', a.interaction_id,
        'customer', case when c.id is not null then jsonb_build_object(
          'id', c.id, 'name', c.name, 'company', c.company, 'highValue', c.high_value) end,
        'from', d.body->>'identity',
        'displayName', d.body->>'displayName',
        'dialled', d.body->>'dialled',
        'told', coalesce((
          select jsonb_agg(given.body->>'text' order by given.seq, given.n) from (
            select seq, n, body from details
            where interaction_id = a.interaction_id and kind = 'input' order by seq desc, n desc limit 20) given), '[]'),
        'note', (select jsonb_build_object('author', n.author_id, 'text', left(n.text, 500)) from notes n
          where n.interaction_id = a.interaction_id order by n.at desc, n.id limit 1)) as card
      from facts a
      left join lateral (
        select body from details
        where interaction_id = a.interaction_id and kind = 'contact' order by seq limit 1) d on true
      left join lateral (
        select coalesce((
          select r.body->>'customerId' from facts r
          where r.interaction_id = a.interaction_id and r.kind = 'customer-recognised' order by r.seq desc limit 1),
          a.body->>'customerId')::uuid as id) known on true
      left join customers c on c.id = known.id
      where a.interaction_id = any($1::uuid[]) and a.kind = 'interaction-arrived'`,
    values: [interactionIds],
  })
  return rows.map(({ card }) => card)
}
