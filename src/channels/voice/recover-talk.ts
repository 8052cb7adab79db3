/** A call that was in the hands of people: who is on it follows from the facts, and where each is from Asterisk's bridges. */
import type { Party, Talk } from '../../core/call/call.ts'
import {
  agentIdOf,
  agentParty,
  hasJoined,
  isListener,
  leadParty,
  outsideParty,
  pendingOn,
  personsOn,
} from '../../core/call/parties.ts'
import { devicesOf } from '../../core/call/devices.ts'
import type { CallTrace } from '../../core/call/trace.ts'
import type { InteractionId } from '../../core/ids.ts'
import type { Guest } from '../../core/interaction/interaction.ts'
import type { InteractionView } from '../../core/routing/views.ts'
import { arrivalOf } from './arrivals.ts'
import type { LiveCall } from './live-call.ts'
import { accountOf, bridgeId, roomOf } from './naming.ts'
import { isInBridge, legOf, type Scene } from './recovery-scene.ts'

type Found = Readonly<{ scene: Scene; view: InteractionView; trace: CallTrace; customer: string | null }>

/** Whether anybody beside one agent and the customer has to do with it. */
export function isAmongPeople({ guests }: InteractionView, trace: CallTrace): boolean {
  return guests.length > 0 || trace.parked !== null || trace.outside.size > 0 || trace.customerLeft
}

/** Somebody goes on talking although the customer is gone. */
export function goesOnWithout(found: Found): boolean {
  return (
    personsOn(talkOf({ ...found, customer: null })).filter(({ channelId }) => found.scene.channels.has(channelId))
      .length > 1
  )
}

export function talkOf(found: Found): Talk {
  const { view, trace } = found
  const outside = [...trace.outside.values()]
  const queueId =
    view.phase === 'engaged'
      ? view.queueId
      : (trace.parked?.queueId ?? view.guests[0]?.queueId ?? outside[0]?.queueId ?? null)
  const isWithCustomer = isInBridge(found.scene, view.interactionId, found.customer)
  const lead =
    view.phase === 'engaged'
      ? [withLines(found.scene, { ...leadParty(legOf(found.scene, view.interactionId, view)), place: 'answered' })]
      : []
  const parties = [
    ...lead.map((it): Party => (inBridge(found, it.channelId) ? { ...it, place: 'talking' } : it)),
    ...view.guests.map((guest) => guestParty(found, guest, isWithCustomer)),
    ...[...trace.outside].map(([partyId, { purpose }]) =>
      placed(found, outsideParty(`${view.interactionId}.${partyId}`, purpose), isWithCustomer),
    ),
  ]
  const talk: Talk = { kind: 'talking', queueId, customer: 'talking', customerMuted: false, parties, held: null }
  const settled = {
    ...talk,
    parties: parties.map((it) => (isAsking(talk, it) ? { ...it, place: 'tone' as const } : it)),
  }
  return { ...settled, customer: placeOfCustomer(found, settled, isWithCustomer) }
}

/** Their phone may have opened another line, and be on it. */
function withLines(scene: Scene, lead: Party): Party {
  const agentId = agentIdOf(lead)
  const { directory } = scene.ports
  const own = [...scene.channels.values()].find((channel) => {
    const arrival = arrivalOf(channel, scene.app)
    if (agentId === null || arrival?.origin !== 'agent' || directory.entryPoint(arrival.dialled) !== null) return false
    return directory.agentOfEndpoint(accountOf(channel.name) ?? '') === agentId
  })
  if (own === undefined) return lead
  const lines = { first: lead.channelId, second: own.id, firstOnHold: true }
  const isBack = [...scene.bridges.values()].some(({ channels }) => channels.includes(lead.channelId))
  return { ...lead, lines, channelId: isBack ? lead.channelId : own.id }
}

/** Rings somebody to consult, and hears that. */
const isAsking = (talk: Talk, party: Party): boolean =>
  party.role === 'lead' && party.place === 'answered' && pendingOn(talk).some(({ role }) => role === 'consult')

function guestParty(found: Found, guest: Guest, isWithCustomer: boolean): Party {
  const leg = legOf(found.scene, found.view.interactionId, guest)
  if (guest.purpose === 'monitor') return listener(found, guest)
  const party = agentParty(leg, guest.purpose)
  return guest.phase === 'ringing' ? party : placed(found, { ...party, place: 'answered' }, isWithCustomer)
}

function listener({ scene, view }: Found, guest: Guest): Party {
  const leg = legOf(scene, view.interactionId, guest)
  const party = agentParty(leg, 'monitor', 'monitor')
  if (isInBridge(scene, view.interactionId, leg.channelId)) return { ...party, listening: 'barge', place: 'talking' }
  if (roomsOf(scene, view.interactionId, leg.channelId).some(({ isIn }) => isIn))
    return { ...party, place: 'aside', muted: true }
  return guest.phase === 'joined' ? { ...party, place: 'answered' } : party
}

/** Where the leg listens; also rooms that it had left when nobody was there to see to them. */
function roomsOf({ bridges }: Scene, interactionId: InteractionId, channelId: string) {
  return [...bridges.values()].flatMap(({ id, channels }) => {
    const room = roomOf(id, interactionId, channelId)
    return room === null ? [] : [{ ...room, isIn: channels.includes(channelId) }]
  })
}

function goOnListening(scene: Scene, live: LiveCall, channelId: string): void {
  for (const { isIn, ...room } of roomsOf(scene, live.call.interactionId, channelId)) {
    if (isIn) live.rememberListener(channelId, room)
    else void scene.ari.destroyBridge(room.bridge)
  }
}

function placed(found: Found, party: Party, isWithCustomer: boolean): Party {
  const isConsulted = party.role === 'consult'
  if (inBridge(found, party.channelId))
    return { ...party, place: 'talking', role: isConsulted && isWithCustomer ? 'conference' : party.role }
  // Swapped out, while the other talks with the customer.
  const wasIn = party.who.kind === 'agent' ? party.place === 'answered' : isUp(found, party.channelId)
  return isConsulted && isWithCustomer && wasIn ? { ...party, place: 'music' } : party
}

function placeOfCustomer({ scene, customer, trace, view }: Found, talk: Talk, isInTalk: boolean): Talk['customer'] {
  if (trace.customerLeft) return 'gone'
  if (customer === null) return view.direction === 'outbound' ? 'absent' : 'gone'
  if (isInTalk) return 'talking'
  if (view.direction === 'outbound' && scene.channels.get(customer)?.state !== 'Up') return 'ringing'
  return personsOn(talk).length === 0 && trace.parked === null ? 'tone' : 'music'
}

const inBridge = ({ scene, view }: Found, channelId: string): boolean =>
  isInBridge(scene, view.interactionId, channelId)
const isUp = ({ scene }: Found, channelId: string): boolean => scene.channels.get(channelId)?.state === 'Up'

/** The call hears what happened to its legs while nobody listened. */
export function reconcile(scene: Scene, live: LiveCall): void {
  const parties = live.call.stage.kind === 'talking' ? live.call.stage.parties : []
  for (const party of parties) {
    const { channelId, place, who } = party
    if (place === 'ringing' && devicesOf(live.call, channelId).length > 1) {
      hearDevices(scene, live, channelId)
      continue
    }
    const phone = scene.channels.get(channelId)
    for (const line of party.lines === null ? [] : [party.lines.first, party.lines.second])
      if (!scene.channels.has(line)) live.step({ kind: 'leg-gone', channelId: line, cause: 0, seen: false })
    if (phone === undefined) live.step({ kind: 'leg-gone', channelId, cause: 0, seen: false })
    else if (place === 'ringing' && phone.state === 'Up') live.step({ kind: 'leg-up', channelId })
    else if (place === 'answered' && who.kind === 'agent') connect(live, who)
    else if (place === 'ringing' && phone.state === 'Down') live.step({ kind: 'remove', channelId })
    if (isListener(party) && hasJoined(party)) goOnListening(scene, live, channelId)
  }
  const customer = live.call.customerChannelId
  if (customer !== null && live.call.stage.kind === 'talking') {
    const phone = scene.channels.get(customer)
    if (phone === undefined) live.step({ kind: 'leg-gone', channelId: customer, cause: 0, seen: false })
    else if (phone.state === 'Up') live.step({ kind: 'leg-up', channelId: customer })
  }
  live.rejoin(scene.bridges.get(bridgeId(live.id))?.channels ?? [])
}

/** Of a leg that rings: one of its devices was picked up, or some are not there any more. */
export function hearDevices(scene: Scene, live: LiveCall, channelId: string): void {
  const devices = devicesOf(live.call, channelId)
  const up = devices.find((it) => scene.channels.get(it)?.state === 'Up')
  if (up !== undefined) return live.step({ kind: 'leg-up', channelId: up })
  for (const device of devices) {
    const phone = scene.channels.get(device)
    if (phone !== undefined && phone.state !== 'Down') continue
    // Made and not dialled, or not made at all: our word did not get through, and nobody has seen a call.
    if (phone !== undefined) void scene.ari.hangUp(device, 'normal')
    live.step({ kind: 'leg-gone', channelId: device, cause: 0, seen: false })
  }
}

/** The router's word, which did not get through. */
function connect(live: LiveCall, { offerId, agentId }: { offerId: string; agentId: string }): void {
  live.command({ channel: 'voice', interactionId: live.id, kind: 'connect-guest', offerId, agentId })
}
