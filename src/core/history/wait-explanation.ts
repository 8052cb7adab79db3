/** Why somebody still waits, and what would end it: the router's outlook in plain words. */
import { assertNever } from '../assert-never.ts'
import type { Instant } from '../ids.ts'
import type { AgentOutlook, Hindrance, WaitOutlook } from '../routing/explain-now.ts'
import { agentName, counted, duration, queueName, requirementInWords, skillName, type Names } from './wording.ts'

type Next = NonNullable<WaitOutlook['next']>

/** In order of use: where it stands, then why nobody has it yet. */
export function whyNobodyYet(outlook: WaitOutlook, now: Instant, names: Names): string[] {
  const { queueId, position, queueLength, waitingSince, requirement, agents } = outlook
  const asked = requirementInWords(names, requirement)
  const suited = agents.filter((agent) => agent.othersFirst !== null)
  const free = suited.filter(({ hindrances }) => hindrances.length === 0)
  return [
    `Has waited for ${duration(now - waitingSince)} and is number ${position} of ${queueLength} in ${queueName(names, queueId)}.`,
    asked === '' ? 'No skill is asked.' : `Asked is ${asked}.`,
    suited.length === 0
      ? 'No agent at all is suited as things stand.'
      : `${counted(suited.length, 'agent is', 'agents are')} suited, ${free.length === 0 ? 'none of them free' : `${free.length} of them free`}.`,
  ]
}

/** What time alone brings, then the agents that are nearest to it. */
export function whatWouldChangeTheWait(outlook: WaitOutlook, now: Instant, names: Names): string[] {
  const nearest = outlook.agents.filter(({ hindrances }) => hindrances.length > 0).slice(0, 3)
  return [
    ...(outlook.next === null ? [] : [timeAlone(outlook.next, now)]),
    ...nearest.map(({ agentId, hindrances }) => {
      const changes = hindrances.map((hindrance) => change(hindrance, names))
      return `${agentName(names, agentId)} could take it if ${changes.join(', and ')}.`
    }),
  ]
}

/** What stands between this agent and the one who waits. */
export function hindrancesInWords(agent: AgentOutlook, now: Instant, names: Names): string[] {
  const { othersFirst } = agent
  return [
    ...agent.hindrances.map((hindrance) => state(hindrance, now, names)),
    ...(othersFirst === null || othersFirst === 0
      ? []
      : [`would take ${counted(othersFirst, 'other', 'others')} first`]),
  ]
}

function timeAlone({ at, cause }: Next, now: Instant): string {
  const when = `In ${duration(at - now)}`
  switch (cause) {
    case 'preference-lapses':
      return `${when} any suited agent may take it.`
    case 'relaxation':
      return `${when} less skill will be asked.`
    case 'overflow':
      return `${when} it moves to another queue.`
    case 'max-wait':
      return `${when} the wait is over and the flow goes on.`
    case 'offer-expires':
    case 'call-expires':
    case 'invitation-expires':
    case 'presence-returns':
    case 'wrap-up-over':
      return `${when} something changes: ${cause}.`
    default:
      return assertNever(cause)
  }
}

function state(hindrance: Hindrance, now: Instant, names: Names): string {
  switch (hindrance.kind) {
    case 'not-in-queue':
      return `is not in ${queueName(names, hindrance.queueId)}`
    case 'channel-not-served':
      return `doesn't serve ${hindrance.channel}`
    case 'skill-too-low': {
      const { skillId, level, required, enoughAt } = hindrance
      const relaxed = enoughAt === null ? '' : `; that is enough in ${duration(enoughAt - now)}`
      return `has ${skillName(names, skillId)} at ${level}, asked is ${required}${relaxed}`
    }
    case 'offline':
      return 'is offline'
    case 'not-ready': {
      const { reason, returnsAt } = hindrance
      const returns = returnsAt === null ? '' : `; returns in ${duration(returnsAt - now)}`
      return `is not ready${reason === null ? '' : ` (${reason})`}${returns}`
    }
    case 'unreachable':
      return `has no device for ${hindrance.channel} that can be reached`
    case 'busy':
      return `is ${hindrance.works.map(({ phase }) => doing[phase]).join(' and ')}`
    case 'customer-away':
      return 'gets nobody who has not been called yet'
    case 'customer-cut-off':
      return 'gets nobody whose line is out of our reach'
    case 'kept-for-preferred-agent':
      return `must leave it to ${agentName(names, hindrance.agentId)} for another ${duration(hindrance.until - now)}`
    default:
      return assertNever(hindrance)
  }
}

const doing = { ringing: 'being rung', engaged: 'talking', 'wrap-up': 'in wrap-up' } as const

function change(hindrance: Hindrance, names: Names): string {
  switch (hindrance.kind) {
    case 'not-in-queue':
      return `put into ${queueName(names, hindrance.queueId)}`
    case 'channel-not-served':
      return `given capacity for ${hindrance.channel}`
    case 'skill-too-low':
      return `at ${hindrance.required} in ${skillName(names, hindrance.skillId)}, or if only ${hindrance.level} were asked`
    case 'offline':
      return 'signed in'
    case 'not-ready':
      return 'available'
    case 'unreachable':
      return `a device for ${hindrance.channel} registered`
    case 'busy':
      return 'done with the present work'
    case 'customer-away':
      return 'offered the customer, who is called when their turn is near'
    case 'customer-cut-off':
      return 'offered the customer, once the node that holds the call is reached again'
    case 'kept-for-preferred-agent':
      return `${agentName(names, hindrance.agentId)} were not to have it first`
    default:
      return assertNever(hindrance)
  }
}
