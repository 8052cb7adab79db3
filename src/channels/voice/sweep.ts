/** What is left in Asterisk belongs to no call: legs and bridges of the dead go, callers that were never noted are taken in. */
import { interactionView } from '../../core/routing/views.ts'
import type { AriChannel } from './ari/events.ts'
import { arrivalOf, type Arrival } from './arrivals.ts'
import { interactionIdOf, otherDevice, ownerOf } from './naming.ts'
import type { Scene } from './recovery-scene.ts'

export async function sweep(scene: Scene): Promise<void> {
  const atTheDoor: Arrival[] = []
  for (const channel of scene.channels.values()) {
    if (ownerOf(channel.id) !== null) await sweepLeg(scene, channel)
    else if (!scene.node.knows(channel.id)) {
      const arrival = arrivalOf(channel, scene.app)
      if (arrival !== null) atTheDoor.push(arrival)
    }
  }
  await takeIn(scene, atTheDoor)
  for (const bridge of scene.bridges.values()) {
    const owner = ownerOf(bridge.id)
    if (owner !== null && scene.calls.get(owner.interactionId) === null) await scene.ari.destroyBridge(bridge.id)
  }
}

/** A leg that no call counts as its own, such as one of an offer that is over. */
async function sweepLeg(scene: Scene, { id }: AriChannel): Promise<void> {
  const interactionId = ownerOf(id)?.interactionId ?? ''
  const call = scene.calls.get(interactionId)
  if (call?.owns(id) === true) return
  const other = otherDevice(id)
  // Its agent has the call on another device: this one has missed nothing.
  const isElsewhere = other !== null && call?.owns(other) === true
  await scene.ari.hangUp(id, isElsewhere ? 'answered_elsewhere' : 'normal')
}

/** A caller whose call is over on paper hung on by accident; one whom nobody has noted is new. */
async function takeIn(scene: Scene, arrivals: readonly Arrival[]): Promise<void> {
  const { ari, node, ports } = scene
  const known = new Map(
    arrivals.flatMap(({ channel: { id }, dialled }) => {
      const entryPoint = ports.directory.entryPoint(dialled)
      return entryPoint === null ? [] : [[id, interactionIdOf(entryPoint.id, id)] as const]
    }),
  )
  const noted = new Set((await ports.recovery.contacts([...known.values()])).map(({ interactionId }) => interactionId))
  for (const arrival of arrivals) {
    const interactionId = known.get(arrival.channel.id) ?? ''
    if (interactionView(ports.writer.state(), interactionId) !== null) continue
    if (noted.has(interactionId)) await ari.hangUp(arrival.channel.id, 'normal')
    else node.arrive(arrival)
  }
}
