/**
 * Legs that pass from one node to another and whose other half died: nobody says BYE for a dead Asterisk. On both nodes the
 * name of the leg is known: at the far end it is the account code of the channel that comes in and of the phone's.
 */
import type { AriChannel } from './ari/events.ts'
import type { AsteriskNode } from './asterisk-node.ts'
import type { LiveCall } from './live-call.ts'
import type { LiveCalls } from './live-calls.ts'
import { loseAgentLeg } from './lost-with-asterisk.ts'
import { ownerOf } from './naming.ts'
import { nodeOfLink } from './node-links.ts'
import type { Nodes } from './nodes.ts'
import type { VoicePorts } from './ports.ts'

export type Passing = Readonly<{ nodes: Nodes; calls: LiveCalls; ports: VoicePorts }>

/** After a node came back, or was lost: what the others still hold toward it and it doesn't know goes. */
export async function dropDeadLegs(passing: Passing, node: AsteriskNode): Promise<void> {
  const others = passing.nodes.others(node).filter((other) => other.ready)
  // Theirs first: whoever was answered by then has another half, or had one.
  const theirs = await Promise.all(
    others.map(async (other) => ({ other, channels: (await other.ari.channels()) ?? [] })),
  )
  const own = node.ready ? await node.ari.channels() : []
  if (own === null) return
  for (const { other, channels } of theirs)
    for (const channel of channels)
      if (nodeOfLink(channel.name) === node.name && isAnswered(channel, node) && !hasOtherHalf(channel, own))
        await drop(passing, other, channel)
}

/** Before that, its INVITE may be on the way. */
function isAnswered({ state }: AriChannel, node: AsteriskNode): boolean {
  return !node.ready || state === 'Up' || state === 'Ringing'
}

function hasOtherHalf({ id, accountcode }: AriChannel, own: readonly AriChannel[]): boolean {
  return ownerOf(id) === null ? own.some((it) => it.id === accountcode) : own.some((it) => it.accountcode === id)
}

async function drop({ calls, ports }: Passing, at: AsteriskNode, { id }: AriChannel): Promise<void> {
  const call: LiveCall | null = ownerOf(id) === null ? null : calls.named(id)
  ports.log.warn({ node: at.name, channel: id, interactionId: call?.id }, 'a leg whose other half died with its node')
  if (call !== null) await loseAgentLeg(ports, call, id)
  await at.ari.hangUp(id, 'normal')
}
