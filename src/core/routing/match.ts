/** Who goes to whom: one offer at a time, read from the indexes. Waiting interactions and agents are never scanned. */
import type { Agent } from '../agent/agent.ts'
import { statusOn } from '../agent/agent.ts'
import type { Channel, Instant } from '../ids.ts'
import type { Wait } from '../interaction/interaction.ts'
import type { Requirement } from '../rules.ts'
import { newDraft, type Draft } from './draft.ts'
import { explain } from './explain-offer.ts'
import type { Explanation } from './explanation.ts'
import { compareOrder } from './line.ts'
import { signatureKey, suits, type Signature, type Standing } from './signature.ts'
import { rarest } from './signature-index.ts'
import type { Queue, RoutingState } from './state.ts'

/**
 * The agent has room: the first in line among all that the agent suits. The offer goes to the best agent for that one,
 * who may be another; asked again until nothing matches, this agent is served too.
 */
export function matchAgent(state: RoutingState, agent: Agent, at: Instant): Draft | null {
  const wait = firstInLineFor(agent)
  return wait === null ? null : matchWait(state, wait, at, 'agent-became-free')
}

/** The interaction waits: the best idle agent, or the preferred one, or nobody yet. */
export function matchWait(state: RoutingState, wait: Wait, at: Instant, trigger: Explanation['trigger']): Draft | null {
  const signature = wait.place?.signature
  const queue = state.queues.get(wait.queueId)
  if (signature === undefined || queue === undefined) return null
  const preferred = preferredStanding(state, wait, signature)
  if (preferred?.status === 'idle')
    return offer(state, queue, wait, preferred, { at, trigger, rule: 'preferred-agent' })
  if (wait.preferredUntil !== null) return null
  const best = signature.idle.best
  return best === null ? null : offer(state, queue, wait, best, { at, trigger, rule: queue.rules.selection })
}

function preferredStanding(state: RoutingState, wait: Wait, signature: Signature): Standing | undefined {
  if (wait.preferredAgentId === null) return undefined
  const preferred = state.agents.get(wait.preferredAgentId)
  return preferred?.standings.find((standing) => standing.signature === signature)
}

function firstInLineFor(agent: Agent): Wait | null {
  let first: Wait | null = null
  for (const { status, signature } of agent.standings) {
    if (status !== 'idle') continue
    const wait = signature.line.first
    if (wait !== undefined && (first === null || compareOrder(wait, first) < 0)) first = wait
  }
  for (const [channel, line] of agent.personal) {
    const wait = statusOn(agent, channel) === 'idle' ? line.first : undefined
    if (wait !== undefined && (first === null || compareOrder(wait, first) < 0)) first = wait
  }
  return first
}

function offer(
  state: RoutingState,
  { rules }: Queue,
  wait: Wait,
  chosen: Standing,
  how: Pick<Explanation, 'rule' | 'trigger'> & { at: Instant },
): Draft {
  const { id: interactionId, channel, offers } = wait.interaction
  const { at } = how
  const agentId = chosen.agent.id
  const offerId = `${interactionId}/${offers + 1}`
  const expiresAt = at + rules.ringTimeoutMs
  const explanation = explain(state, wait, chosen, how)
  const draft = newDraft({
    kind: 'offer-made',
    at,
    interactionId,
    offerId,
    agentId,
    queueId: rules.id,
    expiresAt,
    explanation,
  })
  draft.commands.push({ kind: 'ring-agent', channel, interactionId, offerId, agentId, expiresAt })
  return draft
}

/** Asked before an interaction waits; a signature that isn't known yet costs a look at the smallest group that holds all. */
export function isIdleAgentFor(state: RoutingState, channel: Channel, queue: Queue, requirement: Requirement): boolean {
  const { id } = queue.rules
  const known = state.signatures.byKey.get(signatureKey(channel, id, requirement))
  if (known !== undefined) return known.idle.best !== null
  for (const agent of rarest(state, id, requirement))
    if (statusOn(agent, channel) === 'idle' && suits(agent, channel, id, requirement)) return true
  return false
}
