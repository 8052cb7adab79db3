/**
 * Who could serve whom, kept ready per requirement signature: channel, queue and requirement. Everyone who waits with the
 * same signature can be served by the same agents, so one line and one ranking of idle agents answer for all of them.
 */
import { deskOf, statusOn, wouldInterrupt, type Agent, type Desk, type Status } from '../agent/agent.ts'
import { loadOf } from '../agent/capacity.ts'
import type { Channel, QueueId } from '../ids.ts'
import type { Wait } from '../interaction/interaction.ts'
import type { AgentRules, QueueRules, Requirement } from '../rules.ts'
import type { Chain } from './chain.ts'
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
  /** Who is to be called before any of the agents can take them. */
  readonly away: Line<Wait>
  /** Who can't be put through to anybody just now. */
  readonly cutOff: Line<Wait>
  /** How many wait with this signature, in a line or for a preferred agent alone. */
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
  readonly desk: Desk
  readonly signature: Signature
  readonly score: number
  /** The idle agents of equal score, and the neighbours among them. */
  equals: Chain<Standing>
  previous: Standing | null
  next: Standing | null
  /** Index among the standings of the signature and of the desk. */
  indexInSignature: number
  indexInDesk: number
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
  away: new Line(),
  cutOff: new Line(),
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
    const desk = deskOf(agent, signature.channel)
    if (desk === null) throw new Error(`${agent.id} doesn't serve ${signature.channel}`)
    const standing = newStanding(signature, desk)
    signature.standings.push(standing)
    desk.standings.push(standing)
    signature.counts[desk.status] += 1
    if (desk.status === 'idle') idle.push(standing)
  }
  for (const standing of idle.sort(byIdleness)) takeIdlePlace(standing)
}

const byIdleness = (a: Standing, b: Standing): number => a.desk.agent.idleSequence - b.desk.agent.idleSequence

function newStanding(signature: Signature, desk: Desk): Standing {
  const { selection, requirement, standings, idle } = signature
  const score = selection === 'most-skilled' ? scoreOf(desk.agent.rules.skills, requirement) : 0
  const equals = idle.ofScore(rankOf(desk, score))
  const indexes = { indexInSignature: standings.length, indexInDesk: desk.standings.length }
  return { desk, signature, score, equals, previous: null, next: null, ...indexes }
}

/** Above every score: who has nothing to interrupt comes before all who would. */
const nothingInterrupted = 1_000_000

const rankOf = ({ interrupts }: Desk, score: number): number => (interrupts ? score : score + nothingInterrupted)

/** Who just became idle stands last, so the walk from the tail ends at once; it goes on only after reconfiguration. */
function takeIdlePlace(standing: Standing): void {
  let before = standing.equals.tail
  while (before !== null && byIdleness(before, standing) > 0) before = before.previous
  standing.equals.insertAfter(before, standing)
}

/** Brings a desk and what the signatures know of it up to date; a renewed idle place is the last one. */
export function refreshDesk(desk: Desk, renewed: boolean): void {
  const { agent, channel, status: before } = desk
  const now = statusOn(agent, channel)
  const interrupts = wouldInterrupt(agent, channel)
  if (now === before && interrupts === desk.interrupts && !(renewed && now === 'idle')) return
  desk.status = now
  desk.interrupts = interrupts
  for (const standing of desk.standings) {
    const { counts } = standing.signature
    if (before === 'idle') standing.equals.remove(standing)
    counts[before] -= 1
    counts[now] += 1
    standing.equals = standing.signature.idle.ofScore(rankOf(desk, standing.score))
    if (now === 'idle') takeIdlePlace(standing)
  }
}

export function removeStanding(standing: Standing): void {
  const { desk, signature, indexInSignature } = standing
  signature.counts[desk.status] -= 1
  if (desk.status === 'idle') standing.equals.remove(standing)
  const last = signature.standings.pop()
  if (last !== undefined && last !== standing) {
    signature.standings[indexInSignature] = last
    last.indexInSignature = indexInSignature
  }
  leaveDesk(standing)
}

/** Of a signature that is forgotten as a whole. */
export function leaveDesk({ desk, indexInDesk }: Standing): void {
  const last = desk.standings.pop()
  if (last === undefined || last.indexInDesk === indexInDesk) return
  desk.standings[indexInDesk] = last
  last.indexInDesk = indexInDesk
}
