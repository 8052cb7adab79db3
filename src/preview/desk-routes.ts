/** /api/me/preview: the next customer of an agent, as a preview: who it is, before anybody's phone rings. */
import { z } from 'zod'
import { nextBecause, skipReasons } from '../core/preview/entry.ts'
import { requireRole, userOf } from '../platform/http/authorisation.ts'
import { conflict } from '../platform/http/errors.ts'
import type { HttpRequest, HttpServer } from '../platform/http/server.ts'
import { callOf, heldBy, isSomebodyDue, listsOf } from './dealing.ts'
import { stepsOf, type Entry } from './entry-store.ts'
import { deals, readList } from './list-store.ts'
import type { Agent } from './ports.ts'
import type { Preview } from './preview.ts'

const tags = ['preview lists']
const params = z.object({ id: z.uuid() })
const done = z.object({ ok: z.literal(true) })
const note = z.string().trim().min(1).max(500).optional()

const entrySchema = z.object({
  id: z.string(),
  list: z.object({ id: z.string(), name: z.string() }),
  queue: z.object({ id: z.string(), name: z.string().nullable() }),
  number: z.string(),
  name: z.string().nullable(),
  customerId: z.string().nullable(),
  state: z.enum(['held', 'dialling']),
  attempt: z.number().int().describe('which call to them this is, from 1'),
  mostAttempts: z.number().int(),
  why: z.enum(['promised', 'first-call', 'again']).describe('why it is this customer’s turn'),
  lastOutcome: z.string().nullable().describe('how the call before came out'),
  lastNote: z.string().nullable().describe('what was noted the last time'),
  interactionId: z.string().nullable().describe('the call that goes on'),
})
const mineSchema = z.object({
  lists: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      deal: z.enum(deals),
      isOpen: z.boolean(),
      opensAt: z.string().nullable(),
    }),
  ),
  entry: entrySchema.nullable().describe('in my hands'),
  isDue: z.boolean().describe('somebody’s turn has come'),
  isDueWhenIdle: z.boolean().describe('somebody’s turn has come on a list that is shown to whoever is idle'),
})
export type MyPreview = z.output<typeof mineSchema>

export function registerDeskRoutes(server: HttpServer, { ports, next, work }: Preview): void {
  const agents = { onRequest: requireRole('agent') }
  const { knex } = ports.database

  const toApi = async (entry: Entry): Promise<z.output<typeof entrySchema> | null> => {
    const list = await readList(knex, entry.listId)
    if (list === null) return null
    const { id, number, name, customerId, attempts, promisedBy, dueAt, interactionId } = entry
    const isCalled = entry.state === 'dialling'
    const steps = await stepsOf(knex, [id])
    return {
      ...{ id, number, name, customerId },
      list: { id: list.id, name: list.name },
      queue: { id: list.queueId, name: ports.queueName(list.queueId) },
      state: isCalled ? 'dialling' : 'held',
      attempt: isCalled ? attempts : attempts + 1,
      mostAttempts: list.mostAttempts,
      why: nextBecause({ attempts, dueAt, isPromised: promisedBy !== null }),
      lastOutcome: entry.outcome,
      lastNote: steps.findLast((step) => step.note !== null)?.note ?? null,
      interactionId: isCalled ? interactionId : null,
    }
  }

  const mine = async (agent: Agent): Promise<MyPreview> => {
    const lists = await listsOf(ports, agent.id)
    const entry = (await callOf(ports, agent.id)) ?? (await heldBy(ports, agent.id))
    const open = lists.filter(({ isOpen }) => isOpen)
    const shownWhenIdle = open.filter(({ deal }) => deal === 'idle')
    return {
      lists: lists.map(({ id, name, deal, isOpen, opensAt }) => ({
        ...{ id, name, deal, isOpen, opensAt: opensAt === null ? null : new Date(opensAt).toISOString() },
      })),
      entry: entry === null ? null : await toApi(entry),
      isDue: entry === null && (await isSomebodyDue(ports, agent.id, open)),
      isDueWhenIdle: entry === null && (await isSomebodyDue(ports, agent.id, shownWhenIdle)),
    }
  }

  server.get(
    '/api/me/preview',
    {
      ...agents,
      schema: {
        tags,
        summary: 'My preview lists, and the customer in my hands',
        description: 'A customer who is not asked for during two minutes is given back.',
        response: { 200: mineSchema },
      },
    },
    (request) => mine(agentOf(request)),
  )

  server.post(
    '/api/me/preview/next',
    {
      ...agents,
      schema: {
        tags,
        summary: 'The next customer, into my hands; whoever is there already stays',
        body: z.strictObject({
          list: z.uuid().optional(),
          whenIdle: z.boolean().default(false).describe('only of lists that are shown to whoever is idle'),
        }),
        response: { 200: mineSchema },
      },
    },
    async (request) => {
      const agent = agentOf(request)
      if ((await callOf(ports, agent.id)) !== null)
        throw conflict('on-a-call', 'you have a customer of a list on the line: finish that call first')
      const { list, whenIdle } = request.body
      const wanted = (await listsOf(ports, agent.id)).filter(
        ({ id, deal, isOpen }) => isOpen && (list === undefined || id === list) && (!whenIdle || deal === 'idle'),
      )
      await next(agent.id, wanted)
      return mine(agent)
    },
  )

  server.post(
    '/api/me/preview/:id/dial',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Call them: my phone rings first',
        params,
        response: { 200: z.object({ interactionId: z.string() }) },
      },
    },
    async (request) => ({ interactionId: await work.dial(agentOf(request), request.params.id) }),
  )

  server.post(
    '/api/me/preview/:id/skip',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Don’t call them',
        description: '`not-now` brings them back after the gap of the list; `do-not-call` is kept with the customer.',
        params,
        body: z.strictObject({ reason: z.enum(skipReasons), note }),
        response: { 200: done },
      },
    },
    async (request) => {
      const { reason, note: why = null } = request.body
      await work.skip(agentOf(request), request.params.id, reason, why)
      return { ok: true as const }
    },
  )

  server.post(
    '/api/me/preview/:id/promise',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Call them at that time; during the call or within an hour after it as well',
        params,
        body: z.strictObject({ at: z.iso.datetime({ offset: true }), note }),
        response: { 200: done },
      },
    },
    async (request) => {
      const { at, note: why = null } = request.body
      await work.promise(agentOf(request), request.params.id, Date.parse(at), why)
      return { ok: true as const }
    },
  )

  server.post(
    '/api/me/preview/:id/give-back',
    { ...agents, schema: { tags, summary: 'Somebody else may have them', params, response: { 200: done } } },
    async (request) => {
      await work.giveBack(agentOf(request), request.params.id)
      return { ok: true as const }
    },
  )
}

function agentOf(request: HttpRequest): Agent {
  const { id, name, role } = userOf(request)
  return { id, name, role }
}
