/** OpenAPI at /api/docs, from the same schemas that requests are checked with. */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { RouteOptions } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { docsPrefix, roleOf } from './authorisation.ts'
import { errorSchema } from './errors.ts'
import type { HttpServer } from './server.ts'

export const sessionCookie = 'centralita_session'

export async function registerApiDocs(server: HttpServer, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Centralita',
        version,
        description:
          'Sign in with POST /api/sessions, then send the token as `Authorization: Bearer <token>` (API keys likewise), ' +
          'or let the browser send its cookie. Roles: admin > supervisor > agent.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          cookie: { type: 'apiKey', in: 'cookie', name: sessionCookie },
        },
      },
    },
    transform: jsonSchemaTransform,
  })
  server.addHook('onRoute', describeRoute)
  await server.register(swaggerUi, { routePrefix: docsPrefix, staticCSP: true })
}

/** Says role and errors of each route in its description; throws for a route without authorisation. */
function describeRoute(route: RouteOptions): void {
  const role = roleOf(route)
  if (route.url.startsWith(docsPrefix) || !route.url.startsWith('/api/')) return
  const schema: Record<string, unknown> = { ...route.schema }
  const tag = route.url.split('/')[2] ?? 'api'
  schema['tags'] ??= [tag]
  if (role !== undefined) {
    schema['security'] = [{ bearer: [] }, { cookie: [] }]
    const description = typeof schema['description'] === 'string' ? `${schema['description']}\n\n` : ''
    schema['description'] = `${description}Role: ${role}.`
  }
  schema['response'] = { '4xx': errorSchema, ...(schema['response'] as object | undefined) }
  route.schema = schema
}
