/** Why does this one still wait? Per agent what keeps them apart and what would have to change. Read on demand: a full scan. */
import { hasRoom, isReachable, type Agent, type Work } from '../agent/agent.ts'
import type { AgentId, Channel, InteractionId, Instant, QueueId, SkillId } from '../ids.ts'
import type { Wait } from '../interaction/interaction.ts'
import type { Requirement } from '../rules.ts'
import { interactionDeadline } from './deadlines.ts'
import { relax } from './requirement.ts'
import { serves } from './signature.ts'
import type { RoutingState } from './state.ts'
import type { Cause } from './timers.ts'
import { placeInLine } from './views.ts'

export type Hindrance = Readonly<
  (
    | { kind: 'not-in-queue'; queueId: QueueId }
    | { kind: 'channel-not-served'; channel: Channel }
    /** `enoughAt`: when relaxation makes this level enough, if it ever does. */
    | { kind: 'skill-too-low'; skillId: SkillId; level: number; required: number; enoughAt: Instant | null }
    | { kind: 'offline' }
    | { kind: 'not-ready'; reason: string | null; returnsAt: Instant | null }
    | { kind: 'unreachable'; channel: Channel }
    | { kind: 'busy'; works: readonly Work[] }
    | { kind: 'customer-away' }
    | { kind: 'customer-cut-off' }
    | { kind: 'kept-for-preferred-agent'; agentId: AgentId; until: Instant }
  ) & { change: string }
>

export type AgentOutlook = Readonly<{
  agentId: AgentId
  hindrances: readonly Hindrance[]
  /** How many others this agent would take first; null for those who don't suit. */
  othersFirst: number | null
}>

export type WaitOutlook = Readonly<{
  interactionId: InteractionId
  queueId: QueueId
  requirement: Requirement
  relaxationSteps: number
  waitingSince: Instant
  position: number
  queueLength: number
  /** What time alone will change next. */
  next: Readonly<{ at: Instant; cause: Cause }> | null
  /** Fewest hindrances first. */
  agents: readonly AgentOutlook[]
}>

/** null: the interaction is unknown or doesn't wait. */
export function explainNow(state: RoutingState, interactionId: InteractionId): WaitOutlook | null {
  const interaction = state.interactions.get(interactionId)
  const place = placeInLine(state, interactionId)
  if (interaction?.phase.name !== 'queued' || place === null) return null
  const { wait } = interaction.phase
  const agents = Array.from(state.agents.values())
    .filter(({ removed }) => !removed)
    .map((agent) => outlook(state, wait, agent))
    .sort((a, b) => a.hindrances.length - b.hindrances.length || (a.agentId < b.agentId ? -1 : 1))
  const { queueId, requirement, relaxationSteps, waitingSince } = wait
  const next = interactionDeadline(state, interaction)
  return { interactionId, queueId, requirement, relaxationSteps, waitingSince, ...place, next, agents }
}

function outlook(state: RoutingState, wait: Wait, agent: Agent): AgentOutlook {
  const lasting = unsuitedBecause(state, wait, agent)
  const hindrances = [...lasting, ...unavailableBecause(wait, agent), ...keptForAnother(wait, agent), ...away(wait)]
  return { agentId: agent.id, hindrances, othersFirst: lasting.length > 0 ? null : othersFirst(wait, agent) }
}

function unsuitedBecause(state: RoutingState, wait: Wait, agent: Agent): Hindrance[] {
  const { queueId, requirement, interaction } = wait
  const { channel } = interaction
  const found: Hindrance[] = []
  if (!agent.rules.queueIds.includes(queueId))
    found.push({ kind: 'not-in-queue', queueId, change: `the agent becomes a member of ${queueId}` })
  if (!serves(agent.rules, channel))
    found.push({ kind: 'channel-not-served', channel, change: `the agent gets capacity for ${channel}` })
  for (const [skillId, required] of Object.entries(requirement)) {
    const level = agent.rules.skills[skillId] ?? 0
    if (level >= required) continue
    const enoughAt = relaxedAt(state, wait, skillId, level)
    const change = `the agent reaches level ${required} in ${skillId}, or the requirement falls to ${level}`
    found.push({ kind: 'skill-too-low', skillId, level, required, enoughAt, change })
  }
  return found
}

function relaxedAt(state: RoutingState, wait: Wait, skillId: SkillId, level: number): Instant | null {
  let { requirement } = wait
  for (const step of state.queues.get(wait.queueId)?.rules.relaxation.slice(wait.relaxationSteps) ?? []) {
    requirement = relax(requirement, step)
    if ((requirement[skillId] ?? 0) <= level) return wait.waitingSince + wait.stoppedMs + step.afterMs
  }
  return null
}

function unavailableBecause({ interaction: { channel } }: Wait, agent: Agent): Hindrance[] {
  const found: Hindrance[] = []
  const { reason, returnsAt } = agent
  if (agent.presence === 'offline') found.push({ kind: 'offline', change: 'the agent signs in' })
  if (agent.presence === 'not-ready')
    found.push({ kind: 'not-ready', reason, returnsAt, change: 'the agent becomes available' })
  if (!isReachable(agent, channel))
    found.push({ kind: 'unreachable', channel, change: `a device of the agent for ${channel} registers` })
  if (serves(agent.rules, channel) && !hasRoom(agent, channel))
    found.push({ kind: 'busy', works: [...agent.works.values()], change: 'enough of the work ends' })
  return found
}

function keptForAnother({ preferredAgentId, preferredUntil }: Wait, agent: Agent): Hindrance[] {
  if (preferredAgentId === null || preferredUntil === null || preferredAgentId === agent.id) return []
  const change = `${preferredAgentId} takes the contact or the time to wait for them runs out`
  return [{ kind: 'kept-for-preferred-agent', agentId: preferredAgentId, until: preferredUntil, change }]
}

function away({ customer, isCutOff }: Wait): Hindrance[] {
  if (isCutOff) return [{ kind: 'customer-cut-off', change: 'the node that holds the call is reached again' }]
  if (customer !== 'away') return []
  return [{ kind: 'customer-away', change: 'the turn comes near and the customer is called' }]
}

function othersFirst(wait: Wait, agent: Agent): number {
  const lines = agent.desks.flatMap(({ standings, personal }) => [
    personal,
    ...standings.map((it) => it.signature.line),
  ])
  return lines.reduce((sum, line) => sum + line.rank(wait), 0)
}
