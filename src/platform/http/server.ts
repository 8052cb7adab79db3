/** The HTTP server that every room adds its routes to. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import websocket from '@fastify/websocket'
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawServerDefault,
} from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Log } from '../log.ts'
import { registerApiDocs } from './api-docs.ts'
import { docsPrefix } from './authorisation.ts'
import { answerError, answerNotFound } from './errors.ts'

export type HttpServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>
export type HttpRequest = FastifyRequest
export type HttpReply = FastifyReply

export type HttpServerOptions = Readonly<{
  log: Log
  /** Shown in the API's description. */
  version: string
  /** Addresses or networks of proxies whose X-Forwarded-* headers are believed; none unless said. */
  trustedProxies?: readonly string[]
  /** Larger bodies are refused with 413. */
  bodyLimitBytes?: number
  /** How long a close waits for running requests before it cuts them off. */
  closeGraceMs?: number
}>

/** Plugins are loaded when it resolves; routes may be added until `listen` or `ready`. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server: HttpServer = Fastify({
    loggerInstance: requestLog(options.log),
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    trustProxy: options.trustedProxies === undefined ? false : [...options.trustedProxies],
    bodyLimit: options.bodyLimitBytes ?? 1024 * 1024,
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
  }).withTypeProvider<ZodTypeProvider>()
  server.setValidatorCompiler(validatorCompiler)
  server.setSerializerCompiler(serializerCompiler)
  server.setErrorHandler(answerError)
  server.setNotFoundHandler(answerNotFound)
  server.decorateRequest('principal', null)
  server.decorateRequest('audited', false)
  server.addHook('onRequest', secureHeaders)
  server.addHook('onResponse', logResponse)
  cutOffAfter(server, options.closeGraceMs ?? 5_000)
  await server.register(cookie)
  await server.register(rateLimit, { global: false })
  await server.register(websocket, { options: { maxPayload: 64 * 1024, clientTracking: true } })
  await registerApiDocs(server, options.version)
  return server
}

/** A query may carry what a browser can't put in a header; only the path is written down. */
function requestLog(log: Log): FastifyBaseLogger {
  return log.child(
    {},
    {
      serializers: {
        req: (request: FastifyRequest) => ({ method: request.method, path: pathOf(request), from: request.ip }),
      },
    },
  )
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? ''

async function secureHeaders(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('x-request-id', request.id)
  reply.header('x-content-type-options', 'nosniff')
  reply.header('x-frame-options', 'DENY')
  reply.header('referrer-policy', 'same-origin')
  reply.header('cross-origin-resource-policy', 'same-origin')
  if (request.url.startsWith('/api/') && !request.url.startsWith(docsPrefix)) {
    reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    reply.header('cache-control', 'no-store')
  }
}

async function logResponse(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const fields = {
    method: request.method,
    path: pathOf(request),
    status: reply.statusCode,
    tookMs: Math.round(reply.elapsedTime),
    by: request.principal?.id,
  }
  request.log.debug(fields, 'request')
}

/** A request that hangs must not keep the process from ending. */
function cutOffAfter(server: HttpServer, graceMs: number): void {
  let timer: NodeJS.Timeout | undefined
  server.addHook('preClose', async () => {
    timer = setTimeout(() => server.server.closeAllConnections(), graceMs)
    timer.unref()
  })
  server.addHook('onClose', async () => clearTimeout(timer))
}
