/** What the other rooms may use of this one. */
import type { HttpServer } from '../platform/http/server.ts'
import { registerCrmRoutes } from './crm/routes.ts'
import type { Integration } from './integration.ts'
import type { CrmPorts } from './ports.ts'
import { registerWebhookRoutes } from './webhooks/routes.ts'

export { createIntegration, type Integration } from './integration.ts'
export type { CrmPorts } from './ports.ts'

export function registerIntegrationRoutes(server: HttpServer, integration: Integration, ports: CrmPorts): void {
  registerWebhookRoutes(server, integration)
  registerCrmRoutes(server, integration, ports)
}
