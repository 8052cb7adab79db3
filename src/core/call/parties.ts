/** Who is on a call: questions that its machine, its controls and its recovery ask. */
import type { AgentId } from '../ids.ts'
import type { AgentLeg, Attendance, Call, CallStage, Party, Talk } from './call.ts'

export function leadParty(leg: AgentLeg, place: Party['place'] = 'talking'): Party {
  return { ...agentParty(leg, 'lead'), place }
}

export function agentParty(leg: AgentLeg, role: Party['role'], listening: Party['listening'] = null): Party {
  const { channelId, agentId, offerId } = leg
  const who = { kind: 'agent', agentId, offerId } as const
  return { channelId, who, role, place: 'ringing', lines: null, muted: false, listening }
}

export function outsideParty(channelId: string, role: Party['role']): Party {
  return { channelId, who: { kind: 'outside' }, role, place: 'ringing', lines: null, muted: false, listening: null }
}

/** On the line, and not only on the way there. */
export const hasJoined = ({ place }: Party): boolean => place !== 'ringing' && place !== 'answered'
export const isListener = ({ role }: Party): boolean => role === 'monitor'
export const isAgent = ({ who }: Party): boolean => who.kind === 'agent'

/** Those who carry the conversation. */
export const personsOn = ({ parties }: Talk): Party[] => parties.filter((it) => hasJoined(it) && !isListener(it))

/** Who is rung and has not come in yet. */
export const pendingOn = ({ parties }: Talk): Party[] => parties.filter((it) => !hasJoined(it) && !isListener(it))

export const agentIdOf = ({ who }: Party): AgentId | null => (who.kind === 'agent' ? who.agentId : null)

/** On the call or on the way there. */
export const agentsOn = ({ stage }: Call): AgentId[] =>
  stage.kind === 'talking' ? stage.parties.flatMap((it) => agentIdOf(it) ?? []) : []

export function legOfParty({ channelId, who }: Party): AgentLeg | null {
  return who.kind === 'agent' ? { channelId, agentId: who.agentId, offerId: who.offerId } : null
}

/** The agent's leg of that channel, on the call or on the way there; null: it is none. */
export function agentLegAt(stage: CallStage, channelId: string): AgentLeg | null {
  if (stage.kind === 'waiting') return stage.ringing?.channelId === channelId ? stage.ringing : null
  const party = stage.kind === 'talking' ? stage.parties.find((it) => it.channelId === channelId) : undefined
  return party === undefined ? null : legOfParty(party)
}

/** Who answers for the call: an agent before others. */
export function leadOf(stage: Talk): Party | null {
  const persons = personsOn(stage)
  return persons.find(({ role }) => role === 'lead') ?? persons.find(isAgent) ?? null
}

export function partyOfAgent({ stage }: Call, agentId: AgentId): Party | null {
  return stage.kind === 'talking' ? (stage.parties.find((it) => agentIdOf(it) === agentId) ?? null) : null
}

/** Nobody has the customer, who waits to be picked up. */
export function isParked({ stage }: Call): boolean {
  return stage.kind === 'talking' && stage.customer === 'music' && personsOn(stage).length === 0
}

/** The agent's own leg while one is up or ringing. */
export function agentLegOf(call: Call): AgentLeg | null {
  const { stage } = call
  if (stage.kind === 'waiting') return stage.ringing
  const agent = stage.kind === 'talking' ? (leadOf(stage) ?? stage.parties.find(isAgent)) : undefined
  return agent === undefined || agent === null ? null : legOfParty(agent)
}

/** Every leg that the call counts as its own. */
export function legsOf({ stage, customerChannelId, devices }: Call): string[] {
  const others =
    stage.kind === 'waiting'
      ? [stage.ringing?.channelId]
      : stage.kind === 'talking'
        ? stage.parties.flatMap((it) => (it.lines === null ? [it.channelId] : [it.lines.first, it.lines.second]))
        : stage.kind === 'calling'
          ? [stage.channelId]
          : []
  return [customerChannelId, ...others, ...devices.flatMap((it) => it.others)].filter(
    (id) => id !== null && id !== undefined,
  )
}

/** The lines that agents' phones have opened by themselves. */
export function secondLinesOf({ stage }: Call): string[] {
  return stage.kind === 'talking' ? stage.parties.flatMap(({ lines }) => lines?.second ?? []) : []
}

/** No more than one agent and the customer. */
export function isPlain(stage: Talk): boolean {
  const others = stage.parties.filter((it) => !isListener(it))
  return others.length <= 1 && stage.customer !== 'gone'
}

export function attendanceOf(stage: Talk): Attendance {
  const persons = personsOn(stage)
  const isWithCustomer = stage.customer === 'talking'
  const talkers = persons.filter(({ place }) => place === 'talking').length
  const does = ({ place }: Party) =>
    place !== 'talking' ? 'waits' : isWithCustomer ? 'talks' : talkers > 1 ? 'consults' : 'waits'
  return {
    customer: stage.customer === 'gone' ? 'left' : isWithCustomer ? 'talks' : 'waits',
    agents: persons.flatMap((it) => (it.who.kind === 'agent' ? { agentId: it.who.agentId, does: does(it) } : [])),
    outside: persons.flatMap((it) => (it.who.kind === 'outside' ? { channelId: it.channelId, does: does(it) } : [])),
  }
}
