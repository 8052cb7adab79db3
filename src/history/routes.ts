/** All routes of the room. */
import type { HttpServer } from '../platform/http/server.ts'
import { registerActionRoutes } from './action-routes.ts'
import { registerCallbackRoutes } from './callback-routes.ts'
import { registerCustomerRoutes } from './customer-routes.ts'
import { registerInteractionRoutes } from './interaction-routes.ts'
import type { HistoryPorts } from './ports.ts'
import { registerRecordingRoutes } from './recording-routes.ts'
import { registerVoicemailRoutes } from './voicemail-routes.ts'

export function registerHistoryRoutes(server: HttpServer, ports: HistoryPorts): void {
  registerInteractionRoutes(server, ports)
  registerActionRoutes(server, ports)
  registerRecordingRoutes(server, ports)
  registerCustomerRoutes(server, ports)
  registerCallbackRoutes(server, ports)
  registerVoicemailRoutes(server, ports)
}
