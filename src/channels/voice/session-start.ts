/** How a call's flow begins: with the version that is published now, in the customer's language where it is known. */
import type { SessionStart } from '../../core/flow/session.ts'
import type { CallParty } from './call-party.ts'
import type { VoicePorts } from './ports.ts'

export function sessionStart(ports: VoicePorts, party: CallParty, dialled: string): SessionStart {
  const { entryPoint, caller } = party
  return {
    flowId: entryPoint.flowId,
    version: ports.flows.library.flow(entryPoint.flowId, null)?.version ?? 0,
    channel: 'voice',
    language: sessionLanguage(party),
    contact: { caller: caller.identity, dialled, customer: caller.customer },
    fallbackQueueId: entryPoint.fallbackQueueId,
    at: ports.now(),
  }
}

/** null: the flow's first. */
export function sessionLanguage({ caller, entryPoint }: CallParty): string | null {
  return caller.customer?.language ?? entryPoint.language
}
