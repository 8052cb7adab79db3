/** The signatures in use and the last few that were, each made when it is first seen. */
import { deskOf, newDesk, servedChannels, type Agent } from '../agent/agent.ts'
import type { Channel, QueueId } from '../ids.ts'
import type { Requirement } from '../rules.ts'
import {
  addStandings,
  leaveDesk,
  newSignature,
  refreshDesk,
  removeStanding,
  signatureKey,
  suits,
  type Signature,
} from './signature.ts'
import type { Queue, RoutingState, SignatureIndex } from './state.ts'

/** How many signatures that nobody waits with are remembered. */
const unusedLimit = 4_096

export function signatureFor(state: RoutingState, channel: Channel, queue: Queue, requirement: Requirement): Signature {
  const key = signatureKey(channel, queue.rules.id, requirement)
  const known = state.signatures.byKey.get(key)
  if (known !== undefined) return known
  const signature = newSignature(key, channel, queue.rules, requirement)
  addStandings(signature, state.roster.suited(channel, queue.rules.id, requirement))
  state.signatures.byKey.set(key, signature)
  state.signatures.unused.append(signature)
  state.signatures.unusedCount += 1
  const ofQueue = state.signatures.byQueue.get(queue.rules.id)
  if (ofQueue === undefined) state.signatures.byQueue.set(queue.rules.id, new Set([signature]))
  else ofQueue.add(signature)
  return signature
}

export function useSignature({ signatures }: RoutingState, signature: Signature): void {
  if (signature.waiting === 0) strikeUnused(signatures, signature)
  signature.waiting += 1
}

export function leaveSignature({ signatures }: RoutingState, signature: Signature): void {
  signature.waiting -= 1
  if (signature.waiting > 0) return
  signatures.unused.append(signature)
  signatures.unusedCount += 1
  const oldest = signatures.unused.head
  if (signatures.unusedCount > unusedLimit && oldest !== null) forgetSignature(signatures, oldest)
}

function strikeUnused(signatures: SignatureIndex, signature: Signature): void {
  signatures.unused.remove(signature)
  signatures.unusedCount -= 1
}

/** After the rules of a queue changed. Nobody may wait with these signatures. */
export function forgetSignaturesOf({ signatures }: RoutingState, queueId: QueueId): void {
  for (const signature of signatures.byQueue.get(queueId) ?? []) forgetSignature(signatures, signature)
}

function forgetSignature(signatures: SignatureIndex, signature: Signature): void {
  strikeUnused(signatures, signature)
  signatures.byKey.delete(signature.key)
  signatures.byQueue.get(signature.queueId)?.delete(signature)
  for (const standing of signature.standings) leaveDesk(standing)
}

/** Gives an agent the desks of their channels, a place on the roster and a standing for each known signature that they suit. */
export function indexAgent(state: RoutingState, agent: Agent): void {
  agent.desks = servedChannels(agent.rules).map((channel) => deskOf(agent, channel) ?? newDesk(agent, channel))
  for (const desk of agent.desks) refreshDesk(desk, false)
  state.roster.add(agent)
  for (const queueId of new Set(agent.rules.queueIds))
    for (const signature of state.signatures.byQueue.get(queueId) ?? [])
      if (suits(agent.rules, signature.channel, queueId, signature.requirement)) addStandings(signature, [agent])
}

export function unindexAgent(state: RoutingState, agent: Agent): void {
  state.roster.delete(agent)
  for (const desk of agent.desks) for (const standing of [...desk.standings]) removeStanding(standing)
}
