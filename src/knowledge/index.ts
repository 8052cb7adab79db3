/** What the other rooms may use of this one. */
export { createKnowledge } from './knowledge.ts'
export type { KnowledgePorts } from './ports.ts'
export { registerKnowledgeRoutes } from './routes.ts'
