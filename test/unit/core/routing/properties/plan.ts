/** Random days: rules, and what customers, agents, devices, administrators and outages do to the machine. */
import fc from 'fast-check'
import type { AgentRules, Proficiency, QueueRules, Requirement } from '../../../../../src/core/rules.ts'
import { queueRules } from '../fixtures.ts'

export const deeds = [
  'call',
  'accept',
  'decline',
  'lose',
  'answer-late',
  'end',
  'agent-leaves',
  'leave',
  'say-presence',
  'come-back',
  'reach',
  'finish-wrap-up',
  'extend-wrap-up',
  'enqueue-again',
  'move',
  'repeat-arrival',
  'record',
  'recognise',
  'press-key',
  'outage',
  'configure-queue',
  'configure-agent',
  'remove-queue',
  'remove-agent',
  'invite',
  'join',
  'invitation-fails',
  'leave-call',
  'tick',
] as const

/** What is done, the time that passed before it, and figures from which the player chooses whom it concerns. */
export type Step = {
  deed: (typeof deeds)[number]
  afterMs: number
  pick: number
  other: number
  call: CallPlan
  queue: QueueRules
  agent: AgentRules
}
export type CallPlan = {
  channel: 'voice' | 'chat'
  queueId: string
  requirement: Requirement
  priority: number
  preferredAgentId: string | null
  waitedMs: number
  customerAway: boolean
}
export type Plan = { queues: QueueRules[]; agents: AgentRules[]; steps: Step[] }

const queueIds = ['q0', 'q1', 'q2'] as const
const agentIds = ['a0', 'a1', 'a2', 'a3', 'a4'] as const
const skills = ['s0', 's1', 's2'] as const

const proficiency: fc.Arbitrary<Proficiency> = fc.constantFrom(1, 2, 3, 5)
const requirement: fc.Arbitrary<Requirement> = fc.dictionary(fc.constantFrom(...skills), proficiency, { maxKeys: 2 })

const queue = (id: fc.Arbitrary<string>, ageing: fc.Arbitrary<number>): fc.Arbitrary<QueueRules> =>
  fc
    .record({
      id,
      requirement: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, requirement),
      priority: fc.constantFrom(0, 0, 3, 10),
      ageingMsPerPoint: ageing,
      selection: fc.constantFrom('most-skilled', 'longest-idle'),
      ringTimeoutMs: fc.constantFrom(2_000, 15_000, 30_000),
      wrapUpMs: fc.constantFrom(0, 5_000, 15_000),
      wrapUpExtensionLimitMs: fc.constantFrom(0, 20_000),
      maxWaiting: fc.constantFrom(null, null, null, null, 0, 2),
      maxWaitMs: fc.constantFrom(null, null, null, 40_000),
      relaxation: fc.array(
        fc.record({
          afterMs: fc.constantFrom(0, 5_000, 20_000),
          skills: fc.dictionary(fc.constantFrom(...skills), fc.constantFrom(0, 1, 2), { maxKeys: 2 }),
        }),
        { maxLength: 2 },
      ),
      overflow: fc.array(
        fc.record({ afterMs: fc.constantFrom(0, 10_000, 30_000), toQueueId: fc.constantFrom(...queueIds) }),
        { maxLength: 1 },
      ),
      preferredAgentHoldMs: fc.constantFrom(0, 0, 15_000),
    })
    .map((rules) => queueRules(rules as QueueRules))

const agent = (id: fc.Arbitrary<string>): fc.Arbitrary<AgentRules> =>
  fc.record({
    id,
    skills: fc.dictionary(fc.constantFrom(...skills), proficiency, { maxKeys: 3 }),
    queueIds: fc.subarray([...queueIds], { minLength: 1 }),
    capacity: fc.constantFrom({ voice: 1 }, { voice: 1, chat: 3 }, { chat: 2 }, { voice: 2, chat: 3 }),
    interruptible: fc.constantFrom([], [], ['chat' as const]),
  })

const call: fc.Arbitrary<CallPlan> = fc.record({
  channel: fc.constantFrom('voice', 'voice', 'chat'),
  queueId: fc.constantFrom(...queueIds),
  requirement: fc.oneof(fc.constant({}), requirement),
  priority: fc.constantFrom(0, 0, 1, 10),
  preferredAgentId: fc.option(fc.constantFrom(...agentIds), { freq: 3 }),
  waitedMs: fc.constantFrom(0, 0, 0, 30_000),
  customerAway: fc.constantFrom(false, false, true),
})

/** The weights make busy days with full queues, in which rare deeds still happen. */
const deed = fc.oneof(
  { weight: 14, arbitrary: fc.constant('call' as const) },
  { weight: 14, arbitrary: fc.constant('accept' as const) },
  { weight: 10, arbitrary: fc.constant('end' as const) },
  { weight: 8, arbitrary: fc.constant('come-back' as const) },
  { weight: 4, arbitrary: fc.constantFrom('decline', 'say-presence', 'reach') },
  {
    weight: 3,
    arbitrary: fc.constantFrom('press-key', 'lose', 'answer-late', 'tick', 'finish-wrap-up', 'extend-wrap-up'),
  },
  { weight: 6, arbitrary: fc.constantFrom('invite', 'join', 'leave-call') },
  { weight: 5, arbitrary: fc.constantFrom(...deeds) },
)

export function plans(ageing: fc.Arbitrary<number> = fc.constantFrom(0, 1_000, 30_000)): fc.Arbitrary<Plan> {
  const step: fc.Arbitrary<Step> = fc.record({
    deed,
    afterMs: fc.constantFrom(0, 0, 0, 500, 1_000, 3_000, 12_000),
    pick: fc.nat(30),
    other: fc.nat(30),
    call,
    queue: queue(fc.constantFrom(...queueIds), ageing),
    agent: agent(fc.constantFrom(...agentIds)),
  })
  return fc.record({
    queues: fc.tuple(...queueIds.map((id) => queue(fc.constant(id), ageing))),
    agents: fc.tuple(...agentIds.map((id) => agent(fc.constant(id)))),
    steps: fc.array(step, { minLength: 20, maxLength: 70, size: 'max' }),
  })
}
