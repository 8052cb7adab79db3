/** Tags of interactions. */
import type { Knex } from 'knex'
import type { Instant, InteractionId } from '../../core/ids.ts'

export async function readTags(knex: Knex, interactionId: InteractionId): Promise<string[]> {
  const rows = await knex('interaction_tags')
    .where({ interaction_id: interactionId })
    .orderBy('tag')
    .select<{ tag: string }[]>('tag')
  return rows.map(({ tag }) => tag)
}

export async function setTags(
  knex: Knex,
  interactionId: InteractionId,
  tags: readonly string[],
  { at, by }: { at: Instant; by: string },
): Promise<void> {
  await knex('interaction_tags').where({ interaction_id: interactionId }).whereNotIn('tag', tags).delete()
  if (tags.length === 0) return
  await knex('interaction_tags')
    .insert(tags.map((tag) => ({ interaction_id: interactionId, tag, at, set_by: by })))
    .onConflict(['interaction_id', 'tag'])
    .ignore()
}
