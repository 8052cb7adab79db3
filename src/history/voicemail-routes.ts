/** Voicemails that callers left for a queue, and who has listened. */
import { z } from 'zod'
import { voicemailOutcomes } from '../core/facts.ts'
import { requireRole } from '../platform/http/authorisation.ts'
import { notFound } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { personOf } from './interaction-routes.ts'
import type { HistoryPorts } from './ports.ts'
import { sendRecording } from './recording-routes.ts'
import { done, pageOf, pageQuery } from './schemas.ts'
import {
  voicemailStates,
  isVoicemail,
  listVoicemails,
  markListened,
  unmarkListened,
  type VoicemailRow,
} from './voicemails-store.ts'

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
  state: z.enum(voicemailStates).describe('open: nobody deals with it yet'),
  takenAt: z.string().nullable(),
  takenBy: named.nullable(),
  finishedAt: z.string().nullable(),
  finishedBy: named.nullable(),
  outcome: z.enum(voicemailOutcomes).nullable(),
  callbackId: z.string().nullable(),
})

const recordingParams = z.object({ recordingId: z.string().min(1).max(200) })

export function registerVoicemailRoutes(server: HttpServer, ports: HistoryPorts): void {
  const { history, names } = ports
  const { database, now } = history
  const tags = ['voicemails']
  const timeOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
  const personNamed = (id: string | null) => (id === null ? null : { id, name: names.agent(id) })
  const toApi = (row: VoicemailRow): z.output<typeof voicemailSchema> => ({
    recordingId: row.recording_id,
    interactionId: row.interaction_id,
    queue: { id: row.queue_id, name: names.queue(row.queue_id) },
    customer: row.customer_id === null ? null : { id: row.customer_id, name: row.customer_name },
    leftAt: new Date(row.left_at).toISOString(),
    durationMs: row.duration_ms,
    listenedAt: timeOf(row.listened_at),
    listenedBy: personNamed(row.listened_by),
    state: row.finished_at !== null ? 'finished' : row.taken_by !== null ? 'taken' : 'open',
    takenAt: timeOf(row.taken_at),
    takenBy: personNamed(row.taken_by),
    finishedAt: timeOf(row.finished_at),
    finishedBy: personNamed(row.finished_by),
    outcome: row.outcome,
    callbackId: row.callback_id,
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
          state: z.enum(voicemailStates).optional(),
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
        state: query.state ?? null,
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
