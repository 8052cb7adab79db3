/** Conversations that give way to a call pause while it lasts, and go on when their agent's calls are over. */
import { givingWay, hasUrgentWork } from '../agent/agent.ts'
import { fullLoad, isUrgent } from '../agent/capacity.ts'
import type { AgentId, Instant } from '../ids.ts'
import type { Interaction } from '../interaction/interaction.ts'
import { newDraft, type Draft } from './draft.ts'
import { agentOf, type RoutingState } from './state.ts'

/** The agent takes a call: unless there is room for all, everything that gives way pauses. */
export function interruptFor(
  state: RoutingState,
  draft: Draft,
  { id: forInteractionId, channel }: Interaction,
  agentId: AgentId,
  at: Instant,
): void {
  const agent = agentOf(state, agentId)
  if (agent === null || !isUrgent(channel) || agent.load <= fullLoad) return
  for (const interactionId of givingWay(agent))
    draft.facts.push({ kind: 'work-paused', at, agentId, interactionId, forInteractionId })
}

/** What paused for calls that are over goes on; null: nothing does. Asked once nobody's call can be offered any more. */
export function resumption(state: RoutingState, at: Instant): Draft | null {
  const draft = newDraft()
  for (const agentId of state.interrupted) {
    const agent = state.agents.get(agentId)
    if (agent === undefined || hasUrgentWork(agent)) continue
    for (const { interactionId, ...work } of agent.works.values())
      if (work.phase === 'engaged' && work.pausedSince !== undefined)
        draft.facts.push({ kind: 'work-resumed', at, agentId, interactionId })
  }
  return draft.facts.length === 0 ? null : draft
}
