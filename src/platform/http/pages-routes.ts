/** The pages for browsers, as Vite built them: assets that never change, and one document for every other address. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { ApiError } from './errors.ts'
import type { HttpServer } from './server.ts'

const yearMs = 365 * 24 * 60 * 60 * 1_000
/** Stands in the built document where this answer's own nonce goes. */
const nonceMark = '__CSP_NONCE__'

/** `folder`: what `npm run build:pages` made. Without it every page says how to make it. */
export async function registerPages(server: HttpServer, folder: string): Promise<void> {
  const document = join(folder, 'index.html')
  const html = existsSync(document) ? readFileSync(document, 'utf8') : null
  if (html !== null) {
    await server.register(fastifyStatic, {
      root: join(folder, 'assets'),
      prefix: '/assets/',
      immutable: true,
      maxAge: yearMs,
      index: false,
      preCompressed: true,
      decorateReply: false,
    })
  }
  server.get('/*', { config: { public: true }, schema: { hide: true } }, async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    if (path.startsWith('/api/') || path.startsWith('/assets/')) return reply.callNotFound()
    if (html === null) throw new ApiError(503, 'pages-not-built', 'the pages are not built: run npm run build:pages')
    const nonce = randomBytes(16).toString('base64')
    reply.header('content-security-policy', policyWith(nonce))
    reply.header('permissions-policy', 'microphone=(self), camera=(self), display-capture=(self), geolocation=()')
    reply.header('cache-control', 'no-cache')
    return reply.type('text/html; charset=utf-8').send(html.replaceAll(nonceMark, nonce))
  })
}

/** Styles that the component library writes into the page carry the nonce; scripts come from files alone. */
function policyWith(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
