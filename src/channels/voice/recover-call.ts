/** A call that an earlier process was in the middle of, taken up where it stands. */
import type { AgentLeg, Call, CallStage, Party, Talk } from '../../core/call/call.ts'
import { leadParty, outsideParty } from '../../core/call/parties.ts'
import { traceCall, type CallTrace } from '../../core/call/trace.ts'
import type { InteractionId } from '../../core/ids.ts'
import type { InteractionView } from '../../core/routing/views.ts'
import { assertNever } from '../../core/assert-never.ts'
import { partyOf } from './callbacks.ts'
import { endUnseen } from './catch-up.ts'
import type { KeptSession } from './kept-session.ts'
import type { CallParty } from './call-party.ts'
import type { LiveCall } from './live-call.ts'
import { diedWithAsterisk, endWithAsterisk } from './lost-with-asterisk.ts'
import { bridgeId, customerChannelId, outsideChannelId } from './naming.ts'
import type { CallbackRequest, KnownContact, VoicePorts } from './ports.ts'
import { goOnWithFlow, keepMessage } from './recover-flow.ts'
import { goesOnWithout, isAmongPeople, reconcile, talkOf } from './recover-talk.ts'
import { devicesIn, isInBridge, legOf, type Scene } from './recovery-scene.ts'

/** What is known of the call before its legs are looked at. */
type Known = Readonly<{
  scene: Scene
  view: InteractionView
  contact: KnownContact
  party: CallParty
  callback: CallbackRequest | null
  trace: CallTrace
  kept: KeptSession | null
  /** Whether it is there is another matter; null: a callback whose customer's phone isn't there. */
  customer: string | null
}>

export async function recoverCall(scene: Scene, view: InteractionView, contact: KnownContact): Promise<void> {
  const { ports } = scene
  const callback = contact.direction === 'outbound' ? await ports.callbacks.byInteraction(view.interactionId) : null
  const kept = contact.direction === 'inbound' ? await ports.recovery.checkpoint(view.interactionId) : null
  const known: Known = {
    scene,
    view,
    contact,
    party: callback === null ? await partyFor(ports, contact) : partyOf(callback),
    callback,
    trace: scene.traces.get(view.interactionId) ?? traceCall([]),
    // Only we write these, so the shape is ours.
    kept: kept as KeptSession | null,
    customer: contact.direction === 'inbound' ? contact.providerId : customerIn(scene, view.interactionId),
  }
  if (diedWithAsterisk(scene, view, contact)) return customerIsGone(known)
  if (isAmongPeople(view, known.trace) && takeUpPeople(known)) return
  const isGone =
    contact.direction === 'inbound'
      ? !scene.channels.has(contact.providerId)
      : callback !== null && known.customer === null && needsCustomer(view)
  return isGone ? customerIsGone(known) : takeUp(known)
}

/** A callback whose customer was reached, and has to be there. */
function needsCustomer(view: InteractionView): boolean {
  return (
    view.phase === 'offered' || view.phase === 'engaged' || (view.phase === 'queued' && view.customer === 'reached')
  )
}

/** False: nobody is left who could go on. */
function takeUpPeople(known: Known): boolean {
  const { scene, customer, trace } = known
  const isGone = trace.customerLeft || (customer !== null && !scene.channels.has(customer))
  if (isGone && !goesOnWithout(known)) return false
  reconcile(scene, begin(known, talkOf(known)))
  return true
}

async function takeUp(known: Known): Promise<void> {
  const { scene, view, trace, kept } = known
  switch (view.phase) {
    case 'self-service': {
      // An agent's own call, and nobody was rung for it yet.
      if (known.contact.direction === 'outbound') return endUnseen(scene, begin(known, { kind: 'flow' }))
      // Passed on and answered: the two talk, and the flow is over.
      const channelId = outsideChannelId(view.interactionId)
      if (isInBridge(scene, view.interactionId, channelId)) return void begin(known, passedOn(channelId))
      return goOnWithFlow({ scene, live: begin(known, { kind: 'flow' }), party: known.party, trace, kept })
    }
    case 'queued':
      if (view.customer === 'away') return void begin({ ...known, customer: null }, waiting(view.queueId, null))
      return begin(known, waiting(view.queueId, null)).resumeWait(view.queueId, view.waitingSince)
    case 'calling':
      return takeUpCalling(known, view)
    case 'offered':
      return takeUpOffer(known, view)
    case 'engaged':
      return takeUpTalk(known, view)
    default:
      return assertNever(view)
  }
}

/** A phone that rings keeps its offer, one that was answered meanwhile is taken, one that stopped is offered again. */
async function takeUpOffer(known: Known, view: InteractionView & { phase: 'offered' }): Promise<void> {
  const { scene } = known
  const { channelId, ...leg } = legOf(scene, view.interactionId, view.offer)
  const phone = scene.channels.get(channelId)
  const rings = phone !== undefined && phone.state !== 'Down'
  const live = begin(known, waiting(view.queueId, rings ? { ...leg, channelId } : null))
  live.resumeWait(view.queueId, view.waitingSince)
  if (phone?.state === 'Up') return live.step({ kind: 'leg-up', channelId })
  if (rings) return
  // Made and not dialled yet.
  if (phone !== undefined) await scene.ari.hangUp(channelId, 'normal')
  const { interactionId } = view
  await scene.ports.writer.submit({ kind: 'lose-offer', interactionId, offerId: leg.offerId })
}

async function takeUpTalk(known: Known, view: InteractionView & { phase: 'engaged' }): Promise<void> {
  const { scene, customer } = known
  const agent = legOf(scene, view.interactionId, view)
  const isThere = scene.channels.has(agent.channelId)
  if (known.callback === null && known.contact.direction === 'outbound')
    if (customer === null || scene.channels.get(customer)?.state !== 'Up') return takeUpDialling(known, agent)
  const joined = customer !== null && isInBridge(scene, view.interactionId, customer)
  // The agent is in the bridge and the customer was taken out. Without either they were never joined.
  const heldByUs = !joined && isInBridge(scene, view.interactionId, agent.channelId)
  if (isThere && !joined && !heldByUs) return joinNow(known, view, agent)
  const held = heldByUs ? 'agent' : known.trace.held ? 'phone' : null
  const muted = isThere && (await scene.ari.isMuted(agent.channelId))
  const lead = { ...leadParty(agent), muted }
  const live = begin(known, talk(view.queueId, lead, { held, customer: heldByUs ? 'music' : 'talking' }))
  if (!isThere) endUnseen(scene, live)
}

/** The agent answered, and the two were not joined when we went away. */
function joinNow(known: Known, view: InteractionView & { phase: 'engaged' }, agent: AgentLeg): void {
  const stage: CallStage = { kind: 'waiting', queueId: view.queueId, ringing: agent, answered: true }
  begin(known, stage).command({
    channel: 'voice',
    interactionId: view.interactionId,
    kind: 'connect-agent',
    offerId: agent.offerId,
    agentId: agent.agentId,
  })
}

/** The customer's phone rings on, is asked once more, or rings anew when nobody knows what became of it. */
async function takeUpCalling(known: Known, view: InteractionView & { phase: 'calling' }): Promise<void> {
  const { scene } = known
  const channelId = customerChannelId(view.interactionId)
  const phone = scene.channels.get(channelId)
  if (phone === undefined) return begin(known, waiting(view.queueId, null)).step({ kind: 'call-customer', channelId })
  const live = begin({ ...known, customer: null }, { kind: 'calling', queueId: view.queueId, channelId, asked: 0 })
  if (phone.state === 'Up') return live.step({ kind: 'leg-up', channelId })
  if (phone.state !== 'Down') return
  // Made and not dialled.
  live.step({ kind: 'leg-gone', channelId, cause: 0, seen: false })
  await scene.ari.hangUp(channelId, 'normal')
}

/** An own call between its agent's answer and its customer's. */
function takeUpDialling(known: Known, agent: AgentLeg): void {
  const { scene, customer, view } = known
  // They have talked: the bridge is there.
  if (isInBridge(scene, view.interactionId, agent.channelId))
    return endUnseen(scene, begin(known, talk(queueOf(view), leadParty(agent))))
  const phone = customer === null ? undefined : scene.channels.get(customer)
  const ringing = phone === undefined ? 'absent' : 'ringing'
  const live = begin(known, talk(queueOf(view), leadParty(agent, 'tone'), { customer: ringing }))
  if (!scene.channels.has(agent.channelId))
    return live.step({ kind: 'leg-gone', channelId: agent.channelId, cause: 0, seen: false })
  if (phone === undefined || phone.state === 'Down') return live.dialAgain()
  if (phone.state === 'Up') live.step({ kind: 'leg-up', channelId: phone.id })
}

/** Hung up while nobody listened, or taken away by Asterisk's own death. */
async function customerIsGone(known: Known): Promise<void> {
  const { scene, view, contact, trace, kept } = known
  const live = begin(known, lastStage(known))
  if (view.phase === 'self-service') await keepMessage({ scene, live, trace, kept })
  if (diedWithAsterisk(scene, view, contact)) return endWithAsterisk(scene, live, view)
  endUnseen(scene, live)
}

function lastStage({ scene, view }: Known): CallStage {
  switch (view.phase) {
    case 'self-service': {
      // Passed on: the bridge of the two is still there, and goes with the call.
      const channelId = outsideChannelId(view.interactionId)
      return scene.bridges.has(bridgeId(view.interactionId)) ? passedOn(channelId) : { kind: 'flow' }
    }
    case 'queued':
    case 'calling':
      return waiting(view.queueId, null)
    case 'offered': {
      const leg = legOf(scene, view.interactionId, view.offer)
      return waiting(view.queueId, scene.channels.has(leg.channelId) ? leg : null)
    }
    case 'engaged':
      return talk(view.queueId, leadParty(legOf(scene, view.interactionId, view)))
    default:
      return assertNever(view)
  }
}

function begin({ scene, view, party, callback, trace, kept, customer, contact }: Known, stage: CallStage): LiveCall {
  const { recording, offer } = trace
  const call: Call = {
    interactionId: view.interactionId,
    direction: contact.direction,
    customerChannelId: customer,
    stage,
    devices: devicesIn(scene, view.interactionId, stage),
    recordingId: recording?.recordingId ?? null,
    recordingPaused: recording === null || recording.pausedAt === null ? null : (recording.pauseReason ?? 'agent'),
  }
  const past = {
    recording,
    promised: scene.promised.get(view.interactionId) ?? null,
    leftVoicemail: trace.voicemails.size > 0,
    hasTalked: trace.answered,
    offerExpiresAt: offer?.expiresAt ?? null,
    parkedUntil: trace.parked?.until ?? null,
    outsideLegs: trace.outsideLegs,
  }
  const live = scene.node.begin({ call, party, callback, past })
  if (kept !== null && stage.kind !== 'flow') live.reopenFlow(kept)
  return live
}

function customerIn(scene: Scene, interactionId: InteractionId): string | null {
  const channelId = customerChannelId(interactionId)
  return scene.channels.has(channelId) ? channelId : null
}

function talk(queueId: string | null, lead: Party, more: Partial<Pick<Talk, 'customer' | 'held'>> = {}): Talk {
  return { kind: 'talking', queueId, customer: 'talking', customerMuted: false, parties: [lead], held: null, ...more }
}

/** By the flow, and answered there. */
function passedOn(channelId: string): Talk {
  return talk(null, { ...outsideParty(channelId, 'transfer'), place: 'talking' })
}

const queueOf = (view: InteractionView): string | null => (view.phase === 'engaged' ? view.queueId : null)

function waiting(queueId: string, ringing: AgentLeg | null): CallStage {
  return { kind: 'waiting', queueId, ringing, answered: false }
}

async function partyFor(ports: VoicePorts, contact: KnownContact): Promise<CallParty> {
  const entryPoint = ports.directory.entryPointById(contact.entryPointId) ?? {
    id: contact.entryPointId,
    number: '',
    flowId: '',
    language: null,
    fallbackQueueId: null,
    announcement: null,
    recordingNotice: null,
  }
  const customer = contact.identity === null ? null : await ports.customers.find(contact.identity)
  return {
    entryPoint,
    caller: {
      customerId: contact.customerId,
      identity: contact.identity,
      lastAgentId: customer?.lastAgentId ?? null,
      customer,
    },
    displayName: contact.displayName,
  }
}
