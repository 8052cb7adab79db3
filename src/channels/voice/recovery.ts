/**
 * After each connection to Asterisk: hold what we believe against what is there. Talkers go on talking, those in line keep
 * their place, a flow goes on from its last node, and what ended unseen is recorded as unknown.
 */
import type { AgentLeg, Call } from '../../core/call/call.ts'
import { agentLegOf } from '../../core/call/call.ts'
import { startSession } from '../../core/flow/interpreter.ts'
import type { InteractionId, QueueId } from '../../core/ids.ts'
import { interactionView, liveInteractions, type InteractionView } from '../../core/routing/views.ts'
import type { AriBridge, AriChannel } from './ari/events.ts'
import type { Ari } from './ari/operations.ts'
import { partyOf, startCallback } from './callbacks.ts'
import type { CallParty, LiveCall } from './live-call.ts'
import { reopenKept, resumeKept } from './kept-session.ts'
import { agentChannelId, bridgeId, callbackInteractionIdOf, customerChannelId, ownerOf } from './naming.ts'
import type { CallbackRequest, KnownContact, VoicePorts } from './ports.ts'
import { sessionStart } from './session-start.ts'
import type { VoiceChannel } from './voice-channel.ts'

type Scene = Readonly<{
  channel: VoiceChannel
  ari: Ari
  ports: VoicePorts
  channels: ReadonlyMap<string, AriChannel>
  bridges: ReadonlyMap<string, AriBridge>
  /** When the Asterisk that we are connected to began; calls older than that died with the one before. */
  asteriskStartedAt: number | null
}>

export async function recover(options: {
  channel: VoiceChannel
  ari: Ari
  ports: VoicePorts
  app: string
}): Promise<void> {
  const { ari, ports, channel } = options
  const [channels, bridges, asteriskStartedAt] = await Promise.all([ari.channels(), ari.bridges(), ari.startedAt()])
  // The connection broke again: the next one starts over.
  if (channels === null || bridges === null) return
  const scene: Scene = {
    channel,
    ari,
    ports,
    channels: new Map(channels.map((it) => [it.id, it])),
    bridges: new Map(bridges.map((it) => [it.id, it])),
    asteriskStartedAt,
  }
  const live = liveInteractions(ports.writer.state(), 'voice').map((it) => it.interactionId)
  const contacts = await ports.recovery.contacts(live)
  const callbacks = await ports.callbacks.open()
  for (const contact of contacts) await recoverContact(scene, contact)
  for (const callback of callbacks)
    if (interactionView(ports.writer.state(), callback.interactionId) === null && !stillCalling(ports, callback))
      await startCallback(ports, (it, party) => channel.expectCallback(it, party), callback)
  await sweep(scene, options.app)
}

/** Its call is still up: the callback begins when that ends. */
function stillCalling(ports: VoicePorts, callback: CallbackRequest): boolean {
  return interactionView(ports.writer.state(), callback.ofInteractionId) !== null
}

async function recoverContact(scene: Scene, contact: KnownContact): Promise<void> {
  const view = interactionView(scene.ports.writer.state(), contact.interactionId)
  if (view === null) return
  const known = scene.channel.call(contact.interactionId)
  // A connection that blinked: the call machine is still here and only needs to hear what it missed.
  if (known !== null) return catchUp(scene, known, contact)
  if (contact.direction === 'outbound') return recoverCallback(scene, view, contact)
  const customer = scene.channels.get(contact.providerId)
  if (customer === undefined) return customerIsGone(scene, view, contact)
  const party = await partyFor(scene.ports, contact)
  const call: Call = {
    interactionId: contact.interactionId,
    direction: 'inbound',
    customerChannelId: contact.providerId,
    stage: { kind: 'flow' },
    recordingId: null,
    recordingPaused: false,
  }
  await resumePhase(scene, view, call, party, null)
}

async function resumePhase(
  scene: Scene,
  view: InteractionView,
  call: Call,
  party: CallParty,
  callback: CallbackRequest | null,
): Promise<void> {
  const { channel, ports } = scene
  const kept = call.direction === 'inbound' ? await ports.recovery.checkpoint(view.interactionId) : null
  const adopt = (stage: Call['stage']): LiveCall => {
    const live = channel.newCall({ call: { ...call, stage }, party, callback })
    channel.adopt(live)
    if (kept !== null && stage.kind !== 'flow') live.reopenFlow(reopenKept(kept))
    return live
  }
  switch (view.phase) {
    case 'self-service': {
      const { library, world } = ports.flows
      const live = adopt({ kind: 'flow' })
      // The flow had not begun, or goes on at its last node.
      if (kept === null)
        live.startFlow(startSession(library, sessionStart(ports, party, party.entryPoint.number), world()))
      else live.startFlow(resumeKept(kept, library, world(), ports.now()))
      return
    }
    case 'queued':
      return adopt(waiting(view.queueId, null, false)).resumeWait(view.queueId, view.waitingSince)
    case 'offered': {
      const leg = legOf(view.interactionId, view.offer)
      const phone = scene.channels.get(leg.channelId)
      const rings = phone !== undefined && phone.state !== 'Down'
      const live = adopt(waiting(view.queueId, rings ? leg : null, false))
      live.resumeWait(view.queueId, view.waitingSince)
      if (phone?.state === 'Up') return live.step({ kind: 'leg-up', channelId: leg.channelId })
      if (rings) return
      if (phone !== undefined) await scene.ari.hangUp(leg.channelId, 'normal')
      await ports.writer.submit({ kind: 'lose-offer', interactionId: view.interactionId, offerId: leg.offerId })
      return
    }
    case 'engaged':
      return resumeTalk(scene, view, call, adopt)
  }
}

function resumeTalk(
  scene: Scene,
  view: InteractionView & { phase: 'engaged' },
  call: Call,
  adopt: (stage: Call['stage']) => LiveCall,
): void {
  const leg = legOf(view.interactionId, view)
  const bridge = scene.bridges.get(bridgeId(view.interactionId))
  const customer = call.customerChannelId
  const joined = bridge !== undefined && customer !== null && bridge.channels.includes(customer)
  // Held: the agent is in the bridge and the customer was taken out. Without a bridge they were never joined.
  const held = bridge !== undefined && bridge.channels.includes(leg.channelId) && !joined ? 'agent' : null
  if (!scene.channels.has(leg.channelId)) {
    adopt({ kind: 'talking', agent: leg, held, muted: false }).step({
      kind: 'leg-gone',
      channelId: leg.channelId,
      cause: 0,
      seen: false,
    })
    return
  }
  if (joined || held !== null) return void adopt({ kind: 'talking', agent: leg, held, muted: false })
  adopt(waiting(view.queueId, leg, true)).step({ kind: 'connect-agent', offerId: leg.offerId, record: null })
}

async function recoverCallback(scene: Scene, view: InteractionView, contact: KnownContact): Promise<void> {
  const callback = await scene.ports.callbacks.byInteraction(contact.interactionId)
  if (callback === null) {
    await end(scene.ports, contact.interactionId, 'system', 'the callback is unknown')
    return
  }
  const customer = customerChannelId(contact.interactionId)
  const call: Call = {
    interactionId: contact.interactionId,
    direction: 'outbound',
    customerChannelId: scene.channels.has(customer) ? customer : null,
    stage: { kind: 'flow' },
    recordingId: null,
    recordingPaused: false,
  }
  if (view.phase === 'engaged' && call.customerChannelId === null) {
    await scene.ari.hangUp(agentChannelId(contact.interactionId, view.offerId), 'normal')
    await end(scene.ports, contact.interactionId, 'unknown', null)
    return
  }
  await resumePhase(scene, view, call, partyOf(callback), callback)
}

/** The same process, a new connection: legs that are gone are told so, and the ring that was answered is taken. */
function catchUp(scene: Scene, live: LiveCall, contact: KnownContact): void {
  const gone = (channelId: string | null): channelId is string => channelId !== null && !scene.channels.has(channelId)
  const customer = live.call.customerChannelId
  const cause = diedWithAsterisk(scene, contact) ? asteriskLost : 0
  if (gone(customer)) {
    if (cause === asteriskLost) return void asteriskTookIt(scene, live, contact)
    return live.step({ kind: 'leg-gone', channelId: customer, cause, seen: false })
  }
  const agent = agentLegOf(live.call)
  if (agent === null) return
  const phone = scene.channels.get(agent.channelId)
  if (phone === undefined) return live.step({ kind: 'leg-gone', channelId: agent.channelId, cause, seen: false })
  if (phone.state === 'Up') live.step({ kind: 'leg-up', channelId: agent.channelId })
}

const asteriskLost = -1

async function asteriskTookIt(scene: Scene, live: LiveCall, contact: KnownContact): Promise<void> {
  const { call } = live
  const queueId = call.stage.kind === 'waiting' ? call.stage.queueId : live.party.entryPoint.fallbackQueueId
  await offerCallback(scene, contact, queueId)
  live.step({ kind: 'hang-up', by: 'system', outcome: null, cause: 'asterisk-lost' })
}

/** Asterisk names a channel by the second of its birth (`[system-]EPOCH.n`). */
function diedWithAsterisk(scene: Scene, contact: KnownContact): boolean {
  const born = Number(/(\d{9,})\.\d+$/.exec(contact.providerId)?.[1] ?? NaN) * 1000
  return scene.asteriskStartedAt !== null && born + 1000 < scene.asteriskStartedAt
}

async function customerIsGone(scene: Scene, view: InteractionView, contact: KnownContact): Promise<void> {
  if (view.phase === 'offered' || view.phase === 'engaged') {
    const offerId = view.phase === 'offered' ? view.offer.offerId : view.offerId
    const channelId = agentChannelId(view.interactionId, offerId)
    if (scene.channels.has(channelId)) await scene.ari.hangUp(channelId, 'normal')
  }
  if (diedWithAsterisk(scene, contact)) {
    const queueId = view.phase === 'self-service' ? null : view.queueId
    const fallback = scene.ports.directory.entryPointById(contact.entryPointId)?.fallbackQueueId ?? null
    await offerCallback(scene, contact, queueId ?? fallback)
    return end(scene.ports, contact.interactionId, 'system', 'asterisk-lost')
  }
  await end(scene.ports, contact.interactionId, 'unknown', null)
}

/** We dropped the call, so we call back: once, when there is a number and a way to dial it. */
async function offerCallback(scene: Scene, contact: KnownContact, queueId: QueueId | null): Promise<void> {
  const { ports } = scene
  const { identity, interactionId } = contact
  if (identity === null || queueId === null || ports.dialString(identity) === null) return
  const id = callbackInteractionIdOf(interactionId)
  const view = interactionView(ports.writer.state(), interactionId)
  const waitingSince = view !== null && 'waitingSince' in view ? view.waitingSince : ports.now()
  const callback: CallbackRequest = {
    id,
    interactionId: id,
    ofInteractionId: interactionId,
    customerId: contact.customerId,
    number: identity,
    queueId,
    waitingSince,
  }
  await ports.callbacks.request(callback)
  await ports.writer.submit({
    kind: 'record',
    fact: { at: ports.now(), kind: 'callback-requested', interactionId, callbackId: id, queueId },
  })
}

async function end(
  ports: VoicePorts,
  id: InteractionId,
  by: 'system' | 'unknown',
  cause: string | null,
): Promise<void> {
  await ports.writer.submit({ kind: 'end-interaction', interactionId: id, by, outcome: null, cause })
}

async function partyFor(ports: VoicePorts, contact: KnownContact): Promise<CallParty> {
  const entryPoint = ports.directory.entryPointById(contact.entryPointId) ?? {
    id: contact.entryPointId,
    number: '',
    flowId: '',
    language: null,
    fallbackQueueId: null,
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

/** What is left belongs to no interaction: legs and bridges of the dead go, callers that were never noted are taken in. */
async function sweep(scene: Scene, app: string): Promise<void> {
  const state = scene.ports.writer.state()
  for (const channel of scene.channels.values()) {
    const owner = ownerOf(channel.id)
    if (owner !== null) {
      if (interactionView(state, owner.interactionId) === null) await scene.ari.hangUp(channel.id, 'normal')
      continue
    }
    const [ownApp, origin, dialled] = (channel.dialplan.app_data ?? '').split(',')
    const isOurs = channel.dialplan.app_name === 'Stasis' && ownApp === app
    if (isOurs && origin !== undefined && dialled !== undefined && !scene.channel.knows(channel.id))
      scene.channel.arrive(channel, origin, dialled)
  }
  for (const bridge of scene.bridges.values()) {
    const owner = ownerOf(bridge.id)
    if (owner !== null && interactionView(state, owner.interactionId) === null) await scene.ari.destroyBridge(bridge.id)
  }
}

function waiting(queueId: QueueId, ringing: AgentLeg | null, answered: boolean): Call['stage'] {
  return { kind: 'waiting', queueId, ringing, answered }
}

function legOf(interactionId: InteractionId, offer: { offerId: string; agentId: string }): AgentLeg {
  return { channelId: agentChannelId(interactionId, offer.offerId), agentId: offer.agentId, offerId: offer.offerId }
}
