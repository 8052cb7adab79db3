/** Published flows: kept in memory for the calls, saved, published and rolled back for admins. */
import { createHash } from 'node:crypto'
import type { Finding } from '../core/flow/finding.ts'
import type { FlowId } from '../core/ids.ts'
import type { AuditContext } from '../access/index.ts'
import { writeAudit } from '../access/index.ts'
import type { Database } from '../platform/database/database.ts'
import { ApiError, conflict, notFound } from '../platform/http/errors.ts'
import { dropPublishedDraft } from './draft-store.ts'
import {
  findFlow,
  insertFlow,
  keepVersion,
  lastPublication,
  lockFlows,
  publishVersion,
  readFlows,
  readPublications,
  readVersions,
  renameFlow,
  setFileHash,
  type FlowRow,
  type FlowVersion,
  type Publication,
  type Transaction,
} from './store.ts'

export type { FlowVersion } from './store.ts'

/** `flowId`: what the file calls itself; null when even that can't be read. Warnings leave `ok` true. */
export type FlowCheck = Readonly<{ ok: boolean; flowId: FlowId | null; findings: readonly Finding[] }>
export type CheckFlow = (yaml: string) => FlowCheck | Promise<FlowCheck>

export type FlowSummary = Readonly<{
  id: FlowId
  name: string
  publishedVersion: number | null
  latestVersion: number
}>

export type Saved = Readonly<{ version: number; isNew: boolean; published: boolean; findings: readonly Finding[] }>
export type SaveInput = Readonly<{
  id: FlowId
  yaml: string
  name?: string | undefined
  publish: boolean
  expectedPublished?: ExpectedPublished
  /** Of the draft that it comes from: dropped once it is published. */
  draftRevision?: number | null | undefined
}>
/** The published version that the person saw, null for none; undefined: whatever it is now. */
export type ExpectedPublished = number | null | undefined

export type FlowVersions = Readonly<{
  /** Reads the database again; call once before anything else is asked. */
  refresh(): Promise<void>
  /** From memory: that version, or the published one for null. null when there is none. */
  version(flowId: FlowId, version: number | null): FlowVersion | null
  published(): readonly FlowVersion[]
  list(): readonly FlowSummary[]
  /** @throws ApiError 404 */
  get(flowId: FlowId): FlowSummary & { readonly versions: readonly FlowVersion[] }
  publications(flowId: FlowId): Promise<Publication[]>
  /** @throws ApiError 422 with the findings when the checker refuses it */
  save(input: SaveInput, context: AuditContext, source?: { readonly fileHash: string }): Promise<Saved>
  rename(flowId: FlowId, name: string, context: AuditContext): Promise<void>
  /** @throws ApiError 409 when another version was published meanwhile */
  publish(flowId: FlowId, version: number, context: AuditContext, expected?: ExpectedPublished): Promise<void>
  /** Back to `version`, or to the last published one that is older than the present one. Returns which. */
  rollBack(flowId: FlowId, version: number | null, context: AuditContext, expected?: ExpectedPublished): Promise<number>
  /** Of the file that was loaded last. */
  fileHash(flowId: FlowId): string | null
  /** Called with the flows whose published version changed. Returns how to stop. */
  onPublished(listener: (flowIds: readonly FlowId[]) => void): () => void
}>

export const contentHash = (yaml: string): string => createHash('sha256').update(yaml).digest('hex')

type Memory = Readonly<{ flows: ReadonlyMap<FlowId, FlowRow>; versions: ReadonlyMap<FlowId, readonly FlowVersion[]> }>

export function createFlowVersions({
  database,
  checkFlow,
}: Readonly<{ database: Database; checkFlow: CheckFlow }>): FlowVersions {
  const { knex } = database
  let memory: Memory = { flows: new Map(), versions: new Map() }
  const listeners = new Set<(flowIds: readonly FlowId[]) => void>()

  const refresh = async (): Promise<void> => {
    const [flows, versions] = [await readFlows(knex), await readVersions(knex)]
    const before = memory.flows
    memory = { flows: new Map(flows.map((flow) => [flow.id, flow])), versions: Map.groupBy(versions, (v) => v.flowId) }
    const published = flows.filter((flow) => flow.publishedVersion !== (before.get(flow.id)?.publishedVersion ?? null))
    if (published.length > 0) for (const listener of listeners) listener(published.map((flow) => flow.id))
  }

  const rowOf = (flowId: FlowId): FlowRow => {
    const flow = memory.flows.get(flowId)
    if (flow === undefined) throw notFound(`there is no flow ${flowId}`)
    return flow
  }
  const versionsOf = (flowId: FlowId): readonly FlowVersion[] => memory.versions.get(flowId) ?? []
  const summary = (flow: FlowRow): FlowSummary => ({
    id: flow.id,
    name: flow.name,
    publishedVersion: flow.publishedVersion,
    latestVersion: versionsOf(flow.id).at(-1)?.version ?? 0,
  })

  const publish = async (
    flowId: FlowId,
    version: number,
    context: AuditContext,
    how: { action: string; expected: ExpectedPublished },
  ): Promise<void> => {
    const flow = rowOf(flowId)
    if (!versionsOf(flowId).some((one) => one.version === version))
      throw notFound(`flow ${flowId} has no version ${version}`)
    await knex.transaction(async (trx) => {
      await lockFlows(trx)
      await refusePublishedMeanwhile(trx, flowId, how.expected)
      await publishVersion(trx, flowId, version, nameOf(context))
      const before = { version: flow.publishedVersion }
      await writeAudit(trx, context, {
        action: how.action,
        subject: { kind: 'flow', id: flowId },
        before,
        after: { version },
      })
    })
    await refresh()
  }

  return {
    refresh,
    version(flowId, version) {
      const wanted = version ?? memory.flows.get(flowId)?.publishedVersion ?? null
      return wanted === null ? null : (versionsOf(flowId).find((one) => one.version === wanted) ?? null)
    },
    published: () =>
      [...memory.flows.values()].flatMap(
        (flow) => versionsOf(flow.id).find((one) => one.version === flow.publishedVersion) ?? [],
      ),
    list: () => [...memory.flows.values()].map(summary),
    get: (flowId) => ({ ...summary(rowOf(flowId)), versions: versionsOf(flowId) }),
    publications: (flowId) => readPublications(knex, rowOf(flowId).id),
    async save(input, context, source) {
      const { id, yaml, publish: wanted } = input
      const { findings } = await refuseBroken(checkFlow, id, yaml)
      const saved = await knex.transaction(async (trx) => {
        await lockFlows(trx)
        if (wanted) await refusePublishedMeanwhile(trx, id, input.expectedPublished)
        await insertFlow(trx, id, input.name ?? id)
        if (input.name !== undefined) await renameFlow(trx, id, input.name)
        const by = nameOf(context)
        const kept = await keepVersion(trx, { flowId: id, yaml, contentHash: contentHash(yaml), by })
        const before = await findFlow(trx, id)
        const publishes = wanted && before?.publishedVersion !== kept.version
        if (publishes) await publishVersion(trx, id, kept.version, by)
        if (wanted) await dropPublishedDraft(trx, id, { yaml, revision: input.draftRevision ?? null })
        if (source !== undefined) await setFileHash(trx, id, source.fileHash)
        if (kept.isNew || publishes) {
          const after = { version: kept.version, published: publishes }
          const action = publishes ? 'publish-flow' : 'save-flow'
          await writeAudit(trx, context, { action, subject: { kind: 'flow', id }, after })
        }
        return { ...kept, published: wanted }
      })
      await refresh()
      return { ...saved, findings }
    },
    async rename(flowId, name, context) {
      const before = rowOf(flowId)
      await knex.transaction(async (trx) => {
        await renameFlow(trx, flowId, name)
        const audit = { action: 'change-flow', subject: { kind: 'flow', id: flowId } }
        await writeAudit(trx, context, { ...audit, before: { name: before.name }, after: { name } })
      })
      await refresh()
    },
    publish: (flowId, version, context, expected) =>
      publish(flowId, version, context, { action: 'publish-flow', expected }),
    async rollBack(flowId, version, context, expected) {
      const flow = rowOf(flowId)
      const present = flow.publishedVersion ?? 0
      const earlier = (await readPublications(knex, flowId)).find((one) => one.version < present)
      const target = version ?? earlier?.version
      if (target === undefined)
        throw conflict(
          'nothing-before',
          `no older version of flow ${flowId} was ever published: say which one in version`,
        )
      await publish(flowId, target, context, { action: 'roll-back-flow', expected })
      return target
    },
    fileHash: (flowId) => memory.flows.get(flowId)?.fileHash ?? null,
    onPublished(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

async function refusePublishedMeanwhile(trx: Transaction, flowId: FlowId, expected: ExpectedPublished) {
  if (expected === undefined) return
  const present = (await findFlow(trx, flowId))?.publishedVersion ?? null
  if (present === expected) return
  const last = await lastPublication(trx, flowId)
  throw conflict(
    'published-meanwhile',
    `${last?.by ?? 'somebody'} has published version ${present} of ${flowId} since you looked: compare it with yours first`,
    { version: present, by: last?.by ?? null, at: last?.at.toISOString() ?? null },
  )
}

/** As people read it. */
export const nameOf = ({ principal }: AuditContext): string =>
  principal === 'system' ? 'system' : principal.kind === 'user' ? principal.username : principal.name

async function refuseBroken(checkFlow: CheckFlow, id: FlowId, yaml: string): Promise<FlowCheck> {
  const check = await checkFlow(yaml)
  if (!check.ok) {
    const errors = check.findings.filter((finding) => finding.severity === 'error')
    const message = errors.map(({ at, message: text }) => `line ${at.line}, column ${at.column}: ${text}`).join('; ')
    throw new ApiError(422, 'flow-broken', message === '' ? 'the flow has errors' : message, check.findings)
  }
  if (check.flowId !== id)
    throw new ApiError(422, 'flow-broken', `the file calls itself «${check.flowId ?? '?'}»: write «flow: ${id}» in it`)
  return check
}
