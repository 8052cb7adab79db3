/** /api/preview-lists/:id/entries: supervisors put customers on a list, and see what happened with each. */
import { z } from 'zod'
import { auditContext, writeAudit } from '../access/index.ts'
import { requireRole } from '../platform/http/authorisation.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { entryStates, listEntries, stepsOf, type Entry, type Step } from './entry-store.ts'
import { fillFromSearch, fillFromTable, fillProblems, mostRows } from './filling.ts'
import { idParams, iso, knownList, subject, tags } from './list-routes.ts'
import type { Preview } from './preview.ts'

const figure = z.number().int()

const stepSchema = z.object({
  at: z.string(),
  kind: z.enum(['shown', 'given-back', 'dialled', 'not-dialled', 'called', 'skipped', 'promised', 'left-out']),
  agent: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  reason: z.string().nullable(),
  note: z.string().nullable(),
  interactionId: z.string().nullable(),
})

const entrySchema = z.object({
  id: z.string(),
  number: z.string(),
  name: z.string().nullable(),
  customerId: z.string().nullable(),
  state: z.enum(entryStates),
  outcome: z.string().nullable().describe('`reached`, why not, how it was skipped, or why it is left out'),
  attempts: figure,
  dueAt: z.string().nullable().describe('not called before; null: at once'),
  promisedBy: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  interactionId: z.string().nullable().describe('the last call'),
  steps: z.array(stepSchema).describe('what happened with this customer on this list, oldest first'),
})
export type EntryAnswer = z.output<typeof entrySchema>

const filledSchema = z.object({
  added: figure,
  there: figure.describe('on the list before: they stay as they are'),
  doNotCall: figure.describe('of those added: never called, for they asked for it'),
  problems: z.array(z.object({ row: figure, number: z.string().nullable(), problem: z.enum(fillProblems) })),
  problemCount: figure.describe('with those beyond what is shown'),
})
export type FilledAnswer = z.output<typeof filledSchema>

export function registerEntryRoutes(server: HttpServer, { ports }: Preview): void {
  const { knex } = ports.database
  const supervisors = { onRequest: requireRole('supervisor') }

  server.post(
    '/api/preview-lists/:id/entries',
    {
      ...supervisors,
      schema: {
        tags,
        summary: 'Put customers on a list: from a table, or from a search',
        description: `A table of at most ${mostRows} rows as spreadsheets save it (CSV; commas, semicolons or tabs): number and name. Rows that can't be called are named with the reason; the others are added. Whoever is on the list already stays as they are, so a table can be sent again.`,
        params: idParams,
        body: z.union([
          z.strictObject({ csv: z.string().min(1).max(1_000_000) }),
          z.strictObject({ search: z.string().trim().min(1).max(200) }),
        ]),
        response: { 200: filledSchema },
      },
    },
    async (request) => {
      const { id } = await knownList(ports, request.params.id)
      const { body } = request
      const filled = await ('csv' in body ? fillFromTable(ports, id, body.csv) : fillFromSearch(ports, id, body.search))
      const { problems: _, ...after } = filled
      await writeAudit(knex, auditContext(request), { action: 'fill-preview-list', subject: subject(id), after })
      return { ...filled, problems: [...filled.problems] }
    },
  )

  server.get(
    '/api/preview-lists/:id/entries',
    {
      ...supervisors,
      schema: {
        tags,
        summary: 'Who is on the list, as they were put on it, and what happened with them',
        params: idParams,
        querystring: z.strictObject({
          state: z.enum(entryStates).optional(),
          after: z.coerce.number().int().min(0).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: { 200: z.object({ items: z.array(entrySchema), next: figure.nullable() }) },
      },
    },
    async ({ params, query }) => {
      await knownList(ports, params.id)
      const { state = null, after = null, limit } = query
      const entries = await listEntries(knex, { listId: params.id, state, after, limit: limit + 1 })
      const shown = entries.slice(0, limit)
      const steps = await stepsOf(
        knex,
        shown.map(({ id }) => id),
      )
      const items = shown.map((entry) =>
        entryToApi(
          entry,
          steps.filter(({ entryId }) => entryId === entry.id),
        ),
      )
      return { items, next: entries.length > limit ? (shown.at(-1)?.position ?? null) : null }
    },
  )

  const agentToApi = (id: string | null) => (id === null ? null : { id, name: ports.agentName(id) })

  function entryToApi(entry: Entry, steps: readonly Step[]): EntryAnswer {
    const { id, number, name, customerId, state, outcome, attempts, interactionId } = entry
    return {
      ...{ id, number, name, customerId, state, outcome, attempts, interactionId },
      dueAt: entry.dueAt === 0 ? null : iso(entry.dueAt),
      promisedBy: agentToApi(entry.promisedBy),
      steps: steps.map(({ at, kind, agentId, reason, note, interactionId: called }) => ({
        ...{ at: iso(at), kind, agent: agentToApi(agentId), reason, note, interactionId: called },
      })),
    }
  }
}
