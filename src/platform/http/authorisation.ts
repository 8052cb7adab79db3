/** Every route below /api says which role it needs, or that it is open to all; a route that says neither can't start. */
import type { FastifyRequest, RouteOptions } from 'fastify'
import { forbidden, unauthenticated } from './errors.ts'
import { hasRole, type Principal, type Role } from './principal.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any route runs; null for the few routes that are open to all. */
    principal: Principal | null
    /** The route has written its own line in the audit log. */
    audited: boolean
  }
  interface FastifyContextConfig {
    /** Open to callers that nobody vouched for. */
    public?: boolean
    /** Open also to those who still owe a second factor. */
    beforeSecondFactor?: boolean
    /** Open also to those who have yet to choose a password of their own. */
    beforePassword?: boolean
  }
}

const requiredRole: unique symbol = Symbol('required role')
type RoleHook = ((request: FastifyRequest) => Promise<void>) & { readonly [requiredRole]: Role }

/** As `onRequest` of a route, so that a stranger learns nothing from validation: 401 without a sign-in, 403 below the role. */
export function requireRole(role: Role): RoleHook {
  const hook = async (request: FastifyRequest): Promise<void> => {
    const principal = principalOf(request)
    if (!hasRole(principal, role)) {
      throw forbidden(`this needs the role ${role}; you are signed in as ${principal.role}`)
    }
  }
  return Object.assign(hook, { [requiredRole]: role } as const)
}

/** For handlers behind `requireRole`. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) {
    throw unauthenticated('sign in with POST /api/sessions and send its token as Authorization: Bearer <token>')
  }
  return request.principal
}

/** For what only a person can do, such as being present. */
export function userOf(request: FastifyRequest): Extract<Principal, { kind: 'user' }> {
  const principal = principalOf(request)
  if (principal.kind !== 'user') throw forbidden('an API key has no person behind it: sign in as a user')
  return principal
}

export const docsPrefix = '/api/docs'

export function isPublic(
  route: Readonly<{ url?: string | undefined; config?: { public?: boolean } | undefined }>,
): boolean {
  const url = route.url ?? ''
  if (url === docsPrefix || url.startsWith(`${docsPrefix}/`)) return true
  return route.config?.public === true || !url.startsWith('/api/')
}

/** The role that a route asks for; undefined when it is public. */
export function roleOf(route: RouteOptions): Role | undefined {
  if (isPublic(route)) return undefined
  for (const hook of [route.onRequest, route.preHandler].flat()) {
    if (hook !== undefined && requiredRole in hook) return (hook as unknown as RoleHook)[requiredRole]
  }
  throw new Error(`${String(route.method)} ${route.url} says neither requireRole(...) nor config.public`)
}
