/** The signatures in use and the last few that were, each made when it is first seen. */
import type { Agent } from '../agent/agent.ts'
import type { Channel, QueueId } from '../ids.ts'
import type { Requirement } from '../rules.ts'
import { addStanding, newSignature, removeStanding, signatureKey, suits, type Signature } from './signature.ts'
import type { Queue, RoutingState } from './state.ts'

/** How many signatures that nobody waits with are remembered. */
const unusedLimit = 512

export function signatureFor(state: RoutingState, channel: Channel, queue: Queue, requirement: Requirement): Signature {
  const key = signatureKey(channel, queue.rules.id, requirement)
  const known = state.signatures.byKey.get(key)
  if (known !== undefined) return known
  const candidates = rarest(state, queue.rules.id, requirement)
  const signature = newSignature(key, channel, queue.rules, requirement, candidates)
  state.signatures.byKey.set(key, signature)
  setOf(state.signatures.byQueue, queue.rules.id).add(signature)
  return signature
}

/** The smallest of the groups to which every suitable agent belongs: the queue's members and each skill's holders. */
export function rarest(state: RoutingState, queueId: QueueId, requirement: Requirement): ReadonlySet<Agent> {
  let smallest = state.members.get(queueId) ?? nobody
  for (const skill of Object.keys(requirement)) {
    const holders = state.holders.get(skill) ?? nobody
    if (holders.size < smallest.size) smallest = holders
  }
  return smallest
}

const nobody: ReadonlySet<Agent> = new Set()

export function useSignature(state: RoutingState, signature: Signature): void {
  signature.waiting += 1
  state.signatures.unused.delete(signature)
}

export function leaveSignature(state: RoutingState, signature: Signature): void {
  signature.waiting -= 1
  const { unused } = state.signatures
  if (signature.waiting > 0) return
  unused.add(signature)
  if (unused.size <= unusedLimit) return
  for (const oldest of unused) return forgetSignature(state, oldest)
}

/** After the rules of a queue changed. Nobody may wait with these signatures. */
export function forgetSignaturesOf(state: RoutingState, queueId: QueueId): void {
  for (const signature of state.signatures.byQueue.get(queueId) ?? []) forgetSignature(state, signature)
}

function forgetSignature(state: RoutingState, signature: Signature): void {
  const { byKey, byQueue, unused } = state.signatures
  byKey.delete(signature.key)
  unused.delete(signature)
  setOf(byQueue, signature.queueId).delete(signature)
  for (const standing of [...signature.standings]) removeStanding(standing)
}

/** Gives an agent a standing with each known signature that they suit. */
export function indexAgent(state: RoutingState, agent: Agent): void {
  for (const queueId of agent.rules.queueIds) {
    setOf(state.members, queueId).add(agent)
    for (const signature of state.signatures.byQueue.get(queueId) ?? [])
      if (suits(agent.rules, signature.channel, queueId, signature.requirement)) addStanding(signature, agent)
  }
  for (const skill of Object.keys(agent.rules.skills)) setOf(state.holders, skill).add(agent)
}

export function unindexAgent(state: RoutingState, agent: Agent): void {
  for (const queueId of agent.rules.queueIds) state.members.get(queueId)?.delete(agent)
  for (const skill of Object.keys(agent.rules.skills)) state.holders.get(skill)?.delete(agent)
  for (const standing of [...agent.standings]) removeStanding(standing)
}

function setOf<K, T>(sets: Map<K, Set<T>>, key: K): Set<T> {
  const existing = sets.get(key)
  if (existing !== undefined) return existing
  const created = new Set<T>()
  sets.set(key, created)
  return created
}
