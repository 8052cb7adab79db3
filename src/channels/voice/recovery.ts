/**
 * After each connection to Asterisk: hold what we believe against what is there. Talkers go on talking, those in line keep
 * their place, a flow goes on from its last node, and what ended unseen is recorded as unknown.
 */
import { traceCall, type CallTrace } from '../../core/call/trace.ts'
import type { InteractionId } from '../../core/ids.ts'
import { interactionView, liveInteractions } from '../../core/routing/views.ts'
import { isDatabaseUnavailable } from '../../platform/database/outage.ts'
import type { Ari } from './ari/operations.ts'
import type { AsteriskNode } from './asterisk-node.ts'
import type { CallbackLine } from './callbacks.ts'
import { catchUp } from './catch-up.ts'
import type { Attempt } from './comeback.ts'
import type { LiveCalls } from './live-calls.ts'
import type { KnownContact, VoicePorts } from './ports.ts'
import { recoverCall } from './recover-call.ts'
import type { Scene } from './recovery-scene.ts'
import { sweep } from './sweep.ts'

/** Calls that are taken up side by side: each waits for the database and for Asterisk a few times. */
const atOnce = 16

/** False: Asterisk did not answer, or is gone again; whoever asked tries again. */
export async function recover(
  options: Attempt & {
    node: AsteriskNode
    calls: LiveCalls
    callbacks: CallbackLine
    ari: Ari
    ports: VoicePorts
    app: string
  },
): Promise<boolean> {
  const { node, calls, callbacks, ari, ports, isStale, app, unwatched, isSameProcess } = options
  const [channels, bridges, asteriskStartedAt] = await Promise.all([ari.channels(), ari.bridges(), ari.startedAt()])
  if (channels === null || bridges === null) return false
  const live = liveInteractions(ports.writer.state(), 'voice').map(({ interactionId }) => interactionId)
  const contacts = await ports.recovery.contacts(live)
  const scene: Scene = {
    node,
    calls,
    callbacks,
    ari,
    ports,
    app,
    channels: new Map(channels.map((it) => [it.id, it])),
    bridges: new Map(bridges.map((it) => [it.id, it])),
    asteriskStartedAt,
    unwatched,
    isSameProcess,
    traces: await tracesOf(ports, live),
    promised: new Map((await ports.callbacks.open()).map((it) => [it.ofInteractionId, it])),
  }
  for (let i = 0; i < contacts.length; i += atOnce) {
    if (isStale()) return false
    await Promise.all(contacts.slice(i, i + atOnce).map((contact) => recoverContact(scene, contact)))
  }
  if (isStale()) return false
  await putCallbacksInLine(scene)
  await sweep(scene)
  return true
}

async function tracesOf(
  ports: VoicePorts,
  interactionIds: readonly InteractionId[],
): Promise<ReadonlyMap<InteractionId, CallTrace>> {
  const facts = await ports.recovery.facts(interactionIds)
  const byCall = Map.groupBy(facts, (fact) => ('interactionId' in fact ? fact.interactionId : ''))
  return new Map([...byCall].map(([id, its]) => [id, traceCall(its)]))
}

/** One call that can't be taken up again must not keep the others from it. */
async function recoverContact(scene: Scene, contact: KnownContact): Promise<void> {
  const { calls, ports } = scene
  const { interactionId } = contact
  const view = interactionView(ports.writer.state(), interactionId)
  if (view === null) return
  const known = calls.get(interactionId)
  try {
    if (known === null) await recoverCall(scene, view, contact)
    else await catchUp(scene, known, view, contact)
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error
    ports.log.error({ err: error, interactionId }, 'a call could not be taken up again')
    const cause = 'not taken up again'
    if (calls.hangUp(interactionId, 'system', 'failed', cause)) return
    await ports.writer.submit({ kind: 'end-interaction', interactionId, by: 'system', outcome: 'failed', cause })
  }
}

/** Promised, and not in line although the call that they follow is over. */
async function putCallbacksInLine({ callbacks, ports }: Scene): Promise<void> {
  for (const callback of await ports.callbacks.open()) {
    const state = ports.writer.state()
    const isWaiting = interactionView(state, callback.interactionId) !== null || callbacks.isPlanned(callback)
    // Its call is still up: the callback begins when that ends.
    const isEarly = interactionView(state, callback.ofInteractionId) !== null
    if (isWaiting || isEarly) continue
    const facts = await ports.recovery.facts([callback.interactionId])
    const end = facts.find((fact) => fact.kind === 'interaction-ended')
    if (end === undefined) await callbacks.start(callback)
    // It was made, and we went away before that was noted.
    else await ports.callbacks.close(callback.id, end.outcome === 'answered' ? 'done' : 'failed', end.outcome)
  }
}
