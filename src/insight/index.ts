/** What the other rooms may use of this one. */
export { Desks } from './desks.ts'
export { createFloorFeed, createLiveFeed } from './live.ts'
export type { FloorFeed } from './floor-feed.ts'
export { registerFloorRoutes } from './floor-routes.ts'
export type { LiveFeed } from './live-feed.ts'
export { registerLiveRoutes } from './live-routes.ts'
export { registerAnnouncementRoutes } from './announcement-routes.ts'
