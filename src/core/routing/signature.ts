/**
 * Who could serve whom, kept ready per requirement signature: channel, queue and requirement. Everyone who waits with the
 * same signature can be served by the same agents, so one line and one ranking of idle agents answer for all of them.
 */
import type { Agent, Status } from '../agent/agent.ts'
import { statusOn } from '../agent/agent.ts'
import { loadOf } from '../agent/capacity.ts'
import type { Channel, QueueId } from '../ids.ts'
import type { Wait } from '../interaction/interaction.ts'
import type { AgentRules, QueueRules, Requirement } from '../rules.ts'
import { IdleAgents } from './idle-agents.ts'
import { Line } from './line.ts'
import { meets, scoreOf } from './requirement.ts'

export type Signature = {
  readonly key: string
  readonly channel: Channel
  readonly queueId: QueueId
  readonly requirement: Requirement
  readonly selection: QueueRules['selection']
  /** Who waits for any of the agents. */
  readonly line: Line<Wait>
  /** How many wait with this signature, in the line or for a preferred agent alone. */
  waiting: number
  readonly standings: Standing[]
  readonly counts: Record<Status, number>
  readonly idle: IdleAgents
  /** Neighbours among the signatures that nobody waits with. */
  previous: Signature | null
  next: Signature | null
}

/** One agent in the eyes of one signature that they suit. */
export type Standing = {
  readonly agent: Agent
  readonly signature: Signature
  readonly score: number
  status: Status
  /** Neighbours among the idle agents of equal score. */
  previous: Standing | null
  next: Standing | null
  /** Index in the signature's and in the agent's standings. */
  indexInSignature: number
  indexInAgent: number
}

/** A member of the queue who serves the channel and has every skill at its level. */
export const suits = (rules: AgentRules, channel: Channel, queueId: QueueId, requirement: Requirement): boolean =>
  rules.queueIds.includes(queueId) && serves(rules, channel) && meets(rules.skills, requirement)

export const serves = (rules: AgentRules, channel: Channel): boolean => loadOf(rules.capacity, channel) !== null

export const signatureKey = (channel: Channel, queueId: QueueId, requirement: Requirement): string =>
  JSON.stringify([channel, queueId, requirement])

export const newSignature = (
  key: string,
  channel: Channel,
  { id: queueId, selection }: QueueRules,
  requirement: Requirement,
): Signature => ({
  key,
  channel,
  queueId,
  requirement,
  selection,
  line: new Line(),
  waiting: 0,
  standings: [],
  counts: { offline: 0, 'not-ready': 0, unreachable: 0, busy: 0, idle: 0 },
  idle: new IdleAgents(),
  previous: null,
  next: null,
})

/** Idle ones take their places in the order in which they became idle. */
export function addStandings(signature: Signature, agents: readonly Agent[]): void {
  const idle: Standing[] = []
  for (const agent of agents) {
    const standing = newStanding(signature, agent)
    signature.standings.push(standing)
    agent.standings.push(standing)
    signature.counts[standing.status] += 1
    if (standing.status === 'idle') idle.push(standing)
  }
  idle.sort((a, b) => a.agent.idleSequence - b.agent.idleSequence)
  for (const standing of idle) signature.idle.add(standing)
}

const newStanding = (signature: Signature, agent: Agent): Standing => ({
  agent,
  signature,
  score: signature.selection === 'most-skilled' ? scoreOf(agent.rules.skills, signature.requirement) : 0,
  status: statusOn(agent, signature.channel),
  previous: null,
  next: null,
  indexInSignature: signature.standings.length,
  indexInAgent: agent.standings.length,
})

export function removeStanding(standing: Standing): void {
  const { agent, signature, status } = standing
  signature.counts[status] -= 1
  if (status === 'idle') signature.idle.remove(standing)
  const lastOfSignature = signature.standings.pop()
  if (lastOfSignature !== undefined && lastOfSignature !== standing) {
    signature.standings[standing.indexInSignature] = lastOfSignature
    lastOfSignature.indexInSignature = standing.indexInSignature
  }
  const lastOfAgent = agent.standings.pop()
  if (lastOfAgent !== undefined && lastOfAgent !== standing) {
    agent.standings[standing.indexInAgent] = lastOfAgent
    lastOfAgent.indexInAgent = standing.indexInAgent
  }
}

/** Brings what the signatures know of an agent up to date; a renewed idle place is the last one. */
export function refreshStandings(agent: Agent, renewed: boolean): void {
  for (const standing of agent.standings) {
    const { signature, status } = standing
    const now = statusOn(agent, signature.channel)
    if (now === status && !(renewed && now === 'idle')) continue
    if (status === 'idle') signature.idle.remove(standing)
    signature.counts[status] -= 1
    signature.counts[now] += 1
    standing.status = now
    if (now === 'idle') signature.idle.add(standing)
  }
}
