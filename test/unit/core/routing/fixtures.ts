/** Rules with every field filled in, so that a test states only what it is about. */
import type { AgentRules, QueueRules } from '../../../../src/core/rules.ts'

export const minute = 60_000

export const queueRules = (rules: Partial<QueueRules> = {}): QueueRules => ({
  id: 'sales',
  requirement: {},
  priority: 0,
  ageingMsPerPoint: minute,
  selection: 'most-skilled',
  ringTimeoutMs: 15_000,
  wrapUpMs: 0,
  wrapUpExtensionLimitMs: 0,
  maxWaiting: null,
  maxWaitMs: null,
  relaxation: [],
  overflow: [],
  preferredAgentHoldMs: 0,
  ...rules,
})

export const agentRules = (id: string, rules: Partial<AgentRules> = {}): AgentRules => ({
  id,
  skills: {},
  queueIds: ['sales'],
  capacity: { voice: 1 },
  ...rules,
})
