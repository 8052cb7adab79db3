import { describe, expect, it } from 'vitest'
import { hindrancesInWords, whatWouldChangeTheWait, whyNobodyYet } from '../../../src/core/history/wait-explanation.ts'
import type { Names } from '../../../src/core/history/wording.ts'
import { explainNow } from '../../../src/core/routing/explain-now.ts'
import { emptyState, run } from '../../../src/core/routing/machine.ts'
import type { AgentRules, QueueRules } from '../../../src/core/rules.ts'

const names: Names = {
  agent: (id) => ({ ana: 'Ana', maria: 'Maria', dan: 'Dan' })[id] ?? null,
  queue: () => 'Sales',
  skill: () => 'Romanian',
  entryPoint: () => null,
}

const queue: QueueRules = {
  id: 'sales',
  requirement: {},
  priority: 0,
  ageingMsPerPoint: 0,
  selection: 'most-skilled',
  ringTimeoutMs: 10_000,
  wrapUpMs: 0,
  wrapUpExtensionLimitMs: 0,
  maxWaiting: null,
  maxWaitMs: null,
  relaxation: [{ afterMs: 20_000, skills: { romanian: 2 } }],
  overflow: [],
  preferredAgentHoldMs: 0,
}
const agent = (id: string, romanian: 2 | 4): AgentRules => ({
  id,
  skills: { romanian },
  queueIds: ['sales'],
  capacity: { voice: 1 },
})

describe('why somebody still waits', () => {
  it('is said of the wait, of each agent, and of what would change it', () => {
    const state = emptyState()
    run(state, { kind: 'configure-queue', at: 0, queue })
    for (const rules of [agent('ana', 4), agent('maria', 2), agent('dan', 4)]) {
      run(state, { kind: 'configure-agent', at: 0, agent: rules })
      run(state, { kind: 'set-reachability', at: 0, agentId: rules.id, channel: 'voice', reachable: true })
    }
    run(state, { kind: 'set-presence', at: 0, agentId: 'ana', presence: 'not-ready', reason: 'lunch', by: 'agent' })
    run(state, { kind: 'set-presence', at: 0, agentId: 'maria', presence: 'available', reason: null, by: 'agent' })
    run(state, {
      kind: 'arrive',
      at: 1_000,
      interactionId: 'call',
      channel: 'voice',
      direction: 'inbound',
      entryPointId: 'main',
      providerId: 'p',
      customerId: null,
    })
    run(state, {
      kind: 'enqueue',
      at: 1_000,
      interactionId: 'call',
      queueId: 'sales',
      requirement: { romanian: 3 },
      priority: 0,
      preferredAgentId: null,
      waitingSince: null,
    })
    const outlook = explainNow(state, 'call')
    if (outlook === null) throw new Error('it waits')
    const now = 6_000
    expect(whyNobodyYet(outlook, now, names)).toEqual([
      'Has waited for 5 s and is number 1 of 1 in Sales.',
      'Asked is Romanian at 3 or more.',
      '2 agents are suited, none of them free.',
    ])
    expect(Object.fromEntries(outlook.agents.map((one) => [one.agentId, hindrancesInWords(one, now, names)]))).toEqual({
      ana: ['is not ready (lunch)'],
      dan: ['is offline'],
      maria: ['has Romanian at 2, asked is 3; that is enough in 15 s'],
    })
    expect(whatWouldChangeTheWait(outlook, now, names)).toEqual([
      'In 15 s less skill will be asked.',
      'Ana could take it if available.',
      'Dan could take it if signed in.',
      'Maria could take it if at 3 in Romanian, or if only 2 were asked.',
    ])
  })
})
