/** What the widget talks to, what it is told to look like, and what staff see of a visitor. */
import { z } from 'zod'
import type { AgentId, CustomerId, QueueId } from '../../core/ids.ts'
import { requireRole } from '../../platform/http/authorisation.ts'
import { ApiError, notFound } from '../../platform/http/errors.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { HttpReply, HttpRequest, HttpServer } from '../../platform/http/server.ts'
import { openLiveSocket } from '../../platform/live-socket.ts'
import { registerCallRoutes } from './call-routes.ts'
import type { ChatChannel } from './chat-channel.ts'
import { readVisitorRow } from './chat-store.ts'
import { registerFileRoutes, visitorOf } from './file-routes.ts'
import { registerInvitationRoutes } from './invitation-routes.ts'
import { registerTranscriptRoutes } from './transcript-routes.ts'
import { VisitorSession } from './visitor-session.ts'
import { registerWidgetRoutes } from './widget-routes.ts'
import { mayShow, widgetSettings, type Widget } from './widget.ts'

const tags = ['chat']
const widgetParams = z.object({ id: z.string().max(100) })
const widgetSchema = z.object({ entryPoint: z.string(), settings: widgetSettings, secret: z.string() })

/** Before the widget is known. */
const mostEarly = 40

export type Engagement = Readonly<{ customerId: CustomerId | null; queueId: QueueId; agentId: AgentId }>

export type ChatRoutesPorts = Readonly<{
  chat: ChatChannel
  /** Who writes in this contact; null: it is no chat of ours. */
  visitorOfInteraction(interactionId: string): Promise<string | null>
  /** Where this person has that contact; a text says why they may not hand it on. */
  engagedWith(interactionId: string, person: Principal): Engagement | string
  /** Of the Asterisk that takes the next call. */
  asteriskUrl(): string
  /** Where the widget's scripts were built. */
  widgetFolder: string
}>

export async function registerChatRoutes(server: HttpServer, ports: ChatRoutesPorts): Promise<void> {
  const { asteriskUrl, chat, widgetFolder } = ports
  await server.register(async (scope: HttpServer) => {
    scope.addHook('onRequest', async (request, reply) => allowSite(chat, request, reply))
    scope.options('/api/chat/*', { config: { public: true }, schema: { hide: true } }, (_request, reply) =>
      reply.code(204).send(),
    )
    registerSocket(scope, chat)
    registerForms(scope, chat)
    registerCallbackForm(scope, chat)
    registerTranscriptRoutes(scope, chat)
    registerCallRoutes(scope, chat, asteriskUrl)
    registerFileRoutes(scope, chat)
  })
  registerWidgetRoutes(server, widgetFolder)
  registerStaffRoutes(server, ports)
  registerInvitationRoutes(server, ports)
}

function registerSocket(server: HttpServer, chat: ChatChannel): void {
  server.get(
    '/api/chat/widgets/:id',
    { config: { public: true }, schema: { hide: true, params: widgetParams } },
    async (request) => {
      const widget = await shownWidget(chat, request.params.id, request)
      const { title, greeting, colour, position, languages, askDetails, consent, call, callback } = widget.settings
      const open = chat.isOpen(widget)
      const transcript = chat.ports.sendsMail
      const look = { title, greeting, colour, position, languages, askDetails, consent }
      return { ...look, call: call !== null, callback, transcript, open }
    },
  )
  server.get(
    '/api/chat/socket',
    {
      websocket: true,
      config: { public: true },
      schema: { hide: true, querystring: z.object({ widget: z.string().max(100) }) },
      preHandler: async (request) => void (await shownWidget(chat, request.query.widget, request)),
    },
    async (socket, request) => {
      // What comes before the widget is known waits for it.
      const early: unknown[] = []
      let session: VisitorSession | null = null
      const live = openLiveSocket(socket, {
        heartbeatMs: 20_000,
        softLimitBytes: 256 * 1024,
        patienceMs: 30_000,
        onHeartbeat: () => Promise.resolve(null),
        onMessage: (message) => {
          if (session !== null) session.heard(message)
          else if (early.length < mostEarly) early.push(message)
        },
        onClose: () => session?.gone(),
        onError: (error) => chat.ports.log.debug({ err: error }, 'a visitor’s connection'),
      })
      const widget = await chat.widget(request.query.widget)
      if (widget === null) return live.close(1008, 'there is no such widget')
      session = new VisitorSession(chat, widget, {
        send: (message) => live.send(JSON.stringify(message)),
        close: live.close,
      })
      for (const message of early) session.heard(message)
    },
  )
}

function registerForms(server: HttpServer, chat: ChatChannel): void {
  server.post(
    '/api/chat/left-messages',
    {
      config: { public: true, rateLimit: { max: 10, timeWindow: 60_000 } },
      schema: {
        hide: true,
        body: z.strictObject({
          id: z.string().min(1).max(100),
          name: z.string().trim().max(200).default(''),
          email: z.email().max(190),
          text: z.string().trim().min(1).max(5_000),
        }),
      },
    },
    async (request, reply) => {
      const { id, name, email, text } = request.body
      const visitor = await chat.keep(await visitorOf(chat, request), { name: name === '' ? null : name, email })
      const widget = await chat.widgetOf(visitor.entryPointId)
      if (!(await chat.leaveMessage(widget, visitor, text, id)))
        throw new ApiError(409, 'nobody-reads', 'this widget names no queue that reads messages')
      return reply.code(201).send({ ok: true })
    },
  )
}

/** The form for every page, asked from here so that pages of other sites may: the same rules, limits and answers. */
function registerCallbackForm(server: HttpServer, chat: ChatChannel): void {
  server.post(
    '/api/chat/callbacks',
    {
      config: { public: true },
      schema: {
        hide: true,
        body: z.strictObject({ phone: z.string().max(40), name: z.string().trim().max(100).default('') }),
      },
    },
    async (request, reply) => {
      const visitor = await visitorOf(chat, request)
      const widget = await chat.widgetOf(visitor.entryPointId)
      if (!widget.settings.callback) throw new ApiError(409, 'no-callbacks', 'this widget has no form for call backs')
      const { phone: number, name } = request.body
      const language = visitor.language ?? 'en'
      const answer = await server.inject({
        method: 'POST',
        url: '/api/callback-requests',
        payload: { number, language, ...(name !== '' && { name }) },
        remoteAddress: request.ip,
      })
      return reply.code(answer.statusCode).send(answer.json())
    },
  )
}

function registerStaffRoutes(server: HttpServer, { chat, visitorOfInteraction }: ChatRoutesPorts): void {
  server.get(
    '/api/widgets/:id',
    {
      onRequest: requireRole('admin'),
      schema: { tags, summary: 'A widget, by its entry point', params: widgetParams, response: { 200: widgetSchema } },
    },
    async ({ params: { id } }) => shownToStaff(await ownWidget(chat, id)),
  )
  server.put(
    '/api/widgets/:id',
    {
      onRequest: requireRole('admin'),
      schema: {
        tags,
        summary: 'How a widget looks and behaves',
        description: 'What is left out is as in a new one.',
        params: widgetParams,
        body: widgetSettings,
        response: { 200: widgetSchema },
      },
    },
    async ({ params: { id }, body }) => {
      await ownWidget(chat, id)
      if (body.offlineMail !== null && !chat.ports.sendsMail)
        throw new ApiError(409, 'no-mail', 'body.offlineMail: no mail leaves here, set SMTP_URL and MAIL_FROM first')
      return shownToStaff(await chat.change(id, { settings: body }))
    },
  )
  server.post(
    '/api/widgets/:id/secret',
    {
      onRequest: requireRole('admin'),
      schema: {
        tags,
        summary: 'A new secret: tokens made with the old one are refused',
        params: widgetParams,
        response: { 200: widgetSchema },
      },
    },
    async ({ params: { id } }) => {
      await ownWidget(chat, id)
      return shownToStaff(await chat.change(id, { newSecret: true }))
    },
  )
  server.get(
    '/api/interactions/:id/visitor',
    {
      onRequest: requireRole('agent'),
      schema: {
        tags,
        summary: 'Who writes in a chat',
        params: z.object({ id: z.guid() }),
        response: {
          200: z.object({
            name: z.string().nullable(),
            email: z.string().nullable(),
            phone: z.string().nullable(),
            language: z.string().nullable(),
            verified: z.boolean().describe('the site vouches for them'),
          }),
        },
      },
    },
    async ({ params: { id } }) => {
      const visitorId = await visitorOfInteraction(id)
      const { database } = chat.ports
      const visitor = visitorId === null ? null : await readVisitorRow(database, visitorId)
      if (visitor === null) throw notFound(`there is no visitor behind ${id}`)
      const { name, email, phone, language, verified } = visitor
      return { name, email, phone, language, verified }
    },
  )
}

async function ownWidget(chat: ChatChannel, entryPointId: string): Promise<Widget> {
  if (chat.ports.directory.entryPointById(entryPointId) === null)
    throw notFound(`there is no chat entry point ${entryPointId}: make one with POST /api/entry-points`)
  return chat.widgetOf(entryPointId)
}

async function shownWidget(chat: ChatChannel, address: string, request: HttpRequest): Promise<Widget> {
  const widget = await chat.widget(address)
  if (widget === null) throw notFound(`there is no widget ${address}`)
  if (!isOwn(request) && !mayShow(widget.settings, request.headers.origin))
    throw new ApiError(403, 'forbidden', 'this page is not among the widget’s allowed origins')
  return widget
}

/** The service's own pages may show any of its widgets. */
function isOwn(request: HttpRequest): boolean {
  const { origin } = request.headers
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === request.host)
}

/** Pages of other sites read the answers: nothing here goes by a cookie. */
async function allowSite(chat: ChatChannel, request: HttpRequest, reply: HttpReply): Promise<void> {
  if (!request.url.startsWith('/api/chat/')) return
  const { origin } = request.headers
  reply.header('cross-origin-resource-policy', 'cross-origin')
  if (origin === undefined) return
  const address = request.headers['x-widget']
  if (typeof address === 'string') await shownWidget(chat, address, request)
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-allow-headers': 'authorization, content-type, x-widget',
    'access-control-allow-methods': 'GET, POST',
    'access-control-max-age': '600',
    vary: 'origin',
  })
}

const shownToStaff = ({ entryPointId, settings, secret }: Widget) => ({ entryPoint: entryPointId, settings, secret })
