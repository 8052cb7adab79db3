/** What agents say of themselves, and what the router makes of it. */
import { z } from 'zod'
import { presences, systemReasons, type Actor, type Presence } from '../core/facts.ts'
import { channels } from '../core/ids.ts'
import { agentView, agentViews, type AgentView } from '../core/routing/views.ts'
import type { Writer } from '../core/writer.ts'
import { auditContext, revokeSessionsOf, writeAudit } from '../access/index.ts'
import type { Database } from '../platform/database/database.ts'
import { principalOf, requireRole, userOf } from '../platform/http/authorisation.ts'
import { ApiError, conflict, forbidden, invalid, notFound } from '../platform/http/errors.ts'
import { hasRole } from '../platform/http/principal.ts'
import type { HttpServer } from '../platform/http/server.ts'
import type { Directory } from './directory.ts'

export type PresenceDeps = Readonly<{
  database: Database
  directory: Directory
  writer: Pick<Writer, 'submit' | 'state'>
}>

const wanted = z.strictObject({
  presence: z.enum(presences),
  reason: z.string().max(63).nullish().describe('id of a not-ready reason; only with not-ready'),
})

const instant = z.iso.datetime()
const presenceSchema = z.object({
  presence: z.enum(presences),
  reason: z.string().nullable(),
  by: z.enum(['agent', 'system', 'supervisor']),
  since: instant,
  returnsAt: instant.nullable().describe('when the system makes the agent available again'),
})
const agentSchema = presenceSchema.extend({
  id: z.uuid(),
  username: z.string(),
  name: z.string(),
  queueIds: z.array(z.string()),
  routing: z.enum(['idle', 'reserved', 'engaged', 'wrap-up']),
  load: z.number().describe('0 to 1'),
  channels: z.partialRecord(z.enum(channels), z.enum(['idle', 'busy', 'unreachable', 'not-ready', 'offline'])),
  works: z.array(
    z.object({
      interactionId: z.string(),
      channel: z.enum(channels),
      queueId: z.string(),
      phase: z.enum(['ringing', 'engaged', 'wrap-up']),
      since: instant.nullable(),
      endsAt: instant.nullable().describe('of a wrap-up'),
    }),
  ),
})

const iso = (at: number): string => new Date(at).toISOString()

const presenceOf = (view: AgentView): z.output<typeof presenceSchema> => ({
  presence: view.presence,
  reason: view.reason,
  by: view.presenceBy,
  since: iso(view.presenceSince),
  returnsAt: view.returnsAt === null ? null : iso(view.returnsAt),
})

export function registerPresenceRoutes(server: HttpServer, { database, directory, writer }: PresenceDeps): void {
  const viewOf = (agentId: string): AgentView => {
    const view = agentView(writer.state(), agentId)
    if (view !== null) return view
    const user = directory.snapshot().users.get(agentId)
    if (user === undefined) throw notFound(`there is no user ${agentId}`)
    if (user.agent === null || !user.enabled)
      throw conflict(
        'not-an-agent',
        `${user.username} is no agent: an admin adds that with PATCH /api/users/${user.id}`,
      )
    throw new ApiError(503, 'not-yet-known', 'the router has not heard of this agent yet: try again in a few seconds')
  }

  const setPresence = async (
    agentId: string,
    { presence, reason = null }: z.output<typeof wanted>,
    by: Actor,
  ): Promise<z.output<typeof presenceSchema>> => {
    viewOf(agentId)
    refuseWrongReason(directory, presence, reason)
    const { refusal } = await writer.submit({ kind: 'set-presence', agentId, presence, reason, by })
    if (refusal !== undefined) throw conflict(refusal.code, refusal.message)
    return presenceOf(viewOf(agentId))
  }

  server.get(
    '/api/me/presence',
    { onRequest: requireRole('agent'), schema: { summary: 'Your own presence', response: { 200: presenceSchema } } },
    async (request) => presenceOf(viewOf(userOf(request).id)),
  )
  server.put(
    '/api/me/presence',
    {
      onRequest: requireRole('agent'),
      schema: { summary: 'Change your own presence', body: wanted, response: { 200: presenceSchema } },
    },
    async (request) => setPresence(userOf(request).id, request.body, 'agent'),
  )
  server.put(
    '/api/users/:id/presence',
    {
      onRequest: requireRole('supervisor'),
      schema: {
        summary: "Change somebody else's presence",
        params: z.object({ id: z.uuid() }),
        body: wanted,
        response: { 200: presenceSchema },
      },
    },
    async (request) => setPresence(request.params.id, request.body, 'supervisor'),
  )
  server.post(
    '/api/users/:id/log-off',
    {
      onRequest: requireRole('supervisor'),
      schema: {
        summary: 'Log somebody off who is not there',
        description:
          'Offline at once, and signed out everywhere: a page that was left open ends within seconds. What they talk on ' +
          'goes on. Whoever has a higher role than you stays.',
        params: z.object({ id: z.uuid() }),
        response: { 200: presenceSchema },
      },
    },
    async (request) => {
      const { id } = request.params
      const by = principalOf(request)
      const user = directory.snapshot().users.get(id)
      if (user !== undefined && !hasRole(by, user.role))
        throw forbidden(`${user.username} has the role ${user.role}: you can't log them off`)
      const offline = await setPresence(id, { presence: 'offline', reason: null }, 'supervisor')
      await database.knex.transaction(async (trx) => {
        await revokeSessionsOf(trx, id)
        await writeAudit(trx, auditContext(request), { action: 'log-off-user', subject: { kind: 'user', id } })
      })
      return offline
    },
  )
  server.get(
    '/api/agents',
    {
      onRequest: requireRole('supervisor'),
      schema: { summary: 'What every agent does now', response: { 200: z.object({ items: z.array(agentSchema) }) } },
    },
    async () => ({ items: agentViews(writer.state()).flatMap((view) => liveAgent(directory, view) ?? []) }),
  )
}

function refuseWrongReason(directory: Directory, presence: Presence, reason: string | null): void {
  if (reason === null) return
  if (presence !== 'not-ready') throw invalid('body.reason: belongs to not-ready only: leave it out')
  const known = directory.snapshot().notReadyReasons
  if (known.has(reason)) return
  const isSystems = systemReasons.some((own) => own === reason)
  const choices = [...known.keys()].join(', ')
  throw invalid(`body.reason: ${isSystems ? 'only the system gives this one' : 'is unknown'}; choose one of ${choices}`)
}

function liveAgent(directory: Directory, view: AgentView): z.output<typeof agentSchema> | null {
  const user = directory.snapshot().users.get(view.id)
  if (user === undefined || user.agent === null) return null
  return {
    ...presenceOf(view),
    id: user.id,
    username: user.username,
    name: user.name,
    queueIds: [...user.agent.queueIds],
    routing: view.routing,
    load: view.load,
    channels: { ...view.channels },
    works: view.works.map((work) => ({
      interactionId: work.interactionId,
      channel: work.channel,
      queueId: work.queueId,
      phase: work.phase,
      since: work.phase === 'ringing' ? null : iso(work.since),
      endsAt: work.phase === 'wrap-up' ? iso(work.endsAt) : null,
    })),
  }
}
