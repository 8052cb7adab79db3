/** What each agent and queue looks like now, folded from the facts about them. Who waits where is told by the stories. */
import type { Fact, Presence } from '../facts.ts'
import type { AgentId, Channel, Instant, QueueId } from '../ids.ts'

export type AgentLine = Readonly<{
  agentId: AgentId
  presence: Presence
  reason: string | null
  since: Instant
  /** When the system makes the agent available again by itself. */
  returnsAt: Instant | null
  reachable: readonly Channel[]
  queueIds: readonly QueueId[]
}>

export type QueueLine = Readonly<{ queueId: QueueId }>

export type Board = Readonly<{ agents: Map<AgentId, AgentLine>; queues: Map<QueueId, QueueLine> }>

/** A line that a fact changed; `line` null: it is gone. */
export type BoardChange =
  | Readonly<{ kind: 'agent'; id: AgentId; line: AgentLine | null }>
  | Readonly<{ kind: 'queue'; id: QueueId; line: QueueLine | null }>

export function emptyBoard(): Board {
  return { agents: new Map(), queues: new Map() }
}

export function applyToBoard(board: Board, fact: Fact): BoardChange | null {
  switch (fact.kind) {
    case 'queue-configured': {
      const line = { queueId: fact.queue.id }
      board.queues.set(fact.queue.id, line)
      return { kind: 'queue', id: fact.queue.id, line }
    }
    case 'queue-removed':
      board.queues.delete(fact.queueId)
      return { kind: 'queue', id: fact.queueId, line: null }
    case 'agent-configured':
      return setAgent(board, fact.agent.id, fact.at, { queueIds: fact.agent.queueIds })
    case 'agent-removed':
      board.agents.delete(fact.agentId)
      return { kind: 'agent', id: fact.agentId, line: null }
    case 'presence-changed': {
      const { presence, reason, returnsAt } = fact
      return setAgent(board, fact.agentId, fact.at, { presence, reason, returnsAt, since: fact.at })
    }
    case 'reachability-changed': {
      const others = (board.agents.get(fact.agentId)?.reachable ?? []).filter((channel) => channel !== fact.channel)
      return setAgent(board, fact.agentId, fact.at, { reachable: fact.reachable ? [...others, fact.channel] : others })
    }
    default:
      // Everything else is about an interaction.
      return null
  }
}

function setAgent(board: Board, agentId: AgentId, at: Instant, change: Partial<AgentLine>): BoardChange {
  const line: AgentLine = {
    agentId,
    presence: 'offline',
    reason: null,
    since: at,
    returnsAt: null,
    reachable: [],
    queueIds: [],
    ...board.agents.get(agentId),
    ...change,
  }
  board.agents.set(agentId, line)
  return { kind: 'agent', id: agentId, line }
}
