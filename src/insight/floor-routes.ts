/** What supervisors do on the floor besides listening: somebody who waits is moved to where they are served. */
import { z } from 'zod'
import type { AgentId, QueueId } from '../core/ids.ts'
import type { Writer } from '../core/writer.ts'
import { principalOf, requireRole } from '../platform/http/authorisation.ts'
import { conflict, notFound } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'

export type FloorPorts = Readonly<{
  writer: Pick<Writer, 'submit' | 'state'>
  queueIsOpen(queueId: QueueId): boolean
  queueName(queueId: QueueId): string | null
  agentName(agentId: AgentId): string | null
}>

const target = z
  .union([
    z.strictObject({ agent: z.uuid().describe('the id of an agent who serves the queue it waits in') }),
    z.strictObject({ queue: z.string().min(1).max(64).describe('the id of a queue') }),
  ])
  .describe('an agent or a queue')

export function registerFloorRoutes(server: HttpServer, ports: FloorPorts): void {
  server.post(
    '/api/interactions/:id/move',
    {
      onRequest: requireRole('supervisor'),
      schema: {
        tags: ['live'],
        summary: 'Move somebody who waits',
        description:
          'Into another queue, or to one agent alone for a minute at least. Age and priority stay; whoever is rung for it is ' +
          'rung no longer.',
        params: z.object({ id: z.uuid() }),
        body: z.strictObject({ to: target }),
        response: { 200: z.object({ ok: z.literal(true) }) },
      },
    },
    async (request) => {
      const { to } = request.body
      const queueId = 'queue' in to ? to.queue : null
      if (queueId !== null && ports.queueName(queueId) !== null && !ports.queueIsOpen(queueId))
        throw conflict('queue-closed', `the queue ${ports.queueName(queueId) ?? queueId} is closed now: choose another`)
      const { refusal } = await ports.writer.submit({
        kind: 'move',
        interactionId: request.params.id,
        queueId,
        agentId: 'agent' in to ? to.agent : null,
        by: principalOf(request).id,
      })
      if (refusal === undefined) return { ok: true } as const
      const name = 'agent' in to ? (ports.agentName(to.agent) ?? to.agent) : ''
      const message = messageOf(refusal.code, name) ?? refusal.message
      throw refusal.code.startsWith('unknown-') ? notFound(message) : conflict(refusal.code, message)
    },
  )
}

/** In names instead of ids, where the machine speaks of an agent. */
function messageOf(code: string, agent: string): string | null {
  if (code === 'agent-unavailable') return `${agent} doesn't serve this queue, or lacks a skill that is asked for`
  return code === 'agent-offline' ? `${agent} is offline: choose somebody who is there` : null
}
