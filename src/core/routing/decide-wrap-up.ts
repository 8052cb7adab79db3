/** Work after contact, ended early or extended by the agent. Its end by time is in due.ts. */
import type { Decision } from '../decision.ts'
import { newDraft, refuse } from './draft.ts'
import type { InputOf } from './inputs.ts'
import { agentOf, type RoutingState } from './state.ts'

export function finishWrapUp(state: RoutingState, input: InputOf<'finish-wrap-up'>): Decision {
  const { at, agentId, interactionId, by } = input
  const wrapUp = wrapUpOf(state, input)
  return 'facts' in wrapUp ? wrapUp : newDraft({ kind: 'wrap-up-ended', at, agentId, interactionId, by })
}

export function extendWrapUp(state: RoutingState, input: InputOf<'extend-wrap-up'>): Decision {
  const { at, agentId, interactionId, byMs } = input
  const wrapUp = wrapUpOf(state, input)
  if ('facts' in wrapUp) return wrapUp
  if (!(byMs > 0)) return refuse('invalid', 'a wrap-up is extended by more than nothing')
  const limitMs = state.queues.get(wrapUp.queueId)?.rules.wrapUpExtensionLimitMs ?? 0
  if (wrapUp.extendedMs + byMs > limitMs)
    return refuse('extension-limit', `${limitMs - wrapUp.extendedMs} ms of extension are left`)
  return newDraft({ kind: 'wrap-up-extended', at, agentId, interactionId, endsAt: wrapUp.endsAt + byMs })
}

function wrapUpOf(state: RoutingState, { agentId, interactionId }: InputOf<'finish-wrap-up' | 'extend-wrap-up'>) {
  const agent = agentOf(state, agentId)
  if (agent === null) return refuse('unknown-agent', `no agent ${agentId}`)
  const work = agent.works.get(interactionId)
  return work?.phase === 'wrap-up' ? work : refuse('no-wrap-up', `${agentId} has no wrap-up of ${interactionId}`)
}
