/** The floor as the service tells it: folded from a snapshot and the changes after it, and seen by queue and by agent. Pure. */
import type { AgentLine } from '../../core/history/board.ts'
import type { AgentId, InteractionId, Instant, QueueId } from '../../core/ids.ts'
import type { FloorInteraction, FloorMessage, QueueToday } from '../../insight/floor-view.ts'
import type { WorkCard } from '../../history/work-cards-store.ts'

export type FloorState = Readonly<{
  /** Up to where everything is known; null: nothing is. */
  seq: number | null
  agents: ReadonlyMap<AgentId, AgentLine>
  interactions: ReadonlyMap<InteractionId, FloorInteraction>
  cards: ReadonlyMap<InteractionId, WorkCard>
  today: ReadonlyMap<QueueId, QueueToday>
}>

export const emptyFloor: FloorState = {
  seq: null,
  agents: new Map(),
  interactions: new Map(),
  cards: new Map(),
  today: new Map(),
}

/** null: something between was lost, and a new snapshot is needed. */
export function applyFloor(state: FloorState, message: FloorMessage): FloorState | null {
  switch (message.type) {
    case 'floor':
      return {
        ...state,
        seq: message.seq,
        agents: new Map(message.agents.map((line) => [line.agentId, line])),
        interactions: new Map(message.interactions.map((line) => [line.interactionId, line])),
        cards: new Map(message.cards.map((card) => [card.interactionId, card])),
      }
    case 'floor-changes': {
      if (state.seq === null || message.from > state.seq + 1) return null
      if (message.to <= state.seq) return state
      const agents = changed(state.agents, message.agents, (line) => line.agentId, message.goneAgents)
      const gone = message.goneInteractions
      return {
        ...state,
        seq: message.to,
        agents,
        interactions: changed(state.interactions, message.interactions, (line) => line.interactionId, gone),
        cards: changed(state.cards, message.cards, (card) => card.interactionId, gone),
      }
    }
    case 'floor-today':
      return { ...state, today: new Map(message.queues.map((line) => [line.queueId, line])) }
    default:
      return state
  }
}

function changed<K, V>(before: ReadonlyMap<K, V>, lines: readonly V[], keyOf: (line: V) => K, gone: readonly K[]) {
  if (lines.length === 0 && gone.length === 0) return before
  const after = new Map(before)
  for (const line of lines) after.set(keyOf(line), line)
  for (const key of gone) after.delete(key)
  return after
}

export const agentStates = ['engaged', 'ringing', 'listening', 'wrap-up', 'available', 'not-ready', 'offline'] as const
export type AgentState = (typeof agentStates)[number]

export type AgentRow = Readonly<{
  line: AgentLine
  state: AgentState
  since: Instant
  /** What they do now, the first of it in front. */
  work: readonly FloorInteraction[]
  /** They say that they are there, and no phone of theirs is. */
  lacksPhone: boolean
}>

const busyStates = ['engaged', 'ringing', 'listening', 'wrap-up'] as const

/** In the order of `agentStates`, those who do the same for longest first. */
export function agentRows(state: FloorState): AgentRow[] {
  const work = new Map<AgentId, { phase: (typeof busyStates)[number]; line: FloorInteraction }[]>()
  for (const line of state.interactions.values())
    for (const { agentId, phase } of line.works) work.set(agentId, [...(work.get(agentId) ?? []), { phase, line }])
  return [...state.agents.values()]
    .map((line) => {
      const own = (work.get(line.agentId) ?? []).toSorted(
        (a, b) => busyStates.indexOf(a.phase) - busyStates.indexOf(b.phase) || a.line.since - b.line.since,
      )
      // Whoever is gone leaves a wrap-up behind that nobody does.
      const first = own.find(({ phase }) => phase !== 'wrap-up' || line.presence !== 'offline')
      return {
        line,
        state: first?.phase ?? line.presence,
        since: first?.line.since ?? line.since,
        work: own.map((each) => each.line),
        lacksPhone: line.presence === 'available' && !line.reachable.includes('voice'),
      }
    })
    .toSorted((a, b) => agentStates.indexOf(a.state) - agentStates.indexOf(b.state) || a.since - b.since)
}

export type QueueRow = Readonly<{
  queueId: QueueId
  waiting: number
  longestWaitingSince: Instant | null
  available: number
  busy: number
  /** Not ready; whoever is offline is not counted. */
  away: number
  today: QueueToday | null
}>

export function queueRows(state: FloorState, queueIds: readonly QueueId[], agents: readonly AgentRow[]): QueueRow[] {
  return queueIds.map((queueId) => {
    const waiting = [...state.interactions.values()].filter((line) => line.queueId === queueId && isWaiting(line))
    const own = agents.filter(({ line }) => line.queueIds.includes(queueId))
    const count = (...states: readonly AgentState[]): number => own.filter((it) => states.includes(it.state)).length
    return {
      queueId,
      waiting: waiting.length,
      longestWaitingSince: waiting.reduce<Instant | null>(
        (longest, { waitingSince }) =>
          waitingSince === null ? longest : Math.min(longest ?? waitingSince, waitingSince),
        null,
      ),
      available: count('available'),
      busy: count(...busyStates),
      away: count('not-ready'),
      today: state.today.get(queueId) ?? null,
    }
  })
}

/** Ringing somewhere is waiting still. */
export const isWaiting = ({ state }: FloorInteraction): boolean => state === 'queued' || state === 'offered'

/** Those who wait first, the longest in front; then who talks; then who is with a flow. Wrap-up alone isn't shown. */
export function interactionRows(state: FloorState): FloorInteraction[] {
  const order = { queued: 0, offered: 0, engaged: 1, 'self-service': 2, ended: 3 } as const
  const rank = ({ state: at }: FloorInteraction): number => order[at]
  return [...state.interactions.values()]
    .filter(({ state: at }) => at !== 'ended')
    .toSorted((a, b) => rank(a) - rank(b) || (a.waitingSince ?? a.since) - (b.waitingSince ?? b.since))
}
