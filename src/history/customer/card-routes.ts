/** The customer's card: all that an agent wants to know before saying hello; and the journey, live while talking. */
import { z } from 'zod'
import { auditContext } from '../../access/index.ts'
import { journeyKinds } from '../../core/customer/journey.ts'
import { usualChannel } from '../../core/customer/segments.ts'
import { channels } from '../../core/ids.ts'
import { requireRole } from '../../platform/http/authorisation.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import { readUuidCursor, writeCursor } from '../cursor.ts'
import { InteractionView } from '../interaction-view.ts'
import { personOf } from '../interaction-routes.ts'
import type { HistoryPorts } from '../ports.ts'
import { idParams, noteBody, noteSchema, pageOf, pageQuery } from '../schemas.ts'
import { caseSchema, caseToApi } from '../work/case-routes.ts'
import { listCases } from '../work/case-store.ts'
import { addNoteTo, notesOf } from '../work/note-store.ts'
import { taskSchema, taskToApi } from '../work/task-routes.ts'
import { listTasks } from '../work/task-store.ts'
import { changing } from './changes-store.ts'
import { doNotCallSchema, doNotCallToApi } from './do-not-call-routes.ts'
import { doNotCallOf } from './do-not-call-store.ts'
import { listPoints, type StoredPoint } from './journey-store.ts'
import { customerToApi, found } from './routes.ts'
import { customerSchema } from './schemas.ts'
import { standingOf } from './segments.ts'
import { readCustomer } from './store.ts'

const tags = ['customers']
const shown = 20

const pointSchema = z.object({
  id: z.string(),
  at: z.string(),
  kind: z.enum(journeyKinds),
  title: z.string().nullable(),
  url: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  interactionId: z.string().nullable(),
  labels: z.array(z.string()).describe('names of the journey rules that it met'),
  points: z.number().int(),
})

const cardSchema = z.object({
  customer: customerSchema,
  segments: z.array(z.object({ id: z.string(), name: z.string() })),
  contacts: z.object({
    total: z.number().int(),
    firstAt: z.string().nullable(),
    lastAt: z.string().nullable(),
    channels: z.partialRecord(z.enum(channels), z.number().int()).describe('of the newest thousand'),
    outcomes: z.record(z.string(), z.number().int()),
    usualChannel: z.enum(channels).nullable(),
  }),
  satisfaction: z.object({
    average: z.number().nullable(),
    trend: z.enum(['rising', 'falling', 'steady']).nullable(),
    answers: z.array(z.object({ at: z.string(), score: z.number(), interactionId: z.string(), nodeId: z.string() })),
  }),
  openCases: z.array(caseSchema),
  closedCases: z.number().int(),
  tasks: z.array(taskSchema).describe('open ones, what is due first'),
  notes: z.array(noteSchema),
  journey: z.array(pointSchema).describe('the newest'),
  journeyPoints: z.number().int(),
  doNotCall: doNotCallSchema
    .nullable()
    .describe('since when the customer does not want to be called; null: they may be'),
  duplicates: z.number().int().describe('pairs that wait for a person to decide'),
})

export type CustomerCard = z.output<typeof cardSchema>

export function registerCardRoutes(server: HttpServer, { history, names }: HistoryPorts): void {
  const { database, projector, now } = history
  const view = new InteractionView(names)
  const agents = { onRequest: requireRole('agent') }

  server.get(
    '/api/customers/:id/card',
    {
      ...agents,
      schema: { tags, summary: 'All about a customer at a glance', params: idParams, response: { 200: cardSchema } },
    },
    async ({ params: { id } }) => {
      await projector.caughtUp()
      const customer = found(await readCustomer(database.knex, id))
      const customerId = customer.id
      const [{ figures, satisfaction, segments }, cases, tasks, notes, journey, doNotCall] = await Promise.all([
        standingOf(history, customer),
        listCases(database, { customerId, interactionId: null, state: 'open', after: null, limit: shown }),
        listTasks(database, { customerId, assigneeId: null, state: 'open', limit: shown }),
        notesOf(database.knex, { customerIds: customer.records }, shown),
        listPoints(database, { customerId, after: null, limit: shown }),
        doNotCallOf(database, customerId),
      ])
      const { contacts } = figures
      return {
        customer: customerToApi(customer),
        segments: [...segments],
        contacts: {
          total: contacts.total,
          firstAt: isoOrNull(contacts.firstAt),
          lastAt: isoOrNull(contacts.lastAt),
          channels: { ...contacts.channels },
          outcomes: { ...contacts.outcomes },
          usualChannel: usualChannel(contacts),
        },
        satisfaction: {
          ...satisfaction,
          answers: figures.answers.slice(0, shown).map(({ at, ...answer }) => ({ ...answer, at: iso(at) })),
        },
        openCases: cases.items.map(caseToApi),
        closedCases: figures.cases - figures.openCases,
        tasks: tasks.map((task) => taskToApi(task, names.agent)),
        notes: notes.map((note) => view.note(note)),
        journey: journey.items.map(pointToApi),
        journeyPoints: figures.journeyPoints,
        doNotCall: doNotCall === null ? null : doNotCallToApi(doNotCall),
        duplicates: figures.duplicates,
      }
    },
  )

  server.post(
    '/api/customers/:id/notes',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Write a note on a customer',
        params: idParams,
        body: noteBody,
        response: { 201: noteSchema },
      },
    },
    async (request, reply) => {
      const note = await changing(database, auditContext(request), async (trx) => {
        const { id: customerId } = found(await readCustomer(trx, request.params.id))
        const written = { authorId: personOf(request).id, at: now(), text: request.body.text }
        const result = await addNoteTo(trx, { customerId }, written)
        return { result, audit: { action: 'write-note', subject: { kind: 'customer', id: customerId } } }
      })
      return reply.code(201).send(view.note(note))
    },
  )

  server.get(
    '/api/customers/:id/journey',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Where the customer has been, newest first',
        params: idParams,
        querystring: z.object(pageQuery),
        response: { 200: pageOf(pointSchema) },
      },
    },
    async ({ params, query }) => {
      const { id: customerId } = found(await readCustomer(database.knex, params.id))
      const after = readUuidCursor(query.after)
      const { items, next } = await listPoints(database, { customerId, after, limit: query.limit })
      return { items: items.map(pointToApi), next: writeCursor(next) }
    },
  )

  server.post(
    '/api/customers/:id/journey',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Tell where the customer has been, from a shop or a site of your own',
        description: 'Nothing is kept unless `consented` says that the visitor agreed.',
        params: idParams,
        body: z.strictObject({
          consented: z.boolean(),
          interaction: z.guid().optional(),
          points: z
            .array(
              z.strictObject({
                at: z.iso.datetime({ offset: true }),
                kind: z.enum(journeyKinds),
                title: z.string().trim().max(300).nullable().default(null),
                url: z.url().max(2_000).nullable().default(null),
                data: z.record(z.string().max(100), z.json()).default({}),
              }),
            )
            .min(1)
            .max(100),
        }),
        response: { 201: z.object({ items: z.array(pointSchema) }) },
      },
    },
    async (request, reply) => {
      const { consented, interaction, points } = request.body
      const { id: customerId } = found(await readCustomer(database.knex, request.params.id))
      const stored = await history.journeys.append({
        customerId,
        interactionId: interaction ?? null,
        consented,
        points: points.map((point) => ({ ...point, at: Date.parse(point.at) })),
      })
      return reply.code(201).send({ items: stored.map(pointToApi) })
    },
  )
}

function pointToApi({
  id,
  at,
  kind,
  title,
  url,
  data,
  interactionId,
  labels,
  points,
}: StoredPoint): z.output<typeof pointSchema> {
  return { id, at: iso(at), kind, title, url, data: { ...data }, interactionId, labels: [...labels], points }
}

const iso = (at: number): string => new Date(at).toISOString()
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))
