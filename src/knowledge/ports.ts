/** What the room's routes are handed in by the composition root. */
import type { Json } from '../core/flow/session.ts'
import type { Knowledge } from './knowledge.ts'

export type KnowledgePorts = Readonly<{
  knowledge: Knowledge
  /** Queues that the user serves. */
  queuesOf(userId: string): readonly string[]
  /** What canned replies may say of a contact: `customer`, `interaction`; null: there is no such contact. */
  valuesOf(interactionId: string): Promise<Readonly<Record<string, Json>> | null>
}>
