/** How a call's flow begins: with the version that is published now, in the customer's language where it is known. */
import type { SessionStart } from '../../core/flow/session.ts'
import type { CallParty } from './call-party.ts'
import type { VoicePorts } from './ports.ts'

export function sessionStart(ports: VoicePorts, { entryPoint, caller }: CallParty, dialled: string): SessionStart {
  return {
    flowId: entryPoint.flowId,
    version: ports.flows.library.flow(entryPoint.flowId, null)?.version ?? 0,
    channel: 'voice',
    language: caller.customer?.language ?? entryPoint.language,
    contact: { caller: caller.identity, dialled, customer: caller.customer },
    fallbackQueueId: entryPoint.fallbackQueueId,
    at: ports.now(),
  }
}
