/** Somebody goes, or never came: who is left is brought together, and the call is over when nobody is left to talk to. */
import type { EndedBy } from '../facts.ts'
import {
  declineReasonOf,
  type Call,
  type CallAction,
  type CallInput,
  type CallStep,
  type Party,
  type Talk,
} from './call.ts'
import { hasJoined, isAgent, isListener, legOfParty, pendingOn, personsOn } from './parties.ts'
import { notReached } from './calling.ts'
import { isLined, lineGone, lineOf, withoutAsked } from './lines.ts'
import { closeTalk, go, over, same, withActions } from './results.ts'
import { unreached } from './talk.ts'

type LegGone = Extract<CallInput, { kind: 'leg-gone' }>

export function legGone(call: Call, input: LegGone): CallStep {
  const { stage, customerChannelId } = call
  if (input.channelId === customerChannelId) return customerGone(call, input)
  if (stage.kind === 'calling' && stage.channelId === input.channelId) return notReached(call, input.cause)
  if (stage.kind === 'waiting') return offeredGone(call, input)
  if (stage.kind !== 'talking') return same(call)
  const lined = stage.parties.filter(isLined).find((it) => lineOf(it, input.channelId) !== null)
  if (lined !== undefined) return lineGone(call, stage, lined, input.channelId, input.seen && !isAccident(input.cause))
  const party = stage.parties.find((it) => it.channelId === input.channelId)
  if (party === undefined) return same(call)
  const left = { ...stage, parties: stage.parties.filter((it) => it !== party) }
  if (isListener(party)) return go(call, left, { first: untold(party, input), last: asideOf(party) })
  return hasJoined(party)
    ? partyGone(call, left, party, input)
    : neverCame(call, left, party, stage.queueId === null ? [] : untold(party, input), input)
}

/** The phone of an offer. */
function offeredGone(call: Call, { channelId, cause, seen }: LegGone): CallStep {
  const { stage } = call
  if (stage.kind !== 'waiting' || stage.ringing?.channelId !== channelId) return same(call)
  const { offerId } = stage.ringing
  const back = { ...call, stage: { ...stage, ringing: null, answered: false } }
  // Picked up and put down before the router's word came: nobody is to blame, it rings elsewhere.
  if (stage.answered || !seen) return withActions(back, [{ do: 'lose-offer', offerId }])
  return withActions(back, [declined(offerId, cause)])
}

function customerGone(call: Call, input: LegGone): CallStep {
  const { cause, seen } = input
  const { stage } = call
  const without = { ...call, customerChannelId: null }
  if (unreached(call))
    return over(without, [{ do: 'end-interaction', by: 'system', outcome: 'failed', cause: `q850-${cause}` }])
  if (stage.kind === 'talking' && personsOn(stage).length > 1)
    // Colleagues who talk are not cut off.
    return go(without, gathered({ ...stage, customer: 'gone' }), {
      first: [{ do: 'note-customer-left', cause: `q850-${cause}` }],
    })
  const by = seen ? 'customer' : 'unknown'
  return over(without, [{ do: 'end-interaction', by, outcome: null, cause: `q850-${cause}` }])
}

/** What the router, or the history, is told of a leg that is gone. */
function untold(party: Party, { cause, seen }: Pick<LegGone, 'cause' | 'seen'>): CallAction[] {
  const leg = legOfParty(party)
  const { channelId } = party
  if (leg === null) return [{ do: 'note-outside-left', channelId, cause: `q850-${cause}` }]
  // Once it was taken, the router may count them in already.
  if (party.place !== 'ringing') return [{ do: 'leave-agent', agentId: leg.agentId, cause: `q850-${cause}` }]
  if (!seen) return [{ do: 'lose-offer', offerId: leg.offerId }]
  return [declined(leg.offerId, cause)]
}

function declined(offerId: string, cause: number): CallAction {
  const reason = declineReasonOf(cause)
  return reason === null ? { do: 'lose-offer', offerId } : { do: 'decline-offer', offerId, reason }
}

const asideOf = ({ place, channelId }: Party): CallAction[] =>
  place === 'aside' ? [{ do: 'stop-listening', channelId }] : []

/** The router has taken the invitation back, or did not take its acceptance. */
export function stopInvitation(call: Call, offerId: string): CallStep {
  const { stage } = call
  const party = stage.kind === 'talking' ? stage.parties.find((it) => legOfParty(it)?.offerId === offerId) : undefined
  if (stage.kind !== 'talking' || party === undefined || hasJoined(party)) return same(call)
  const hangUp: CallAction = { do: 'hang-up-leg', channelId: party.channelId, cause: 'no-answer' }
  const left = { ...stage, parties: stage.parties.filter((it) => it !== party) }
  if (isListener(party)) return go(call, left, { first: [hangUp] })
  return neverCame(call, left, party, [hangUp], { cause: 19, seen: true })
}

/** `left`: without them. */
export function neverCame(
  call: Call,
  left: Talk,
  { role }: Party,
  first: CallAction[],
  { cause, seen }: Pick<LegGone, 'cause' | 'seen'>,
): CallStep {
  switch (role) {
    case 'consult': {
      const asking = left.parties.find(isLined)
      if (asking !== undefined) return withoutAsked(call, left, asking, first)
      // Whoever asked has the customer again.
      return go(call, personsOn(left).length === 0 ? left : gathered(left), { first })
    }
    case 'transfer':
      if (personsOn(left).length + pendingOn(left).length > 0) return go(call, left, { first })
      return left.queueId === null
        ? backToFlow(call, [...first, { do: 'not-passed-on', cause: `q850-${cause}` }])
        : backInLine(call, left, first)
    case 'outbound': {
      const by = seen ? 'agent' : 'unknown'
      return over({ ...call, stage: left }, [
        ...first,
        { do: 'end-interaction', by, outcome: 'failed', cause: `agent-q850-${cause}` },
      ])
    }
    case 'conference':
    case 'pick-up':
    case 'monitor':
    case 'lead':
      return go(call, left, { first })
  }
}

function partyGone(call: Call, left: Talk, party: Party, input: LegGone): CallStep {
  const persons = personsOn(left)
  const hasCustomer = left.customer !== 'gone'
  const asking = party.role === 'consult' ? left.parties.find(isLined) : undefined
  if (asking !== undefined && hasCustomer) return withoutAsked(call, left, asking, untold(party, input))
  if (persons.length + (hasCustomer ? 1 : 0) > 1 && !unreached({ ...call, stage: left }))
    return go(call, gathered(left), { first: untold(party, input) })
  if (hasCustomer && persons.length === 0 && isAgent(party) && !unreached(call))
    return customerAlone(call, left, party, input)
  return partyEnds(call, left, party, input)
}

/** The last one who had the customer is gone, and the customer is there. */
function customerAlone(call: Call, left: Talk, party: Party, input: LegGone): CallStep {
  const { cause, flowGoesOn, seen } = input
  const first = untold(party, input)
  if (pendingOn(left).length > 0) {
    // Whoever is rung gets the customer.
    const closed = closeTalk(call, left.parties)
    const parties = closed.parties.map((it): Party => ({ ...it, role: 'transfer' }))
    const step = go(closed.call, { ...left, customer: 'tone', held: null, parties }, { first })
    return withActions(step.call, [...step.actions, ...closed.actions])
  }
  // Nobody said goodbye: what the flow has for after the talk can wait. Nor is whoever was lost waited for any longer.
  if (seen && isAccident(cause) && left.queueId !== null) return backInLine(call, left, first)
  if (flowGoesOn === true) {
    const closed = closeTalk(call, left.parties)
    const { call: next, actions } = go(closed.call, { kind: 'flow' })
    return withActions(next, [...actions, ...closed.actions, { do: 'leave-conversation', cause: `q850-${cause}` }])
  }
  return partyEnds(call, left, party, input)
}

/** Q.850: the phone or the way to it failed; nobody hung up. */
function isAccident(cause: number): boolean {
  return [18, 20, 27, 38, 41, 42, 44].includes(cause)
}

function partyEnds(call: Call, left: Talk, party: Party, { cause, seen }: LegGone): CallStep {
  // There is no word for who was called: the customer did not hang up, and no agent was there.
  const by: EndedBy = !seen ? 'unknown' : isAgent(party) ? 'agent' : 'system'
  const outcome = unreached(call) ? 'failed' : null
  const why = isAgent(party) ? `q850-${cause}` : `outside-q850-${cause}`
  return over({ ...call, stage: left }, [{ do: 'end-interaction', by, outcome, cause: why }])
}

/** Everyone who is left hears everyone. */
export function gathered(stage: Talk): Talk {
  const [first] = personsOn(stage)
  const customer = stage.customer === 'music' || stage.customer === 'tone' ? 'talking' : stage.customer
  const parties = stage.parties.map((it): Party => {
    if (!hasJoined(it) || isListener(it)) return it
    const role = it === first && isAgent(it) ? 'lead' : it.role === 'consult' ? 'conference' : it.role
    return { ...it, place: 'talking', role }
  })
  return { ...stage, customer, parties, held: null }
}

/** Back to the queue, for whoever is free. */
export function backInLine(
  call: Call,
  left: Talk,
  first: CallAction[],
  reason: 'transfer' | 'recall' = 'recall',
): CallStep {
  const { queueId } = left
  if (queueId === null || call.customerChannelId === null) return same(call)
  const closed = closeTalk(call, left.parties)
  const { call: next, actions } = go(
    closed.call,
    { kind: 'waiting', queueId, ringing: null, answered: false },
    { first },
  )
  return withActions(next, [...actions, ...closed.actions, { do: 'enqueue', queueId, reason }])
}

function backToFlow(call: Call, last: CallAction[]): CallStep {
  return go(call, { kind: 'flow' }, { last })
}
