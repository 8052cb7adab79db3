/** /api/tasks: follow-ups of agents, told on their live socket when they come due. */
import { z } from 'zod'
import { auditContext } from '../../access/index.ts'
import { requireRole } from '../../platform/http/authorisation.ts'
import { forbidden, invalid, notFound } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import { actorOf, changing } from '../customer/changes-store.ts'
import { found } from '../customer/routes.ts'
import { readCustomer } from '../customer/store.ts'
import { personOf } from '../interaction-routes.ts'
import type { HistoryPorts, Person } from '../ports.ts'
import { idParams } from '../schemas.ts'
import { tellStory } from '../telling.ts'
import { readCase } from './case-store.ts'
import { changeTask, insertTask, listTasks, readTask, taskStates, type Task } from './task-store.ts'

const tags = ['tasks']
const title = z.string().trim().min(1).max(500)
const instant = z.iso.datetime({ offset: true }).describe('ISO 8601 with its offset')

export const taskSchema = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(taskStates),
  dueAt: z.string().nullable(),
  assignee: z.object({ id: z.string(), name: z.string().nullable() }),
  customer: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  interactionId: z.string().nullable(),
  caseId: z.string().nullable(),
  createdAt: z.string(),
  createdBy: z.object({ kind: z.enum(['user', 'api-key', 'system']), id: z.string().nullable(), name: z.string() }),
  finishedAt: z.string().nullable(),
})

export function registerTaskRoutes(server: HttpServer, { history, names }: HistoryPorts): void {
  const { database, now } = history
  const agents = { onRequest: requireRole('agent') }
  const toApi = (task: Task) => taskToApi(task, names.agent)

  server.get(
    '/api/tasks',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Tasks, what is due first',
        querystring: z.object({
          assignee: z.union([z.guid(), z.literal('me')]).optional(),
          customer: z.guid().optional(),
          state: z.enum(taskStates).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(100),
        }),
        response: { 200: z.object({ items: z.array(taskSchema) }) },
      },
    },
    async (request) => {
      const { assignee, customer, state, limit } = request.query
      const assigneeId = assignee === 'me' ? personOf(request).id : (assignee ?? null)
      const tasks = await listTasks(database, { assigneeId, customerId: customer ?? null, state: state ?? null, limit })
      return { items: tasks.map(toApi) }
    },
  )

  server.post(
    '/api/tasks',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Make a task, for oneself unless said',
        body: z.strictObject({
          title,
          dueAt: instant.nullable().default(null),
          assignee: z.guid().optional(),
          customer: z.guid().optional(),
          interaction: z.guid().optional(),
          case: z.guid().optional(),
        }),
        response: { 201: taskSchema },
      },
    },
    async (request, reply) => {
      const { body } = request
      const context = auditContext(request)
      const assigneeId = body.assignee ?? personOf(request).id
      if (names.agent(assigneeId) === null) throw invalid('body.assignee: there is no such agent')
      const contact = body.interaction === undefined ? null : await tellStory(database, body.interaction)
      const made = await changing(database, context, async (trx) => {
        const customerId = contact?.customerId ?? body.customer ?? null
        if (customerId !== null) found(await readCustomer(trx, customerId))
        if (body.case !== undefined && (await readCase(trx, body.case)) === null)
          throw notFound('there is no such case')
        const id = await insertTask(trx, {
          title: body.title,
          dueAt: body.dueAt === null ? null : Date.parse(body.dueAt),
          assigneeId,
          customerId,
          interactionId: body.interaction ?? null,
          caseId: body.case ?? null,
          createdAt: now(),
          createdBy: actorOf(context),
        })
        return {
          result: taskFound(await readTask(trx, id)),
          audit: { action: 'create-task', subject: { kind: 'task', id } },
        }
      })
      return reply.code(201).send(toApi(made))
    },
  )

  server.patch(
    '/api/tasks/:id',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Finish, move or hand over a task',
        params: idParams,
        body: z
          .strictObject({ title, dueAt: instant.nullable(), assignee: z.guid(), state: z.enum(taskStates) })
          .partial()
          .refine((change) => Object.keys(change).length > 0, 'says nothing to change'),
        response: { 200: taskSchema },
      },
    },
    async (request) => {
      const { id } = request.params
      const { dueAt, assignee, ...same } = request.body
      mayChange(taskFound(await readTask(database.knex, id)), personOf(request))
      if (assignee !== undefined && names.agent(assignee) === null)
        throw invalid('body.assignee: there is no such agent')
      const changed = await changing(database, auditContext(request), async (trx) => {
        const change = {
          ...same,
          assigneeId: assignee,
          dueAt: dueAt === undefined || dueAt === null ? dueAt : Date.parse(dueAt),
        }
        await changeTask(trx, id, change, now())
        return {
          result: taskFound(await readTask(trx, id)),
          audit: { action: 'change-task', subject: { kind: 'task', id } },
        }
      })
      return toApi(changed)
    },
  )
}

/** Whose it is and who made it; supervisors any. */
function mayChange(task: Task, person: Person): void {
  if (person.role !== 'agent' || task.assigneeId === person.id || task.createdBy.id === person.id) return
  throw forbidden('this task is another agent’s: only its assignee, who made it, or a supervisor may change it')
}

function taskFound(task: Task | null): Task {
  if (task === null) throw notFound('there is no such task')
  return task
}

export function taskToApi(task: Task, nameOf: (agentId: string) => string | null): z.output<typeof taskSchema> {
  const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
  const { id, title, state, interactionId, caseId, createdBy } = task
  return {
    id,
    title,
    state,
    interactionId,
    caseId,
    createdBy,
    dueAt: iso(task.dueAt),
    assignee: { id: task.assigneeId, name: nameOf(task.assigneeId) },
    customer: task.customerId === null ? null : { id: task.customerId, name: task.customerName },
    createdAt: new Date(task.createdAt).toISOString(),
    finishedAt: iso(task.finishedAt),
  }
}
