/** Somebody comes in: is rung beside the conversation, picks up, and gets their place in it. */
import type { Purpose } from '../facts.ts'
import type { AgentLeg, Call, CallAction, CallInput, CallStep, Party, Talk } from './call.ts'
import { agentParty, hasJoined, isListener, leadOf, legOfParty, outsideParty, pendingOn, personsOn } from './parties.ts'
import { closeTalk, go, same, sendAway, withActions } from './results.ts'
import { beginTalk, dialCustomer, listeningAs } from './talk.ts'

type Input<K extends CallInput['kind']> = Extract<CallInput, { kind: K }>

/** Beyond this a conference is an assembly. */
const mostParties = 10

export function ringGuest(call: Call, input: Input<'ring-guest'>): CallStep {
  const { offerId, agentId, channelId, purpose, listening } = input
  const { stage } = call
  const leg: AgentLeg = { channelId, agentId, offerId }
  if (stage.kind !== 'talking' || !mayCome(stage, purpose)) return withActions(call, [{ do: 'lose-offer', offerId }])
  return comeIn(call, stage, agentParty(leg, purpose, listening), { do: 'ring', leg })
}

export function ringOutside(call: Call, { channelId, purpose }: Input<'ring-outside'>): CallStep {
  const { stage } = call
  if (stage.kind !== 'talking' || !mayCome(stage, purpose)) return same(call)
  return comeIn(call, stage, outsideParty(channelId, purpose), { do: 'dial-outside', channelId })
}

/** Whether the conversation is one that somebody may come into for this. */
export function mayCome(stage: Talk, purpose: Purpose): boolean {
  const persons = personsOn(stage).length
  const isQuiet = pendingOn(stage).length === 0
  switch (purpose) {
    case 'consult':
    case 'transfer':
      return persons === 1 && isQuiet && leadOf(stage) !== null && isHere(stage)
    case 'conference':
      return persons > 0 && stage.parties.length < mostParties && !unmerged(stage) && stage.customer === 'talking'
    case 'pick-up':
      return persons === 0 && isQuiet && stage.customer === 'music'
    case 'outbound':
      return persons === 0 && isQuiet && stage.customer === 'absent'
    case 'monitor':
      return leadOf(stage) !== null && stage.parties.length < mostParties
  }
}

const isHere = ({ customer }: Talk): boolean => customer === 'talking' || customer === 'music'
const unmerged = ({ parties }: Talk): boolean => parties.some(({ role }) => role === 'consult')

function comeIn(call: Call, stage: Talk, party: Party, ring: CallAction): CallStep {
  const parties = [...stage.parties, party]
  if (party.role === 'consult') {
    // They wait while it rings: the customer with music, whoever asks with the ringing.
    const waiting = parties.map((it): Party => (hasJoined(it) && !isListener(it) ? { ...it, place: 'tone' } : it))
    return go(call, { ...stage, customer: 'music', held: null, parties: waiting }, { last: [ring] })
  }
  return party.role === 'transfer'
    ? handOver(call, stage, party, ring)
    : go(call, { ...stage, parties }, { last: [ring] })
}

/** Whoever has the customer leaves them to the phone that rings. */
function handOver(call: Call, stage: Talk, party: Party, ring: CallAction): CallStep {
  const leaving = personsOn(stage)
  const closed = closeTalk(
    call,
    stage.parties.filter((it) => !leaving.includes(it)),
  )
  const parties = [...closed.parties, party]
  const { call: next, actions } = go(closed.call, { ...stage, customer: 'tone', held: null, parties })
  return withActions(next, [...actions, ...closed.actions, ...leaving.flatMap(sendAway), ring])
}

export function guestUp(call: Call, stage: Talk, channelId: string): CallStep {
  const party = stage.parties.find((it) => it.channelId === channelId)
  if (party?.place !== 'ringing') return same(call)
  const leg = legOfParty(party)
  if (leg === null) return seat(call, stage, party, null)
  const parties = stage.parties.map((it): Party => (it === party ? { ...it, place: 'answered' } : it))
  return withActions({ ...call, stage: { ...stage, parties } }, [{ do: 'accept-offer', offerId: leg.offerId }])
}

/** The router's word about an invitation that was taken. */
export function connectGuest(call: Call, input: Input<'connect-guest'>): CallStep {
  const { stage } = call
  const { offerId, agentId, record } = input
  const party = stage.kind === 'talking' ? stage.parties.find((it) => legOfParty(it)?.offerId === offerId) : undefined
  // Picked up and put down before the router's word came.
  if (stage.kind !== 'talking' || party === undefined)
    return withActions(call, [{ do: 'leave-agent', agentId, cause: 'left while answering' }])
  return hasJoined(party) ? same(call) : seat(call, stage, party, record)
}

function seat(call: Call, stage: Talk, party: Party, record: string | null): CallStep {
  const others = stage.parties.filter((it) => it !== party)
  switch (party.role) {
    case 'consult': {
      const asking = others.map((it): Party => (it.place === 'tone' ? { ...it, place: 'talking' } : it))
      // A phone may have turned back to the customer on its other line.
      const place = stage.customer === 'talking' ? 'music' : 'talking'
      return go(call, { ...stage, parties: [...asking, { ...party, place }] })
    }
    case 'conference':
      return go(call, { ...stage, parties: [...others, { ...party, place: 'talking' }] })
    case 'transfer':
    case 'pick-up': {
      const isAgent = party.who.kind === 'agent'
      // Whoever else is rung comes to a conversation.
      const later = others.map((it): Party => (isListener(it) ? it : { ...it, role: 'conference' }))
      const first: Party = { ...party, role: isAgent ? 'lead' : 'transfer', place: 'talking' }
      const talk: Talk = { ...stage, customer: 'talking', held: null, parties: [...later, first] }
      const { call: next, actions } = beginTalk({ ...call, recordingId: record }, talk)
      return withActions(next, isAgent ? actions : [...actions, { do: 'passed-on' }])
    }
    case 'outbound':
      return dialCustomer({ ...call, recordingId: record }, stage.queueId, { ...party, role: 'lead' })
    case 'monitor':
      return go(call, { ...stage, parties: [...others, listeningAs(party)] })
    case 'lead':
      return same(call)
  }
}
