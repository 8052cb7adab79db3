/** The widget's scripts, for pages of any site: the same address for ever, so they are asked for again now and then. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ApiError } from '../../platform/http/errors.ts'
import type { HttpServer } from '../../platform/http/server.ts'

const scripts = ['widget.js', 'widget-call.js'] as const
/** By what a browser accepts: the form that is smallest first. */
const forms = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
  { encoding: null, ending: '' },
] as const

/** `folder`: what `npm run build:pages` made of the widget. */
export function registerWidgetRoutes(server: HttpServer, folder: string): void {
  for (const script of scripts) {
    server.get(`/${script}`, { config: { public: true }, schema: { hide: true } }, async (request, reply) => {
      const accepted = String(request.headers['accept-encoding'] ?? '')
      const form = forms.find(
        ({ encoding, ending }) =>
          (encoding === null || accepted.includes(encoding)) && existsSync(join(folder, script + ending)),
      )
      if (form === undefined)
        throw new ApiError(503, 'pages-not-built', 'the widget is not built: run npm run build:pages')
      const body = readFileSync(join(folder, script + form.ending))
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 20)}"`
      void reply.headers({
        'cross-origin-resource-policy': 'cross-origin',
        // Loaded as a module, a script of another origin has to allow it.
        'access-control-allow-origin': '*',
        'cache-control': 'public, max-age=300',
        vary: 'accept-encoding',
        etag,
        ...(form.encoding !== null && { 'content-encoding': form.encoding }),
      })
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      return reply.type('text/javascript; charset=utf-8').send(body)
    })
  }
}
