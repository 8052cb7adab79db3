/** What people work on before it is published: kept as it is, broken or not, and never overwritten unseen. */
import type { Finding } from '../core/flow/finding.ts'
import type { FlowId } from '../core/ids.ts'
import { writeAudit, type AuditContext } from '../access/index.ts'
import type { Database } from '../platform/database/database.ts'
import { conflict, notFound } from '../platform/http/errors.ts'
import { countDrafts, dropDraft, keepDraft, listDrafts, readDraft, type Draft, type DraftLine } from './draft-store.ts'
import { lockFlows } from './store.ts'
import { nameOf, type CheckFlow } from './versions.ts'

export type DraftInput = Readonly<{
  id: FlowId
  yaml: string
  /** Of the draft that this one follows on; null: there was none. */
  revision: number | null
  /** The version that was published then; null: none. */
  baseVersion: number | null
}>

export type KeptDraft = DraftLine & Readonly<{ ok: boolean; findings: readonly Finding[] }>

export type Drafts = Readonly<{
  list(): Promise<readonly DraftLine[]>
  /** @throws ApiError 404 */
  get(id: FlowId): Promise<Draft>
  /** @throws ApiError 409, with who saved one meanwhile */
  keep(input: DraftInput, context: AuditContext): Promise<KeptDraft>
  /** @throws ApiError 404 */
  drop(id: FlowId, context: AuditContext): Promise<void>
}>

const mostDrafts = 1_000

export function createDrafts({ database, checkFlow }: Readonly<{ database: Database; checkFlow: CheckFlow }>): Drafts {
  const { knex } = database
  const subjectOf = (id: FlowId) => ({ kind: 'flow', id })
  return {
    list: () => listDrafts(knex),
    async get(id) {
      const draft = await readDraft(knex, id)
      if (draft === undefined) throw notFound(`there is no draft of flow ${id}`)
      return draft
    },
    async keep({ revision, ...input }, context) {
      const { ok, findings } = await checkFlow(input.yaml)
      const kept = await knex.transaction(async (trx) => {
        await lockFlows(trx)
        const before = await readDraft(trx, input.id)
        if ((before?.revision ?? null) !== revision) throw keptMeanwhile(before)
        if (before === undefined && (await countDrafts(trx)) >= mostDrafts)
          throw conflict('too-many-drafts', `there are ${mostDrafts} drafts already: publish or drop some first`)
        const line = await keepDraft(trx, { ...input, by: nameOf(context) })
        const after = { revision: line.revision, baseVersion: input.baseVersion }
        await writeAudit(trx, context, { action: 'save-flow-draft', subject: subjectOf(input.id), after })
        return line
      })
      return { ...kept, ok, findings }
    },
    async drop(id, context) {
      await knex.transaction(async (trx) => {
        await lockFlows(trx)
        if ((await dropDraft(trx, id)) === 0) throw notFound(`there is no draft of flow ${id}`)
        await writeAudit(trx, context, { action: 'drop-flow-draft', subject: subjectOf(id) })
      })
    },
  }
}

/** Published or dropped in the meantime, there is none to say whose it was. */
function keptMeanwhile(draft: Draft | undefined) {
  const by = draft?.updatedBy ?? null
  return conflict(
    'changed-meanwhile',
    draft === undefined
      ? 'the draft was published or dropped since you read it: save again to begin a new one'
      : `${by} has saved another draft of this flow since you read it: read theirs first`,
    { by, at: draft?.updatedAt.toISOString() ?? null, revision: draft?.revision ?? null },
  )
}
