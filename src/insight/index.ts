/** What the other rooms may use of this one. */
export { Desks } from './desks.ts'
export { createLiveFeed } from './live.ts'
export type { LiveFeed } from './live-feed.ts'
export { registerLiveRoutes } from './live-routes.ts'
export { registerAnnouncementRoutes } from './announcement-routes.ts'
