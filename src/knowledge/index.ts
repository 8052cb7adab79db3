/** What the other rooms may use of this one. */
export { createKnowledge, type Knowledge } from './knowledge.ts'
export type { KnowledgePorts } from './ports.ts'
export { registerKnowledgeRoutes } from './routes.ts'
