/** What a flow, or a callback, asks of the router when it puts somebody in line. */
import type { Effect } from '../../core/flow/effects.ts'
import type { AgentId, InteractionId } from '../../core/ids.ts'
import type { Submission } from '../../core/writer.ts'
import type { EnqueueEffect } from './kept-session.ts'
import type { CallbackRequest, VoiceEntryPoint } from './ports.ts'

export type TransferEffect = Extract<Effect, { kind: 'transfer' }>

export function enqueueFor(
  interactionId: InteractionId,
  effect: EnqueueEffect,
  lastAgentId: AgentId | null,
): Submission {
  const { queueId, requirement, priority, preferred } = effect
  const preferredAgentId = preferred === null ? null : preferred === 'last-agent' ? lastAgentId : preferred.agentId
  return { kind: 'enqueue', interactionId, queueId, requirement, priority, preferredAgentId, waitingSince: null }
}

/** At the place in line that its call had; the customer is called when their turn is near. */
export function enqueueCallback({ interactionId, queueId, waitingSince }: CallbackRequest): Submission {
  return {
    kind: 'enqueue',
    interactionId,
    queueId,
    requirement: {},
    priority: 0,
    preferredAgentId: null,
    waitingSince,
    customerAway: true,
  }
}

/** A transfer to a queue or an agent is a wait for them; null: to a number outside, or to an agent of no queue. */
export function waitForTransfer(
  { effectId, to }: TransferEffect,
  { fallbackQueueId }: VoiceEntryPoint,
  language: string,
): EnqueueEffect | null {
  const queueId = 'queueId' in to ? to.queueId : fallbackQueueId
  if ('number' in to || queueId === null) return null
  return {
    effectId,
    kind: 'enqueue',
    queueId,
    requirement: {},
    priority: 0,
    preferred: 'agentId' in to ? { agentId: to.agentId } : null,
    voicemailKey: null,
    callbackKey: null,
    language,
    fallback: false,
  }
}
