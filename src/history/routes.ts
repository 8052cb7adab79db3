/** All routes of the room. */
import type { HttpServer } from '../platform/http/server.ts'
import { registerActionRoutes } from './action-routes.ts'
import { registerCallbackFormRoutes } from './callback-form-routes.ts'
import { registerCallbackRoutes } from './callback-routes.ts'
import { registerCardRoutes } from './customer/card-routes.ts'
import { registerDoNotCallRoutes } from './customer/do-not-call-routes.ts'
import { registerMergeRoutes } from './customer/merge-routes.ts'
import { registerCustomerRoutes } from './customer/routes.ts'
import { registerDefinitionRoutes } from './definition-routes.ts'
import { registerInteractionRoutes } from './interaction-routes.ts'
import type { HistoryPorts } from './ports.ts'
import { registerRecordingRoutes } from './recording-routes.ts'
import { registerSearchRoutes } from './search/routes.ts'
import { registerVoicemailWorkRoutes } from './voicemail-work-routes.ts'
import { registerVoicemailRoutes } from './voicemail-routes.ts'
import { registerCaseRoutes } from './work/case-routes.ts'
import { registerLabelRoutes } from './work/label-routes.ts'
import { registerTaskRoutes } from './work/task-routes.ts'

export function registerHistoryRoutes(server: HttpServer, ports: HistoryPorts): void {
  registerInteractionRoutes(server, ports)
  registerActionRoutes(server, ports)
  registerRecordingRoutes(server, ports)
  registerCustomerRoutes(server, ports)
  registerMergeRoutes(server, ports)
  registerCardRoutes(server, ports)
  registerDoNotCallRoutes(server, ports)
  registerCaseRoutes(server, ports)
  registerTaskRoutes(server, ports)
  registerLabelRoutes(server, ports)
  registerDefinitionRoutes(server, ports)
  registerSearchRoutes(server, ports)
  registerCallbackRoutes(server, ports)
  registerCallbackFormRoutes(server, ports)
  registerVoicemailRoutes(server, ports)
  registerVoicemailWorkRoutes(server, ports)
}
