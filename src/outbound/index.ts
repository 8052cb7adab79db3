/** What the composition root and other rooms may use of this one. */
export { createOutbound, type Outbound } from './outbound.ts'
export { registerOutboundRoutes } from './routes.ts'
