/** Flows for admins: save, publish, roll back, and see what was there. */
import { z } from 'zod'
import { auditContext } from '../access/index.ts'
import { requireRole } from '../platform/http/authorisation.ts'
import { notFound } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { registerDraftRoutes } from './draft-routes.ts'
import type { Drafts } from './drafts.ts'
import type { CheckFlow, FlowSummary, FlowVersions } from './versions.ts'

const id = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'use a to z, 0 to 9 and -, starting with a letter')
const yaml = z.string().min(1).max(500_000)
const name = z.string().trim().min(1).max(100)
const versionNumber = z.coerce.number().int().min(1)
const params = z.object({ id })
const expectedPublished = z
  .int()
  .min(1)
  .nullish()
  .describe('the published version that you saw, null for none: refused with 409 when it is another one by now')

const finding = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  at: z.object({ line: z.int(), column: z.int() }),
})
const summary = z.object({ id, name: z.string(), publishedVersion: z.int().nullable(), latestVersion: z.int() })
const versionLine = z.object({
  version: z.int(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  published: z.boolean(),
})
const publication = z.object({ version: z.int(), at: z.iso.datetime(), by: z.string() })
const saved = summary.extend({ version: z.int(), isNew: z.boolean(), findings: z.array(finding) })

export type FlowRoutesDeps = Readonly<{ flows: FlowVersions; drafts: Drafts; checkFlow: CheckFlow }>

export function registerFlowRoutes(server: HttpServer, { flows, drafts, checkFlow }: FlowRoutesDeps): void {
  registerReads(server, flows)
  registerWrites(server, flows)
  registerDraftRoutes(server, drafts)

  server.post(
    '/api/flows/check',
    {
      onRequest: requireRole('admin'),
      schema: {
        summary: 'Check a flow without saving it',
        body: z.strictObject({ yaml }),
        response: { 200: z.object({ ok: z.boolean(), findings: z.array(finding) }) },
      },
    },
    async (request) => {
      // Nothing is changed here.
      request.audited = true
      const { ok, findings } = await checkFlow(request.body.yaml)
      return { ok, findings: [...findings] }
    },
  )
}

function registerReads(server: HttpServer, flows: FlowVersions): void {
  const readers = { onRequest: requireRole('agent') }
  server.get(
    '/api/flows',
    { ...readers, schema: { summary: 'List: flow', response: { 200: z.object({ items: z.array(summary) }) } } },
    async () => ({ items: [...flows.list()] }),
  )
  server.get(
    '/api/flows/:id',
    {
      ...readers,
      schema: {
        summary: 'One flow with its versions',
        params,
        response: {
          200: summary.extend({ versions: z.array(versionLine), publications: z.array(publication) }),
        },
      },
    },
    async (request) => {
      const { versions, ...flow } = flows.get(request.params.id)
      const publications = await flows.publications(flow.id)
      return {
        ...flow,
        versions: versions.map(({ version, createdAt, createdBy }) => ({
          version,
          createdAt: createdAt.toISOString(),
          createdBy,
          published: version === flow.publishedVersion,
        })),
        publications: publications.map((one) => ({ ...one, at: one.at.toISOString() })),
      }
    },
  )
  server.get(
    '/api/flows/:id/versions/:version',
    {
      ...readers,
      schema: {
        summary: 'The text of a version',
        params: z.object({ id, version: versionNumber }),
        response: {
          200: z.object({ id, version: z.int(), yaml: z.string(), createdAt: z.iso.datetime(), createdBy: z.string() }),
        },
      },
    },
    async (request) => {
      const { id: flowId, version } = request.params
      const found = flows.version(flowId, version)
      if (found === null) throw notFound(`flow ${flowId} has no version ${version}`)
      const { yaml: text, createdAt, createdBy } = found
      return { id: flowId, version, yaml: text, createdAt: createdAt.toISOString(), createdBy }
    },
  )
}

function registerWrites(server: HttpServer, flows: FlowVersions): void {
  const writers = { onRequest: requireRole('admin') }
  const summaryOf = (flowId: string): FlowSummary => {
    const { versions: _, ...rest } = flows.get(flowId)
    return rest
  }

  server.post(
    '/api/flows',
    {
      ...writers,
      schema: {
        summary: 'Save a version of a flow',
        description:
          'Checked first: 422 with the findings when it is broken. Published at once unless `publish` is false. ' +
          'Versions are never changed; saving the same text again gives the version that has it.',
        body: z.strictObject({
          id,
          yaml,
          name: name.optional(),
          publish: z.boolean().default(true),
          expectedPublished,
          draftRevision: z.int().min(1).nullish().describe('of the draft that this comes from, which goes with it'),
        }),
        response: { 201: saved },
      },
    },
    async (request, reply) => {
      const { version, isNew, findings } = await flows.save(request.body, auditContext(request))
      const body = { ...summaryOf(request.body.id), version, isNew, findings: [...findings] }
      return reply.code(201).send(body)
    },
  )
  server.patch(
    '/api/flows/:id',
    {
      ...writers,
      schema: {
        summary: 'Rename a flow, or save a version of it',
        params,
        body: z.strictObject({ name, yaml, publish: z.boolean() }).partial(),
        response: { 200: summary },
      },
    },
    async (request) => {
      const { id: flowId } = request.params
      const { name: newName, yaml: text, publish = true } = request.body
      flows.get(flowId)
      const context = auditContext(request)
      if (text !== undefined) await flows.save({ id: flowId, yaml: text, name: newName, publish }, context)
      else if (newName !== undefined) await flows.rename(flowId, newName, context)
      return summaryOf(flowId)
    },
  )
  server.post(
    '/api/flows/:id/publish',
    {
      ...writers,
      schema: {
        summary: 'Publish a version',
        description: 'Contacts under way finish on the version that they began.',
        params,
        body: z.strictObject({ version: z.int().min(1), expectedPublished }),
        response: { 200: summary },
      },
    },
    async (request) => {
      const { version, expectedPublished: expected } = request.body
      await flows.publish(request.params.id, version, auditContext(request), expected)
      return summaryOf(request.params.id)
    },
  )
  server.post(
    '/api/flows/:id/rollback',
    {
      ...writers,
      schema: {
        summary: 'Go back to an earlier version',
        description: 'To the last published version older than the present one, unless `version` says which.',
        params,
        body: z.strictObject({ version: z.int().min(1).optional(), expectedPublished }).nullish(),
        response: { 200: summary },
      },
    },
    async (request) => {
      const { version = null, expectedPublished: expected } = request.body ?? {}
      await flows.rollBack(request.params.id, version, auditContext(request), expected)
      return summaryOf(request.params.id)
    },
  )
}
