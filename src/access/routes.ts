/** Everything that access adds to the server. Register before the other rooms: its guard runs first. */
import type { Database } from '../platform/database/database.ts'
import type { HttpServer } from '../platform/http/server.ts'
import type { Access } from './access.ts'
import { registerApiKeyRoutes } from './api-key-routes.ts'
import { registerAuditRoutes } from './audit-routes.ts'
import { registerGuard } from './guard-routes.ts'
import { registerOwnSignInRoutes } from './own-sign-in-routes.ts'
import { registerPasswordRoutes } from './password-routes.ts'
import { createPasskeys } from './passkeys.ts'
import { registerProviderSignInRoutes } from './provider-sign-in-routes.ts'
import { createSecondFactors } from './second-factor.ts'
import { registerSecondStepRoutes } from './second-step-routes.ts'
import { registerSessionListRoutes } from './session-list-routes.ts'
import { registerSessionRoutes } from './session-routes.ts'
import { registerSignInAdminRoutes } from './sign-in-admin-routes.ts'
import { createSingleSignOn } from './single-sign-on.ts'

export function registerAccessRoutes(
  server: HttpServer,
  { access, database }: Readonly<{ access: Access; database: Database }>,
): void {
  const passkeys = createPasskeys(access)
  const secondFactors = createSecondFactors(access)
  const singleSignOn = createSingleSignOn(access)
  registerGuard(server, access)
  registerSessionRoutes(server, access)
  registerPasswordRoutes(server, access)
  registerSecondStepRoutes(server, { access, passkeys, secondFactors })
  registerProviderSignInRoutes(server, { access, singleSignOn })
  registerOwnSignInRoutes(server, { access, passkeys, secondFactors })
  registerSessionListRoutes(server, access)
  registerSignInAdminRoutes(server, { access, secondFactors, singleSignOn })
  registerApiKeyRoutes(server, database)
  registerAuditRoutes(server, database)
}
