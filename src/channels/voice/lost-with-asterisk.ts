/** Asterisk died and took calls with it: they end in the history, and whoever can be called is called back once. */
import { unreached } from '../../core/call/talk.ts'
import type { UnseenWindow } from '../../core/facts.ts'
import { interactionView, type InteractionView } from '../../core/routing/views.ts'
import { bookCallback } from './callback-course.ts'
import type { LiveCall } from './live-call.ts'
import type { CallbackRequest, KnownContact, VoicePorts } from './ports.ts'
import type { Scene } from './recovery-scene.ts'

/** Q.850 */
const destinationOutOfOrder = 27

export const asteriskLost = 'asterisk-lost'

/** Whether the customer's leg was born under an earlier Asterisk. */
export function diedWithAsterisk(scene: Scene, view: InteractionView, contact: KnownContact): boolean {
  const { asteriskStartedAt } = scene
  if (asteriskStartedAt === null) return false
  if (contact.direction === 'outbound') {
    // An agent's own call has its legs from the beginning.
    if (view.phase === 'self-service') return view.arrivedAt < asteriskStartedAt
    const upSince = view.phase === 'engaged' ? view.acceptedAt : 'calledAt' in view ? view.calledAt : null
    const isAway = 'customer' in view && view.customer === 'away' && view.phase !== 'calling'
    return !isAway && upSince !== null && upSince < asteriskStartedAt
  }
  // Asterisk names a channel by the second of its birth (`[system-]EPOCH.n`).
  const bornSecond = Number(/(\d{9,})\.\d+$/.exec(contact.providerId)?.[1] ?? NaN)
  const startedSecond = Math.floor(asteriskStartedAt / 1000)
  // Within one second its clock can't tell the two apart, and ours can.
  return bornSecond === startedSecond ? view.arrivedAt < asteriskStartedAt : bornSecond < startedSecond
}

export async function endWithAsterisk(scene: Scene, live: LiveCall, view: InteractionView): Promise<void> {
  const { ports } = scene
  const isPromised = scene.promised.has(live.id) || scene.traces.get(live.id)?.callbackRequested === true
  // Not reached yet: the callback that this call is tries again by itself.
  const isUnreached = unreached(live.call) || (live.callback !== null && live.call.stage.kind !== 'talking')
  if (!isPromised && !isUnreached) {
    const callback = await promise(ports, live, view)
    if (callback !== null) live.promise(callback)
  }
  const outcome = view.phase === 'engaged' && !isUnreached ? 'answered' : (live.ownOutcome ?? 'failed')
  live.step({ kind: 'hang-up', by: 'system', outcome, cause: asteriskLost, unseen: lastSeen(scene) })
  ports.log.warn({ interactionId: live.id, outcome }, 'a call ended with Asterisk')
}

/** The agent's phone was at a node that died: a customer in conversation is called back, an offer is made again. */
export async function loseAgentLeg(ports: VoicePorts, live: LiveCall, channelId: string): Promise<void> {
  const isTalk = live.call.stage.kind === 'talking' && !live.flow.goesOnAfterTalk
  const view = interactionView(ports.writer.state(), live.id)
  if (!isTalk || view === null || live.isComing(channelId)) return live.legGone(channelId, destinationOutOfOrder)
  const callback = await promise(ports, live, view)
  if (callback !== null) live.promise(callback)
  live.step({ kind: 'hang-up', by: 'system', outcome: 'answered', cause: asteriskLost })
}

async function promise(ports: VoicePorts, live: LiveCall, view: InteractionView): Promise<CallbackRequest | null> {
  const { party, callback } = live
  const number = callback?.number ?? party.caller.identity
  const queueId = view.phase === 'self-service' ? party.entryPoint.fallbackQueueId : view.queueId
  if (number === null || queueId === null) return null
  const waitingSince = 'waitingSince' in view ? view.waitingSince : view.arrivedAt
  return bookCallback(ports, { of: live.id, party, number, queueId, waitingSince, language: live.language })
}

/** Our connection broke with it; without a process of ours it lies between its last sign of life and Asterisk's return. */
function lastSeen({ asteriskStartedAt, unwatched, isSameProcess }: Scene): UnseenWindow {
  const { from } = unwatched
  if (isSameProcess) return { from, to: from }
  return { from, to: Math.max(from, Math.min(asteriskStartedAt ?? unwatched.to, unwatched.to)) }
}
