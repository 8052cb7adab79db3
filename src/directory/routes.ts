/** Everything that the directory adds to the server. */
import type { HttpServer } from '../platform/http/server.ts'
import { createCatalogues, type UsedByFlows } from './catalogue.ts'
import { registerColleagueRoutes } from './colleague-routes.ts'
import { registerCatalogueRoutes } from './catalogue-routes.ts'
import { entryPointId, entryPointPatchSchema, entryPointSchema, newEntryPointSchema } from './entry-point.ts'
import { hoursPatchSchema, hoursSchema, newHoursSchema } from './hours.ts'
import { labelPatchSchema, labelSchema, newLabelSchema } from './label.ts'
import { registerGoalRoutes } from './goal-routes.ts'
import { registerOutboundPolicyRoutes } from './outbound-policy-routes.ts'
import { createPeople, type PeopleDeps } from './people.ts'
import { registerPresenceRoutes, type PresenceDeps } from './presence-routes.ts'
import { newQueueSchema, queuePatchSchema, queueSchema } from './queue.ts'
import { newTrunkSchema, shownTrunkSchema, trunkPatchSchema } from './trunk.ts'
import { registerSoftphoneRoutes, type SoftphoneDeps } from './softphone-routes.ts'
import { registerUserRoutes } from './user-routes.ts'

export type DirectoryRoutesDeps = PeopleDeps & PresenceDeps & SoftphoneDeps & Readonly<{ usedByFlows?: UsedByFlows }>

export function registerDirectoryRoutes(server: HttpServer, deps: DirectoryRoutesDeps): void {
  const { skills, queues, hours, entryPoints, notReadyReasons, trunks } = createCatalogues(deps)
  const label = { item: labelSchema, create: newLabelSchema, patch: labelPatchSchema }
  registerUserRoutes(server, createPeople(deps))
  registerPresenceRoutes(server, deps)
  registerSoftphoneRoutes(server, deps)
  registerColleagueRoutes(server, deps)
  registerCatalogueRoutes(server, { path: '/api/skills', ...label, catalogue: skills })
  registerCatalogueRoutes(server, { path: '/api/not-ready-reasons', ...label, catalogue: notReadyReasons })
  registerCatalogueRoutes(server, {
    path: '/api/hours',
    item: hoursSchema,
    create: newHoursSchema,
    patch: hoursPatchSchema,
    catalogue: hours,
  })
  registerCatalogueRoutes(server, {
    path: '/api/queues',
    item: queueSchema,
    create: newQueueSchema,
    patch: queuePatchSchema,
    catalogue: queues,
  })
  registerCatalogueRoutes(server, {
    path: '/api/entry-points',
    item: entryPointSchema,
    create: newEntryPointSchema,
    withId: ({ id, ...rest }) => ({ ...rest, id: id ?? entryPointId(rest.channel, rest.address) }),
    patch: entryPointPatchSchema,
    catalogue: entryPoints,
  })
  registerCatalogueRoutes(server, {
    path: '/api/trunks',
    item: shownTrunkSchema,
    create: newTrunkSchema,
    patch: trunkPatchSchema,
    catalogue: trunks,
    readers: 'admin',
  })
  registerOutboundPolicyRoutes(server, deps)
  registerGoalRoutes(server, deps)
}
