/** Who is on a call, as far as its flow, an agent's display and a callback need to know. */
import type { RecognisedCaller, VoiceEntryPoint } from './ports.ts'

/** Who is calling which number. */
export type CallParty = Readonly<{
  entryPoint: VoiceEntryPoint
  caller: RecognisedCaller
  displayName: string | null
}>

export type Shown = Readonly<{ number: string; name: string }>

/** What the agent's phone shows of the customer; a number that was withheld stays so. `dialled`: of a callback. */
export function agentDisplay({ caller, displayName }: CallParty, dialled: string | null): Shown {
  const number = dialled ?? caller.identity ?? 'anonymous'
  return { number, name: caller.customer?.name ?? displayName ?? '' }
}
