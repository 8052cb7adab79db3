/** Who of a queue is free for one question, without waiting in line: nobody waits for whom an idle agent is allowed. */
import { statusOn, givingWay, wouldInterrupt, type Agent, type Status } from '../agent/agent.ts'
import type { AgentId, Instant } from '../ids.ts'
import type { Interaction } from '../interaction/interaction.ts'
import type { Requirement } from '../rules.ts'
import type { Candidate, Explanation } from './explanation.ts'
import { requiredAmong } from './requirement.ts'
import type { Queue, RoutingState } from './state.ts'

const runnersUpShown = 3

export function findFreeAgent(
  state: RoutingState,
  wanted: Readonly<{ queue: Queue; interaction: Interaction; except: readonly AgentId[]; at: Instant }>,
): { agent: Agent; explanation: Explanation } | null {
  const { queue, interaction, except, at } = wanted
  const { channel } = interaction
  const { id, requirement, selection } = queue.rules
  const counts: Record<Status, number> = { offline: 0, 'not-ready': 0, unreachable: 0, busy: 0, idle: 0 }
  const able: Agent[] = []
  const suited = state.roster.suited(channel, id, requirement)
  for (const agent of suited) {
    // Whoever asks is on it already.
    const isOnIt = agent.works.has(interaction.id) || except.includes(agent.id)
    const status = isOnIt ? 'busy' : statusOn(agent, channel)
    counts[status] += 1
    if (status === 'idle') able.push(agent)
  }
  const score = (agent: Agent) => (selection === 'longest-idle' ? 0 : scoreOf(agent, requirement))
  const interrupts = (agent: Agent) => Number(wouldInterrupt(agent, channel))
  able.sort((a, b) => interrupts(a) - interrupts(b) || score(b) - score(a) || a.idleSequence - b.idleSequence)
  const [agent, ...others] = able
  if (agent === undefined) return null
  const candidate = (one: Agent): Candidate => ({
    agentId: one.id,
    score: score(one),
    idleMs: at - one.idleSince,
    skills: requiredAmong(one.rules.skills, requirement),
  })
  const explanation: Explanation = {
    rule: selection,
    trigger: 'interaction-waited',
    requirement,
    relaxationSteps: 0,
    chosen: candidate(agent),
    runnersUp: others.slice(0, runnersUpShown).map(candidate),
    waitedMs: 0,
    ...(wouldInterrupt(agent, channel) && { interrupts: givingWay(agent) }),
    excluded: {
      unsuited: state.roster.size - suited.length,
      offline: counts.offline,
      notReady: counts['not-ready'],
      unreachable: counts.unreachable,
      busy: counts.busy,
    },
  }
  return { agent, explanation }
}

function scoreOf({ rules }: Agent, requirement: Requirement): number {
  let score = 0
  for (const skill of Object.keys(requirement)) score += rules.skills[skill] ?? 0
  return score
}
