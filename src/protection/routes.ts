/** Who is shut out of SIP: seen, added and lifted by people. */
import { z } from 'zod'
import { auditContext, type Guarding } from '../access/index.ts'
import { requireRole } from '../platform/http/authorisation.ts'
import { invalid, notFound } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import type { StoredBan } from './ban-store.ts'
import type { Protection } from './protection.ts'

const ban = z.object({
  address: z.string(),
  at: z.iso.datetime(),
  until: z.iso.datetime(),
  reason: z.string(),
  count: z.int().describe('the how manieth of this address'),
  liftedAt: z.iso.datetime().nullable(),
  active: z.boolean(),
})

const mostMinutes = 31 * 24 * 60

export function registerProtectionRoutes(
  server: HttpServer,
  { protection, access }: Readonly<{ protection: Protection; access: Guarding }>,
): void {
  const admin = { onRequest: requireRole('admin') }
  const view = (row: Omit<StoredBan, 'liftedAt'> & { liftedAt?: number | null }): z.infer<typeof ban> => ({
    address: row.address,
    at: new Date(row.at).toISOString(),
    until: new Date(row.until).toISOString(),
    reason: row.reason,
    count: row.count,
    liftedAt: row.liftedAt == null ? null : new Date(row.liftedAt).toISOString(),
    active: protection.active().some(({ address, at }) => address === row.address && at === row.at),
  })

  server.get(
    '/api/bans',
    {
      ...admin,
      schema: {
        summary: 'Addresses that are or were shut out of SIP',
        response: { 200: z.object({ items: z.array(ban) }) },
      },
    },
    async () => ({ items: (await protection.recent()).map(view) }),
  )

  server.post(
    '/api/bans',
    {
      ...admin,
      schema: {
        summary: 'Shut an address out of SIP',
        body: z.strictObject({ address: z.string().max(64), minutes: z.int().min(1).max(mostMinutes).default(60) }),
        response: { 201: ban },
      },
    },
    async (request, reply) => {
      const { address, minutes } = request.body
      const made = await protection.ban(address, minutes * 60_000)
      if (made === null) throw invalid(`address: ${address} is no address, or one of those that are never banned`)
      const subject = { kind: 'ban', id: made.address }
      await access.audit(auditContext(request), { action: 'ban-address', subject, after: { minutes } })
      return reply.code(201).send(view(made))
    },
  )

  server.delete(
    '/api/bans/:address',
    {
      ...admin,
      schema: {
        summary: 'Let an address in again',
        description: 'Nothing is held against it from now on. A network is written with %2F before 64.',
        params: z.object({ address: z.string().max(64) }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { address } = request.params
      if (!(await protection.lift(address))) throw notFound(`${address} is not banned`)
      await access.audit(auditContext(request), { action: 'lift-ban', subject: { kind: 'ban', id: address } })
      return reply.code(204).send(null)
    },
  )
}
