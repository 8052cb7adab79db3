/** POST /api/calls and /api/interactions/:id/…: handing customers on, bringing others in, listening, and calling out. */
import { z } from 'zod'
import { listenings } from '../../core/call/call.ts'
import { principalOf, requireRole } from '../../platform/http/authorisation.ts'
import { ApiError, conflict, forbidden, notFound } from '../../platform/http/errors.ts'
import type { HttpRequest, HttpServer } from '../../platform/http/server.ts'
import type { HandingOver, Participant } from './handing-over.ts'
import type { OwnCalls, Placed } from './own-calls.ts'
import type { Person, Result } from './permission.ts'
import type { Supervision } from './supervision.ts'

export type ControlPorts = Readonly<{
  handingOver: HandingOver
  supervision: Supervision
  ownCalls: OwnCalls
  agentName(id: string): string | null
  note(interactionId: string, authorId: string, text: string): Promise<void>
}>

const tags = ['calls']
const params = z.object({ id: z.uuid() })
const done = z.object({ ok: z.literal(true) })
const number = z
  .string()
  .regex(/^\+?[\d*#]{2,32}$/, 'use digits, with a + before a country code')
  .describe('a number outside')
const target = z
  .union([
    z.strictObject({ agent: z.uuid().describe('the id of an agent') }),
    z.strictObject({ queue: z.string().min(1).max(64).describe('the id of a queue') }),
    z.strictObject({ number }),
  ])
  .describe('an agent, a queue or a number')
const toBody = z.strictObject({
  to: target,
  note: z.string().trim().max(2_000).optional().describe('for whoever gets it; kept with the interaction'),
})
const callBody = z.strictObject({ to: number, queue: z.string().min(1).max(64).optional() })
const callBackBody = z.strictObject({ queue: z.string().min(1).max(64).optional() })
const placed = z.object({ interactionId: z.uuid() })
const participantSchema = z.object({
  id: z.string().describe('customer, or what the leg is called, such as a2'),
  kind: z.enum(['customer', 'agent', 'outside']),
  agent: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  role: z.string().describe('customer, lead, consult, conference, transfer, monitor, whisper, barge …'),
  state: z.string().describe('ringing, answered, talking, music (on hold), tone (hears ringing), aside (listens)'),
  muted: z.boolean(),
})

export function registerControlRoutes(server: HttpServer, ports: ControlPorts): void {
  registerHandingOver(server, ports)
  registerConference(server, ports)
  registerSupervision(server, ports.supervision)
  registerOwnCalls(server, ports.ownCalls)
}

type Act = (id: string, by: Person) => Promise<Result>

function action(
  server: HttpServer,
  path: string,
  summary: string,
  act: Act,
  role: 'agent' | 'supervisor' = 'agent',
): void {
  server.post(
    `/api/interactions/:id/${path}`,
    { onRequest: requireRole(role), schema: { tags, summary, params, response: { 200: done } } },
    async (request) => answer(await act(request.params.id, personOf(request))),
  )
}

function registerHandingOver(server: HttpServer, { handingOver: calls, note }: ControlPorts): void {
  const bringIn = (path: string, summary: string, act: HandingOver['transfer']): void => {
    server.post(
      `/api/interactions/:id/${path}`,
      { onRequest: requireRole('agent'), schema: { tags, summary, params, body: toBody, response: { 200: done } } },
      async (request) => {
        const { id } = request.params
        const { to, note: text = '' } = request.body
        const person = personOf(request)
        // Before anybody rings, so that it is there when they look.
        if (text !== '' && calls.mayHandOn(id, person)) await note(id, person.id, text)
        return answer(await act(id, person, targetOf(to)))
      },
    )
  }
  bringIn('transfer', 'Hand the customer on, without a word to whoever gets them', calls.transfer)
  bringIn('consult', 'Ask somebody while the customer hears music', calls.consult)
  bringIn('conference', 'Ring somebody into the conversation', calls.add)
  action(server, 'consult/swap', 'Change between the customer and whoever is consulted', calls.swap)
  action(server, 'consult/complete', 'Leave the customer to whoever is consulted', calls.complete)
  action(server, 'consult/cancel', 'Go back to the customer, and let whoever is consulted go', calls.cancel)
  action(server, 'consult/join', 'All three talk together', calls.join)
  action(server, 'park', 'Leave the customer waiting for whoever picks the call up', calls.park)
  action(server, 'pick-up', 'Pick up a parked call: your phone rings', calls.pickUp)
}

function registerConference(server: HttpServer, { handingOver: calls, agentName }: ControlPorts): void {
  const participantParams = z.object({ id: z.uuid(), participant: z.string().regex(/^(customer|[ao]\d{1,6})$/) })
  server.get(
    '/api/interactions/:id/participants',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Who is on the call, and where',
        params,
        response: { 200: z.object({ items: z.array(participantSchema) }) },
      },
    },
    (request) => {
      const found = calls.participants(request.params.id, personOf(request))
      if ('refusal' in found) throw refusedCall(found.refusal)
      return { items: found.map((it) => shown(it, agentName)) }
    },
  )
  server.post(
    '/api/interactions/:id/participants/:participant/mute',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Mute or unmute a participant',
        params: participantParams,
        body: z.strictObject({ on: z.boolean() }),
        response: { 200: done },
      },
    },
    async (request) => {
      const { id, participant } = request.params
      return answer(await calls.mute(id, personOf(request), participant, request.body.on))
    },
  )
  server.post(
    '/api/interactions/:id/participants/:participant/remove',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Send a participant away',
        params: participantParams,
        response: { 200: done },
      },
    },
    async (request) => answer(await calls.remove(request.params.id, personOf(request), request.params.participant)),
  )
}

function registerSupervision(server: HttpServer, { listen, stop }: Supervision): void {
  const body = z.strictObject({
    mode: z
      .enum(listenings)
      .default('monitor')
      .describe('monitor: hear; whisper: speak to the agent only; barge: join'),
  })
  server.post(
    '/api/interactions/:id/monitor',
    {
      onRequest: requireRole('supervisor'),
      schema: {
        tags,
        summary: 'Listen to a call on your phone, or change how you do',
        params,
        body,
        response: { 200: done },
      },
    },
    async (request) => answer(await listen(request.params.id, personOf(request), request.body.mode)),
  )
  action(server, 'monitor/stop', 'Stop listening', stop, 'supervisor')
}

function registerOwnCalls(server: HttpServer, calls: OwnCalls): void {
  server.post(
    '/api/calls',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Call a customer: your phone rings first, then theirs',
        body: callBody,
        response: { 201: placed },
      },
    },
    async (request, reply) => {
      const { to, queue } = request.body
      return reply.code(201).send(placedCall(await calls.place(personOf(request), to, queue ?? null)))
    },
  )
  server.post(
    '/api/interactions/:id/call-back',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Call the customer of this interaction',
        params,
        body: callBackBody,
        response: { 201: placed },
      },
    },
    async (request, reply) => {
      const made = await calls.callBack(personOf(request), request.params.id, request.body.queue ?? null)
      return reply.code(201).send(placedCall(made))
    },
  )
}

function placedCall(made: Placed): { interactionId: string } {
  if ('refusal' in made) throw refusedCall(made.refusal)
  return made
}

function answer(result: Result): { ok: true } {
  if ('refusal' in result) throw refusedCall(result.refusal)
  return result
}

function targetOf(to: z.output<typeof target>) {
  if ('agent' in to) return { agentId: to.agent }
  return 'queue' in to ? { queueId: to.queue } : to
}

function shown({ agentId, ...it }: Participant, agentName: ControlPorts['agentName']) {
  return { ...it, agent: agentId === null ? null : { id: agentId, name: agentName(agentId) } }
}

function personOf(request: HttpRequest): Person {
  const { id, role } = principalOf(request)
  return { id, role }
}

function refusedCall({ code, message }: { code: string; message: string }): ApiError {
  if (code === 'forbidden' || code === 'destination-not-allowed') return forbidden(message)
  if (code === 'invalid' || code === 'not-a-number') return new ApiError(400, code, message)
  return code.startsWith('unknown-') ? notFound(message) : conflict(code, message)
}
