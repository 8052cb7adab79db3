/** Handing a customer on: consult, swap, complete, cancel, join all three, send somebody away, park, back to a queue. */
import type { Call, CallStep, Party, Talk } from './call.ts'
import { backInLine, gathered, neverCame } from './leaving.ts'
import { dismiss, isLined, withoutAsked } from './lines.ts'
import { agentIdOf, hasJoined, isListener, isParked, leadOf, pendingOn, personsOn } from './parties.ts'
import { closeTalk, go, same, sendAway, withActions } from './results.ts'

/** Whoever consults, and whom. */
export type Consultation = Readonly<{ stage: Talk; asking: Party; asked: Party }>

export function consultationOf({ stage }: Call): Consultation | null {
  if (stage.kind !== 'talking' || stage.customer === 'gone') return null
  const asked = stage.parties.find(({ role }) => role === 'consult')
  const asking = personsOn(stage).find((it) => it !== asked)
  return asked === undefined || asking === undefined ? null : { stage, asking, asked }
}

export function swap(call: Call): CallStep {
  const consultation = consultationOf(call)
  if (consultation === null || !hasJoined(consultation.asked)) return same(call)
  const { stage, asking, asked } = consultation
  const toCustomer = stage.customer === 'music'
  const parties = stage.parties.map((it): Party => {
    if (it === asked) return { ...it, place: toCustomer ? 'music' : 'talking' }
    return it === asking ? { ...it, place: 'talking' } : it
  })
  return go(call, { ...stage, customer: toCustomer ? 'talking' : 'music', held: null, parties })
}

export function complete(call: Call): CallStep {
  const consultation = consultationOf(call)
  if (consultation === null) return same(call)
  const { stage, asking, asked } = consultation
  const left: Talk = { ...stage, parties: stage.parties.filter((it) => it !== asking) }
  const away = sendAway(asking)
  if (hasJoined(asked)) return go(call, gathered(left), { first: away })
  // Handed on while it rings.
  const closed = closeTalk(call, left.parties)
  const parties = closed.parties.map((it): Party => (it === asked ? { ...it, role: 'transfer' } : it))
  const step = go(closed.call, { ...left, customer: 'tone', held: null, parties }, { first: away })
  return withActions(step.call, [...step.actions, ...closed.actions])
}

export function cancelConsult(call: Call): CallStep {
  const consultation = consultationOf(call)
  return consultation === null ? same(call) : sendOff(call, consultation.stage, consultation.asked)
}

export function merge(call: Call): CallStep {
  const consultation = consultationOf(call)
  if (consultation === null || !hasJoined(consultation.asked)) return same(call)
  return go(call, gathered(consultation.stage))
}

export function remove(call: Call, channelId: string): CallStep {
  const { stage } = call
  const party = stage.kind === 'talking' ? stage.parties.find((it) => it.channelId === channelId) : undefined
  return stage.kind !== 'talking' || party === undefined ? same(call) : sendOff(call, stage, party)
}

function sendOff(call: Call, stage: Talk, party: Party): CallStep {
  const left: Talk = { ...stage, parties: stage.parties.filter((it) => it !== party) }
  const asking = party.role === 'consult' ? left.parties.find(isLined) : undefined
  if (asking !== undefined) return withoutAsked(call, left, asking, dismiss(party))
  if (!hasJoined(party)) {
    const first = dismiss(party)
    return isListener(party)
      ? go(call, left, { first })
      : neverCame(call, left, party, first, { cause: 16, seen: true })
  }
  if (isListener(party)) return go(call, left, { first: sendAway(party) })
  // The last one is not sent away but hangs up.
  if (personsOn(left).length === 0) return same(call)
  return go(call, gathered(left), { first: sendAway(party) })
}

/** The one who has the customer, with nobody else on the call or on the way. */
function soleHolder(stage: Talk): Party | null {
  const isHere = stage.customer === 'talking' || stage.customer === 'music'
  return isHere && personsOn(stage).length === 1 && pendingOn(stage).length === 0 ? leadOf(stage) : null
}

export function handToQueue(call: Call, queueId: string): CallStep {
  const { stage } = call
  const holder = stage.kind === 'talking' ? soleHolder(stage) : null
  if (stage.kind !== 'talking' || holder === null) return same(call)
  const left: Talk = { ...stage, queueId, parties: stage.parties.filter((it) => it !== holder) }
  return backInLine(call, left, sendAway(holder), 'transfer')
}

export function park(call: Call): CallStep {
  const { stage } = call
  const holder = stage.kind === 'talking' ? soleHolder(stage) : null
  const agentId = holder === null ? null : agentIdOf(holder)
  if (stage.kind !== 'talking' || holder === null || agentId === null || stage.queueId === null) return same(call)
  const { queueId } = stage
  const closed = closeTalk(call, stage.parties.filter(isListener))
  const step = go(closed.call, { ...stage, customer: 'music', held: null, parties: [] }, { first: sendAway(holder) })
  return withActions(step.call, [...step.actions, ...closed.actions, { do: 'note-parked', agentId, queueId }])
}

export function unpark(call: Call): CallStep {
  const { stage } = call
  if (stage.kind !== 'talking' || !isParked(call) || pendingOn(stage).length > 0) return same(call)
  return backInLine(call, stage, [])
}
