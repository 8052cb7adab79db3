/** GET /api/search: customers, and everything that was said or written with them. */
import { z } from 'zod'
import { channels } from '../../core/ids.ts'
import { requireRole } from '../../platform/http/authorisation.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import { normaliseIdentity } from '../customer/identity.ts'
import { customerToApi } from '../customer/routes.ts'
import { customerSchema } from '../customer/schemas.ts'
import { listCustomers, readCustomers, type Customer } from '../customer/store.ts'
import type { HistoryPorts } from '../ports.ts'
import { pageQuery } from '../schemas.ts'
import { documentKinds, type DocumentKind, type Hit } from './hits-store.ts'
import { resemblingCustomers } from './people-store.ts'
import { findDocuments } from './search-store.ts'

const hitSchema = z.object({
  kind: z.enum(documentKinds),
  id: z.string(),
  at: z.string(),
  interactionId: z.string().nullable(),
  caseId: z.string().nullable(),
  channel: z.enum(channels).nullable(),
  customer: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  snippet: z.array(z.object({ text: z.string(), matches: z.boolean() })).describe('plain text in pieces'),
})

const kindList = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(documentKinds)).min(1))

const customersShown = 10

export function registerSearchRoutes(server: HttpServer, { history }: HistoryPorts): void {
  const { database, country, projector } = history

  const customersLike = async (text: string): Promise<Customer[]> => {
    const identities = (['phone', 'email'] as const).flatMap(
      (kind) => normaliseIdentity(kind, text, country)?.value ?? [],
    )
    const { items } = await listCustomers(database, { search: text, identities, after: null, limit: customersShown })
    if (items.length >= customersShown) return items
    const known = new Set(items.map(({ id }) => id))
    const alike = await resemblingCustomers(database, text, customersShown)
    const more = alike.filter((id) => !known.has(id)).slice(0, customersShown - items.length)
    return [...items, ...(await readCustomers(database.knex, more))]
  }

  server.get(
    '/api/search',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags: ['search'],
        summary: 'Search customers, messages, inputs, notes and cases',
        description:
          'Every word must be there: as the beginning of a word, without regard to accents and case, or by its stem. ' +
          'Customers are also found when the name is misspelt; they come with the first page.',
        querystring: z.object({
          q: z.string().trim().min(2).max(200),
          kinds: kindList.optional().describe('of message, input, note, case; several with commas'),
          customer: z.guid().optional(),
          channel: z.enum(channels).optional(),
          from: z.iso.datetime({ offset: true }).optional(),
          to: z.iso.datetime({ offset: true }).optional().describe('before'),
          ...pageQuery,
        }),
        response: {
          200: z.object({
            customers: z.array(customerSchema),
            items: z.array(hitSchema).describe('newest first'),
            next: z.string().nullable(),
          }),
        },
      },
    },
    async ({ query }) => {
      await projector.caughtUp()
      const kinds: readonly DocumentKind[] = query.kinds ?? documentKinds
      const asksForPeople = query.after === undefined && query.customer === undefined && query.kinds === undefined
      const [customers, hits] = await Promise.all([
        asksForPeople ? customersLike(query.q) : [],
        findDocuments(database, {
          text: query.q,
          kinds,
          customerId: query.customer ?? null,
          channel: query.channel ?? null,
          from: query.from === undefined ? null : Date.parse(query.from),
          to: query.to === undefined ? null : Date.parse(query.to),
          after: readCursor(query.after),
          limit: query.limit,
        }),
      ])
      const items = hits.slice(0, query.limit)
      const last = items.at(-1)
      const next = hits.length > query.limit && last !== undefined ? { at: last.at, id: last.id } : null
      return { customers: customers.map(customerToApi), items: items.map(hitToApi), next: writeCursor(next) }
    },
  )
}

function hitToApi({ customerId, customerName, at, snippet, ...hit }: Hit): z.output<typeof hitSchema> {
  return {
    ...hit,
    at: new Date(at).toISOString(),
    customer: customerId === null ? null : { id: customerId, name: customerName },
    snippet: snippet
      .split(/\u0001|\u0002/)
      .map((text, i) => ({ text, matches: i % 2 === 1 }))
      .filter(({ text }) => text !== ''),
  }
}
