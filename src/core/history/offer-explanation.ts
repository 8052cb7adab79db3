/** Why an agent was rung, why not the others, and what would have to change: the stored explanation in plain words. */
import { assertNever } from '../assert-never.ts'
import type { Candidate, Explanation } from '../routing/explanation.ts'
import type { Requirement } from '../rules.ts'
import { agentName, counted, duration, listed, requirementInWords, skillName, type Names } from './wording.ts'

export type InWords = Readonly<{
  whyThisAgent: readonly string[]
  whyNotOthers: readonly string[]
  whatWouldChangeIt: readonly string[]
}>

type Excluded = Explanation['excluded']

export function explainOffer(explanation: Explanation, names: Names): InWords {
  return {
    whyThisAgent: whyThisAgent(explanation, names),
    whyNotOthers: [
      ...explanation.runnersUp.map((other) => whyNotRunnerUp(explanation, other, names)),
      ...whyExcluded(explanation.excluded, explanation.requirement, names),
    ],
    whatWouldChangeIt: [
      ...explanation.runnersUp.slice(0, 1).map((other) => howRunnerUpWins(explanation, other, names)),
      ...howExcludedCount(explanation.excluded, explanation.requirement, names),
    ],
  }
}

function whyThisAgent(explanation: Explanation, names: Names): string[] {
  const { chosen, requirement, waitedMs, relaxationSteps, interrupts = [] } = explanation
  const agent = agentName(names, chosen.agentId)
  const asked = requirementInWords(names, requirement)
  return [
    rule(explanation, agent),
    asked === ''
      ? 'No skill was asked.'
      : `Asked was ${asked}; ${agent} has ${listed(
          Object.entries(chosen.skills).map(([skill, level]) => `${skillName(names, skill)} ${level}`),
        )}.`,
    ...(relaxationSteps === 0
      ? []
      : [`By then ${counted(relaxationSteps, 'relaxation step', 'relaxation steps')} had lowered what was asked.`]),
    ...(interrupts.length === 0
      ? []
      : [
          `Nobody suited was free without interrupting other work: ${counted(interrupts.length, 'conversation', 'conversations')} of ${agent} ${interrupts.length === 1 ? 'gives' : 'give'} way, and ${interrupts.length === 1 ? 'pauses' : 'pause'} until the call is over.`,
        ]),
    explanation.trigger === 'agent-became-free'
      ? `${agent} became free, and this was first in line of what ${agent} can serve, after ${duration(waitedMs)}.`
      : `${agent} was free when this was looked at, after ${duration(waitedMs)} of waiting.`,
  ]
}

function rule({ rule, chosen, runnersUp }: Explanation, agent: string): string {
  switch (rule) {
    case 'preferred-agent':
      return `${agent} was rung as the agent that this customer was to wait for first.`
    case 'most-skilled':
      return runnersUp.length === 0
        ? `${agent} was rung as the only one who was free and suited.`
        : `${agent} was rung as the most skilled of those free: ${chosen.score} in all, idle for ${duration(chosen.idleMs)}.`
    case 'longest-idle':
      return runnersUp.length === 0
        ? `${agent} was rung as the only one who was free and suited.`
        : `${agent} was rung as the one idle for longest of those free: ${duration(chosen.idleMs)}.`
    default:
      return assertNever(rule)
  }
}

function whyNotRunnerUp(explanation: Explanation, other: Candidate, names: Names): string {
  const { chosen } = explanation
  const name = agentName(names, other.agentId)
  if (explanation.rule === 'preferred-agent') return `${name} was free and suited, but was not the preferred agent.`
  if (explanation.rule === 'most-skilled' && other.score !== chosen.score) {
    return `${name} was free and suited, but less skilled: ${other.score} in all against ${chosen.score}.`
  }
  const even = explanation.rule === 'most-skilled' ? 'just as skilled, but' : 'but'
  return `${name} was free and suited, ${even} idle for less time: ${duration(other.idleMs)} against ${duration(chosen.idleMs)}.`
}

function howRunnerUpWins(explanation: Explanation, other: Candidate, names: Names): string {
  const { chosen } = explanation
  const name = agentName(names, other.agentId)
  if (explanation.rule === 'preferred-agent') {
    return `${name} would have been rung if ${agentName(names, chosen.agentId)} had not been free.`
  }
  if (explanation.rule === 'most-skilled' && other.score !== chosen.score) {
    return `${name} would have been rung with ${chosen.score - other.score} more proficiency in what was asked, or if the queue chose by idle time and ${name} had been idle for longer.`
  }
  return `${name} would have been rung after more than ${duration(chosen.idleMs)} of idle time.`
}

function whyExcluded(excluded: Excluded, requirement: Requirement, names: Names): string[] {
  const asked = requirementInWords(names, requirement)
  const unsuited = asked === '' ? 'not in the queue or not on this channel' : `not in the queue or without ${asked}`
  return [
    excludedBy(excluded.unsuited, unsuited),
    excludedBy(excluded.offline, 'offline'),
    excludedBy(excluded.notReady, 'not ready'),
    excludedBy(excluded.unreachable, 'without a phone that could be reached'),
    excludedBy(excluded.busy, 'ringing, talking or in wrap-up, up to their capacity'),
  ].flat()
}

function excludedBy(n: number, why: string): string[] {
  return n === 0 ? [] : [`${counted(n, 'agent was', 'agents were')} ${why}.`]
}

function howExcludedCount(excluded: Excluded, requirement: Requirement, names: Names): string[] {
  const asked = requirementInWords(names, requirement)
  return [
    excluded.busy > 0 ? ['Somebody who was busy would have to finish, or be allowed more at once.'] : [],
    excluded.notReady > 0 ? ['Somebody who was not ready would have to become available.'] : [],
    excluded.unreachable > 0 ? ['A phone that was out of reach would have to register.'] : [],
    excluded.offline > 0 ? ['Somebody who was offline would have to sign in.'] : [],
    excluded.unsuited > 0 && asked !== ''
      ? [`More agents of the queue would need ${asked}, or a relaxation step would have to ask less, sooner.`]
      : [],
  ].flat()
}
