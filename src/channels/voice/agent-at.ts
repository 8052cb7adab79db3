/** Which agent talks on a channel. */
import type { Party } from '../../core/call/call.ts'
import { lineOf } from '../../core/call/lines.ts'
import { agentIdOf, isListener } from '../../core/call/parties.ts'
import type { AgentId } from '../../core/ids.ts'
import type { LiveCall } from './live-call.ts'
import type { LiveCalls } from './live-calls.ts'

export type AgentOnCall = Readonly<{ call: LiveCall; agentId: AgentId }>

/** null: no agent, or one who only listens. */
export function agentAt(calls: LiveCalls, channelId: string): AgentOnCall | null {
  const call = calls.ofChannel(channelId)
  const stage = call?.call.stage
  const has = (party: Party): boolean => party.channelId === channelId || lineOf(party, channelId) !== null
  const party = stage?.kind === 'talking' ? stage.parties.find(has) : undefined
  const agentId = party === undefined || isListener(party) ? null : agentIdOf(party)
  return call === null || agentId === null ? null : { call, agentId }
}
