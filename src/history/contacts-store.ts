/** Who a contact was with, from its arrival and the personal data beside it. */
import type { CustomerId, EntryPointId, InteractionId } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'

export type StoredContact = Readonly<{
  interactionId: InteractionId
  entryPointId: EntryPointId
  providerId: string
  direction: 'inbound' | 'outbound'
  customerId: CustomerId | null
  /** null: withheld, or erased since. */
  identity: string | null
  displayName: string | null
  dialled: string | null
}>

/** From the facts themselves, so that a process that has just started needs no projection. */
export async function contactsOf(
  database: Database,
  interactionIds: readonly InteractionId[],
): Promise<StoredContact[]> {
  if (interactionIds.length === 0) return []
  const { rows } = await database.pool.query<{ contact: StoredContact }>(
    `select jsonb_build_object(
       'interactionId', a.interaction_id,
       'entryPointId', a.body->>'entryPointId',
       'providerId', a.body->>'providerId',
       'direction', a.body->>'direction',
       'customerId', coalesce((
         select r.body->>'customerId' from facts r
         where r.interaction_id = a.interaction_id and r.kind = 'customer-recognised' order by r.seq desc limit 1),
         a.body->>'customerId'),
       'identity', d.body->>'identity',
       'displayName', d.body->>'displayName',
       'dialled', d.body->>'dialled') as contact
     from facts a
     left join lateral (
       select body from details
       where interaction_id = a.interaction_id and kind = 'contact' order by seq limit 1) d on true
     where a.interaction_id = any($1::uuid[]) and a.kind = 'interaction-arrived'
     order by a.seq`,
    [interactionIds],
  )
  return rows.map(({ contact }) => contact)
}
