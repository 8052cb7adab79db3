/** POST /api/interactions/:id/…: what a person does with an interaction, during and after it. */
import type { z } from 'zod'
import { requireRole } from '../platform/http/authorisation.ts'
import { ApiError, conflict, forbidden, notFound } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import type { InteractionId } from '../core/ids.ts'
import type { Refusal } from '../core/decision.ts'
import { InteractionView } from './interaction-view.ts'
import { addNote, setDisposition } from './interactions-store.ts'
import { personOf } from './interaction-routes.ts'
import type { CallResult, HistoryPorts, Person, Refused } from './ports.ts'
import {
  digitsBody,
  dispositionBody,
  done,
  idParams,
  muteBody,
  noteBody,
  noteSchema,
  recordingBody,
  wrapUpBody,
} from './schemas.ts'
import { mayAddTo, mayControl, tellStory, wrapUpOf } from './telling.ts'
import { refuseUnknownDisposition } from './work/label-routes.ts'

const tags = ['interactions']
const ok = { ok: true } as const

export function registerActionRoutes(server: HttpServer, ports: HistoryPorts): void {
  registerAdditions(server, ports)
  registerWrapUp(server, ports)
  registerCallControl(server, ports)
}

function registerAdditions(server: HttpServer, { history, names }: HistoryPorts): void {
  const { database, now } = history
  const view = new InteractionView(names)
  server.post(
    '/api/interactions/:id/notes',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Write a note',
        params: idParams,
        body: noteBody,
        response: { 201: noteSchema },
      },
    },
    async (request, reply) => {
      const person = personOf(request)
      const { id } = request.params
      mayAddTo(await tellStory(database, id), person)
      const note = await addNote(database, {
        interactionId: id,
        authorId: person.id,
        at: now(),
        text: request.body.text,
      })
      return reply.code(201).send(view.note(note))
    },
  )
  server.post(
    '/api/interactions/:id/disposition',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Say how it came out',
        params: idParams,
        body: dispositionBody,
        response: { 200: done },
      },
    },
    async (request) => {
      const person = personOf(request)
      mayAddTo(await tellStory(database, request.params.id), person)
      const { code } = request.body
      await refuseUnknownDisposition(database.knex, code)
      await setDisposition(database, { interactionId: request.params.id, code, setBy: person.id, at: now() })
      return ok
    },
  )
}

function registerWrapUp(server: HttpServer, { history }: HistoryPorts): void {
  const { database, writer, now } = history
  server.post(
    '/api/interactions/:id/wrap-up',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Finish or extend the wrap-up, with a disposition if wanted',
        params: idParams,
        body: wrapUpBody,
        response: { 200: done },
      },
    },
    async (request) => {
      const person = personOf(request)
      const { body } = request
      const interactionId = request.params.id
      const agentId = wrapUpOf(await tellStory(database, interactionId), person)
      if (body.disposition !== undefined) {
        await refuseUnknownDisposition(database.knex, body.disposition)
        await setDisposition(database, { interactionId, code: body.disposition, setBy: person.id, at: now() })
      }
      const by = agentId === person.id ? 'agent' : 'supervisor'
      const { refusal } = await writer.submit(
        body.action === 'finish'
          ? { kind: 'finish-wrap-up', agentId, interactionId, by }
          : { kind: 'extend-wrap-up', agentId, interactionId, byMs: body.byMs },
      )
      if (refusal !== undefined) throw refused(refusal)
      return ok
    },
  )
}

function registerCallControl(server: HttpServer, { history, calls }: HistoryPorts): void {
  type Act<T> = (interactionId: InteractionId, by: Person, body: T) => Promise<CallResult>

  const perform = async (interactionId: InteractionId, person: Person, act: () => Promise<CallResult>) => {
    mayControl(await tellStory(history.database, interactionId), person)
    const result = await act()
    if ('refusal' in result) throw refused(result.refusal)
    return ok
  }
  const without = (path: string, summary: string, act: Act<void>): void => {
    server.post(
      `/api/interactions/:id/${path}`,
      { onRequest: requireRole('agent'), schema: { tags, summary, params: idParams, response: { 200: done } } },
      (request) => {
        const person = personOf(request)
        return perform(request.params.id, person, () => act(request.params.id, person))
      },
    )
  }
  const withBody = <B extends z.ZodType>(path: string, summary: string, body: B, act: Act<z.output<B>>): void => {
    server.post(
      `/api/interactions/:id/${path}`,
      { onRequest: requireRole('agent'), schema: { tags, summary, params: idParams, body, response: { 200: done } } },
      (request) => {
        const person = personOf(request)
        // The body has passed the schema that gives it its type.
        return perform(request.params.id, person, () => act(request.params.id, person, request.body as z.output<B>))
      },
    )
  }

  without('hold', 'Put the customer on hold', (id, by) => calls.hold(id, by))
  without('resume', 'Take the customer off hold', (id, by) => calls.resume(id, by))
  without('hang-up', 'Hang up', (id, by) => calls.hangUp(id, by))
  without('rejoin', 'Ring your phone again for the call that you are on', (id, by) => calls.rejoin(id, by))
  withBody('mute', 'Mute or unmute the agent', muteBody, (id, by, { on }) => calls.mute(id, by, on))
  withBody('digits', 'Send keys to the customer', digitsBody, (id, by, { digits }) => calls.digits(id, by, digits))
  withBody('recording', 'Pause or resume the recording', recordingBody, (id, by, { action }) =>
    calls.recording(id, by, action),
  )
}

/** Refusals of the machine and of a channel, as the API tells them. */
export function refused({ code, message }: Refusal | Refused['refusal']): ApiError {
  if (code === 'forbidden') return forbidden(message)
  if (code === 'invalid') return new ApiError(400, 'invalid', message)
  return code.startsWith('unknown-') ? notFound(message) : conflict(code, message)
}
