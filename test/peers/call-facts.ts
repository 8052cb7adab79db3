/** The facts of calls as the machine writes them, for tests of what is read from facts. */
import { randomUUID } from 'node:crypto'
import type { Detail } from '../../src/core/details.ts'
import type { Fact } from '../../src/core/facts.ts'
import type { AgentId, Instant, InteractionId } from '../../src/core/ids.ts'
import type { Explanation } from '../../src/core/routing/explanation.ts'

export const explanationFor = (agentId: AgentId, more: Partial<Explanation> = {}): Explanation => ({
  rule: 'most-skilled',
  trigger: 'interaction-waited',
  requirement: { romanian: 3 },
  relaxationSteps: 0,
  chosen: { agentId, score: 4, idleMs: 60_000, skills: { romanian: 4 } },
  runnersUp: [],
  waitedMs: 0,
  excluded: { unsuited: 0, offline: 0, notReady: 0, unreachable: 0, busy: 0 },
  ...more,
})

export type CallPlan = Readonly<{
  interactionId?: InteractionId
  at: Instant
  customerId?: string | null
  queueId?: string
  agentId: AgentId
}>

export type ScriptedCall = Readonly<{
  interactionId: InteractionId
  facts: readonly Fact[]
  details: readonly Detail[]
}>

/** Flow with a key, 2 s in the queue with one offer that expired, 30 s of talk with 5 s of hold, 4 s of wrap-up. */
export function answeredCall(plan: CallPlan): ScriptedCall {
  const interactionId = plan.interactionId ?? randomUUID()
  const { at, agentId } = plan
  const queueId = plan.queueId ?? 'sales'
  const otherAgent = '00000000-0000-4000-8000-0000000000ff'
  const offer = (n: number) => `${interactionId}/${n}`
  const after = (ms: number) => at + ms
  const facts: Fact[] = [
    {
      kind: 'interaction-arrived',
      at,
      interactionId,
      channel: 'voice',
      direction: 'inbound',
      entryPointId: 'main-number',
      providerId: `caller-${interactionId}`,
      customerId: plan.customerId ?? null,
    },
    { kind: 'flow-started', at, interactionId, flowId: 'main-menu', version: 3 },
    { kind: 'flow-node-entered', at, interactionId, flowId: 'main-menu', nodeId: 'hello' },
    { kind: 'input-given', at: after(1_000), interactionId, nodeId: 'hello', length: 1, secret: false },
    { kind: 'flow-node-entered', at: after(1_000), interactionId, flowId: 'main-menu', nodeId: 'sales' },
    {
      kind: 'interaction-queued',
      at: after(1_000),
      interactionId,
      queueId,
      requirement: { romanian: 3 },
      priority: 5,
      waitingSince: after(1_000),
      preferredAgentId: null,
      preferredUntil: null,
    },
    {
      kind: 'offer-made',
      at: after(1_000),
      interactionId,
      offerId: offer(1),
      agentId: otherAgent,
      queueId,
      expiresAt: after(2_000),
      explanation: explanationFor(otherAgent, {
        runnersUp: [{ agentId, score: 4, idleMs: 10_000, skills: { romanian: 4 } }],
      }),
    },
    { kind: 'offer-expired', at: after(2_000), interactionId, offerId: offer(1), agentId: otherAgent },
    {
      kind: 'offer-made',
      at: after(2_000),
      interactionId,
      offerId: offer(2),
      agentId,
      queueId,
      expiresAt: after(12_000),
      explanation: explanationFor(agentId, { waitedMs: 1_000 }),
    },
    { kind: 'offer-accepted', at: after(3_000), interactionId, offerId: offer(2), agentId },
    { kind: 'recording-started', at: after(3_000), interactionId, recordingId: `${interactionId}-1` },
    { kind: 'hold-started', at: after(13_000), interactionId, agentId },
    { kind: 'hold-ended', at: after(18_000), interactionId, agentId },
    {
      kind: 'recording-finished',
      at: after(33_000),
      interactionId,
      recordingId: `${interactionId}-1`,
      durationMs: 30_000,
    },
    { kind: 'wrap-up-started', at: after(33_000), interactionId, agentId, endsAt: after(63_000) },
    {
      kind: 'interaction-ended',
      at: after(33_000),
      interactionId,
      by: 'customer',
      outcome: 'answered',
      cause: 'normal-clearing',
    },
    { kind: 'wrap-up-ended', at: after(37_000), interactionId, agentId, by: 'agent' },
  ]
  const details: Detail[] = [
    { kind: 'contact', interactionId, at, identity: '+40721234567', displayName: 'Ion', dialled: '1000' },
    { kind: 'input', interactionId, at: after(1_000), nodeId: 'hello', text: '1' },
  ]
  return { interactionId, facts, details }
}
