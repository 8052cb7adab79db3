/** GET and PATCH /api/customers. Their timeline is with the interactions. */
import { requireRole } from '../platform/http/authorisation.ts'
import { notFound } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { readUuidCursor, writeCursor } from './cursor.ts'
import { changeCustomer, listCustomers, readCustomer, type Customer } from './customers-store.ts'
import { normaliseIdentity } from './identity.ts'
import type { HistoryPorts } from './ports.ts'
import { customerPatch, customerQuery, customerSchema, idParams, pageOf } from './schemas.ts'

const tags = ['customers']

export function registerCustomerRoutes(server: HttpServer, { history }: HistoryPorts): void {
  const { database, country } = history

  server.get(
    '/api/customers',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Customers, newest first',
        querystring: customerQuery,
        response: { 200: pageOf(customerSchema) },
      },
    },
    async ({ query }) => {
      const search = query.search ?? null
      const { items, next } = await listCustomers(database, {
        search,
        identity: search === null ? null : normaliseIdentity('phone', search, country),
        after: readUuidCursor(query.after),
        limit: query.limit,
      })
      return { items: items.map(toApi), next: writeCursor(next) }
    },
  )

  server.get(
    '/api/customers/:id',
    {
      onRequest: requireRole('agent'),
      schema: { tags, summary: 'One customer', params: idParams, response: { 200: customerSchema } },
    },
    async ({ params }) => toApi(found(await readCustomer(database, params.id))),
  )

  server.patch(
    '/api/customers/:id',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Change what is known of a customer',
        params: idParams,
        body: customerPatch,
        response: { 200: customerSchema },
      },
    },
    async ({ params, body }) => toApi(found(await changeCustomer(database, params.id, body))),
  )
}

function found(customer: Customer | null): Customer {
  if (customer === null) throw notFound('there is no such customer')
  return customer
}

function toApi(customer: Customer) {
  return { ...customer, attributes: { ...customer.attributes }, identities: [...customer.identities] }
}
