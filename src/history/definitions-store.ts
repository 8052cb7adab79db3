/** Lists that admins keep; what an entry may hold is said by its kind's schema. */
import type { Knex } from 'knex'

export type DefinitionKind = 'attribute' | 'segment' | 'tag' | 'disposition' | 'journey-rule'

export async function readDefinitions(knex: Knex, kind: DefinitionKind): Promise<unknown[]> {
  const rows = await knex('definitions')
    .where({ kind })
    .orderBy('id')
    .select<{ id: string; body: object }[]>('id', 'body')
  return rows.map(({ id, body }) => ({ ...body, id }))
}

export async function keepDefinition(knex: Knex, kind: DefinitionKind, id: string, body: object): Promise<void> {
  await knex('definitions')
    .insert({ kind, id, body: JSON.stringify(body) })
    .onConflict(['kind', 'id'])
    .merge(['body'])
}

export async function removeDefinition(knex: Knex, kind: DefinitionKind, id: string): Promise<boolean> {
  return (await knex('definitions').where({ kind, id }).delete()) > 0
}
