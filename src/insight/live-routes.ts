/** GET /api/live: a WebSocket with a snapshot and what changes after it. */
import { z } from 'zod'
import { hasRole, type Principal } from '../platform/http/principal.ts'
import { principalOf, requireRole } from '../platform/http/authorisation.ts'
import { ApiError } from '../platform/http/errors.ts'
import type { HttpRequest, HttpServer } from '../platform/http/server.ts'
import { closeCodes, openLiveSocket } from '../platform/live-socket.ts'
import type { Log } from '../platform/log.ts'
import type { Desks } from './desks.ts'
import type { FloorFeed, Watch } from './floor-feed.ts'
import type { LiveFeed, Reader, Subscription } from './live-feed.ts'
import type { LiveMessage } from './live-view.ts'

export type LivePorts = Readonly<{
  feed: LiveFeed
  floor: FloorFeed
  desks: Desks
  log: Log
  /** Asked with every heartbeat; null: signed out since. */
  principalAgain(request: HttpRequest): Promise<Principal | null>
  /** `end` is called at once when the session ends; returns how to stop listening. */
  whileSignedIn?(principal: Principal, end: () => void): () => void
  /** 15,000 unless given; desks are looked after more often. */
  heartbeatMs?: number
  deskHeartbeatMs?: number
  softLimitBytes?: number
  patienceMs?: number
}>

/** A client that says nothing is taken to want a snapshot. */
const subscribeWithinMs = 1_000

const seq = z.coerce.number().int().min(0)
const query = z.object({
  after: seq.optional().describe('`seq` or `to` of the last message: go on from there'),
  desk: z.uuid().optional().describe('the id of an open desk: its agent counts as there while this is connected'),
  token: z.string().optional().describe('for programs that can send no header; browsers send their cookie'),
})
/** Whoever may see the floor asks for it at any time, and says when it is enough. */
const floorWish = z.object({ floor: z.object({ after: z.number().int().min(0).optional() }).nullable() })
const subscribe = z.object({ subscribe: z.object({ after: z.number().int().min(0).optional() }) })

export function registerLiveRoutes(server: HttpServer, ports: LivePorts): void {
  server.route({
    method: 'GET',
    url: '/api/live',
    onRequest: requireRole('agent'),
    schema: {
      tags: ['live'],
      summary: 'What changes, as it changes (WebSocket)',
      description:
        'Send {"subscribe":{"after":seq}} or connect with ?after=seq to go on where a connection was lost; without ' +
        '`after` it begins with a snapshot. Messages: snapshot {seq, queues, agents, interactions}; changes {from, to, ' +
        'facts:[{seq, fact}]}, each following on the one before; queues {queues}; heartbeat {seq}. Of written contacts ' +
        'the agent is told at once, beside the facts: message {interactionId, message}; typing {interactionId, by, on}; ' +
        'read {interactionId, by, messageId}. Agents see what ' +
        'concerns them and the figures of the queues; supervisors see everything. With `desk` everybody sees their own ' +
        'work, each change with the lines and cards that it made; a newer desk ends this one with taken-over and code 4409. ' +
        'Supervisors may send {"floor":{"after":seq}} at any time: floor {seq, agents, interactions, cards} or what followed ' +
        'on `after`, then floor-changes {from, to, …}, each following on the one before, and floor-today {queues}; ' +
        '{"floor":null} ends it.',
      querystring: query,
    },
    handler: async (_request, reply) => {
      void reply.header('upgrade', 'websocket')
      throw new ApiError(426, 'upgrade-required', 'open a WebSocket here')
    },
    wsHandler: (socket, request) => {
      const principal = principalOf(request)
      const { desk: deskId } = request.query
      const isDesk = deskId !== undefined && principal.kind === 'user'
      const viewer = { id: principal.id, seesAll: !isDesk && hasRole(principal, 'supervisor'), isDesk }
      let subscription: Subscription | null = null
      let watch: Watch | null = null
      let hasStarted = false
      let isClosed = false

      const start = (after: number | null): void => {
        clearTimeout(waiting)
        hasStarted = true
        ports.feed.subscribe(reader, viewer, after).then((made) => {
          if (isClosed) ports.feed.unsubscribe(made)
          else subscription = made
        }, reader.fail)
      }

      const live = openLiveSocket(socket, {
        heartbeatMs: isDesk ? (ports.deskHeartbeatMs ?? 5_000) : (ports.heartbeatMs ?? 15_000),
        softLimitBytes: ports.softLimitBytes ?? 1024 * 1024,
        patienceMs: ports.patienceMs ?? 30_000,
        onHeartbeat: async () => {
          if (subscription !== null) ports.feed.heartbeat(subscription)
          watch?.nudge()
          const now = await ports.principalAgain(request)
          const isSame = now !== null && now.role === principal.role
          return isSame ? null : { code: closeCodes.signedOut, reason: 'sign in again' }
        },
        onMessage: (said) => {
          const wish = floorWish.safeParse(said)
          if (wish.success && hasRole(principal, 'supervisor')) {
            watch?.stop()
            watch = wish.data.floor === null ? null : ports.floor.watch(reader, wish.data.floor.after ?? null)
            return
          }
          const asked = subscribe.safeParse(said)
          if (asked.success && !hasStarted) return start(asked.data.subscribe.after ?? null)
          const message = 'send {"subscribe":{"after":seq}} once, at the beginning, or nothing at all'
          live.send(JSON.stringify({ type: 'error', message }))
        },
        onClose: () => {
          isClosed = true
          clearTimeout(waiting)
          stopListening?.()
          deskClosed?.()
          watch?.stop()
          if (subscription !== null) ports.feed.unsubscribe(subscription)
        },
        onError: (error) => ports.log.debug({ err: error }, 'live connection'),
      })
      const stopListening = ports.whileSignedIn?.(principal, () => live.close(closeCodes.signedOut, 'sign in again'))
      const reader: Reader = {
        isReady: live.isReady,
        send: live.send,
        fail: () => live.close(closeCodes.tooSlow, 'try again with after=<last seq>'),
      }
      const deskClosed = isDesk
        ? ports.desks.opened(principal.id, deskId, () => {
            live.send(JSON.stringify({ type: 'taken-over' } satisfies LiveMessage))
            live.close(closeCodes.takenOver, 'your desk was opened elsewhere')
          })
        : undefined
      const waiting = setTimeout(() => start(null), subscribeWithinMs)
      if (request.query.after !== undefined) start(request.query.after)
    },
  })
}
