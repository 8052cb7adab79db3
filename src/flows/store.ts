/** Flows and their versions. A version is never changed; publishing points at one of them. */
import type { Knex } from 'knex'
import type { FlowId } from '../core/ids.ts'

export type Transaction = Knex.Transaction

export type FlowVersion = Readonly<{
  flowId: FlowId
  version: number
  yaml: string
  contentHash: string
  createdAt: Date
  createdBy: string
}>

export type FlowRow = Readonly<{ id: FlowId; name: string; publishedVersion: number | null; fileHash: string | null }>

export type Publication = Readonly<{ version: number; at: Date; by: string }>

const flowColumns = ['id', 'name', 'published_version as publishedVersion', 'file_hash as fileHash'] as const
const versionColumns = [
  'flow_id as flowId',
  'version',
  'yaml',
  'content_hash as contentHash',
  'created_at as createdAt',
  'created_by as createdBy',
] as const

export async function readFlows(knex: Knex): Promise<FlowRow[]> {
  return knex('flows')
    .select<FlowRow[]>(...flowColumns)
    .orderBy('id')
}

export async function readVersions(knex: Knex): Promise<FlowVersion[]> {
  return knex('flow_versions')
    .select<FlowVersion[]>(...versionColumns)
    .orderBy(['flow_id', 'version'])
}

/** Nobody else changes flows until the transaction ends. */
export async function lockFlows(trx: Knex.Transaction): Promise<void> {
  await trx.raw(`select pg_advisory_xact_lock(hashtext('centralita flows'))`)
}

export async function findFlow(knex: Knex, id: FlowId): Promise<FlowRow | undefined> {
  return knex('flows')
    .where({ id })
    .first<FlowRow | undefined>(...flowColumns)
}

export async function insertFlow(knex: Knex, id: FlowId, name: string): Promise<void> {
  await knex('flows').insert({ id, name }).onConflict('id').ignore()
}

export async function renameFlow(knex: Knex, id: FlowId, name: string): Promise<void> {
  await knex('flows').where({ id }).update({ name })
}

/** The version with this content: the one there is already, or a new one. */
export async function keepVersion(
  knex: Knex,
  input: Readonly<{ flowId: FlowId; yaml: string; contentHash: string; by: string }>,
): Promise<{ version: number; isNew: boolean }> {
  const { flowId, yaml, contentHash, by } = input
  const same = await knex('flow_versions')
    .where({ flow_id: flowId, content_hash: contentHash })
    .first<{ version: number } | undefined>('version')
  if (same !== undefined) return { version: same.version, isNew: false }
  const last = await knex('flow_versions')
    .where({ flow_id: flowId })
    .max<{ last: number | null }[]>('version as last')
    .first()
  const version = (last?.last ?? 0) + 1
  await knex('flow_versions').insert({ flow_id: flowId, version, yaml, content_hash: contentHash, created_by: by })
  return { version, isNew: true }
}

export async function publishVersion(knex: Knex, flowId: FlowId, version: number, by: string): Promise<void> {
  await knex('flows').where({ id: flowId }).update({ published_version: version })
  await knex('flow_publications').insert({ flow_id: flowId, version, by })
}

export async function setFileHash(knex: Knex, flowId: FlowId, fileHash: string): Promise<void> {
  await knex('flows').where({ id: flowId }).update({ file_hash: fileHash })
}

export async function lastPublication(knex: Knex, flowId: FlowId): Promise<Publication | undefined> {
  return (await readPublications(knex, flowId))[0]
}

/** Newest first. */
export async function readPublications(knex: Knex, flowId: FlowId): Promise<Publication[]> {
  return knex('flow_publications')
    .where({ flow_id: flowId })
    .orderBy('seq', 'desc')
    .select<Publication[]>('version', 'at', 'by')
}
