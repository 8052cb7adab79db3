/** Goals: set by supervisors, read by whoever has them. */
import { z } from 'zod'
import { auditContext } from '../access/index.ts'
import type { Database } from '../platform/database/database.ts'
import { principalOf, requireRole } from '../platform/http/authorisation.ts'
import { notFound } from '../platform/http/errors.ts'
import type { HttpRequest, HttpServer } from '../platform/http/server.ts'
import { changeDirectory } from './directory-store.ts'
import type { Directory } from './directory.ts'
import { goalsSchema, type Goals } from './goals.ts'
import { goalsFor, readGoals, writeGoals, type GoalsOf } from './goals-store.ts'

const ofAgent = z.object({ agentId: z.guid() })
const done = z.object({ ok: z.literal(true) })

export function registerGoalRoutes(
  server: HttpServer,
  { database, directory }: Readonly<{ database: Database; directory: Directory }>,
): void {
  const supervisors = { onRequest: requireRole('supervisor') }
  const change = (request: HttpRequest, of: GoalsOf, goals: Goals | null): Promise<void> =>
    changeDirectory(database, auditContext(request), async (trx) => {
      const kept = await readGoals(trx)
      const before = of === null ? kept.everybody : (kept.agents.find(({ agentId }) => agentId === of) ?? null)
      await writeGoals(trx, of, goals)
      const subject = { kind: 'goals', id: of ?? 'everybody' }
      return { result: undefined, audit: { action: 'change-goals', subject, before, after: goals } }
    })
  const agentOf = (id: string): string => {
    if (directory.snapshot().users.get(id)?.agent == null) throw notFound(`there is no agent ${id}`)
    return id
  }

  server.get(
    '/api/me/goals',
    {
      onRequest: requireRole('agent'),
      schema: { summary: 'What you aim at in a day', response: { 200: goalsSchema } },
    },
    async (request) => goalsFor(await readGoals(database.knex), principalOf(request).id),
  )
  server.get(
    '/api/goals',
    {
      ...supervisors,
      schema: {
        summary: 'The goals of everybody, and of agents who have their own',
        response: {
          200: z.object({ everybody: goalsSchema, agents: z.array(goalsSchema.extend({ agentId: z.guid() })) }),
        },
      },
    },
    async () => {
      const { everybody, agents } = await readGoals(database.knex)
      return { everybody, agents: [...agents] }
    },
  )
  server.put(
    '/api/goals',
    { ...supervisors, schema: { summary: 'Set the goals of everybody', body: goalsSchema, response: { 200: done } } },
    async (request) => {
      await change(request, null, request.body)
      return { ok: true as const }
    },
  )
  server.put(
    '/api/goals/:agentId',
    {
      ...supervisors,
      schema: {
        summary: 'Set the goals of one agent',
        description: 'They hold instead of everybody’s, all of them: one that is null is no goal for this agent.',
        params: ofAgent,
        body: goalsSchema,
        response: { 200: done },
      },
    },
    async (request) => {
      await change(request, agentOf(request.params.agentId), request.body)
      return { ok: true as const }
    },
  )
  server.delete(
    '/api/goals/:agentId',
    {
      ...supervisors,
      schema: {
        summary: 'An agent has the goals of everybody again',
        params: ofAgent,
        response: { 200: done },
      },
    },
    async (request) => {
      await change(request, agentOf(request.params.agentId), null)
      return { ok: true as const }
    },
  )
}
