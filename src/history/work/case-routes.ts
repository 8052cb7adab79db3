/** /api/cases: opening, closing and reopening what a customer's contacts are about. */
import { z } from 'zod'
import { auditContext } from '../../access/index.ts'
import { requireRole } from '../../platform/http/authorisation.ts'
import { conflict, invalid, notFound } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import { readUuidCursor, writeCursor } from '../cursor.ts'
import { actorOf, announce, changing } from '../customer/changes-store.ts'
import { found } from '../customer/routes.ts'
import { readCustomer } from '../customer/store.ts'
import { InteractionView } from '../interaction-view.ts'
import { personOf } from '../interaction-routes.ts'
import type { HistoryPorts } from '../ports.ts'
import { done, idParams, noteBody, noteSchema, pageOf, pageQuery } from '../schemas.ts'
import { tellStory } from '../telling.ts'
import {
  caseOf,
  listCases,
  openCase,
  putIntoCase,
  readCase,
  renameCase,
  setCaseState,
  type CaseRow,
} from './case-store.ts'
import { addNoteTo, notesOf } from './note-store.ts'

const tags = ['cases']
const subject = z.string().trim().min(1).max(300)

export const caseSchema = z.object({
  id: z.string(),
  number: z.number().int().describe('for people to name it by'),
  customer: z.object({ id: z.string(), name: z.string().nullable() }),
  subject: z.string(),
  state: z.enum(['open', 'closed']),
  openedAt: z.string(),
  openedBy: z.object({ kind: z.enum(['user', 'api-key', 'system']), id: z.string().nullable(), name: z.string() }),
  closedAt: z.string().nullable(),
  reopened: z.number().int().describe('how many times'),
  interactions: z.number().int().describe('how many belong to it'),
  lastContactAt: z.string().nullable(),
  changedAt: z.string(),
})

export function registerCaseRoutes(server: HttpServer, ports: HistoryPorts): void {
  const { history } = ports
  const { database, now } = history
  const view = new InteractionView(ports.names)
  const agents = { onRequest: requireRole('agent') }

  server.get(
    '/api/cases',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Cases, newest first',
        querystring: z.object({
          customer: z.guid().optional(),
          interaction: z.guid().optional(),
          state: z.enum(['open', 'closed']).optional(),
          ...pageQuery,
        }),
        response: { 200: pageOf(caseSchema) },
      },
    },
    async ({ query }) => {
      await history.projector.caughtUp()
      const { items, next } = await listCases(database, {
        customerId: query.customer ?? null,
        interactionId: query.interaction ?? null,
        state: query.state ?? null,
        after: readUuidCursor(query.after),
        limit: query.limit,
      })
      return { items: items.map(caseToApi), next: writeCursor(next) }
    },
  )

  server.post(
    '/api/cases',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Open a case for a customer, or for what an interaction is about',
        body: z.strictObject({ customer: z.guid().optional(), interaction: z.guid().optional(), subject }),
        response: { 201: caseSchema },
      },
    },
    async (request, reply) => {
      const { customer, interaction, subject } = request.body
      const contact = interaction === undefined ? null : await tellStory(database, interaction)
      // The record that the contact was with: should a merge be undone, the case goes where its contact goes.
      const customerId = contact?.customerId ?? customer
      if (customerId === undefined) throw invalid('body: say the customer, or an interaction of theirs')
      const context = auditContext(request)
      const made = await changing(database, context, async (trx) => {
        const owner = found(await readCustomer(trx, customerId))
        if (customer !== undefined && !owner.records.includes(customer))
          throw conflict('other-customer', 'this interaction was with another customer')
        const by = actorOf(context)
        const id = await openCase(trx, { customerId, subject, by, at: now() })
        if (interaction !== undefined) await putIntoCase(trx, { interactionId: interaction, caseId: id, by, at: now() })
        await announce(trx, 'case.opened', { caseId: id, customerId: owner.id })
        return {
          result: await caseFound(readCase(trx, id)),
          audit: { action: 'open-case', subject: { kind: 'case', id } },
        }
      })
      return reply.code(201).send(caseToApi(made))
    },
  )

  server.get(
    '/api/cases/:id',
    {
      ...agents,
      schema: {
        tags,
        summary: 'One case with its notes',
        params: idParams,
        response: { 200: caseSchema.extend({ notes: z.array(noteSchema) }) },
      },
    },
    async ({ params: { id } }) => {
      await history.projector.caughtUp()
      const row = await caseFound(readCase(database.knex, id))
      const notes = await notesOf(database.knex, { caseId: id })
      return { ...caseToApi(row), notes: notes.map((note) => view.note(note)) }
    },
  )

  server.patch(
    '/api/cases/:id',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Say what it is about',
        params: idParams,
        body: z.strictObject({ subject }),
        response: { 200: caseSchema },
      },
    },
    async (request) => {
      const { id } = request.params
      await caseFound(readCase(database.knex, id))
      const changed = await changing(database, auditContext(request), async (trx) => {
        await renameCase(trx, id, request.body.subject, now())
        const result = await caseFound(readCase(trx, id))
        return { result, audit: { action: 'rename-case', subject: { kind: 'case', id } } }
      })
      return caseToApi(changed)
    },
  )

  const setState = (path: string, summary: string, state: 'open' | 'closed', event: string): void => {
    server.post(
      `/api/cases/:id/${path}`,
      { ...agents, schema: { tags, summary, params: idParams, response: { 200: caseSchema } } },
      async (request) => {
        const { id } = request.params
        await caseFound(readCase(database.knex, id))
        const changed = await changing(database, auditContext(request), async (trx) => {
          if (!(await setCaseState(trx, id, state, now())))
            throw conflict('same-state', `this case is ${state} already`)
          const result = await caseFound(readCase(trx, id))
          await announce(trx, event, { caseId: id, customerId: result.customer_id })
          return { result, audit: { action: `${path}-case`, subject: { kind: 'case', id } } }
        })
        return caseToApi(changed)
      },
    )
  }
  setState('close', 'Close a case', 'closed', 'case.closed')
  setState('reopen', 'Open a case again', 'open', 'case.reopened')

  server.post(
    '/api/cases/:id/notes',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Write a note on a case',
        params: idParams,
        body: noteBody,
        response: { 201: noteSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      await caseFound(readCase(database.knex, id))
      const note = await addNoteTo(
        database.knex,
        { caseId: id },
        { authorId: personOf(request).id, at: now(), text: request.body.text },
      )
      return reply.code(201).send(view.note(note))
    },
  )

  server.put(
    '/api/interactions/:id/case',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Say which case an interaction belongs to; null: none',
        params: idParams,
        body: z.strictObject({ case: z.guid().nullable() }),
        response: { 200: done },
      },
    },
    async (request) => {
      const { id } = request.params
      const caseId = request.body.case
      const { customerId } = await tellStory(database, id)
      const context = auditContext(request)
      await changing(database, context, async (trx) => {
        if (caseId !== null) {
          const row = await caseFound(readCase(trx, caseId))
          const owner = customerId === null ? null : await readCustomer(trx, customerId)
          if (owner !== null && owner.id !== row.customer_id)
            throw conflict('other-customer', 'this case is another customer’s')
        }
        const before = await caseOf(trx, id)
        await putIntoCase(trx, { interactionId: id, caseId, by: actorOf(context), at: now() })
        const audit = {
          action: 'put-into-case',
          subject: { kind: 'interaction', id },
          before: { caseId: before },
          after: { caseId },
        }
        return { result: null, audit }
      })
      return { ok: true as const }
    },
  )
}

async function caseFound(reading: Promise<CaseRow | null>): Promise<CaseRow> {
  const row = await reading
  if (row === null) throw notFound('there is no such case')
  return row
}

export function caseToApi(row: CaseRow): z.output<typeof caseSchema> {
  const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
  return {
    id: row.id,
    number: row.number,
    customer: { id: row.customer_id, name: row.customer_name },
    subject: row.subject,
    state: row.state,
    openedAt: new Date(row.opened_at).toISOString(),
    openedBy: row.opened_by,
    closedAt: iso(row.closed_at),
    reopened: row.reopened,
    interactions: row.interactions,
    lastContactAt: iso(row.last_contact_at),
    changedAt: new Date(row.changed_at).toISOString(),
  }
}
