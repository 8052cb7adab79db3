/** What facts change about agents: presence, reachability and the slots of their capacity. */
import type { Agent, Work } from '../agent/agent.ts'
import { hasPausedWork, weigh } from '../agent/agent.ts'
import type { AgentFact } from '../facts.ts'
import type { AgentId, InteractionId, Instant } from '../ids.ts'
import { addHandlingTime } from '../measures/handling-times.ts'
import { agentDeadline } from './deadlines.ts'
import { refreshDesk } from './signature.ts'
import { nextSequence, type RoutingState } from './state.ts'

type Of<K extends AgentFact['kind']> = Extract<AgentFact, { kind: K }>

export function changePresence(state: RoutingState, fact: Of<'presence-changed'>): void {
  const agent = knownAgent(state, fact.agentId)
  const returned = fact.presence === 'available' && agent.presence !== 'available'
  if (fact.presence !== agent.presence) agent.presenceSince = fact.at
  agent.presence = fact.presence
  agent.reason = fact.reason
  agent.presenceBy = fact.by
  agent.returnsAt = fact.returnsAt
  state.timers.set(agent.timer, agentDeadline(agent))
  if (returned) renewIdlePlace(state, agent, fact.at)
  refreshDesks(agent, returned)
}

export function changeReachability(state: RoutingState, fact: Of<'reachability-changed'>): void {
  const agent = knownAgent(state, fact.agentId)
  agent.reachability.set(fact.channel, fact.reachable)
  if (fact.reachable) renewIdlePlace(state, agent, fact.at)
  refreshDesks(agent, fact.reachable)
}

export function setWrapUp(state: RoutingState, fact: Of<'wrap-up-started' | 'wrap-up-extended'>): void {
  const agent = knownAgent(state, fact.agentId)
  const work = workOf(agent, fact.interactionId)
  if (work.phase === 'ringing') throw new Error(`${fact.agentId} has no conversation ${fact.interactionId}`)
  const extendedMs = work.phase === 'wrap-up' ? work.extendedMs + fact.endsAt - work.endsAt : 0
  const { interactionId, channel, queueId } = work
  const since = startOf(work, fact.at)
  const { endsAt } = fact
  agent.works.set(interactionId, { interactionId, channel, queueId, since, phase: 'wrap-up', endsAt, extendedMs })
  state.timers.set(agent.timer, agentDeadline(agent))
  phaseChanged(state, agent)
}

export function pauseWork(state: RoutingState, fact: Of<'work-paused'>): void {
  const agent = knownAgent(state, fact.agentId)
  const work = workOf(agent, fact.interactionId)
  if (work.phase !== 'engaged') throw new Error(`${fact.agentId} is not engaged in ${fact.interactionId}`)
  agent.works.set(work.interactionId, { ...work, pausedSince: fact.at })
  state.interrupted.add(agent.id)
}

export function resumeWork(state: RoutingState, fact: Of<'work-resumed'>): void {
  const agent = knownAgent(state, fact.agentId)
  const work = workOf(agent, fact.interactionId)
  if (work.phase !== 'engaged') throw new Error(`${fact.agentId} is not engaged in ${fact.interactionId}`)
  const { pausedSince: _, ...resumed } = work
  agent.works.set(work.interactionId, { ...resumed, since: startOf(work, fact.at) })
  forgetInterruption(state, agent)
}

/** As if it had begun so much later as it was paused. */
const startOf = (work: Exclude<Work, { phase: 'ringing' }>, at: Instant): Instant =>
  work.phase === 'engaged' && work.pausedSince !== undefined ? work.since + at - work.pausedSince : work.since

function forgetInterruption(state: RoutingState, agent: Agent): void {
  if (state.interrupted.has(agent.id) && !hasPausedWork(agent)) state.interrupted.delete(agent.id)
}

export function startWork(state: RoutingState, agentId: AgentId, work: Work, at: Instant): void {
  const agent = knownAgent(state, agentId)
  agent.works.set(work.interactionId, work)
  workChanged(state, agent, at)
}

/** The same slot, now engaged: no load comes or goes. */
export function engage(state: RoutingState, agentId: AgentId, interactionId: InteractionId, at: Instant): void {
  const agent = knownAgent(state, agentId)
  agent.works.set(interactionId, { ...workOf(agent, interactionId), phase: 'engaged', since: at })
  phaseChanged(state, agent)
}

/** Frees the slot; what was handled counts towards the estimate of waits. */
export function finishWork(state: RoutingState, agentId: AgentId, interactionId: InteractionId, at: Instant): void {
  const agent = knownAgent(state, agentId)
  const work = workOf(agent, interactionId)
  const queue = state.queues.get(work.queueId)
  if (work.phase !== 'ringing' && queue !== undefined) addHandlingTime(queue.handling, at - startOf(work, at))
  agent.works.delete(interactionId)
  forgetInterruption(state, agent)
  if (agent.removed && agent.works.size === 0) {
    state.agents.delete(agentId)
    state.timers.set(agent.timer, null)
    return
  }
  if (work.phase === 'wrap-up') state.timers.set(agent.timer, agentDeadline(agent))
  workChanged(state, agent, at)
}

/** What rang, or is wound up, gives way to nothing; a conversation may. */
function phaseChanged(state: RoutingState, agent: Agent): void {
  forgetInterruption(state, agent)
  weigh(agent)
  refreshDesks(agent, false)
}

function workChanged(state: RoutingState, agent: Agent, at: Instant): void {
  weigh(agent)
  renewIdlePlace(state, agent, at)
  refreshDesks(agent, true)
}

function refreshDesks(agent: Agent, renewed: boolean): void {
  for (const desk of agent.desks) refreshDesk(desk, renewed)
}

function renewIdlePlace(state: RoutingState, agent: Agent, at: Instant): void {
  agent.idleSince = at
  agent.idleSequence = nextSequence(state)
}

export function knownAgent(state: RoutingState, agentId: AgentId): Agent {
  const agent = state.agents.get(agentId)
  if (agent === undefined) throw new Error(`no agent ${agentId}`)
  return agent
}

function workOf(agent: Agent, interactionId: InteractionId): Work {
  const work = agent.works.get(interactionId)
  if (work === undefined) throw new Error(`${agent.id} has no work ${interactionId}`)
  return work
}
