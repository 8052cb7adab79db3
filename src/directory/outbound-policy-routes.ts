/** Who may call what outside: read and replaced as a whole, so that what is allowed is seen at one glance. */
import { auditContext } from '../access/index.ts'
import type { Database } from '../platform/database/database.ts'
import { requireRole } from '../platform/http/authorisation.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { changeDirectory } from './directory-store.ts'
import type { Directory } from './directory.ts'
import { outboundPolicySchema } from './outbound-policy.ts'
import { readOutboundPolicy, writeOutboundPolicy } from './outbound-policy-store.ts'

export type OutboundPolicyDeps = Readonly<{ database: Database; directory: Directory }>

export function registerOutboundPolicyRoutes(server: HttpServer, { database, directory }: OutboundPolicyDeps): void {
  server.get(
    '/api/outbound-policy',
    {
      onRequest: requireRole('supervisor'),
      schema: { summary: 'Who may call what outside', response: { 200: outboundPolicySchema } },
    },
    async () => outboundPolicySchema.parse(directory.snapshot().outboundPolicy),
  )
  server.put(
    '/api/outbound-policy',
    {
      onRequest: requireRole('admin'),
      schema: {
        summary: 'Say who may call what outside',
        description:
          'Replaces all of it. Denied unless allowed here; emergency numbers always pass. People have their role, and ' +
          '`flow`, `callback` and `system` stand for what no person dials.',
        body: outboundPolicySchema,
        response: { 200: outboundPolicySchema },
      },
    },
    async (request) => {
      const after = request.body
      await changeDirectory(database, auditContext(request), async (trx) => {
        const before = await readOutboundPolicy(trx)
        await writeOutboundPolicy(trx, after)
        const subject = { kind: 'outbound policy', id: 'organisation' }
        return { result: undefined, audit: { action: 'change-outbound-policy', subject, before, after } }
      })
      await directory.refresh()
      return outboundPolicySchema.parse(directory.snapshot().outboundPolicy)
    },
  )
}
