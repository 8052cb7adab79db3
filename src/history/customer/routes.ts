/** /api/customers: what is known of them and how they can be reached. Their timeline is with the interactions. */
import type { Database } from '../../platform/database/database.ts'
import { randomUUID } from 'node:crypto'
import { auditContext } from '../../access/index.ts'
import { requireRole } from '../../platform/http/authorisation.ts'
import { invalid, notFound } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import { readUuidCursor, writeCursor } from '../cursor.ts'
import type { HistoryPorts } from '../ports.ts'
import { done, idParams, pageOf, pageQuery } from '../schemas.ts'
import { z } from 'zod'
import { announce, changing } from './changes-store.ts'
import { wrongAttributes } from './attributes.ts'
import { addIdentity, examineAgain, removeIdentity } from './identity-store.ts'
import { normaliseIdentity } from './identity.ts'
import { addedSchema, customerPatch, customerQuery, customerSchema, identityBody, newCustomer } from './schemas.ts'
import {
  changeCustomer,
  insertCustomer,
  listCustomers,
  readCustomer,
  type Customer,
  type CustomerChange,
} from './store.ts'

const tags = ['customers']

export function registerCustomerRoutes(server: HttpServer, { history }: HistoryPorts): void {
  const { database, country } = history

  const change = async (knex: Database['knex'], id: string, wanted: CustomerChange): Promise<Customer> => {
    const wrong = await wrongAttributes(knex, wanted.attributes ?? {})
    if (wrong.length > 0) throw invalid(wrong.map(({ path, message }) => `${path}: ${message}`).join('; '), wrong)
    return found(await changeCustomer(knex, id, wanted))
  }
  const identityOf = (body: z.output<typeof identityBody>) => {
    const identity = normaliseIdentity(body.kind, body.value, country)
    if (identity === null) throw invalid('body.value: this is withheld or empty and names nobody')
    if (body.kind === 'email' && !/^[^@\s]+@[^@\s]+$/.test(identity.value))
      throw invalid('body.value: write an address such as name@example.org')
    if (body.kind === 'handle' && !/^[a-z0-9-]+:.+/.test(identity.value))
      throw invalid('body.value: write the provider before the handle, as in telegram:name')
    return identity
  }

  server.get(
    '/api/customers',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Customers, newest first',
        querystring: customerQuery.extend(pageQuery),
        response: { 200: pageOf(customerSchema) },
      },
    },
    async ({ query }) => {
      const search = query.search ?? null
      const kinds = ['phone', 'email'] as const
      const { items, next } = await listCustomers(database, {
        search,
        identities:
          search === null ? [] : kinds.flatMap((kind) => normaliseIdentity(kind, search, country)?.value ?? []),
        after: readUuidCursor(query.after),
        limit: query.limit,
      })
      return { items: items.map(customerToApi), next: writeCursor(next) }
    },
  )

  server.post(
    '/api/customers',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Make a customer',
        description: 'An identity that another customer has already is kept as a claim, and the two are compared.',
        body: newCustomer,
        response: { 201: customerSchema },
      },
    },
    async (request, reply) => {
      const { identities = [], ...fields } = request.body
      const id = randomUUID()
      const made = await changing(database, auditContext(request), async (trx) => {
        await insertCustomer(trx, id)
        for (const body of identities) await addIdentity(trx, id, identityOf(body), { source: 'agent', vouched: true })
        await announce(trx, 'customer.created', { customerId: id })
        const result = await change(trx, id, fields)
        return { result, audit: { action: 'create-customer', subject: { kind: 'customer', id } } }
      })
      return reply.code(201).send(customerToApi(made))
    },
  )

  server.get(
    '/api/customers/:id',
    {
      onRequest: requireRole('agent'),
      schema: { tags, summary: 'One customer', params: idParams, response: { 200: customerSchema } },
    },
    async ({ params }) => customerToApi(found(await readCustomer(database.knex, params.id))),
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
    async (request) => {
      const changed = await changing(database, auditContext(request), async (trx) => {
        const result = await change(trx, request.params.id, request.body)
        await announce(trx, 'customer.changed', { customerId: result.id })
        const after = { fields: Object.keys(request.body) }
        return { result, audit: { action: 'change-customer', subject: { kind: 'customer', id: result.id }, after } }
      })
      return customerToApi(changed)
    },
  )

  server.post(
    '/api/customers/:id/identities',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Add a number, an address or a handle',
        params: idParams,
        body: identityBody,
        response: { 200: addedSchema },
      },
    },
    async (request) => {
      const identity = identityOf(request.body)
      const { added, customer } = await changing(database, auditContext(request), async (trx) => {
        const { id } = found(await readCustomer(trx, request.params.id))
        const added = await addIdentity(trx, id, identity, { source: 'agent', vouched: true })
        await examineAgain(trx, id)
        await announce(trx, 'customer.changed', { customerId: id })
        const audit = { action: 'add-identity', subject: { kind: 'customer', id }, after: { kind: identity.kind } }
        return { result: { added, customer: found(await readCustomer(trx, id)) }, audit }
      })
      const linkedTo = added.kind === 'claimed' ? added.linkedTo : null
      return { outcome: added.kind, linkedTo, customer: customerToApi(customer) }
    },
  )

  server.delete(
    '/api/customers/:id/identities/:identityId',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Take an identity from a customer',
        params: idParams.extend({ identityId: z.coerce.number().int().min(1) }),
        response: { 200: done },
      },
    },
    async (request) => {
      const { id, identityId } = request.params
      await changing(database, auditContext(request), async (trx) => {
        const customer = found(await readCustomer(trx, id))
        if (!(await removeIdentity(trx, customer.records, identityId)))
          throw notFound('this customer has no such identity')
        await announce(trx, 'customer.changed', { customerId: customer.id })
        return { result: null, audit: { action: 'remove-identity', subject: { kind: 'customer', id: customer.id } } }
      })
      return { ok: true as const }
    },
  )
}

export function found(customer: Customer | null): Customer {
  if (customer === null) throw notFound('there is no such customer')
  return customer
}

export function customerToApi(customer: Customer): z.output<typeof customerSchema> {
  return {
    ...customer,
    attributes: { ...customer.attributes },
    identities: [...customer.identities],
    claims: [...customer.claims],
    records: [...customer.records],
    saidBy: { ...customer.saidBy },
  }
}
