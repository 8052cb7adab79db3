/** What the earliest deadline brings when its time has come. */
import type { Agent } from '../agent/agent.ts'
import { assertNever } from '../assert-never.ts'
import type { Decision } from '../decision.ts'
import type { Instant } from '../ids.ts'
import type { Interaction } from '../interaction/interaction.ts'
import { agentDeadline, firstWrapUp, interactionDeadline, overflowOf } from './deadlines.ts'
import { expireInvitations } from './decide-guest.ts'
import { expire } from './decide-offer.ts'
import { available } from './decide-presence.ts'
import { returnToFlow } from './decide-queue.ts'
import { expireCall } from './turn.ts'
import { lapsePreference, newDraft } from './draft.ts'
import { join } from './requirement.ts'
import { suits } from './signature.ts'
import type { RoutingState } from './state.ts'

/** null: nothing is due. Each decision moves the deadline it answers, so asking again comes to an end. */
export function decideDue(state: RoutingState, at: Instant): Decision | null {
  const timer = state.timers.first
  if (timer === undefined || timer.dueAt > at) return null
  const owner = timer.owner === 'agent' ? state.agents.get(timer.id) : state.interactions.get(timer.id)
  if (owner === undefined) throw new Error(`timer of nobody: ${timer.id}`)
  return 'works' in owner ? agentDue(owner, at) : interactionDue(state, owner, at)
}

function agentDue(agent: Agent, at: Instant): Decision {
  const wrapUp = firstWrapUp(agent)
  if (agentDeadline(agent)?.cause !== 'wrap-up-over' || wrapUp === null) return newDraft(available(agent, at))
  const { interactionId } = wrapUp
  return newDraft({ kind: 'wrap-up-ended', at, agentId: agent.id, interactionId, by: 'system' })
}

function interactionDue(state: RoutingState, interaction: Interaction, at: Instant): Decision {
  const { id: interactionId, channel, phase } = interaction
  const cause = interactionDeadline(state, interaction)?.cause
  if (cause === 'invitation-expires') return expireInvitations(interaction, at)
  if (phase.name === 'offered') return expire(state, { interaction, wait: phase.wait, offer: phase.offer }, at)
  if (phase.name === 'calling') return expireCall(interaction, at)
  if (phase.name !== 'queued' || cause === undefined) throw new Error(`nothing is due for ${interactionId}`)
  const { wait } = phase
  const draft = newDraft()
  switch (cause) {
    case 'preference-lapses':
      lapsePreference(draft, wait, at)
      return draft
    case 'relaxation':
      return newDraft({ kind: 'requirement-relaxed', at, interactionId, step: wait.relaxationSteps + 1 })
    case 'overflow': {
      const toQueueId = overflowOf(state, wait)?.toQueueId
      const to = toQueueId === undefined ? undefined : state.queues.get(toQueueId)?.rules
      if (to === undefined) throw new Error(`no overflow for ${interactionId}`)
      const preferred = state.agents.get(wait.preferredAgentId ?? '')
      const requirement = join(wait.ownRequirement, to.requirement)
      if (preferred !== undefined && !suits(preferred.rules, channel, to.id, requirement))
        lapsePreference(draft, wait, at)
      const queues = { fromQueueId: wait.queueId, toQueueId: to.id }
      draft.facts.push({ kind: 'interaction-overflowed', at, interactionId, ...queues })
      return draft
    }
    case 'max-wait':
      returnToFlow(draft, interaction, wait.queueId, 'timeout', at)
      return draft
    case 'wrap-up-over':
    case 'presence-returns':
    case 'offer-expires':
    case 'call-expires':
      throw new Error(`${cause} doesn't concern a waiting interaction`)
    default:
      return assertNever(cause)
  }
}
