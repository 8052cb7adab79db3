/** The call button: a code for one call, and SIP over WebSocket to Asterisk through our own origin. */
import { z } from 'zod'
import WebSocket from 'ws'
import { ApiError } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import { threadOf, type ChatChannel } from './chat-channel.ts'
import { visitorOf } from './file-routes.ts'

/** What a browser may send before Asterisk has answered. */
const heldBytes = 64 * 1024
/** Whoever asks for more and more and takes no answer is cut off. */
const unsentBytes = 1024 * 1024
/** A line that nobody calls on is cut. */
const longestMs = 4 * 3_600_000

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
      browser.on('close', giveBack)
      const asterisk = new WebSocket(socketOf(asteriskUrl()), 'sip', {
        handshakeTimeout: 5_000,
        perMessageDeflate: false,
      })
      const held: Buffer[] = []
      let bytes = 0
      const limit = setTimeout(() => browser.close(1000, 'too long'), longestMs)
      limit.unref()
      browser.on('message', (data: Buffer, isBinary: boolean) => {
        if (asterisk.bufferedAmount > unsentBytes) return browser.terminate()
        if (asterisk.readyState === WebSocket.OPEN) return asterisk.send(data, { binary: isBinary })
        bytes += data.length
        if (bytes > heldBytes) return browser.close(1013, 'Asterisk is not connected yet')
        held.push(data)
      })
      asterisk.on('open', () => {
        for (const data of held.splice(0)) asterisk.send(data, { binary: false })
      })
      asterisk.on('message', (data: Buffer, isBinary: boolean) => {
        if (browser.bufferedAmount > unsentBytes) return browser.terminate()
        browser.send(data, { binary: isBinary })
      })
      asterisk.on('close', () => browser.close(1012, 'Asterisk closed the connection'))
      asterisk.on('error', (error) =>
        chat.ports.log.warn({ err: error }, 'a visitor’s call: no connection to Asterisk'),
      )
      const end = (): void => {
        clearTimeout(limit)
        asterisk.terminate()
      }
      browser.on('close', end)
      browser.on('error', end)
    },
  )
}

function socketOf(asteriskUrl: string): URL {
  const target = new URL('ws', asteriskUrl.endsWith('/') ? asteriskUrl : `${asteriskUrl}/`)
  target.protocol = target.protocol === 'https:' ? 'wss:' : 'ws:'
  return target
}
