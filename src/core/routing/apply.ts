/** The only writer of routing state: what a fact means. Replaying the facts of a state rebuilds it. */
import { assertNever } from '../assert-never.ts'
import type { Fact } from '../facts.ts'
import { newTimer } from './timers.ts'
import { concernsRouting } from './routing-fact.ts'
import type { RoutingState } from './state.ts'
import * as agents from './apply-agent.ts'
import * as guests from './apply-guest.ts'
import * as configuration from './apply-configuration.ts'
import * as waits from './apply-wait.ts'

export function apply(state: RoutingState, fact: Fact): void {
  if (!concernsRouting(fact)) return
  switch (fact.kind) {
    case 'queue-configured':
      return configuration.configureQueue(state, fact.queue)
    case 'queue-removed':
      return configuration.removeQueue(state, fact.queueId)
    case 'agent-configured':
      return configuration.configureAgent(state, fact.agent, fact.at)
    case 'agent-removed':
      return configuration.removeAgent(state, fact.agentId)
    case 'presence-changed':
      return agents.changePresence(state, fact)
    case 'reachability-changed':
      return agents.changeReachability(state, fact)
    case 'wrap-up-started':
    case 'wrap-up-extended':
      return agents.setWrapUp(state, fact)
    case 'wrap-up-ended':
      return agents.finishWork(state, fact.agentId, fact.interactionId, fact.at)
    case 'work-paused':
      return agents.pauseWork(state, fact)
    case 'work-resumed':
      return agents.resumeWork(state, fact)
    case 'interaction-arrived': {
      const { interactionId: id, channel, direction, entryPointId, customerId, at } = fact
      const timer = newTimer('interaction', id)
      const phase = { name: 'self-service' } as const
      const known = { id, channel, direction, entryPointId, customerId, arrivedAt: at }
      state.interactions.set(id, { ...known, offers: 0, phase, guests: [], timer })
      return
    }
    case 'customer-recognised':
      waits.interactionOf(state, fact.interactionId).customerId = fact.customerId
      return
    case 'interaction-queued':
      return waits.queue(state, fact)
    case 'customer-called':
      return waits.callCustomer(state, fact)
    case 'customer-reached':
      return waits.reachCustomer(state, fact.interactionId)
    case 'customer-cut-off':
      return waits.cutOff(state, fact)
    case 'customer-call-expired':
      return waits.backInLine(state, fact.interactionId)
    case 'preference-lapsed':
      return waits.lapsePreference(state, fact.interactionId)
    case 'agent-preferred':
      return waits.preferAgent(state, fact)
    case 'requirement-relaxed':
      return waits.relaxRequirement(state, fact.interactionId, fact.step)
    case 'interaction-overflowed':
      return waits.overflow(state, fact)
    case 'interaction-dequeued':
      return waits.dequeue(state, fact.interactionId)
    case 'offer-made':
      return waits.makeOffer(state, fact)
    case 'offer-accepted':
      return waits.acceptOffer(state, fact)
    case 'offer-declined':
    case 'offer-expired':
    case 'offer-rescinded':
      return waits.failOffer(state, fact)
    case 'agent-invited':
      return guests.inviteAgent(state, fact)
    case 'invitation-ended':
      return guests.endInvitation(state, fact)
    case 'agent-joined':
      return guests.join(state, fact)
    case 'agent-left':
      return guests.leave(state, fact)
    case 'interaction-ended':
      return waits.end(state, fact.interactionId, fact.at)
    case 'agent-leg-lost':
      return waits.leaveConversation(state, fact.interactionId, fact.at)
    case 'clock-stopped':
      return configuration.stopClock(state, fact.from, fact.to)
    default:
      return assertNever(fact)
  }
}
