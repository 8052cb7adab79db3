/** /api/preview-lists: supervisors put lists of customers together, fill them, and see how far they have come. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { auditContext, writeAudit, type AuditEntry } from '../access/index.ts'
import { requireRole } from '../platform/http/authorisation.ts'
import { conflict, invalid, notFound } from '../platform/http/errors.ts'
import type { HttpRequest, HttpServer } from '../platform/http/server.ts'
import { entryStates, listEntries, releaseList, stepsOf, type Entry, type Step } from './entry-store.ts'
import { fillFromSearch, fillFromTable, fillProblems, mostRows } from './filling.ts'
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
import type { Preview } from './preview.ts'

const tags = ['preview lists']
const minuteMs = 60_000
const figure = z.number().int()
const idParams = z.object({ id: z.uuid() })

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

const stepSchema = z.object({
  at: z.string(),
  kind: z.enum(['shown', 'given-back', 'dialled', 'not-dialled', 'called', 'skipped', 'promised', 'left-out']),
  agent: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  reason: z.string().nullable(),
  note: z.string().nullable(),
  interactionId: z.string().nullable(),
})

const entrySchema = z.object({
  id: z.string(),
  number: z.string(),
  name: z.string().nullable(),
  customerId: z.string().nullable(),
  state: z.enum(entryStates),
  outcome: z.string().nullable().describe('`reached`, why not, how it was skipped, or why it is left out'),
  attempts: figure,
  dueAt: z.string().nullable().describe('not called before; null: at once'),
  promisedBy: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  interactionId: z.string().nullable().describe('the last call'),
  steps: z.array(stepSchema).describe('what happened with this customer on this list, oldest first'),
})
export type EntryAnswer = z.output<typeof entrySchema>

const filledSchema = z.object({
  added: figure,
  there: figure.describe('on the list before: they stay as they are'),
  doNotCall: figure.describe('of those added: never called, for they asked for it'),
  problems: z.array(z.object({ row: figure, number: z.string().nullable(), problem: z.enum(fillProblems) })),
  problemCount: figure.describe('with those beyond what is shown'),
})
export type FilledAnswer = z.output<typeof filledSchema>

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
  const one = async (id: string): Promise<PreviewList> => {
    const list = await readList(knex, id)
    if (list === null) throw notFound('there is no such preview list')
    return list
  }
  const answer = async (id: string): Promise<ListAnswer> => toApi(await one(id), await progressOf(knex, now()))
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
  const subject = (id: string) => ({ kind: 'preview list', id })

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
      const before = await one(id)
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
      const before = await one(id)
      const { inHand } = (await progressOf(knex, now())).get(id) ?? nobody
      if (inHand > 0)
        throw conflict('in-hand', 'agents have customers of this list in hand: stop it, and wait until they are done')
      const entry = { action: 'remove-preview-list', subject: subject(id), before }
      await changing(request, entry, (trx) => removeList(trx, id))
      return reply.code(204).send(null)
    },
  )

  server.post(
    '/api/preview-lists/:id/entries',
    {
      ...supervisors,
      schema: {
        tags,
        summary: 'Put customers on a list: from a table, or from a search',
        description: `A table of at most ${mostRows} rows as spreadsheets save it (CSV; commas, semicolons or tabs): number and name. Rows that can't be called are named with the reason; the others are added. Whoever is on the list already stays as they are, so a table can be sent again.`,
        params: idParams,
        body: z.union([
          z.strictObject({ csv: z.string().min(1).max(1_000_000) }),
          z.strictObject({ search: z.string().trim().min(1).max(200) }),
        ]),
        response: { 200: filledSchema },
      },
    },
    async (request) => {
      const { id } = await one(request.params.id)
      const { body } = request
      const filled = await ('csv' in body ? fillFromTable(ports, id, body.csv) : fillFromSearch(ports, id, body.search))
      const { problems: _, ...after } = filled
      await writeAudit(knex, auditContext(request), { action: 'fill-preview-list', subject: subject(id), after })
      return { ...filled, problems: [...filled.problems] }
    },
  )

  server.get(
    '/api/preview-lists/:id/entries',
    {
      ...supervisors,
      schema: {
        tags,
        summary: 'Who is on the list, as they were put on it, and what happened with them',
        params: idParams,
        querystring: z.strictObject({
          state: z.enum(entryStates).optional(),
          after: z.coerce.number().int().min(0).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: { 200: z.object({ items: z.array(entrySchema), next: figure.nullable() }) },
      },
    },
    async ({ params, query }) => {
      await one(params.id)
      const { state = null, after = null, limit } = query
      const entries = await listEntries(knex, { listId: params.id, state, after, limit: limit + 1 })
      const shown = entries.slice(0, limit)
      const steps = await stepsOf(
        knex,
        shown.map(({ id }) => id),
      )
      const items = shown.map((entry) =>
        entryToApi(
          entry,
          steps.filter(({ entryId }) => entryId === entry.id),
        ),
      )
      return { items, next: entries.length > limit ? (shown.at(-1)?.position ?? null) : null }
    },
  )

  const agentToApi = (id: string | null) => (id === null ? null : { id, name: ports.agentName(id) })

  function entryToApi(entry: Entry, steps: readonly Step[]): EntryAnswer {
    const { id, number, name, customerId, state, outcome, attempts, interactionId } = entry
    return {
      ...{ id, number, name, customerId, state, outcome, attempts, interactionId },
      dueAt: entry.dueAt === 0 ? null : iso(entry.dueAt),
      promisedBy: agentToApi(entry.promisedBy),
      steps: steps.map(({ at, kind, agentId, reason, note, interactionId: called }) => ({
        ...{ at: iso(at), kind, agent: agentToApi(agentId), reason, note, interactionId: called },
      })),
    }
  }
}

const iso = (at: number): string => new Date(at).toISOString()
