/** All routes of the room. */
import type { HttpServer } from '../platform/http/server.ts'
import { registerArticleRoutes } from './article-routes.ts'
import { registerCannedRoutes } from './canned-routes.ts'
import type { KnowledgePorts } from './ports.ts'
import { registerPublicRoutes } from './public-routes.ts'

export function registerKnowledgeRoutes(server: HttpServer, ports: KnowledgePorts): void {
  registerArticleRoutes(server, ports)
  registerCannedRoutes(server, ports)
  registerPublicRoutes(server, ports)
}
