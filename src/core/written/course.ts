/** What a customer who writes when nothing goes on gets: the flow from its start, or the agent they wrote with before. */
import type { Outcome } from '../facts.ts'
import type { AgentId, Instant, QueueId } from '../ids.ts'

/** The last contact of the same thread, over. */
export type PastContact = Readonly<{
  endedAt: Instant
  outcome: Outcome | null
  queueId: QueueId | null
  /** Who answered it last. */
  agentId: AgentId | null
}>

export type Course = Readonly<{ kind: 'flow' } | { kind: 'again'; queueId: QueueId; agentId: AgentId }>

/** `againWithinMs`: so long after its end a conversation is taken up where it was; 0: never. */
export function courseFor(past: PastContact | null, at: Instant, rules: Readonly<{ againWithinMs: number }>): Course {
  if (past === null || past.outcome !== 'answered') return { kind: 'flow' }
  if (at - past.endedAt > rules.againWithinMs) return { kind: 'flow' }
  const { queueId, agentId } = past
  return queueId === null || agentId === null ? { kind: 'flow' } : { kind: 'again', queueId, agentId }
}
