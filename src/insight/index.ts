/** What the other rooms may use of this one. */
export { createLiveFeed } from './live.ts'
export { LiveFeed, type FactSource } from './live-feed.ts'
export { registerLiveRoutes, type LivePorts } from './live-routes.ts'
