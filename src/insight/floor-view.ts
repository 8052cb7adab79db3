/**
 * The floor as supervisors see it: every agent, every interaction, and the day of each queue. Pure: the feed tells it, the page
 * folds it. What an agent does is told by the interactions, so that a change of one is one line.
 */
import type { AgentLine, Board } from '../core/history/board.ts'
import type { Story } from '../core/history/story.ts'
import type { AgentId, InteractionId, QueueId } from '../core/ids.ts'
import type { QueueDay } from '../core/measures/service-level.ts'
import type { StoredFact } from '../core/writer.ts'
import type { WorkCard } from '../history/index.ts'
import { interactionLine, worksOn, type LiveInteraction, type LiveState } from './live-view.ts'

export type FloorWork = Readonly<{ agentId: AgentId; phase: 'ringing' | 'engaged' | 'listening' | 'wrap-up' }>

export type FloorInteraction = LiveInteraction &
  Readonly<{
    /** Where its flow stands; null: it is in none. */
    nodeId: string | null
    works: readonly FloorWork[]
  }>

export type QueueToday = Readonly<{ queueId: QueueId }> & QueueDay

export type FloorMessage =
  | Readonly<{
      type: 'floor'
      /** The next change has a higher one. */
      seq: number
      agents: readonly AgentLine[]
      interactions: readonly FloorInteraction[]
      cards: readonly WorkCard[]
    }>
  /** What the facts with `from <= seq <= to` made of it, as of now: lines replace those with the same id. */
  | Readonly<{
      type: 'floor-changes'
      from: number
      to: number
      agents: readonly AgentLine[]
      interactions: readonly FloorInteraction[]
      cards: readonly WorkCard[]
      goneAgents: readonly AgentId[]
      goneInteractions: readonly InteractionId[]
    }>
  /** All queues that had anybody today; told when it differs. */
  | Readonly<{ type: 'floor-today'; queues: readonly QueueToday[] }>

/** Which node each interaction's flow has reached, as far as that was seen. */
export type Nodes = ReadonlyMap<InteractionId, string>

export type Touched = Readonly<{
  agents: ReadonlySet<AgentId>
  interactions: ReadonlySet<InteractionId>
  /** Whose card may say something else now. */
  cards: ReadonlySet<InteractionId>
}>

const cardFacts = new Set<StoredFact['fact']['kind']>(['interaction-arrived', 'customer-recognised', 'input-given'])

export function touchedBy(facts: readonly StoredFact[]): Touched {
  const agents = new Set<AgentId>()
  const interactions = new Set<InteractionId>()
  const cards = new Set<InteractionId>()
  for (const { fact } of facts) {
    if (fact.kind === 'agent-configured') agents.add(fact.agent.id)
    if ('agentId' in fact && fact.agentId != null) agents.add(fact.agentId)
    if (!('interactionId' in fact)) continue
    interactions.add(fact.interactionId)
    if (cardFacts.has(fact.kind)) cards.add(fact.interactionId)
  }
  return { agents, interactions, cards }
}

export function floorSnapshot(state: LiveState, nodes: Nodes, cards: readonly WorkCard[]): FloorMessage {
  const interactions = state.stories.map((story) => floorLine(story, nodes))
  return { type: 'floor', seq: state.seq, agents: [...state.board.agents.values()], interactions, cards }
}

export function floorChanges(
  { board, stories }: Pick<LiveState, 'board' | 'stories'>,
  nodes: Nodes,
  told: Readonly<{ from: number; to: number; touched: Touched; cards: readonly WorkCard[] }>,
): FloorMessage {
  const { from, to, touched, cards } = told
  const present = stories.filter(({ interactionId }) => touched.interactions.has(interactionId))
  const presentIds = new Set(present.map(({ interactionId }) => interactionId))
  return {
    type: 'floor-changes',
    from,
    to,
    ...agentsIn(board, touched.agents),
    interactions: present.map((story) => floorLine(story, nodes)),
    goneInteractions: [...touched.interactions].filter((id) => !presentIds.has(id)),
    cards: cards.filter(({ interactionId }) => presentIds.has(interactionId)),
  }
}

function agentsIn(board: Board, ids: ReadonlySet<AgentId>) {
  const lines = [...ids].map((id) => board.agents.get(id))
  return {
    agents: lines.filter((line) => line !== undefined),
    goneAgents: [...ids].filter((_, i) => lines[i] === undefined),
  }
}

function floorLine(story: Story, nodes: Nodes): FloorInteraction {
  const inFlow = story.segments.some(({ kind, to }) => kind === 'flow' && to === null)
  return {
    ...interactionLine(story),
    nodeId: inFlow ? (nodes.get(story.interactionId) ?? null) : null,
    works: worksOn(story),
  }
}
