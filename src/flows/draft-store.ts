/** One draft of a flow at a time, whoever works on it. */
import type { Knex } from 'knex'
import type { FlowId } from '../core/ids.ts'

export type DraftLine = Readonly<{ id: FlowId; revision: number; updatedAt: Date; updatedBy: string }>
export type Draft = DraftLine & Readonly<{ yaml: string; baseVersion: number | null }>

const lineColumns = ['flow_id as id', 'revision', 'updated_at as updatedAt', 'updated_by as updatedBy'] as const
const columns = [...lineColumns, 'yaml', 'base_version as baseVersion'] as const

export async function listDrafts(knex: Knex): Promise<DraftLine[]> {
  return knex('flow_drafts')
    .select<DraftLine[]>(...lineColumns)
    .orderBy('flow_id')
}

export async function readDraft(knex: Knex, id: FlowId): Promise<Draft | undefined> {
  return knex('flow_drafts')
    .where({ flow_id: id })
    .first<Draft | undefined>(...columns)
}

export async function countDrafts(knex: Knex): Promise<number> {
  const row = await knex('flow_drafts').count<{ count: string }[]>('* as count').first()
  return Number(row?.count ?? 0)
}

type NewDraft = Readonly<{ id: FlowId; yaml: string; baseVersion: number | null; by: string }>

/** In place of the one that was there. */
export async function keepDraft(knex: Knex, { id, yaml, baseVersion, by }: NewDraft): Promise<DraftLine> {
  const row = { flow_id: id, yaml, base_version: baseVersion, updated_by: by, revision: 1 }
  const [kept] = await knex('flow_drafts')
    .insert(row)
    .onConflict('flow_id')
    .merge({ ...row, revision: knex.raw('flow_drafts.revision + 1'), updated_at: knex.fn.now() })
    .returning<DraftLine[]>([...lineColumns])
  if (kept === undefined) throw new Error('the database returned no row for the draft')
  return kept
}

export async function dropDraft(knex: Knex, id: FlowId): Promise<number> {
  return knex('flow_drafts').where({ flow_id: id }).delete()
}

/** What is published needs no draft: the one that it came from, or that says the same. */
export async function dropPublishedDraft(
  knex: Knex,
  id: FlowId,
  published: Readonly<{ yaml: string; revision: number | null }>,
): Promise<void> {
  await knex('flow_drafts')
    .where({ flow_id: id })
    .whereRaw('(yaml = ? or revision = ?)', [published.yaml, published.revision ?? 0])
    .delete()
}
