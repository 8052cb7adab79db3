/**
 * A phone with two lines on one call: the first has the customer, who waits while its agent asks somebody on the second. What
 * the phone's keys do to the lines is followed: whoever's line is resumed is talked to, whoever's line is hung up is gone.
 */
import type { Call, CallAction, CallInput, CallStep, Party, Talk } from './call.ts'
import { mayCome } from './coming.ts'
import { hasJoined, isAgent, legOfParty, personsOn } from './parties.ts'
import { go, over, same, sendAway } from './results.ts'
import { hold, resume } from './talk.ts'

type Input<K extends CallInput['kind']> = Extract<CallInput, { kind: K }>
type Lined = Party & { lines: NonNullable<Party['lines']> }

/** The agent calls somebody beside the call that they are on: whom, comes next. */
export function openSecondLine(call: Call, { channelId, lineId }: Input<'second-line'>): CallStep {
  const { stage } = call
  const party = stage.kind === 'talking' ? personsOn(stage).find((it) => it.channelId === channelId) : undefined
  if (stage.kind !== 'talking' || party === undefined || !isAgent(party) || party.lines !== null) return same(call)
  if (!mayCome(stage, 'consult')) return same(call)
  const lines = { first: channelId, second: lineId, firstOnHold: stage.held === 'phone' }
  const asking: Party = { ...party, channelId: lineId, lines, place: 'tone' }
  return go(call, replaced({ ...stage, customer: 'music', held: null }, party, asking))
}

/** Nobody is there to be asked: the second line ends, and the first has the customer as before. */
export function endSecondLine(call: Call, { lineId, cause }: Input<'end-second-line'>): CallStep {
  const { stage } = call
  const party = stage.kind === 'talking' ? stage.parties.find((it) => it.lines?.second === lineId) : undefined
  if (stage.kind !== 'talking' || party === undefined || !isLined(party)) return same(call)
  return go(call, onFirst(stage, party), { first: [{ do: 'hang-up-leg', channelId: lineId, cause }] })
}

export function holdLine(call: Call, { channelId, on }: Input<'line-held'>): CallStep {
  const { stage } = call
  const party = stage.kind === 'talking' ? stage.parties.find((it) => lineOf(it, channelId) !== null) : undefined
  if (stage.kind !== 'talking' || party === undefined || !isLined(party)) return same(call)
  const isFirst = party.lines.first === channelId
  const isActive = party.channelId === channelId
  const known = isFirst ? { ...party, lines: { ...party.lines, firstOnHold: on } } : party
  const next: Call = { ...call, stage: replaced(stage, party, known) }
  if (isActive && isFirst) return on ? hold(next, 'phone') : resume(next, 'phone')
  return on || isActive ? go(next, next.stage) : go(next, turnedTo(replaced(stage, party, known), known, channelId))
}

/** `channelId`: of one of its lines. */
export function lineGone(call: Call, stage: Talk, party: Lined, channelId: string, isHungUp: boolean): CallStep {
  const asked = stage.parties.find(({ role }) => role === 'consult')
  if (channelId === party.lines.second) {
    const left = { ...stage, parties: stage.parties.filter((it) => it !== asked) }
    return go(call, onFirst(left, party), { first: asked === undefined ? [] : dismiss(asked) })
  }
  const { second } = party.lines
  const kept: Party = { ...party, channelId: second, lines: null }
  // Who hangs up the line of a customer who waits hangs up on the customer.
  if (isHungUp && asked !== undefined)
    return over({ ...call, stage: replaced(stage, party, kept) }, [
      { do: 'end-interaction', by: 'agent', outcome: null, cause: 'q850-16' },
    ])
  return go(
    call,
    asked === undefined ? replaced(stage, party, { ...kept, place: 'talking' }) : asking(stage, party, kept),
  )
}

/** Whoever was asked is gone: so is the line to them. */
export function withoutAsked(call: Call, left: Talk, party: Party, first: CallAction[]): CallStep {
  if (!isLined(party)) return same(call)
  return go(call, onFirst(left, party), {
    first: [...first, { do: 'hang-up-leg', channelId: party.lines.second, cause: 'busy' }],
  })
}

export const isLined = (party: Party): party is Lined => party.lines !== null

/** Which line of the phone that channel is; null: none of its two. */
export function lineOf({ lines }: Party, channelId: string): 'first' | 'second' | null {
  if (lines === null) return null
  return lines.first === channelId ? 'first' : lines.second === channelId ? 'second' : null
}

/** The customer waits until the phone resumes its line, if it holds it. */
function onFirst(stage: Talk, party: Lined): Talk {
  const { first, firstOnHold } = party.lines
  const kept: Party = { ...party, channelId: first, lines: null, place: 'talking', role: 'lead' }
  const isWith = stage.customer === 'talking' || stage.customer === 'gone'
  const waits = { ...stage, customer: 'music' as const, held: 'phone' as const }
  const back = isWith ? stage : firstOnHold ? waits : { ...stage, customer: 'talking' as const, held: null }
  return replaced(back, party, kept)
}

function turnedTo(stage: Talk, party: Lined, channelId: string): Talk {
  const next: Party = { ...party, channelId, place: 'talking' }
  const asked = stage.parties.find(({ role }) => role === 'consult')
  if (asked === undefined) return replaced(stage, party, next)
  if (channelId === party.lines.second) return asking(stage, party, next)
  const parties = stage.parties.map((it): Party => (it === asked && hasJoined(it) ? { ...it, place: 'music' } : it))
  return replaced({ ...stage, customer: 'talking', held: null, parties }, party, next)
}

function asking(stage: Talk, party: Party, next: Party): Talk {
  const asked = stage.parties.find(({ role }) => role === 'consult')
  const isThere = asked !== undefined && hasJoined(asked)
  const parties = stage.parties.map((it): Party => (it === asked && isThere ? { ...it, place: 'talking' } : it))
  return replaced({ ...stage, customer: 'music', held: null, parties }, party, {
    ...next,
    place: isThere ? 'talking' : 'tone',
  })
}

function replaced(stage: Talk, party: Party, by: Party): Talk {
  return { ...stage, parties: stage.parties.map((it) => (it === party ? by : it)) }
}

/** Off the call, whether they are on it already or on the way. */
export function dismiss(party: Party): CallAction[] {
  if (hasJoined(party)) return sendAway(party)
  const { channelId, place } = party
  const leg = legOfParty(party)
  const hangUp: CallAction = { do: 'hang-up-leg', channelId, cause: 'normal' }
  if (leg === null) return [hangUp, { do: 'note-outside-left', channelId, cause: 'sent away' }]
  return place === 'ringing'
    ? [hangUp, { do: 'lose-offer', offerId: leg.offerId }]
    : [hangUp, { do: 'leave-agent', agentId: leg.agentId, cause: 'sent away' }]
}
