/** /api/preview-lists: supervisors put lists of customers together, and see how far they have come. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { auditContext, writeAudit, type AuditEntry } from '../access/index.ts'
import { requireRole } from '../platform/http/authorisation.ts'
import { conflict, invalid, notFound } from '../platform/http/errors.ts'
import type { HttpRequest, HttpServer } from '../platform/http/server.ts'
import { releaseList } from './entry-store.ts'
import {
  changeList,
  deals,
  insertList,
  nobody,
  progressOf,
  readList,
  readLists,
  removeList,
  type PreviewList,
  type Progress,
} from './list-store.ts'
import type { PreviewPorts } from './ports.ts'
import type { Preview } from './preview.ts'

export const tags = ['preview lists']
const minuteMs = 60_000
const figure = z.number().int()
export const idParams = z.object({ id: z.uuid() })

const fields = {
  name: z.string().trim().min(1).max(100),
  queueId: z.string().min(1).max(64).describe('its agents call, with its number, by the outbound policy'),
  hoursId: z
    .string()
    .min(1)
    .max(64)
    .nullable()
    .describe('when customers may be called; null: in the hours of the queue'),
  mostAttempts: z.number().int().min(1).max(20).describe('calls to one customer in all'),
  gapMs: z
    .number()
    .int()
    .min(minuteMs)
    .max(30 * 24 * 60 * minuteMs)
    .describe('how long a customer who was not reached is left in peace'),
  deal: z.enum(deals).describe('`ask`: agents ask for the next customer; `idle`: whoever is idle is shown one'),
  running: z.boolean(),
}
const newList = z.strictObject({
  ...fields,
  hoursId: fields.hoursId.default(null),
  mostAttempts: fields.mostAttempts.default(3),
  gapMs: fields.gapMs.default(2 * 60 * minuteMs),
  deal: fields.deal.default('ask'),
  running: fields.running.default(false),
})

const listSchema = z.object({
  id: z.string(),
  ...fields,
  queueName: z.string().nullable(),
  createdAt: z.string(),
  opensAt: z.string().nullable().describe('now, or when customers may be called next; null: not any more'),
  isOpen: z.boolean(),
  progress: z.object({
    total: figure,
    waiting: figure,
    due: figure.describe('of those who wait: whose turn has come'),
    inHand: figure.describe('looked at by an agent, or being called'),
    reached: figure,
    notReached: figure,
    skipped: figure,
    leftOut: figure,
  }),
})
export type ListAnswer = z.output<typeof listSchema>

export function registerListRoutes(server: HttpServer, { ports }: Preview): void {
  const { database, now } = ports
  const { knex } = database
  const supervisors = { onRequest: requireRole('supervisor') }

  const toApi = (list: PreviewList, progress: ReadonlyMap<string, Progress>): ListAnswer => {
    const at = now()
    const opensAt = ports.openingOf(list.queueId, list.hoursId, at)
    return {
      ...list,
      queueName: ports.queueName(list.queueId),
      createdAt: iso(list.createdAt),
      opensAt: opensAt === null ? null : iso(opensAt),
      isOpen: opensAt === at,
      progress: progress.get(list.id) ?? nobody,
    }
  }
  const answer = async (id: string): Promise<ListAnswer> =>
    toApi(await knownList(ports, id), await progressOf(knex, now()))
  const changing = async (request: HttpRequest, entry: AuditEntry, work: (trx: typeof knex) => Promise<void>) => {
    const context = auditContext(request)
    await knex.transaction(async (trx) => {
      await work(trx)
      await writeAudit(trx, context, entry)
    })
  }
  const ensureKnown = ({ queueId, hoursId }: { queueId?: string | undefined; hoursId?: string | null | undefined }) => {
    if (queueId !== undefined && ports.queueName(queueId) === null)
      throw invalid(`body.queueId: there is no queue ${queueId}`, [{ path: 'body.queueId', message: 'is not known' }])
    if (hoursId != null && ports.hoursName(hoursId) === null)
      throw invalid(`body.hoursId: there are no hours ${hoursId}`, [{ path: 'body.hoursId', message: 'is not known' }])
  }
  server.get(
    '/api/preview-lists',
    {
      ...supervisors,
      schema: { tags, summary: 'Preview lists, by name', response: { 200: z.object({ items: z.array(listSchema) }) } },
    },
    async () => {
      const progress = await progressOf(knex, now())
      return { items: (await readLists(knex)).map((list) => toApi(list, progress)) }
    },
  )

  server.get(
    '/api/preview-lists/:id',
    { ...supervisors, schema: { tags, summary: 'One preview list', params: idParams, response: { 200: listSchema } } },
    ({ params }) => answer(params.id),
  )

  server.post(
    '/api/preview-lists',
    { ...supervisors, schema: { tags, summary: 'Make a preview list', body: newList, response: { 201: listSchema } } },
    async (request, reply) => {
      ensureKnown(request.body)
      const list = { ...request.body, id: randomUUID(), createdAt: now() }
      const entry = { action: 'create-preview-list', subject: subject(list.id), after: list }
      await changing(request, entry, (trx) => insertList(trx, list))
      return reply.code(201).send(await answer(list.id))
    },
  )

  server.patch(
    '/api/preview-lists/:id',
    {
      ...supervisors,
      schema: {
        tags,
        summary: 'Change a preview list, start or stop it',
        params: idParams,
        body: z
          .strictObject(fields)
          .partial()
          .refine((change) => Object.keys(change).length > 0, 'says nothing to change'),
        response: { 200: listSchema },
      },
    },
    async (request) => {
      const { id } = request.params
      ensureKnown(request.body)
      const before = await knownList(ports, id)
      const change = Object.fromEntries(Object.entries(request.body).filter(([, value]) => value !== undefined))
      const entry = { action: 'change-preview-list', subject: subject(id), before, after: { ...before, ...change } }
      await changing(request, entry, async (trx) => {
        await changeList(trx, id, change)
        if (request.body.running === false) await releaseList(trx, id, now())
      })
      return answer(id)
    },
  )

  server.delete(
    '/api/preview-lists/:id',
    {
      ...supervisors,
      schema: {
        tags,
        summary: 'Remove a preview list, with what was noted of everybody on it; calls stay in the history',
        params: idParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const before = await knownList(ports, id)
      const { inHand } = (await progressOf(knex, now())).get(id) ?? nobody
      if (inHand > 0)
        throw conflict('in-hand', 'agents have customers of this list in hand: stop it, and wait until they are done')
      const entry = { action: 'remove-preview-list', subject: subject(id), before }
      await changing(request, entry, (trx) => removeList(trx, id))
      return reply.code(204).send(null)
    },
  )
}

export async function knownList({ database }: PreviewPorts, id: string): Promise<PreviewList> {
  const list = await readList(database.knex, id)
  if (list === null) throw notFound('there is no such preview list')
  return list
}

/** In the audit. */
export const subject = (id: string) => ({ kind: 'preview list', id })

export const iso = (at: number): string => new Date(at).toISOString()
