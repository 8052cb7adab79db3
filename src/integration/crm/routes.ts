/** CRM connections for admins, and what CRMs say of a customer for agents. */
import { z } from 'zod'
import { auditContext, writeAudit } from '../../access/index.ts'
import { requireRole } from '../../platform/http/authorisation.ts'
import { invalid, notFound } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import type { Integration } from '../integration.ts'
import type { CrmPorts } from '../ports.ts'
import { connectionSchema, orderFields, wrongExpressions, type CrmConnection, type CrmSettings } from './connection.ts'
import { keepConnection, readConnection, readConnections, removeConnection } from './crm-store.ts'
import type { CrmView } from './lookup.ts'

const tags = ['crm']
const slug = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'use a to z, 0 to 9 and -, starting with a letter')
const params = z.object({ id: slug })
/** Stands for a header's value in answers; sent back, it keeps what is stored. */
const hidden = '(hidden)'

const shownConnection = connectionSchema.extend({ id: z.string() })
const json = z.unknown()
const viewSchema = z.object({
  connection: z.object({ id: z.string(), name: z.string() }),
  state: z
    .enum(['fresh', 'stale', 'unknown', 'away', 'unasked'])
    .describe('stale: from before it went away; unknown: it does not know the customer; unasked: nothing to ask with'),
  at: z.string().nullable(),
  reason: z.string().nullable(),
  fields: z.record(z.string(), json),
  orders: z.array(z.record(z.enum(orderFields), json)),
  link: z.string().nullable().describe('opens the customer in the CRM'),
})

export function registerCrmRoutes(server: HttpServer, integration: Integration, { subjectOf }: CrmPorts): void {
  const { database, expressions, lookup, outgoing } = integration
  const { knex } = database
  const admins = { onRequest: requireRole('admin') }

  server.get(
    '/api/crm-connections',
    {
      ...admins,
      schema: {
        tags,
        summary: 'List: CRM connection',
        response: { 200: z.object({ items: z.array(shownConnection) }) },
      },
    },
    async () => ({ items: (await readConnections(knex)).map(withoutSecrets) }),
  )

  server.put(
    '/api/crm-connections/:id',
    {
      ...admins,
      schema: {
        tags,
        summary: 'Make or replace a CRM connection',
        description: `A header given as "${hidden}" keeps the value that is stored.`,
        params,
        body: connectionSchema,
        response: { 200: shownConnection },
      },
    },
    async (request) => {
      const { id } = request.params
      const settings = withStored(request.body, await readConnection(knex, id))
      refuseWrong(settings)
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        await keepConnection(trx, id, settings)
        const after = withoutSecrets({ ...settings, id })
        await writeAudit(trx, context, {
          action: 'keep-crm-connection',
          subject: { kind: 'crm connection', id },
          after,
        })
      })
      return withoutSecrets({ ...settings, id })
    },
  )

  server.delete(
    '/api/crm-connections/:id',
    {
      ...admins,
      schema: {
        tags,
        summary: 'Remove a CRM connection',
        params,
        response: { 200: z.object({ ok: z.literal(true) }) },
      },
    },
    async (request) => {
      const { id } = request.params
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        if (!(await removeConnection(trx, id))) throw notFound(`there is no CRM connection ${id}`)
        await writeAudit(trx, context, { action: 'remove-crm-connection', subject: { kind: 'crm connection', id } })
      })
      return { ok: true as const }
    },
  )

  server.get(
    '/api/customers/:id/crm',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'What the CRMs say of a customer: fields, orders, a link',
        params: z.object({ id: z.guid() }),
        response: { 200: z.object({ items: z.array(viewSchema) }) },
      },
    },
    async (request) => {
      const subject = await subjectOf(request.params.id)
      if (subject === null) throw notFound('there is no such customer')
      const connections = (await readConnections(knex)).filter(({ isActive }) => isActive)
      const items = await Promise.all(
        connections.map(async (connection) => viewToApi(connection, await lookup.look(connection, subject))),
      )
      return { items }
    },
  )

  function refuseWrong(settings: CrmSettings): void {
    const addresses = [
      ['body.lookup.url', settings.lookup.url] as const,
      ...(settings.writeBack === null ? [] : [['body.writeBack.url', settings.writeBack.url] as const]),
    ].flatMap(([path, url]) => {
      // The host must be written out: what is put into the rest can't lead elsewhere.
      const objection = /^https?:\/\/[^/?#{}]+([/?#]|$)/.test(url)
        ? outgoing.objection(url.replace(/\{\{.*?\}\}/g, 'x'))
        : 'must begin with https:// and a host that is written out'
      return objection === null ? [] : [{ path, message: objection }]
    })
    const details = [...addresses, ...wrongExpressions(expressions, settings)]
    if (details.length > 0) throw invalid(details.map(({ path, message }) => `${path}: ${message}`).join('; '), details)
  }
}

function mapHeaders(
  settings: CrmSettings,
  map: (of: 'lookup' | 'writeBack', name: string, value: string) => string,
): CrmSettings {
  const mapped = (of: 'lookup' | 'writeBack', headers: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, map(of, name, value)]))
  return {
    ...settings,
    lookup: { ...settings.lookup, headers: mapped('lookup', settings.lookup.headers) },
    writeBack:
      settings.writeBack === null
        ? null
        : { ...settings.writeBack, headers: mapped('writeBack', settings.writeBack.headers) },
  }
}

function withoutSecrets({ id, ...settings }: CrmConnection): CrmConnection {
  return { ...mapHeaders(settings, () => hidden), id }
}

/** A secret stays only while it goes to where it was meant for. */
function withStored(given: CrmSettings, stored: CrmConnection | null): CrmSettings {
  return mapHeaders(given, (of, name, value) => {
    if (value !== hidden) return value
    const before = stored?.[of] ?? null
    const kept = before?.headers[name]
    if (kept === undefined || before === null)
      throw invalid(`body.${of}.headers.${name}: nothing is stored: give the value`)
    if (originOf(before.url) !== originOf(given[of]?.url ?? ''))
      throw invalid(`body.${of}.headers.${name}: the address leads to another host now: give the value again`)
    return kept
  })
}

const originOf = (url: string): string => /^https?:\/\/[^/?#]+/i.exec(url)?.[0].toLowerCase() ?? url

function viewToApi({ id, name }: CrmConnection, view: CrmView): z.output<typeof viewSchema> {
  return {
    ...view,
    connection: { id, name },
    at: view.at === null ? null : new Date(view.at).toISOString(),
    fields: { ...view.fields },
    orders: view.orders.map((order) => ({ ...order })),
  }
}
