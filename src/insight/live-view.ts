/** What a live view shows, shaped from the board and the stories that go on. Pure: the feed and the page read the same. */
import type { AgentLine, Board } from '../core/history/board.ts'
import type { Involvement } from '../core/history/involvement.ts'
import {
  isWrappingUp,
  type InteractionState,
  type Invitation,
  type LastWord,
  type Story,
} from '../core/history/story.ts'
import type { AgentId, Channel, CustomerId, InteractionId, Instant, QueueId } from '../core/ids.ts'
import type { StoredFact } from '../core/writer.ts'
import type { WorkCard } from '../history/index.ts'

export type LiveQueue = Readonly<{
  queueId: QueueId
  /** Those whose offer rings included: they are still waiting. */
  waiting: number
  longestWaitingSince: Instant | null
}>

export type LiveWork = Readonly<{
  interactionId: InteractionId
  phase: 'ringing' | 'engaged' | 'wrap-up'
  /** Why the agent was asked past the queues, and by whom; null: they were not. */
  invitation: Invitation | null
}>
export type LiveAgent = AgentLine & Readonly<{ work: readonly LiveWork[] }>

export type LiveInteraction = Readonly<{
  interactionId: InteractionId
  channel: Channel
  direction: 'inbound' | 'outbound'
  entryPointId: string
  customerId: CustomerId | null
  state: InteractionState
  wrappingUp: boolean
  queueId: QueueId | null
  agentId: AgentId | null
  offeredTo: AgentId | null
  arrivedAt: Instant
  queuedAt: Instant | null
  waitingSince: Instant | null
  answeredAt: Instant | null
  /** When the phase that it is in now began: the ring, the talk with its holds, the wait or the wrap-up. */
  since: Instant
  held: boolean
  /** A conversation in writing that gives way to a call of its agent. */
  paused: boolean
  /** Who wrote last: whose turn it is in a conversation in writing. */
  lastWord: LastWord | null
  offerExpiresAt: Instant | null
  wrapUpEndsAt: Instant | null
}>

export type LiveMessage =
  | Readonly<{
      type: 'snapshot'
      /** The next change has a higher one. */
      seq: number
      queues: readonly LiveQueue[]
      agents: readonly LiveAgent[]
      interactions: readonly LiveInteraction[]
      /** For a desk: who its interactions are with. */
      cards?: readonly WorkCard[]
    }>
  /** Every fact that concerns the reader with `from <= seq <= to`; `from` follows on the `seq` or `to` sent before. */
  | Readonly<{ type: 'changes'; from: number; to: number; facts: readonly StoredFact[]; desk?: DeskChange }>
  /** Queues whose figures differ from what was sent before. */
  | Readonly<{ type: 'queues'; queues: readonly LiveQueue[] }>
  /** Nothing up to `seq` is outstanding. */
  | Readonly<{ type: 'heartbeat'; seq: number }>
  /** Where the customer of one of the reader's interactions has just been. */
  | Readonly<{ type: 'journey'; records: readonly CustomerId[]; points: readonly object[] }>
  /** A task of the reader's has come due. */
  | Readonly<{ type: 'task-due'; task: object }>
  /** Of a written contact, to whoever has it: a message as it was stored, somebody typing, what was read. */
  | Readonly<{ type: 'message'; interactionId: InteractionId; message: object }>
  | Readonly<{ type: 'typing'; interactionId: InteractionId; by: 'customer'; on: boolean }>
  | Readonly<{ type: 'read'; interactionId: InteractionId; by: 'customer'; messageId: string }>
  /** The agent has opened another desk: this one is closed. */
  | Readonly<{ type: 'taken-over' }>
  | Readonly<{ type: 'error'; message: string }>

/**
 * What the facts beside it made of the desk, as of now: lines and cards replace those with the same id. Told twice, it says
 * the same.
 */
export type DeskChange = Readonly<{
  agent: LiveAgent | null
  interactions: readonly LiveInteraction[]
  /** No longer the agent's. */
  gone: readonly InteractionId[]
  cards: readonly WorkCard[]
}>

export type LiveState = Readonly<{ seq: number; board: Board; stories: readonly Story[] }>

/** `own` null: sees everything. */
export type Viewer = Readonly<{ id: AgentId; own: Involvement | null }>

export function snapshot({ seq, board, stories }: LiveState, viewer: Viewer): LiveMessage {
  const { own } = viewer
  const work = workOf(stories)
  const agents = [...board.agents.values()]
    .filter(({ agentId }) => own === null || agentId === viewer.id)
    .map((line): LiveAgent => ({ ...line, work: work.get(line.agentId) ?? [] }))
  const interactions = stories
    .filter(({ interactionId }) => own === null || own.has(interactionId))
    .map(interactionLine)
  return { type: 'snapshot', seq, queues: queueLines(board, stories), agents, interactions }
}

/** `touched`: interactions that the facts were about. */
export function deskChange(
  { board, stories }: LiveState,
  viewer: Viewer,
  touched: ReadonlySet<InteractionId>,
  cards: readonly WorkCard[],
): DeskChange {
  const line = board.agents.get(viewer.id)
  const interactions = stories.filter(
    ({ interactionId }) => touched.has(interactionId) && viewer.own?.has(interactionId) !== false,
  )
  const present = new Set(interactions.map(({ interactionId }) => interactionId))
  return {
    agent: line === undefined ? null : { ...line, work: workOf(stories).get(viewer.id) ?? [] },
    interactions: interactions.map(interactionLine),
    gone: [...touched].filter((interactionId) => !present.has(interactionId)),
    cards: cards.filter(({ interactionId }) => present.has(interactionId)),
  }
}

export function queueLines(board: Board, stories: readonly Story[]): LiveQueue[] {
  const lines = new Map<QueueId, { queueId: QueueId; waiting: number; longestWaitingSince: Instant | null }>()
  for (const queueId of board.queues.keys()) lines.set(queueId, { queueId, waiting: 0, longestWaitingSince: null })
  for (const { state, queueId, waitingSince } of stories) {
    if (queueId === null || (state !== 'queued' && state !== 'offered')) continue
    const line = lines.get(queueId) ?? { queueId, waiting: 0, longestWaitingSince: null }
    lines.set(queueId, line)
    line.waiting++
    if (waitingSince !== null)
      line.longestWaitingSince = Math.min(line.longestWaitingSince ?? waitingSince, waitingSince)
  }
  return [...lines.values()]
}

/** Those that are new or differ. A queue that went away is told by its fact. */
export function changedQueues(before: readonly LiveQueue[], now: readonly LiveQueue[]): LiveQueue[] {
  const known = new Map(before.map((line) => [line.queueId, line]))
  return now.filter((line) => {
    const old = known.get(line.queueId)
    return old?.waiting !== line.waiting || old.longestWaitingSince !== line.longestWaitingSince
  })
}

type Part = Readonly<{ agentId: AgentId; phase: 'ringing' | 'engaged' | 'listening' | 'wrap-up' }>

/** Who does what on it now. */
export function worksOn({ agentsOn, segments }: Story): Part[] {
  const parts: Part[] = agentsOn.map((agentId) => ({ agentId, phase: 'engaged' }))
  for (const { kind, to, agentId } of segments) {
    if (to !== null || agentId === null) continue
    if (kind === 'ring') parts.push({ agentId, phase: 'ringing' })
    if (kind === 'monitor') parts.push({ agentId, phase: 'listening' })
    if (kind === 'wrap-up') parts.push({ agentId, phase: 'wrap-up' })
  }
  return parts
}

function workOf(stories: readonly Story[]): Map<AgentId, LiveWork[]> {
  const work = new Map<AgentId, LiveWork[]>()
  const add = (agentId: AgentId, { interactionId, invitations }: Story, phase: LiveWork['phase']): void => {
    const invitation = invitations.find((it) => it.agentId === agentId) ?? null
    work.set(agentId, [...(work.get(agentId) ?? []), { interactionId, phase, invitation }])
  }
  for (const story of stories)
    for (const { agentId, phase } of worksOn(story)) add(agentId, story, phase === 'listening' ? 'engaged' : phase)
  return work
}

export function interactionLine(story: Story): LiveInteraction {
  return {
    interactionId: story.interactionId,
    channel: story.channel,
    direction: story.direction,
    entryPointId: story.entryPointId,
    customerId: story.customerId,
    state: story.state,
    wrappingUp: isWrappingUp(story),
    queueId: story.queueId,
    agentId: story.agentId,
    offeredTo: story.offeredTo,
    arrivedAt: story.arrivedAt,
    queuedAt: story.queuedAt,
    waitingSince: story.waitingSince,
    answeredAt: story.answeredAt,
    since: sinceWhen(story),
    held: story.segments.some(({ kind, to }) => kind === 'hold' && to === null),
    paused: story.segments.some(({ kind, to }) => kind === 'pause' && to === null),
    lastWord: story.lastWord,
    offerExpiresAt: story.offeredTo === null ? null : story.offerExpiresAt,
    wrapUpEndsAt: story.wrapUpEndsAt,
  }
}

/** A hold, or a pause, is a part of the talk that it interrupts. */
function sinceWhen({ segments, arrivedAt }: Story): Instant {
  const last = segments.at(-1)
  if (last === undefined) return arrivedAt
  let since = last.from
  for (const { kind, agentId, from } of segments.toReversed()) {
    const isTalk = kind === 'talk' || kind === 'hold' || kind === 'pause'
    if (!isTalk || last.kind === 'wrap-up' || agentId !== last.agentId) break
    since = from
  }
  return since
}
