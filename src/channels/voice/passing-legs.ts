/**
 * Legs that pass from one node to another. On both nodes the name of the leg is known: at the far end it is the account code of
 * the channel that comes in and of the phone's.
 */
import type { AgentId } from '../../core/ids.ts'
import { agentAt } from './agent-at.ts'
import type { AriChannel } from './ari/events.ts'
import type { AsteriskNode } from './asterisk-node.ts'
import type { LiveCall } from './live-call.ts'
import type { LiveCalls } from './live-calls.ts'
import { loseAgentLeg } from './lost-with-asterisk.ts'
import { ownerOf } from './naming.ts'
import { nodeOfLink } from './node-links.ts'
import type { Nodes } from './nodes.ts'
import type { VoicePorts } from './ports.ts'

type Passing = Readonly<{ nodes: Nodes; calls: LiveCalls; ports: VoicePorts }>

/** The leg that a phone's channel is of, be its call at the same node or at another. */
export function legOfPhone({ id, accountcode }: AriChannel): string {
  return ownerOf(id) === null && ownerOf(accountcode) !== null ? accountcode : id
}

/**
 * A leg was answered: if the phone is at another node, what it asks there (a transfer) is told to nobody unless its channel is
 * listened to.
 */
export async function listenToFarPhone({ nodes, calls, ports }: Passing, { id, name }: AriChannel): Promise<void> {
  const farName = nodeOfLink(name)
  const far = farName === null ? null : nodes.named(farName)
  const agentId = far?.ready === true ? agentOfLeg(calls, id) : null
  if (far === null || agentId === null) return
  for (const { endpoint } of ports.directory.sipAccountsOf(agentId))
    for (const channelId of await far.ari.channelsOf(endpoint)) await far.ari.subscribe(`channel:${channelId}`)
}

function agentOfLeg(calls: LiveCalls, channelId: string): AgentId | null {
  const stage = calls.named(channelId)?.call.stage
  if (stage?.kind === 'waiting' && stage.ringing?.channelId === channelId) return stage.ringing.agentId
  return agentAt(calls, channelId)?.agentId ?? null
}

/** A node came back, with this process or without: phones there that talk on other nodes' calls, and the other way round. */
export async function listenToFarPhones(passing: Passing, node: AsteriskNode): Promise<void> {
  for (const at of passing.nodes.all.filter((it) => it.ready))
    for (const channel of (await at.ari.channels()) ?? [])
      if (channel.state === 'Up' && (at === node || nodeOfLink(channel.name) === node.name))
        await listenToFarPhone(passing, channel)
}

/**
 * After a node came back, or was lost: what the others still hold toward it and it doesn't know goes, for nobody says BYE for a
 * dead Asterisk.
 */
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
