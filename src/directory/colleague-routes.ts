/** Who else is there: for handing a customer on or asking somebody. Less than a supervisor sees. */
import { z } from 'zod'
import { presences } from '../core/facts.ts'
import { agentViews } from '../core/routing/views.ts'
import { principalOf, requireRole } from '../platform/http/authorisation.ts'
import type { HttpServer } from '../platform/http/server.ts'
import type { PresenceDeps } from './presence-routes.ts'

const colleagueSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  presence: z.enum(presences),
  busy: z.boolean().describe('with somebody now'),
  voice: z.enum(['idle', 'busy', 'unreachable', 'not-ready', 'offline']).nullable().describe('null: takes no calls'),
})
export type Colleague = z.output<typeof colleagueSchema>

export function registerColleagueRoutes(server: HttpServer, { directory, writer }: PresenceDeps): void {
  server.get(
    '/api/colleagues',
    {
      onRequest: requireRole('agent'),
      schema: {
        summary: 'The other agents, and whether they are free',
        response: { 200: z.object({ items: z.array(colleagueSchema) }) },
      },
    },
    async (request) => {
      const { id: me } = principalOf(request)
      const { users } = directory.snapshot()
      const items = agentViews(writer.state()).flatMap((view): Colleague[] => {
        const user = users.get(view.id)
        if (user === undefined || user.agent === null || view.id === me) return []
        const { presence, routing, channels } = view
        return [{ id: user.id, name: user.name, presence, busy: routing !== 'idle', voice: channels.voice ?? null }]
      })
      return { items }
    },
  )
}
