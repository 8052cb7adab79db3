/** The lists that admins keep: read by every desk, changed by admins. */
import { z } from 'zod'
import { auditContext } from '../access/index.ts'
import type { Expressions } from '../core/flow/expression.ts'
import { requireRole } from '../platform/http/authorisation.ts'
import { invalid, notFound } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { changing } from './customer/changes-store.ts'
import {
  attributeDefinition,
  definitions,
  dispositionDefinition,
  journeyRule,
  segmentDefinition,
  tagDefinition,
} from './definitions.ts'
import { keepDefinition, removeDefinition, type DefinitionKind } from './definitions-store.ts'
import type { HistoryPorts } from './ports.ts'
import { done } from './schemas.ts'

const expressionScopes: Partial<Record<DefinitionKind, readonly string[]>> = {
  segment: ['customer', 'history', 'now'],
  'journey-rule': ['point', 'now'],
}

export function registerDefinitionRoutes(server: HttpServer, ports: HistoryPorts): void {
  registerKind(server, ports, 'attribute', '/api/attribute-definitions', attributeDefinition)
  registerKind(server, ports, 'segment', '/api/segments', segmentDefinition)
  registerKind(server, ports, 'tag', '/api/tags', tagDefinition)
  registerKind(server, ports, 'disposition', '/api/dispositions', dispositionDefinition)
  registerKind(server, ports, 'journey-rule', '/api/journey-rules', journeyRule)
}

function registerKind<S extends z.ZodObject<{ id: z.ZodType<string> }>>(
  server: HttpServer,
  { history }: HistoryPorts,
  kind: DefinitionKind,
  path: string,
  schema: S,
): void {
  const { database, expressions } = history
  const tags = ['definitions']
  const params = z.object({ id: schema.shape.id })
  const body: z.ZodType = schema.omit({ id: true })
  const item: z.ZodType = schema
  const noun = kind.replaceAll('-', ' ')
  // Fastify can't infer types from a schema that is itself generic; what the casts below say, the schemas have checked.
  const routes = server.withTypeProvider()

  routes.get(
    path,
    {
      onRequest: requireRole('agent'),
      schema: { tags, summary: `List: ${noun}`, response: { 200: z.object({ items: z.array(item) }) } },
    },
    async () => ({ items: await definitions(database.knex, kind) }),
  )
  routes.put(
    `${path}/:id`,
    {
      onRequest: requireRole('admin'),
      schema: {
        tags,
        summary: `Make or replace: ${noun}`,
        params,
        body,
        response: { 200: item },
      },
    },
    async (request) => {
      const { id } = request.params as { id: string }
      const wanted = request.body as Record<string, unknown>
      const scope = expressionScopes[kind]
      if (scope !== undefined) refuseWrongExpression(expressions, String(wanted['when']), scope)
      if (wanted['type'] === 'choice' && Array.isArray(wanted['choices']) && wanted['choices'].length === 0)
        throw invalid('body.choices: name at least one to choose')
      await changing(database, auditContext(request), async (trx) => {
        await keepDefinition(trx, kind, id, wanted)
        return { result: null, audit: { action: `define-${kind}`, subject: { kind, id }, after: wanted } }
      })
      return { ...wanted, id }
    },
  )
  routes.delete(
    `${path}/:id`,
    {
      onRequest: requireRole('admin'),
      schema: { tags, summary: `Remove: ${noun}`, params, response: { 200: done } },
    },
    async (request) => {
      const { id } = request.params as { id: string }
      await changing(database, auditContext(request), async (trx) => {
        if (!(await removeDefinition(trx, kind, id))) throw notFound(`there is no ${noun} ${id}`)
        return { result: null, audit: { action: `remove-${kind}`, subject: { kind, id } } }
      })
      return { ok: true as const }
    },
  )
}

function refuseWrongExpression(expressions: Expressions, source: string, scope: readonly string[]): void {
  const result = expressions.compile(source)
  if (!result.ok) throw invalid(`body.when: ${result.message}`)
  const unknown = result.compiled.references.filter((name) => !scope.includes(name))
  if (unknown.length > 0)
    throw invalid(`body.when: ${unknown.join(', ')} isn't known here; there are ${scope.join(', ')}`)
}
