/** The cookies by which a browser is known again: of its session, and of a sign-in that isn't finished. */
import { sessionCookie } from '../platform/http/api-docs.ts'
import type { HttpReply, HttpRequest } from '../platform/http/server.ts'
import type { Access } from './access.ts'
import type { SignedIn } from './entry.ts'

type Cookie = 'centralita_step' | 'centralita_provider'
const path = '/api/sessions'

/** Out of reach of scripts, and of other sites' forms; `lax`, because a provider sends people back from its own site. */
const attributes = (access: Access, request: HttpRequest) =>
  ({ httpOnly: true, sameSite: 'lax', secure: isSecure(access, request) }) as const

/** The proxy in front may not say that it speaks https. */
function isSecure({ options }: Access, request: HttpRequest): boolean {
  if (request.protocol === 'https') return true
  const url = options.publicUrl === null ? null : new URL(options.publicUrl)
  return url !== null && url.protocol === 'https:' && url.host === request.host
}

export function keepSession(access: Access, request: HttpRequest, reply: HttpReply, session: SignedIn): void {
  const { token, expiresAt } = session
  reply.setCookie(sessionCookie, token, { ...attributes(access, request), path: '/', expires: expiresAt })
  dropStep(reply, 'centralita_step')
}

export function keepStep(
  access: Access,
  request: HttpRequest,
  reply: HttpReply,
  step: Readonly<{ cookie: Cookie; token: string }>,
): void {
  reply.setCookie(step.cookie, step.token, { ...attributes(access, request), path })
}

export const stepOf = (request: HttpRequest, cookie: Cookie): string | undefined => request.cookies[cookie]

export function dropStep(reply: HttpReply, cookie: Cookie): void {
  reply.clearCookie(cookie, { path })
}

export const visitOf = (request: HttpRequest) => ({
  address: request.ip,
  userAgent: request.headers['user-agent'] ?? null,
})
