/** The state as plain data: what can't be derived, in the order in which it came about, so that it comes back the same. */
import type { Agent, Work } from '../agent/agent.ts'
import { hasPausedWork, weigh } from '../agent/agent.ts'
import type { Channel } from '../ids.ts'
import type { Interaction, Phase, Wait } from '../interaction/interaction.ts'
import type { HandlingTimes } from '../measures/handling-times.ts'
import type { QueueRules } from '../rules.ts'
import { agentDeadline, interactionDeadline } from './deadlines.ts'
import { join } from './requirement.ts'
import { indexAgent } from './signature-index.ts'
import { emptyState, newQueue, type RoutingState } from './state.ts'
import { newTimer } from './timers.ts'
import { joinLine } from './wait-line.ts'

type SavedAgent = Omit<Agent, 'reachability' | 'works' | 'load' | 'firmLoad' | 'desks' | 'timer'> & {
  readonly reachability: readonly (readonly [Channel, boolean])[]
  readonly works: readonly Work[]
}
type SavedWait = Omit<Wait, 'interaction' | 'place' | 'isCutOff'> & { readonly isCutOff?: boolean }
type SavedPhase = Phase extends infer P ? (P extends { wait: Wait } ? Omit<P, 'wait'> & { wait: SavedWait } : P) : never
type SavedInteraction = Omit<Interaction, 'phase' | 'timer'> & { readonly phase: SavedPhase }

/** Raised when the shape changes; an older snapshot is then thrown away and the facts are replayed instead. */
export const snapshotVersion = 2

export type Snapshot = Readonly<{
  version: typeof snapshotVersion
  sequence: number
  stoppedUntil: number
  queues: readonly Readonly<{ rules: QueueRules; handling: HandlingTimes }>[]
  agents: readonly SavedAgent[]
  interactions: readonly SavedInteraction[]
}>

export const snapshot = (state: RoutingState): Snapshot => ({
  version: snapshotVersion,
  sequence: state.sequence,
  stoppedUntil: state.stoppedUntil,
  queues: Array.from(state.queues.values(), ({ rules, handling }) => ({ rules, handling: { ...handling } })),
  agents: Array.from(state.agents.values(), saveAgent),
  interactions: Array.from(state.interactions.values(), saveInteraction),
})

const isSnapshot = (value: unknown): value is Snapshot =>
  typeof value === 'object' && value !== null && 'version' in value && value.version === snapshotVersion

/** The snapshot becomes part of the state and is not to be used again. Throws when it is none. */
export function restore(saved: unknown): RoutingState {
  if (!isSnapshot(saved)) throw new Error(`not a routing snapshot of version ${snapshotVersion}`)
  const state = emptyState()
  state.sequence = saved.sequence
  state.stoppedUntil = saved.stoppedUntil
  for (const { rules, handling } of saved.queues) state.queues.set(rules.id, { ...newQueue(rules), handling })
  for (const agent of saved.agents) restoreAgent(state, agent)
  for (const interaction of saved.interactions) restoreInteraction(state, interaction)
  return state
}

function saveAgent(agent: Agent): SavedAgent {
  const { load: _l, firmLoad: _f, desks: _d, timer: _t, reachability, works, ...saved } = agent
  return { ...saved, reachability: [...reachability], works: [...works.values()] }
}

function restoreAgent(state: RoutingState, saved: SavedAgent): void {
  const agent: Agent = {
    ...saved,
    reachability: new Map(saved.reachability),
    works: new Map(saved.works.map((work) => [work.interactionId, work])),
    load: 0,
    firmLoad: 0,
    desks: [],
    timer: newTimer('agent', saved.id),
  }
  weigh(agent)
  if (hasPausedWork(agent)) state.interrupted.add(agent.id)
  state.agents.set(agent.id, agent)
  state.timers.set(agent.timer, agentDeadline(agent))
  if (!agent.removed) indexAgent(state, agent)
}

function saveInteraction({ timer: _, phase, ...saved }: Interaction): SavedInteraction {
  if (phase.name === 'self-service' || phase.name === 'engaged') return { ...saved, phase }
  const { interaction: _interaction, place: _place, ...wait } = phase.wait
  if (phase.name === 'queued') return { ...saved, phase: { name: 'queued', wait } }
  if (phase.name === 'calling') return { ...saved, phase: { name: 'calling', wait, expiresAt: phase.expiresAt } }
  return { ...saved, phase: { name: 'offered', wait, offer: { ...phase.offer } } }
}

function restoreInteraction(state: RoutingState, { phase, ...saved }: SavedInteraction): void {
  const timer = newTimer('interaction', saved.id)
  const interaction: Interaction = { ...saved, phase: { name: 'self-service' }, timer }
  state.interactions.set(interaction.id, interaction)
  if (phase.name === 'queued') return joinLine(state, restoreWait(interaction, phase.wait))
  interaction.phase = 'wait' in phase ? { ...phase, wait: restoreWait(interaction, phase.wait) } : phase
  const queue = phase.name === 'calling' ? state.queues.get(phase.wait.queueId) : undefined
  if (queue !== undefined) queue.calling += 1
  state.timers.set(timer, interactionDeadline(state, interaction))
}

/** Storage may keep the fields of a requirement in another order than signatures write them. */
const restoreWait = (interaction: Interaction, saved: SavedWait): Wait => ({
  ...saved,
  // Snapshots of before know nobody who is.
  isCutOff: saved.isCutOff ?? false,
  requirement: join(saved.requirement, {}),
  interaction,
  place: null,
})
