/** Runs before and after every route: who is asking, may a cookie speak for them, and a line for each change. */
import { ApiError, forbidden, unauthenticated } from '../platform/http/errors.ts'
import { isPublic, principalOf } from '../platform/http/authorisation.ts'
import { sessionCookie } from '../platform/http/api-docs.ts'
import type { HttpReply, HttpRequest, HttpServer } from '../platform/http/server.ts'
import type { Guarding } from './access.ts'
import type { AuditContext } from './audit-store.ts'

export function registerGuard(server: HttpServer, access: Guarding): void {
  server.addHook('onRequest', async (request) => {
    if (request.is404 || isPublic(request.routeOptions)) return
    const bearer = bearerOf(request) ?? socketTokenOf(request)
    const token = tokenOf(request)
    if (token === undefined) principalOf(request)
    request.principal = token === undefined ? null : await access.principalOfToken(token)
    if (request.principal === null) throw unauthenticated('this token is unknown, expired or revoked: sign in again')
    if (bearer === undefined) refuseForeignOrigin(request, access.trustedOrigins)
    if (owesPassword(request))
      throw new ApiError(403, 'password-change-needed', 'this password was given to you: choose one of your own first')
    if (owesSecondFactor(request))
      throw new ApiError(403, 'second-factor-needed', 'your role asks for a second factor: set one up first')
  })
  server.addHook('onSend', async (request, reply) => auditWhatIsLeft(access, request, reply))
}

const owesPassword = ({ principal, routeOptions }: HttpRequest): boolean =>
  principal?.kind === 'user' && principal.passwordDue === true && routeOptions.config.beforePassword !== true

/** Who chooses a password does that first. */
const owesSecondFactor = ({ principal, routeOptions }: HttpRequest): boolean =>
  principal?.kind === 'user' &&
  principal.passwordDue !== true &&
  principal.secondFactorDue === true &&
  routeOptions.config.beforeSecondFactor !== true

/** Marks the request as audited: the caller writes the line itself, with before and after. */
export function auditContext(request: HttpRequest): AuditContext {
  request.audited = true
  return { principal: principalOf(request), address: request.ip, requestId: request.id }
}

/** For asking again later, such as while a WebSocket is open. */
export function tokenOf(request: HttpRequest): string | undefined {
  return bearerOf(request) ?? socketTokenOf(request) ?? request.cookies[sessionCookie]
}

/** Programs that open a WebSocket often can't set headers. Elsewhere a token in an address would end up in logs. */
function socketTokenOf(request: HttpRequest): string | undefined {
  if (request.headers.upgrade?.toLowerCase() !== 'websocket') return undefined
  const { token } = request.query as Readonly<Record<string, unknown>>
  return typeof token === 'string' ? token : undefined
}

function bearerOf(request: HttpRequest): string | undefined {
  const header = request.headers.authorization
  return header === undefined ? undefined : (/^Bearer +(\S+)$/i.exec(header)?.[1] ?? '')
}

const harmless = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A browser sends its cookie with requests that other sites start, and says so in Origin (which it always sends with
 * anything but GET and HEAD, and with WebSockets) or Sec-Fetch-Site. Programs that send none of these keep their own cookies.
 */
function refuseForeignOrigin(request: HttpRequest, trustedOrigins: readonly string[]): void {
  const opensSocket = request.headers.upgrade !== undefined
  if (harmless.has(request.method) && !opensSocket) return
  const { origin, referer } = request.headers
  const source = origin ?? referer
  if (source === undefined) {
    const site = request.headers['sec-fetch-site']
    if (site === undefined || site === 'same-origin' || site === 'none') return
    throw foreign(String(site))
  }
  const url = URL.canParse(source) ? new URL(source) : undefined
  if (url === undefined || (!isOwn(url, request.host) && !trustedOrigins.includes(url.origin))) throw foreign(source)
}

/** Default ports may be written or left out on either side. */
function isOwn(source: URL, host: string): boolean {
  const own = `${source.protocol}//${host}`
  return URL.canParse(own) && new URL(own).host === source.host
}

const foreign = (source: string): Error =>
  forbidden(`the cookie is not accepted from ${source}: use the service's own address, or send Authorization: Bearer`)

/** The net below routes that write no line of their own: who did what to which thing, without its content. */
async function auditWhatIsLeft(access: Guarding, request: HttpRequest, reply: HttpReply): Promise<void> {
  if (request.audited || request.principal === null || harmless.has(request.method) || reply.statusCode >= 400) return
  const params = Object.values((request.params ?? {}) as Record<string, string>)
  const route = request.routeOptions.url ?? ''
  const entry = {
    action: `${request.method} ${route}`,
    subject: { kind: route.split('/')[2] ?? 'api', id: params.join('/') },
  }
  await access.audit(auditContext(request), entry)
}
