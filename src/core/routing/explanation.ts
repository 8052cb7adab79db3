/** Why this agent: written with every offer, so that "why did this call go to Ana?" is read and not guessed. */
import type { AgentId, InteractionId, SkillId } from '../ids.ts'
import type { Requirement } from '../rules.ts'

export type Candidate = Readonly<{
  agentId: AgentId
  /** Sum of proficiency in the required skills; 0 when the queue chooses by idle time alone. */
  score: number
  idleMs: number
  skills: Readonly<Record<SkillId, number>>
}>

export type Explanation = Readonly<{
  rule: 'preferred-agent' | 'most-skilled' | 'longest-idle'
  /** Who looked for whom: a waiting interaction found an idle agent, or an agent became idle and took the first in line. */
  trigger: 'interaction-waited' | 'agent-became-free'
  /** The requirement in force, after relaxation. */
  requirement: Requirement
  relaxationSteps: number
  chosen: Candidate
  /** The next best few that could have been chosen instead, best first. */
  runnersUp: readonly Candidate[]
  waitedMs: number
  /** What pauses if the agent takes it; absent: nothing. Whoever interrupts nothing comes before all who would. */
  interrupts?: readonly InteractionId[]
  /** Everyone else, counted by the reason that kept them out. */
  excluded: Readonly<{
    /** Not in the queue, lacks a skill or a level, or doesn't serve the channel. */
    unsuited: number
    offline: number
    notReady: number
    unreachable: number
    /** Ringing, talking or in wrap-up, up to their capacity. */
    busy: number
  }>
}>
