/** Who goes to whom: one offer at a time, read from the indexes. Waiting interactions and agents are never scanned. */
import { deskOf, statusOn, type Agent } from '../agent/agent.ts'
import type { Channel, Instant } from '../ids.ts'
import type { Wait } from '../interaction/interaction.ts'
import type { Requirement } from '../rules.ts'
import { newDraft, type Draft } from './draft.ts'
import { explain } from './explain-offer.ts'
import type { Explanation } from './explanation.ts'
import { compareOrder } from './line.ts'
import { signatureKey, type Signature, type Standing } from './signature.ts'
import type { Queue, RoutingState } from './state.ts'

export type Match = Pick<Explanation, 'rule' | 'trigger'> & Readonly<{ queue: Queue; wait: Wait; chosen: Standing }>

/** Whom the interaction gets now: the best idle agent, or the preferred one, or nobody yet. */
export function matchOf(state: RoutingState, wait: Wait, trigger: Match['trigger']): Match | null {
  const signature = wait.place?.signature
  const queue = state.queues.get(wait.queueId)
  if (signature === undefined || queue === undefined || wait.customer === 'away' || wait.isCutOff) return null
  const preferred = preferredStanding(state, wait, signature)
  if (preferred?.desk.status === 'idle') return { queue, wait, chosen: preferred, trigger, rule: 'preferred-agent' }
  const best = wait.preferredUntil === null ? signature.idle.best : null
  return best === null ? null : { queue, wait, chosen: best, trigger, rule: queue.rules.selection }
}

function preferredStanding(state: RoutingState, wait: Wait, signature: Signature): Standing | undefined {
  const preferred = wait.preferredAgentId === null ? undefined : state.agents.get(wait.preferredAgentId)
  const desk = preferred === undefined ? null : deskOf(preferred, signature.channel)
  return desk?.standings.find((standing) => standing.signature === signature)
}

/** The first in line among all that the agent suits and has room for; that one's best agent may be another. */
export function firstInLineFor(agent: Agent): Wait | null {
  let first: Wait | null = null
  const consider = (wait: Wait | undefined): void => {
    if (wait !== undefined && (first === null || compareOrder(wait, first) < 0)) first = wait
  }
  for (const { status, standings, personal } of agent.desks) {
    if (status !== 'idle') continue
    consider(personal.first)
    for (const { signature } of standings) consider(signature.line.first)
  }
  return first
}

export function offer(state: RoutingState, match: Match, at: Instant): Draft {
  const { id: interactionId, channel, offers } = match.wait.interaction
  const { id: queueId, ringTimeoutMs } = match.queue.rules
  const { id: agentId, works } = match.chosen.desk.agent
  const offerId = `${interactionId}/${offers + 1}`
  const expiresAt = at + ringTimeoutMs
  const explanation = explain(state, match, at)
  const draft = newDraft()
  // The contact comes back to who still works after its first part: that work is not after it any more.
  if (works.get(interactionId)?.phase === 'wrap-up')
    draft.facts.push({ kind: 'wrap-up-ended', at, agentId, interactionId, by: 'system' })
  draft.facts.push({ kind: 'offer-made', at, interactionId, offerId, agentId, queueId, expiresAt, explanation })
  draft.commands.push({ kind: 'ring-agent', channel, interactionId, offerId, agentId, expiresAt })
  return draft
}

/** Asked before an interaction waits. */
export function isIdleAgentFor(state: RoutingState, channel: Channel, queue: Queue, requirement: Requirement): boolean {
  const known = state.signatures.byKey.get(signatureKey(channel, queue.rules.id, requirement))
  if (known !== undefined) return known.idle.best !== null
  return state.roster.suited(channel, queue.rules.id, requirement).some((agent) => statusOn(agent, channel) === 'idle')
}
