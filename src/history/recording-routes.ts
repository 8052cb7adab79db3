/** Listening to recordings and voicemails; every listening leaves a line in the audit log. */
import { z } from 'zod'
import { requireRole } from '../platform/http/authorisation.ts'
import { ApiError, notFound } from '../platform/http/errors.ts'
import type { HttpReply, HttpRequest, HttpServer } from '../platform/http/server.ts'
import { chronicle } from '../core/history/chronicle.ts'
import { foldStory } from '../core/history/story.ts'
import { byteRange } from './byte-range.ts'
import { factsOf } from './facts-store.ts'
import type { Audio, HistoryPorts } from './ports.ts'
import { idParams } from './schemas.ts'

export function registerRecordingRoutes(server: HttpServer, ports: HistoryPorts): void {
  server.get(
    '/api/interactions/:id/recording',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags: ['interactions'],
        summary: 'The audio; the newest recording or voicemail unless one is named',
        params: idParams,
        querystring: z.object({ recordingId: z.string().max(200).optional() }),
      },
    },
    async (request, reply) => {
      const recordingId = await recordingOf(ports, request.params.id, request.query.recordingId)
      return sendRecording(ports, recordingId, request, reply)
    },
  )
}

/** Also used for voicemails by their own id. */
export async function sendRecording(
  ports: HistoryPorts,
  recordingId: string,
  request: HttpRequest,
  reply: HttpReply,
): Promise<HttpReply> {
  const audio = await ports.recordings.open(recordingId)
  if ('missing' in audio) throw notFound(`this recording can't be played: ${audio.missing}`)
  await ports.audit(request, { action: 'listen-to-recording', subject: { kind: 'recording', id: recordingId } })
  return sendAudio(audio, request.headers.range, reply)
}

function sendAudio(audio: Audio, wanted: string | undefined, reply: HttpReply): HttpReply {
  const range = byteRange(wanted, audio.bytes)
  void reply.header('accept-ranges', 'bytes').header('cache-control', 'private, no-store')
  if (range === 'outside') {
    void reply.header('content-range', `bytes */${audio.bytes}`)
    throw new ApiError(416, 'range-not-satisfiable', `the recording has ${audio.bytes} bytes`)
  }
  void reply.type(audio.contentType)
  if (range === 'whole') return reply.header('content-length', audio.bytes).send(audio.read())
  return reply
    .code(206)
    .header('content-range', `bytes ${range.from}-${range.to}/${audio.bytes}`)
    .header('content-length', range.to - range.from + 1)
    .send(audio.read(range))
}

async function recordingOf(
  { history }: HistoryPorts,
  interactionId: string,
  wanted: string | undefined,
): Promise<string> {
  const facts = await factsOf(history.database, [interactionId])
  const story = foldStory(facts.map(({ fact }) => fact))
  if (story === null) throw notFound(`there is no interaction ${interactionId}`)
  const recordings = chronicle(facts, []).recordings.map(({ recordingId }) => recordingId)
  const all = [...story.voicemails.map(({ recordingId }) => recordingId), ...recordings]
  const found = wanted === undefined ? all.at(-1) : all.find((recordingId) => recordingId === wanted)
  if (found !== undefined) return found
  throw notFound(all.length === 0 ? 'this interaction was not recorded' : 'no such recording of this interaction')
}
