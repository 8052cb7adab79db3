/** What a caller of the API is told when something is wrong: always `{ error: { code, message, details? } }`. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { isDatabaseUnavailable, isDiskFull, isUnstorableText } from '../database/outage.ts'

/** What is wrong at one place of the request; `path` as in `body.agent.skills.english`. */
export type ErrorDetail = Readonly<{ path: string; message: string }>

export const errorSchema = z
  .object({
    error: z.object({
      code: z.string().describe('stable word for programs'),
      message: z.string().describe('what to change, for people'),
      details: z.unknown().optional(),
    }),
  })
  .describe('Why the request was refused')

/** Thrown by routes and rules; its message is shown to the caller as it stands. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly details: unknown
  constructor(status: number, code: string, message: string, details?: unknown) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.details = details
  }
}

export const invalid = (message: string, details?: readonly ErrorDetail[]): ApiError =>
  new ApiError(400, 'invalid', message, details)
export const unauthenticated = (message: string): ApiError => new ApiError(401, 'unauthenticated', message)
export const forbidden = (message: string): ApiError => new ApiError(403, 'forbidden', message)
export const notFound = (message: string): ApiError => new ApiError(404, 'not-found', message)
export const conflict = (code: string, message: string, details?: unknown): ApiError =>
  new ApiError(409, code, message, details)

type Told = Readonly<{ status: number; code: string; message: string; details?: unknown }>

const ownWords: Readonly<Record<string, Omit<Told, 'details'>>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: 'invalid-json', message: 'the body is not valid JSON' },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    status: 400,
    code: 'invalid-json',
    message: 'the body is empty although Content-Type says JSON: send {} or leave the header out',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported-media-type',
    message: 'send the body as JSON with Content-Type: application/json',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body-too-large',
    message: 'the body is larger than is accepted here',
  },
}

/** Turns anything thrown into what the caller may know. Causes of 5xx stay in the log. */
export function tell(error: FastifyError | Error, requestId: string): Told {
  if (error instanceof ApiError) {
    const told = { status: error.status, code: error.code, message: error.message }
    return error.details === undefined ? told : { ...told, details: error.details }
  }
  if (hasZodFastifySchemaValidationErrors(error)) return tellInvalid(error)
  const words = 'code' in error && typeof error.code === 'string' ? ownWords[error.code] : undefined
  if (words !== undefined) return words
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  if (status === 429) return { status, code: 'too-many-requests', message: error.message }
  if (status >= 400 && status < 500) return { status, code: 'refused', message: error.message }
  if (isUnstorableText(error))
    return { status: 400, code: 'invalid', message: 'a text holds a sign that can not be kept: leave NUL (U+0000) out' }
  // RFC 4918, 11.5.
  if (isDiskFull(error))
    return {
      status: 507,
      code: 'disk-full',
      message: 'the disk is full and nothing was kept: free space, then try again',
    }
  if (isDatabaseUnavailable(error)) {
    return { status: 503, code: 'database-unavailable', message: 'the database is away: try again in a few seconds' }
  }
  return { status: 500, code: 'internal', message: `something broke on our side: see the log for request ${requestId}` }
}

type ZodRejection = Readonly<{
  validation: readonly Readonly<{ instancePath: string; message?: string | undefined }>[]
  validationContext?: string | undefined
}>

const partNames: Readonly<Record<string, string>> = { params: 'path', querystring: 'query', headers: 'header' }

function tellInvalid(error: ZodRejection): Told {
  const context = error.validationContext ?? 'body'
  const part = partNames[context] ?? context
  const details = error.validation.map((issue): ErrorDetail => {
    const inner = issue.instancePath.split('/').filter((step) => step !== '')
    return { path: [part, ...inner].join('.'), message: plainWords(issue.message ?? 'is not accepted') }
  })
  const message = details.map((detail) => `${detail.path}: ${detail.message}`).join('; ')
  return { status: 400, code: 'invalid', message, details }
}

/** zod says `expected string, received undefined` of what simply isn't there. */
function plainWords(message: string): string {
  const missing = /^Invalid input: expected (.+), received undefined$/.exec(message)
  return missing === null ? message.replace(/^Invalid input: /, '') : `is missing (expected ${missing[1] ?? 'a value'})`
}

export async function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { status, ...body } = tell(error, request.id)
  if (status >= 500) request.log.error({ err: error, route: request.routeOptions.url }, 'request failed')
  return reply.code(status).send({ error: body })
}

export async function answerNotFound(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const path = request.url.split('?', 1)[0] ?? ''
  const message = `nothing answers ${request.method} ${path}: /api/docs lists what does`
  return reply.code(404).send({ error: { code: 'not-found', message } })
}
