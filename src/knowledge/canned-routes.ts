/** Canned replies: everybody keeps their own; supervisors keep those of teams and of everybody. */
import { z } from 'zod'
import { auditContext, writeAudit } from '../access/index.ts'
import { fill, variablesOf } from '../core/knowledge/fill.ts'
import { principalOf, requireRole } from '../platform/http/authorisation.ts'
import { forbidden, invalid, notFound } from '../platform/http/errors.ts'
import { hasRole, type Principal } from '../platform/http/principal.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { authorOf } from './article-routes.ts'
import {
  insertCanned,
  listCanned,
  readCanned,
  removeCanned,
  updateCanned,
  type CannedContent,
  type CannedReply,
  type Sight,
} from './canned-store.ts'
import type { KnowledgePorts } from './ports.ts'
import { cannedBody, cannedSchema, language } from './schemas.ts'

const tags = ['knowledge']
const params = z.object({ id: z.guid() })

export function registerCannedRoutes(server: HttpServer, { knowledge, queuesOf, valuesOf }: KnowledgePorts): void {
  const { knex } = knowledge.database
  const agents = { onRequest: requireRole('agent') }
  const sightOf = (principal: Principal): Sight => ({
    userId: principal.id,
    queueIds: hasRole(principal, 'supervisor') ? null : queuesOf(principal.id),
  })

  server.get(
    '/api/canned-replies',
    {
      ...agents,
      schema: {
        tags,
        summary: 'Canned replies: your own, your teams’ and everybody’s',
        querystring: z.object({ search: z.string().trim().min(1).max(200).optional() }),
        response: { 200: z.object({ items: z.array(cannedSchema) }) },
      },
    },
    async (request) => {
      const found = await listCanned(knex, sightOf(principalOf(request)), request.query.search ?? null)
      return { items: found.map(cannedToApi) }
    },
  )

  server.post(
    '/api/canned-replies',
    { ...agents, schema: { tags, summary: 'Keep a canned reply', body: cannedBody, response: { 201: cannedSchema } } },
    async (request, reply) => {
      const content = contentOf(request.body, principalOf(request))
      const context = auditContext(request)
      const made = await knex.transaction(async (trx) => {
        const id = await insertCanned(trx, content, authorOf(context))
        await writeAudit(trx, context, { action: 'create-canned-reply', subject: { kind: 'canned reply', id } })
        return cannedFound(await readCanned(trx, id))
      })
      return reply.code(201).send(cannedToApi(made))
    },
  )

  server.put(
    '/api/canned-replies/:id',
    {
      ...agents,
      schema: { tags, summary: 'Change a canned reply', params, body: cannedBody, response: { 200: cannedSchema } },
    },
    async (request) => {
      const { id } = request.params
      mayChange(await visible(id, principalOf(request)), principalOf(request))
      const content = contentOf(request.body, principalOf(request))
      const context = auditContext(request)
      const changed = await knex.transaction(async (trx) => {
        await updateCanned(trx, id, content, authorOf(context))
        await writeAudit(trx, context, { action: 'change-canned-reply', subject: { kind: 'canned reply', id } })
        return cannedFound(await readCanned(trx, id))
      })
      return cannedToApi(changed)
    },
  )

  server.delete(
    '/api/canned-replies/:id',
    {
      ...agents,
      schema: { tags, summary: 'Remove a canned reply', params, response: { 200: z.object({ ok: z.literal(true) }) } },
    },
    async (request) => {
      const { id } = request.params
      mayChange(await visible(id, principalOf(request)), principalOf(request))
      const context = auditContext(request)
      await knex.transaction(async (trx) => {
        await removeCanned(trx, id)
        await writeAudit(trx, context, { action: 'remove-canned-reply', subject: { kind: 'canned reply', id } })
      })
      return { ok: true as const }
    },
  )

  server.post(
    '/api/canned-replies/:id/fill',
    {
      ...agents,
      schema: {
        tags,
        summary: 'The text for a contact, with its variables filled in',
        params,
        body: z.strictObject({ interaction: z.guid().optional(), languages: z.array(language).max(10).default([]) }),
        response: {
          200: z.object({
            language: z.string(),
            text: z.string(),
            missing: z.array(z.string()).describe('variables without a value'),
          }),
        },
      },
    },
    async (request) => {
      request.audited = true
      const principal = principalOf(request)
      const { texts } = await visible(request.params.id, principal)
      const { interaction, languages } = request.body
      const contact = interaction === undefined ? {} : await valuesOf(interaction)
      if (contact === null) throw notFound(`there is no interaction ${String(interaction)}`)
      const chosen = languages.find((wanted) => texts[wanted] !== undefined) ?? Object.keys(texts)[0] ?? ''
      const filled = fill(texts[chosen] ?? '', { ...contact, agent: { name: principal.name } })
      return { language: chosen, text: filled.text, missing: [...filled.missing] }
    },
  )

  async function visible(id: string, principal: Principal): Promise<CannedReply> {
    const reply = cannedFound(await readCanned(knex, id))
    const { queueIds } = sightOf(principal)
    const isOthers = reply.scope === 'personal' && reply.ownerId !== principal.id
    const isOtherTeams = reply.queueId !== null && queueIds !== null && !queueIds.includes(reply.queueId)
    return cannedFound(isOthers || isOtherTeams ? null : reply)
  }
}

function contentOf({ scope, queue, ...rest }: z.output<typeof cannedBody>, principal: Principal): CannedContent {
  if (scope === 'team' && queue === null) throw invalid('body.queue: say whose team it is for')
  if (scope !== 'team' && queue !== null) throw invalid('body.queue: only a team’s reply has one')
  if (scope !== 'personal' && !hasRole(principal, 'supervisor'))
    throw forbidden('replies of a team or of everybody are kept by supervisors: keep your own as personal')
  return { ...rest, scope, ownerId: scope === 'personal' ? principal.id : null, queueId: queue }
}

function mayChange({ scope }: CannedReply, principal: Principal): void {
  if (scope === 'personal' || hasRole(principal, 'supervisor')) return
  throw forbidden('replies of a team or of everybody are kept by supervisors')
}

function cannedFound(reply: CannedReply | null): CannedReply {
  if (reply === null) throw notFound('there is no such canned reply')
  return reply
}

function cannedToApi({ ownerId: _, queueId, texts, changedAt, ...rest }: CannedReply): z.output<typeof cannedSchema> {
  return {
    ...rest,
    queue: queueId,
    texts: { ...texts },
    variables: [...new Set(Object.values(texts).flatMap(variablesOf))],
    changedAt: changedAt.toISOString(),
  }
}
