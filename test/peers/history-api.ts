/** The history's API and live feed on a real HTTP server and database; who signs in is decided by the test. */
import { Readable } from 'node:stream'
import type { AuditEntry, Guarding } from '../../src/access/index.ts'
import { tokenOf } from '../../src/access/index.ts'
import { registerGuard } from '../../src/access/guard-routes.ts'
import type { CallControl, CallResult, HistoryPorts, Person } from '../../src/history/index.ts'
import { createHistory, registerHistoryRoutes, type History } from '../../src/history/index.ts'
import { expressions } from '../../src/flows/index.ts'
import { createFloorFeed, createLiveFeed, Desks, registerLiveRoutes, type LiveFeed } from '../../src/insight/index.ts'
import type { LiveLimits } from '../../src/insight/live-feed.ts'
import type { Database } from '../../src/platform/database/database.ts'
import type { Principal, Role } from '../../src/platform/http/principal.ts'
import { createHttpServer, type HttpServer } from '../../src/platform/http/server.ts'
import { createLog } from '../../src/platform/log.ts'
import type { FactWriter } from './fact-writer.ts'

export type HistoryApi = Readonly<{
  server: HttpServer
  /** `ws://127.0.0.1:port` */
  wsUrl: string
  history: History
  feed: LiveFeed
  /** What was asked of the channel, oldest first. */
  asked: readonly string[]
  audited: readonly AuditEntry[]
  /** The channel's answer to the next request. */
  answer(result: CallResult): void
  signIn(id: string, role: Role): string
  signOut(token: string): void
  call(token: string, method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: object): Promise<Answer>
  [Symbol.asyncDispose](): Promise<void>
}>

export type Answer = Readonly<{ status: number; json: unknown; headers: Record<string, unknown>; raw: Buffer }>

export const testNames: HistoryPorts['names'] = {
  agent: (id) => (id.endsWith('1') ? 'Ana' : id.endsWith('2') ? 'Maria' : null),
  queue: (id) => (id === 'sales' ? 'Sales' : null),
  skill: (id) => (id === 'romanian' ? 'Romanian' : null),
  entryPoint: () => 'Main number',
}

/** Bytes 0, 1, 2 … of a recording whose id doesn't begin with `lost`. */
const recordingBytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))

const hourMs = 3_600_000

/** At once while the hour is even. */
export function nextEvenHour(at: number): number {
  const hour = Math.floor(at / hourMs)
  return hour % 2 === 0 ? at : (hour + 1) * hourMs
}

export async function startHistoryApi(
  database: Database,
  writer: FactWriter,
  options: {
    limits?: LiveLimits
    heartbeatMs?: number
    /** Routes of other rooms beside the history's. */
    more?: (server: HttpServer, history: History) => void
  } = {},
): Promise<HistoryApi> {
  const log = createLog({ level: 'silent' })
  const history = createHistory({ database, writer, country: 'RO', expressions, log })
  await history.projector.start()
  const feed = createLiveFeed(history, options.limits)
  const floor = createFloorFeed(history, {
    timezone: 'Europe/Bucharest',
    targetsMs: () => new Map([['sales', 20_000]]),
  })
  const principals = new Map<string, Principal>()
  const audited: AuditEntry[] = []
  const asked: string[] = []
  let result: CallResult = { ok: true }
  const ask = (what: string, id: string, by: Person, more: unknown = ''): Promise<CallResult> => {
    asked.push(`${what} ${id} ${by.role} ${String(more)}`.trim())
    return Promise.resolve(result)
  }
  const calls: CallControl = {
    hold: (id, by) => ask('hold', id, by),
    resume: (id, by) => ask('resume', id, by),
    hangUp: (id, by) => ask('hang-up', id, by),
    rejoin: (id, by) => ask('rejoin', id, by),
    mute: (id, by, on) => ask('mute', id, by, on),
    digits: (id, by, digits) => ask('digits', id, by, digits),
    recording: (id, by, action) => ask('recording', id, by, action),
  }
  const access: Guarding = {
    trustedOrigins: [],
    principalOfToken: (token) => Promise.resolve(principals.get(token) ?? null),
    audit: (_context, entry) => {
      audited.push(entry)
      return Promise.resolve()
    },
  }
  const server = await createHttpServer({ log, version: 'test' })
  registerGuard(server, access)
  registerHistoryRoutes(server, {
    history,
    names: testNames,
    calls,
    recordings: {
      open: (recordingId) =>
        Promise.resolve(
          recordingId.startsWith('lost')
            ? { missing: 'it was deleted' }
            : {
                contentType: 'audio/wav',
                bytes: recordingBytes.length,
                read: (range) =>
                  Readable.from([
                    range === undefined ? recordingBytes : recordingBytes.subarray(range.from, range.to + 1),
                  ]),
              },
        ),
    },
    callbackDesk: {
      formQueueIds: ['sales'],
      knowsQueue: (id) => id === 'sales' || id === 'support',
      // Sales is open in the even hours (UTC).
      openingOf: (id, at) => (id === 'sales' ? nextEvenHour(at) : at),
      refusal: (number) => (/^\+40(?!900|219999999)/.test(number) ? null : 'nobody may call there'),
      expect: ({ id, interactionId, dueAt }) => void asked.push(`expect ${id} ${interactionId} ${dueAt ?? 'now'}`),
      end: ({ id, interactionId }, cause) => {
        asked.push(`callback-${cause} ${id} ${interactionId}`)
        return Promise.resolve()
      },
    },
    audit: (_request, entry) => {
      audited.push(entry)
      return Promise.resolve()
    },
  })
  const desks = new Desks({ writer, log })
  server.addHook('onClose', async () => desks.stop())
  options.more?.(server, history)
  registerLiveRoutes(server, {
    feed,
    floor,
    desks,
    log,
    principalAgain: (request) => access.principalOfToken(tokenOf(request) ?? ''),
    ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
  })
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    server,
    wsUrl: address.replace(/^http/, 'ws'),
    history,
    feed,
    asked,
    audited,
    answer: (next) => {
      result = next
    },
    signIn: (id, role) => {
      const token = `token-${principals.size}`
      principals.set(token, { kind: 'user', id, username: role, name: role, role, sessionId: token })
      return token
    },
    signOut: (token) => void principals.delete(token),
    call: async (token, method, path, body) => {
      const reply = await server.inject({
        method,
        url: path,
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { payload: body }),
      })
      const isJson = String(reply.headers['content-type']).includes('json')
      return {
        status: reply.statusCode,
        json: isJson ? reply.json<unknown>() : null,
        headers: reply.headers,
        raw: reply.rawPayload,
      }
    },
    [Symbol.asyncDispose]: async () => {
      feed.stop()
      await server.close()
      await history.projector.stop()
    },
  }
}
