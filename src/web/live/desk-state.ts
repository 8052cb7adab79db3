/** An agent's desk as the service tells it: folded from a snapshot and the changes after it. Pure. */
import type { Fact } from '../../core/facts.ts'
import type { AgentId, InteractionId, Instant } from '../../core/ids.ts'
import type { WorkCard } from '../../history/work-cards-store.ts'
import type {
  DeskChange,
  LiveAgent,
  LiveInteraction,
  LiveMessage,
  LiveQueue,
  LiveWork,
} from '../../insight/live-view.ts'

export type WorkPhase = 'ringing' | 'engaged' | 'wrap-up'
export type WorkItem = LiveInteraction &
  Readonly<{ phase: WorkPhase; card: WorkCard | null; invitation: LiveWork['invitation'] }>

/** An offer that I didn't take, until I have seen it. */
export type Missed = Readonly<{
  interactionId: InteractionId
  at: Instant
  reason: 'expired' | 'phone-unreachable' | 'phone-busy' | 'failed'
  name: string | null
}>

export type DeskState = Readonly<{
  me: AgentId
  /** Up to where everything is known. */
  seq: number
  agent: LiveAgent | null
  lines: ReadonlyMap<InteractionId, LiveInteraction>
  cards: ReadonlyMap<InteractionId, WorkCard>
  queues: ReadonlyMap<string, LiveQueue>
  missed: readonly Missed[]
}>

export const emptyDesk = (me: AgentId): DeskState => ({
  me,
  seq: 0,
  agent: null,
  lines: new Map(),
  cards: new Map(),
  queues: new Map(),
  missed: [],
})

const mostMissed = 20

/** null: something between was lost, and a new snapshot is needed. */
export function applyLive(state: DeskState, message: LiveMessage): DeskState | null {
  switch (message.type) {
    case 'snapshot':
      return {
        ...state,
        seq: message.seq,
        agent: message.agents.find(({ agentId }) => agentId === state.me) ?? null,
        lines: new Map(message.interactions.map((line) => [line.interactionId, line])),
        cards: new Map((message.cards ?? []).map((card) => [card.interactionId, card])),
        queues: new Map(message.queues.map((queue) => [queue.queueId, queue])),
      }
    case 'changes': {
      if (message.to <= state.seq) return state
      if (message.from > state.seq + 1) return null
      const missed = [...state.missed, ...message.facts.flatMap(({ fact }) => missedBy(state, fact))]
      const next = message.desk === undefined ? state : changed(state, message.desk)
      return { ...next, seq: message.to, missed: missed.slice(-mostMissed) }
    }
    case 'queues':
      return { ...state, queues: new Map([...state.queues, ...message.queues.map((it) => [it.queueId, it] as const)]) }
    case 'heartbeat':
      return message.seq < state.seq ? state : { ...state, seq: message.seq }
    default:
      return state
  }
}

function changed(state: DeskState, { agent, interactions, gone, cards }: DeskChange): DeskState {
  const lines = new Map(state.lines)
  const known = new Map(state.cards)
  for (const line of interactions) lines.set(line.interactionId, line)
  for (const card of cards) known.set(card.interactionId, card)
  for (const interactionId of gone) {
    lines.delete(interactionId)
    known.delete(interactionId)
  }
  return { ...state, agent: agent ?? state.agent, lines, cards: known }
}

/** A refusal of one's own is no miss. */
function missedBy({ me, cards }: DeskState, fact: Fact): Missed[] {
  if (fact.kind !== 'offer-expired' && fact.kind !== 'offer-declined') return []
  if (fact.agentId !== me) return []
  const reason = fact.kind === 'offer-expired' ? ('expired' as const) : fact.reason
  if (reason === 'rejected' || reason === 'do-not-disturb') return []
  const name = nameOn(cards.get(fact.interactionId) ?? null)
  return [{ interactionId: fact.interactionId, at: fact.at, reason, name }]
}

const order: readonly WorkPhase[] = ['ringing', 'engaged', 'wrap-up']

/**
 * Those who wait longest for me first: offers, then what is live, then wrap-up. What nothing has changed of since `before` is
 * the same object, so that whoever shows it needn't look again.
 */
export function workOf({ agent, lines, cards }: DeskState, before: readonly WorkItem[] = []): WorkItem[] {
  const known = new Map(before.map((item) => [item.interactionId, item]))
  return (agent?.work ?? [])
    .flatMap(({ interactionId, phase, invitation }) => {
      const line = lines.get(interactionId)
      if (line === undefined) return []
      const item = { ...line, phase, invitation, card: cards.get(interactionId) ?? null }
      const last = known.get(interactionId)
      return [last !== undefined && isSame(last, item) ? last : item]
    })
    .toSorted((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase) || a.since - b.since)
}

function isSame(a: WorkItem, b: WorkItem): boolean {
  const keys = Object.keys(b) as (keyof WorkItem)[]
  // What is more than a figure comes anew with each change: it says the same when it reads the same.
  return keys.every((key) => a[key] === b[key] || JSON.stringify(a[key]) === JSON.stringify(b[key]))
}

/** What the service calls a visitor says nothing to a person. */
const isPlainId = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text)

/** Name, else what they called themselves, else number or address; null: nothing is known. */
export function nameOn(card: WorkCard | null): string | null {
  const name = card?.customer?.name ?? card?.displayName ?? card?.from ?? null
  return name === null || isPlainId(name) ? null : name
}
