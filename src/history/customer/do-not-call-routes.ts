/** /api/customers/:id/do-not-call: no preview list calls a customer who asked not to be called. */
import { z } from 'zod'
import { auditContext } from '../../access/index.ts'
import { requireRole } from '../../platform/http/authorisation.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import type { HistoryPorts } from '../ports.ts'
import { done, idParams } from '../schemas.ts'
import { actorOf, announce, changing } from './changes-store.ts'
import { allowCalls, forbidCalls, type DoNotCall } from './do-not-call-store.ts'
import { found } from './routes.ts'
import { readCustomer } from './store.ts'

export const doNotCallSchema = z.object({ at: z.string(), saidBy: z.string().describe('who wrote it down') })

export const doNotCallToApi = ({ at, saidBy }: DoNotCall): z.output<typeof doNotCallSchema> => ({
  at: new Date(at).toISOString(),
  saidBy: saidBy.name,
})

export function registerDoNotCallRoutes(server: HttpServer, { history }: HistoryPorts): void {
  const { database, now } = history
  const agents = { onRequest: requireRole('agent') }
  const schema = (summary: string) => ({
    tags: ['customers'],
    summary,
    params: idParams,
    response: { 200: done },
  })

  server.put(
    '/api/customers/:id/do-not-call',
    { ...agents, schema: schema('The customer asked not to be called') },
    async (request) => {
      const context = auditContext(request)
      await changing(database, context, async (trx) => {
        const { id } = found(await readCustomer(trx, request.params.id))
        await forbidCalls(trx, id, actorOf(context), now())
        await announce(trx, 'customer.changed', { customerId: id })
        return { result: null, audit: { action: 'forbid-calls', subject: { kind: 'customer', id } } }
      })
      return { ok: true as const }
    },
  )

  server.delete(
    '/api/customers/:id/do-not-call',
    { ...agents, schema: schema('The customer may be called again') },
    async (request) => {
      await changing(database, auditContext(request), async (trx) => {
        const { id, records } = found(await readCustomer(trx, request.params.id))
        await allowCalls(trx, records)
        await announce(trx, 'customer.changed', { customerId: id })
        return { result: null, audit: { action: 'allow-calls', subject: { kind: 'customer', id } } }
      })
      return { ok: true as const }
    },
  )
}
