/** All routes of the room. */
import type { HttpServer } from '../platform/http/server.ts'
import { registerDeskRoutes } from './desk-routes.ts'
import { registerEntryRoutes } from './entry-routes.ts'
import { registerListRoutes } from './list-routes.ts'
import type { Preview } from './preview.ts'

export function registerPreviewRoutes(server: HttpServer, preview: Preview): void {
  registerListRoutes(server, preview)
  registerEntryRoutes(server, preview)
  registerDeskRoutes(server, preview)
}
