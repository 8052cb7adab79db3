/**
 * After each connection to Asterisk: hold what we believe against what is there. Talkers go on talking, those in line keep
 * their place, a flow goes on from its last node, and what ended unseen is recorded as unknown.
 */
import { traceCall, type CallTrace } from '../../core/call/trace.ts'
import type { InteractionId, Instant } from '../../core/ids.ts'
import { interactionView, liveInteractions } from '../../core/routing/views.ts'
import { isDatabaseUnavailable } from '../../platform/database/outage.ts'
import type { AriBridge, AriChannel } from './ari/events.ts'
import type { Ari } from './ari/operations.ts'
import type { AsteriskNode } from './asterisk-node.ts'
import type { CallbackLine } from './callbacks.ts'
import { catchUp } from './catch-up.ts'
import type { Attempt } from './comeback.ts'
import type { LiveCalls } from './live-calls.ts'
import { ownerOf } from './naming.ts'
import type { Nodes } from './nodes.ts'
import type { KnownContact, VoicePorts } from './ports.ts'
import { recoverCall } from './recover-call.ts'
import type { Scene } from './recovery-scene.ts'
import { sweep } from './sweep.ts'

/** Calls that are taken up side by side: each waits for the database and for Asterisk a few times. */
const atOnce = 16

/** What there is in an Asterisk. */
export type Inventory = Readonly<{
  channels: readonly AriChannel[]
  bridges: readonly AriBridge[]
  startedAt: Instant | null
}>

/** null: it did not answer. */
export async function takeInventory(ari: Ari): Promise<Inventory | null> {
  const [channels, bridges, info] = await Promise.all([ari.channels(), ari.bridges(), ari.info()])
  if (channels === null || bridges === null) return null
  return { channels, bridges, startedAt: info?.startedAt ?? null }
}

/** False: we are gone again; whoever asked tries again. */
export async function recover(
  options: Attempt & {
    inventory: Inventory
    node: AsteriskNode
    nodes: Nodes
    calls: LiveCalls
    callbacks: CallbackLine
    ari: Ari
    ports: VoicePorts
    app: string
  },
): Promise<boolean> {
  const { inventory, node, nodes, calls, callbacks, ari, ports, isStale, app, unwatched, isSameProcess } = options
  const live = liveInteractions(ports.writer.state(), 'voice').map(({ interactionId }) => interactionId)
  const names = [...inventory.channels, ...inventory.bridges].map(({ id }) => ownerOf(id)?.interactionId ?? '')
  const there = new Set(names)
  const contacts = (await ports.recovery.contacts(live)).filter((contact) => {
    const { interactionId } = contact
    const view = interactionView(ports.writer.state(), interactionId)
    const held = calls.nodeOf(interactionId)
    if (held !== null || view === null) return held === node
    return nodes.isHome(node, contact, view, there.has(interactionId))
  })
  const own = contacts.map(({ interactionId }) => interactionId)
  const scene: Scene = {
    node,
    calls,
    callbacks,
    ari,
    ports,
    app,
    channels: new Map(inventory.channels.map((it) => [it.id, it])),
    bridges: new Map(inventory.bridges.map((it) => [it.id, it])),
    asteriskStartedAt: inventory.startedAt,
    unwatched,
    isSameProcess,
    traces: await tracesOf(ports, own),
    promised: new Map(
      (await ports.callbacks.open()).flatMap((it) => (it.ofInteractionId === null ? [] : [[it.ofInteractionId, it]])),
    ),
  }
  for (let i = 0; i < contacts.length; i += atOnce) {
    if (isStale()) return false
    await Promise.all(contacts.slice(i, i + atOnce).map((contact) => recoverContact(scene, contact)))
  }
  if (isStale()) return false
  await putCallbacksInLine(scene)
  await sweep(scene)
  nodes.settled(node)
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
    const isEarly = callback.ofInteractionId !== null && interactionView(state, callback.ofInteractionId) !== null
    if (isWaiting || isEarly) continue
    const facts = await ports.recovery.facts([callback.interactionId])
    const end = facts.find((fact) => fact.kind === 'interaction-ended')
    if (end === undefined) callbacks.plan(callback)
    // It was made, and we went away before that was noted.
    else await ports.callbacks.close(callback.id, end.outcome === 'answered' ? 'done' : 'failed', end.outcome)
  }
}
