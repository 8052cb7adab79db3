/** The conversation by mail, at its visitor's wish: to few addresses, and not often, for anybody can write one down. */
import { z } from 'zod'
import { ApiError } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'
import { threadOf, type ChatChannel } from './chat-channel.ts'
import { visitorOf } from './file-routes.ts'
import { Allowance } from './allowance.ts'

const hourMs = 3_600_000

export function registerTranscriptRoutes(server: HttpServer, chat: ChatChannel): void {
  const { now } = chat.ports
  const ofVisitor = new Allowance({ most: 3, withinMs: hourMs })
  const toAddress = new Allowance({ most: 3, withinMs: 24 * hourMs })
  server.post(
    '/api/chat/transcripts',
    {
      config: { public: true, rateLimit: { max: 10, timeWindow: hourMs } },
      schema: { hide: true, body: z.strictObject({ email: z.email().max(190) }) },
    },
    async (request, reply) => {
      const visitor = await visitorOf(chat, request)
      if (!chat.ports.sendsMail) throw new ApiError(409, 'no-mail', 'no mail leaves here: SMTP_URL is not set')
      const address = request.body.email.toLowerCase()
      if (!ofVisitor.takes(visitor.id, now()) || !toAddress.takes(address, now()))
        throw new ApiError(429, 'too-many', 'this was asked for several times: look into your mailbox, or ask later')
      const isThere = await chat.ports.written.transcript(threadOf(visitor), address, visitor.language)
      if (!isThere) throw new ApiError(409, 'nothing-written', 'nothing was written yet')
      return reply.code(202).send({ ok: true })
    },
  )
}
