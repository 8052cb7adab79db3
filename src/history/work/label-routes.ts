/** Tags and dispositions of interactions, from the lists that admins keep. */
import type { Database } from '../../platform/database/database.ts'
import { z } from 'zod'
import { auditContext } from '../../access/index.ts'
import { requireRole } from '../../platform/http/authorisation.ts'
import { invalid } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import { changing } from '../customer/changes-store.ts'
import { definitions } from '../definitions.ts'
import { personOf } from '../interaction-routes.ts'
import type { HistoryPorts } from '../ports.ts'
import { idParams } from '../schemas.ts'
import { mayAddTo, tellStory } from '../telling.ts'
import { readTags, setTags } from './tag-store.ts'

const tagList = z.object({ tags: z.array(z.string()) })

export function registerLabelRoutes(server: HttpServer, { history }: HistoryPorts): void {
  const { database, now } = history
  server.get(
    '/api/interactions/:id/tags',
    {
      onRequest: requireRole('agent'),
      schema: { tags: ['interactions'], summary: 'Its tags', params: idParams, response: { 200: tagList } },
    },
    async ({ params: { id } }) => ({ tags: await readTags(database.knex, id) }),
  )
  server.put(
    '/api/interactions/:id/tags',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags: ['interactions'],
        summary: 'Say all its tags',
        params: idParams,
        body: z.strictObject({ tags: z.array(z.string().max(63)).max(50) }),
        response: { 200: tagList },
      },
    },
    async (request) => {
      const { id } = request.params
      const person = personOf(request)
      mayAddTo(await tellStory(database, id), person)
      const wanted = [...new Set(request.body.tags)]
      const tags = await changing(database, auditContext(request), async (trx) => {
        const before = await readTags(trx, id)
        await refuseUnknown(
          trx,
          wanted.filter((tag) => !before.includes(tag)),
        )
        await setTags(trx, id, wanted, { at: now(), by: person.id })
        const audit = { action: 'tag-interaction', subject: { kind: 'interaction', id }, before, after: wanted }
        return { result: await readTags(trx, id), audit }
      })
      return { tags }
    },
  )
}

async function refuseUnknown(knex: Database['knex'], added: readonly string[]): Promise<void> {
  const offered = new Set((await definitions(knex, 'tag')).filter(({ isActive }) => isActive).map(({ id }) => id))
  const unknown = added.filter((tag) => !offered.has(tag))
  if (unknown.length > 0) throw invalid(`body.tags: there is no tag ${unknown.join(', ')}: an admin defines them`)
}

/** Any code goes until an admin has defined some. */
export async function refuseUnknownDisposition(knex: Database['knex'], code: string): Promise<void> {
  const defined = (await definitions(knex, 'disposition')).filter(({ isActive }) => isActive)
  if (defined.length === 0 || defined.some(({ id }) => id === code)) return
  throw invalid(`body: there is no disposition ${code}: use one of ${defined.map(({ id }) => id).join(', ')}`)
}
