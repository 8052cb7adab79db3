/** Duplicates as they are proposed to people, merging two customers, and taking it back. */
import { z } from 'zod'
import { auditContext } from '../../access/index.ts'
import { requireRole } from '../../platform/http/authorisation.ts'
import { notFound } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import type { HistoryPorts } from '../ports.ts'
import { done, idParams } from '../schemas.ts'
import { actorOf, announce, changing } from './changes-store.ts'
import { dismissDuplicate, listDuplicates, type Duplicate } from './duplicate-store.ts'
import { mergeRecords, mergesOf, readMerge, undoMerge, type StoredMerge } from './merge-store.ts'
import { customerToApi, found } from './routes.ts'
import { duplicateSchema, mergeBody, mergeSchema } from './schemas.ts'
import { readCustomer } from './store.ts'

const tags = ['customers']
const mostShown = 100

export function registerMergeRoutes(server: HttpServer, { history }: HistoryPorts): void {
  const { database } = history
  const listed = { 200: z.object({ items: z.array(duplicateSchema) }) }

  server.get(
    '/api/duplicates',
    {
      onRequest: requireRole('agent'),
      schema: { tags, summary: 'Pairs that look like one person, the likeliest first', response: listed },
    },
    async () => ({
      items: (await listDuplicates(database, { customerId: null, limit: mostShown })).map(duplicateToApi),
    }),
  )

  server.get(
    '/api/customers/:id/duplicates',
    {
      onRequest: requireRole('agent'),
      schema: { tags, summary: 'Who looks like this customer', params: idParams, response: listed },
    },
    async ({ params: { id } }) => {
      found(await readCustomer(database.knex, id))
      return { items: (await listDuplicates(database, { customerId: id, limit: mostShown })).map(duplicateToApi) }
    },
  )

  server.post(
    '/api/duplicates/:id/dismiss',
    {
      onRequest: requireRole('agent'),
      schema: { tags, summary: 'Say that these are two people', params: idParams, response: { 200: done } },
    },
    async (request) => {
      const { id } = request.params
      const context = auditContext(request)
      await changing(database, context, async (trx) => {
        if (!(await dismissDuplicate(trx, id, actorOf(context)))) throw notFound('there is no such pair to dismiss')
        return { result: null, audit: { action: 'dismiss-duplicate', subject: { kind: 'duplicate', id } } }
      })
      return { ok: true as const }
    },
  )

  server.post(
    '/api/customers/:id/merges',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Show another customer under this one',
        description:
          'Nothing of either is changed: undoing the merge shows both as they were, and contacts since then as well.',
        params: idParams,
        body: mergeBody,
        response: { 201: mergeSchema },
      },
    },
    async (request, reply) => {
      const { absorb, reason = null, prefer } = request.body
      const context = auditContext(request)
      const pair = await listDuplicates(database, { customerId: request.params.id, limit: mostShown })
      const spoke = pair.find(({ a, b }) => a.records.includes(absorb) || b.records.includes(absorb))
      const evidence = spoke === undefined ? {} : { score: spoke.score, reasons: spoke.reasons }
      const merged = await changing(database, context, async (trx) => {
        const by = actorOf(context)
        const id = await mergeRecords(trx, {
          survivorId: request.params.id,
          absorbedId: absorb,
          by,
          reason,
          evidence,
          prefer,
        })
        const made = await readMerge(trx, id)
        if (made === null) throw new Error('a merge vanished in its own transaction')
        const { survivorId, absorbedId } = made
        await announce(trx, 'customer.merged', { customerId: survivorId, absorbedId, mergeId: id })
        const audit = {
          action: 'merge-customers',
          subject: { kind: 'customer', id: survivorId },
          after: { absorbedId, mergeId: id },
        }
        return { result: made, audit }
      })
      return reply.code(201).send(mergeToApi(merged))
    },
  )

  server.get(
    '/api/customers/:id/merges',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'What was merged here and what was taken back, newest first',
        params: idParams,
        response: { 200: z.object({ items: z.array(mergeSchema) }) },
      },
    },
    async ({ params: { id } }) => {
      const { records } = found(await readCustomer(database.knex, id))
      return { items: (await mergesOf(database.knex, [...records, id])).map(mergeToApi) }
    },
  )

  server.post(
    '/api/merges/:id/undo',
    {
      onRequest: requireRole('agent'),
      schema: { tags, summary: 'Take a merge back', params: idParams, response: { 200: mergeSchema } },
    },
    async (request) => {
      const context = auditContext(request)
      const undone = await changing(database, context, async (trx) => {
        const result = await undoMerge(trx, request.params.id, actorOf(context))
        const { survivorId, absorbedId, id: mergeId } = result
        await announce(trx, 'customer.unmerged', { customerId: survivorId, absorbedId, mergeId })
        const subject = { kind: 'customer', id: survivorId }
        return { result, audit: { action: 'undo-merge', subject, after: { absorbedId, mergeId } } }
      })
      return mergeToApi(undone)
    },
  )
}

function duplicateToApi({ a, b, foundAt, reasons, ...rest }: Duplicate): z.output<typeof duplicateSchema> {
  return { ...rest, a: customerToApi(a), b: customerToApi(b), reasons: [...reasons], foundAt: foundAt.toISOString() }
}

function mergeToApi({ at, undoneAt, prefer, evidence, ...rest }: StoredMerge): z.output<typeof mergeSchema> {
  return {
    ...rest,
    at: at.toISOString(),
    undoneAt: undoneAt?.toISOString() ?? null,
    prefer: [...prefer],
    evidence: { ...evidence },
  }
}
