/** Voicemails that callers left for a queue, and who has listened. */
import { z } from 'zod'
import { requireRole } from '../platform/http/authorisation.ts'
import { notFound } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { personOf } from './interaction-routes.ts'
import type { HistoryPorts } from './ports.ts'
import { sendRecording } from './recording-routes.ts'
import { done, pageOf, pageQuery } from './schemas.ts'
import { isVoicemail, listVoicemails, markListened, unmarkListened, type VoicemailRow } from './voicemails-store.ts'

const named = z.object({ id: z.string(), name: z.string().nullable() })

const voicemailSchema = z.object({
  recordingId: z.string(),
  interactionId: z.string(),
  queue: named,
  customer: named.nullable(),
  leftAt: z.string(),
  durationMs: z.number().int(),
  listenedAt: z.string().nullable(),
  listenedBy: named.nullable(),
})

const recordingParams = z.object({ recordingId: z.string().min(1).max(200) })

export function registerVoicemailRoutes(server: HttpServer, ports: HistoryPorts): void {
  const { history, names } = ports
  const { database, now } = history
  const tags = ['voicemails']
  const toApi = (row: VoicemailRow): z.output<typeof voicemailSchema> => ({
    recordingId: row.recording_id,
    interactionId: row.interaction_id,
    queue: { id: row.queue_id, name: names.queue(row.queue_id) },
    customer: row.customer_id === null ? null : { id: row.customer_id, name: row.customer_name },
    leftAt: new Date(row.left_at).toISOString(),
    durationMs: row.duration_ms,
    listenedAt: row.listened_at === null ? null : new Date(row.listened_at).toISOString(),
    listenedBy: row.listened_by === null ? null : { id: row.listened_by, name: names.agent(row.listened_by) },
  })

  server.get(
    '/api/voicemails',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Voicemails, newest first',
        querystring: z.object({
          queue: z.string().max(200).optional(),
          listened: z.enum(['true', 'false']).optional(),
          ...pageQuery,
        }),
        response: { 200: pageOf(voicemailSchema) },
      },
    },
    async ({ query }) => {
      await history.projector.caughtUp()
      const { items, next } = await listVoicemails(database, {
        queueId: query.queue ?? null,
        listened: query.listened === undefined ? null : query.listened === 'true',
        after: readCursor(query.after),
        limit: query.limit,
      })
      return { items: items.map(toApi), next: writeCursor(next) }
    },
  )

  server.get(
    '/api/voicemails/:recordingId/recording',
    {
      onRequest: requireRole('agent'),
      schema: { tags, summary: 'The audio of a voicemail', params: recordingParams },
    },
    async (request, reply) => {
      const { recordingId } = request.params
      await history.projector.caughtUp()
      if (!(await isVoicemail(database, recordingId))) throw notFound('there is no such voicemail')
      return sendRecording(ports, recordingId, request, reply)
    },
  )

  server.put(
    '/api/voicemails/:recordingId/listened',
    {
      onRequest: requireRole('agent'),
      schema: { tags, summary: 'Mark as listened to', params: recordingParams, response: { 200: done } },
    },
    async (request) => {
      await history.projector.caughtUp()
      const person = personOf(request)
      if (await markListened(database, request.params.recordingId, person.id, now())) return { ok: true as const }
      throw notFound('there is no such voicemail')
    },
  )

  server.delete(
    '/api/voicemails/:recordingId/listened',
    {
      onRequest: requireRole('agent'),
      schema: { tags, summary: 'Mark as not listened to', params: recordingParams, response: { 200: done } },
    },
    async (request) => {
      await unmarkListened(database, request.params.recordingId)
      return { ok: true as const }
    },
  )
}
