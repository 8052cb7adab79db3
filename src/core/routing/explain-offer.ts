/** Why this agent: read off the signature, so that it costs the same however many agents there are. */
import { givingWay } from '../agent/agent.ts'
import type { Instant } from '../ids.ts'
import type { Candidate, Explanation } from './explanation.ts'
import type { Match } from './match.ts'
import { requiredAmong } from './requirement.ts'
import type { Standing } from './signature.ts'
import type { RoutingState } from './state.ts'

const runnersUpShown = 3

export function explain(state: RoutingState, { rule, trigger, wait, chosen }: Match, at: Instant): Explanation {
  const { counts, standings, idle } = chosen.signature
  const runnersUp: Candidate[] = []
  for (const standing of idle) {
    if (runnersUp.length === runnersUpShown) break
    if (standing !== chosen) runnersUp.push(candidate(standing, at))
  }
  return {
    rule,
    trigger,
    requirement: wait.requirement,
    relaxationSteps: wait.relaxationSteps,
    chosen: candidate(chosen, at),
    runnersUp,
    waitedMs: at - wait.waitingSince,
    ...(chosen.desk.interrupts && { interrupts: givingWay(chosen.desk.agent) }),
    excluded: {
      unsuited: state.roster.size - standings.length,
      offline: counts.offline,
      notReady: counts['not-ready'],
      unreachable: counts.unreachable,
      busy: counts.busy,
    },
  }
}

const candidate = ({ desk: { agent }, signature, score }: Standing, at: Instant): Candidate => ({
  agentId: agent.id,
  score,
  idleMs: at - agent.idleSince,
  skills: requiredAmong(agent.rules.skills, signature.requirement),
})
