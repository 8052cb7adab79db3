/** Everything that access adds to the server. Register before the other rooms: its guard runs first. */
import type { Database } from '../platform/database/database.ts'
import type { HttpServer } from '../platform/http/server.ts'
import type { Access } from './access.ts'
import { registerApiKeyRoutes } from './api-key-routes.ts'
import { registerAuditRoutes } from './audit-routes.ts'
import { registerGuard } from './guard-routes.ts'
import { registerSessionRoutes } from './session-routes.ts'

export function registerAccessRoutes(
  server: HttpServer,
  { access, database }: Readonly<{ access: Access; database: Database }>,
): void {
  registerGuard(server, access)
  registerSessionRoutes(server, access)
  registerApiKeyRoutes(server, database)
  registerAuditRoutes(server, database)
}
