/** The call button: a code for one call, and SIP over WebSocket to Asterisk through our own origin. */
import { z } from 'zod'
import { ApiError } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import { relaySip } from '../../platform/sip-relay.ts'
import { threadOf, type ChatChannel } from './chat-channel.ts'
import { visitorOf } from './file-routes.ts'

/** A line that nobody calls on is cut. */
const longestMs = 4 * 3_600_000
/** A visitor's network may be away for a moment; a page that is closed says so. */
const heartbeatMs = 20_000

export function registerCallRoutes(server: HttpServer, chat: ChatChannel, asteriskUrl: () => string): void {
  server.post(
    '/api/chat/calls',
    { config: { public: true, rateLimit: { max: 10, timeWindow: 60_000 } }, schema: { hide: true } },
    async (request) => {
      const visitor = await chat.keep(await visitorOf(chat, request), {})
      const { call } = (await chat.widgetOf(visitor.entryPointId)).settings
      if (call === null) throw new ApiError(409, 'no-calls', 'this widget has no call button')
      const name = chat.calls.begin(visitor, chat.ports.now())
      // The conversation goes on by voice: whoever had it is free for the call.
      await chat.ports.written.leave(threadOf(visitor), 'goes on by phone')
      return { socket: `/api/chat/sip?code=${name}`, target: call, name }
    },
  )
  server.get(
    '/api/chat/sip',
    {
      websocket: true,
      config: { public: true },
      schema: { hide: true, querystring: z.object({ code: z.string().max(100) }) },
      preHandler: async (request) => {
        if (!chat.calls.isOpen(request.query.code, chat.ports.now()))
          throw new ApiError(403, 'forbidden', 'ask for a call with POST /api/chat/calls first')
      },
    },
    (browser, request) => {
      const giveBack = chat.calls.takeLine(request.query.code)
      if (giveBack === null) return browser.close(1013, 'too many lines: try again later')
      const limit = setTimeout(() => browser.close(1000, 'too long'), longestMs)
      limit.unref()
      relaySip({
        browser,
        asteriskUrl: asteriskUrl(),
        heartbeatMs,
        onHeartbeat: () => undefined,
        onEnd() {
          clearTimeout(limit)
          giveBack()
        },
        onNoAsterisk: (error) => chat.ports.log.warn({ err: error }, 'a visitor’s call: no connection to Asterisk'),
      })
    },
  )
}
