/** Who is on a call, as far as its flow, an agent's display and a callback need to know. */
import type { RecognisedCaller, VoiceEntryPoint } from './ports.ts'

/** Who is calling which number. */
export type CallParty = Readonly<{
  entryPoint: VoiceEntryPoint
  caller: RecognisedCaller
  displayName: string | null
}>

/** What the agent's phone shows: the customer's number and name. `dialled`: of a callback. */
export function agentDisplay({ caller, displayName }: CallParty, dialled: string | null): Record<string, string> {
  const number = dialled ?? caller.identity ?? 'anonymous'
  const name = caller.customer?.name ?? displayName ?? ''
  return { 'CONNECTEDLINE(num,i)': number, 'CONNECTEDLINE(name,i)': name, 'CONNECTEDLINE(pres)': 'allowed' }
}
