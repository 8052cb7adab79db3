/** Messages are work: somebody takes one, listens, calls back or answers otherwise, and finishes it. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { voicemailOutcomes, type VoicemailOutcome } from '../core/facts.ts'
import { requireRole } from '../platform/http/authorisation.ts'
import { conflict, forbidden, notFound } from '../platform/http/errors.ts'
import type { HttpRequest, HttpServer } from '../platform/http/server.ts'
import { dueAtFor, ensureAllowed, ensureQueue } from './callback-wish.ts'
import { personOf } from './interaction-routes.ts'
import type { HistoryPorts } from './ports.ts'
import { done } from './schemas.ts'
import {
  finishVoicemail,
  readVoicemailWork,
  releaseVoicemail,
  takeVoicemail,
  type VoicemailWork,
} from './voicemail-work-store.ts'

const tags = ['voicemails']
const ok = { ok: true } as const
const params = z.object({ recordingId: z.string().min(1).max(200) })
const role = requireRole('agent')

export function registerVoicemailWorkRoutes(server: HttpServer, ports: HistoryPorts): void {
  const { history, callbackDesk: desk } = ports
  const { database, now, writer } = history

  const known = async (recordingId: string): Promise<VoicemailWork> => {
    await history.projector.caughtUp()
    const work = await readVoicemailWork(database, recordingId)
    if (work === null) throw notFound('there is no such voicemail')
    return work
  }
  const taken = ({ finishedAt }: VoicemailWork): Error =>
    finishedAt === null
      ? conflict('voicemail-taken', 'somebody else deals with this voicemail')
      : conflict('voicemail-finished', 'this voicemail is finished already')
  const tell = async (
    request: HttpRequest,
    { recordingId, interactionId, queueId }: VoicemailWork,
    what:
      { kind: 'voicemail-taken' | 'voicemail-released' } | { kind: 'voicemail-finished'; outcome: VoicemailOutcome },
  ): Promise<void> => {
    const of = { at: now(), interactionId, recordingId, queueId, agentId: personOf(request).id }
    await writer.submit({ kind: 'record', fact: { ...of, ...what } })
    await ports.audit(request, { action: what.kind, subject: { kind: 'voicemail', id: recordingId } })
  }
  const take = async (request: HttpRequest, work: VoicemailWork): Promise<void> => {
    const { id } = personOf(request)
    if (!(await takeVoicemail(database, work.recordingId, id, now()))) throw taken(await known(work.recordingId))
    if (work.takenBy !== id) await tell(request, work, { kind: 'voicemail-taken' })
  }
  const finish = async (
    request: HttpRequest,
    work: VoicemailWork,
    outcome: VoicemailOutcome,
    callbackId: string | null,
  ): Promise<void> => {
    const { recordingId } = work
    if (!(await finishVoicemail(database, { recordingId, by: personOf(request).id, at: now(), outcome, callbackId })))
      throw work.takenBy === null ? conflict('voicemail-not-taken', 'take the voicemail first') : taken(work)
    await tell(request, work, { kind: 'voicemail-finished', outcome })
  }

  server.post(
    '/api/voicemails/:recordingId/take',
    { onRequest: role, schema: { tags, summary: 'Deal with a voicemail', params, response: { 200: done } } },
    async (request) => {
      await take(request, await known(request.params.recordingId))
      return ok
    },
  )

  server.post(
    '/api/voicemails/:recordingId/release',
    {
      onRequest: role,
      schema: { tags, summary: 'Give a voicemail back to the others', params, response: { 200: done } },
    },
    async (request) => {
      const work = await known(request.params.recordingId)
      const person = personOf(request)
      if (work.takenBy !== person.id && person.role === 'agent')
        throw forbidden('only who deals with it, or a supervisor, gives it back')
      if (!(await releaseVoicemail(database, work.recordingId)))
        throw work.finishedAt === null ? conflict('voicemail-not-taken', 'nobody deals with it') : taken(work)
      await tell(request, work, { kind: 'voicemail-released' })
      return ok
    },
  )

  server.post(
    '/api/voicemails/:recordingId/finish',
    {
      onRequest: role,
      schema: {
        tags,
        summary: 'Say what came of a voicemail',
        params,
        body: z.strictObject({ outcome: z.enum(voicemailOutcomes) }),
        response: { 200: done },
      },
    },
    async (request) => {
      await finish(request, await known(request.params.recordingId), request.body.outcome, null)
      return ok
    },
  )

  server.post(
    '/api/voicemails/:recordingId/call-back',
    {
      onRequest: role,
      schema: {
        tags,
        summary: 'Have the customer called back, which finishes the voicemail',
        description: 'In line since the message was left, or at a wished time.',
        params,
        body: z.strictObject({
          queue: z.string().max(200).optional().describe('the one of the voicemail unless given'),
          at: z.iso.datetime({ offset: true }).optional(),
          language: z
            .string()
            .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/, 'use a language such as en or pt-BR')
            .default('en'),
        }),
        response: { 200: z.object({ callbackId: z.string() }) },
      },
    },
    async (request) => {
      const work = await known(request.params.recordingId)
      const { queue: queueId = work.queueId, at, language } = request.body
      ensureQueue(desk, queueId)
      const [contact] = await history.contactsOf([work.interactionId])
      const number = contact?.identity ?? null
      if (number === null) throw conflict('no-number', 'the caller kept their number to themselves')
      const id = randomUUID()
      ensureAllowed(desk, number, id)
      const dueAt = dueAtFor(desk, queueId, at, now())
      await take(request, work)
      const callback = await history.callbacks.request({
        id,
        ofInteractionId: null,
        interactionId: randomUUID(),
        customerId: contact?.customerId ?? null,
        number,
        queueId,
        waitingSince: at === undefined ? work.leftAt : (dueAt ?? work.leftAt),
        language,
        dueAt,
        requestedBy: 'agent',
        subject: null,
      })
      desk.expect(callback)
      await finish(request, { ...work, takenBy: personOf(request).id }, 'called-back', callback.id)
      return { callbackId: callback.id }
    },
  )
}
