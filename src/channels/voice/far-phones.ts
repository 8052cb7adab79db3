/**
 * Phones that are registered at another node than their call is: their channel there is in no application, so that what they ask
 * (a transfer) is told to nobody unless it is listened to. Its account code is the name of the leg (dialplans/extensions.conf).
 */
import { agentLegAt } from '../../core/call/parties.ts'
import type { AriChannel } from './ari/events.ts'
import type { AsteriskNode } from './asterisk-node.ts'
import { ownerOf } from './naming.ts'
import { nodeOfLink } from './node-links.ts'
import type { Passing } from './passing-legs.ts'

/** The leg that a phone's channel is of, be its call at the same node or at another. */
export function legOfPhone({ id, accountcode }: AriChannel): string {
  return ownerOf(id) === null && ownerOf(accountcode) !== null ? accountcode : id
}

/** A leg was answered. */
export async function listenToFarPhone({ nodes, calls, ports }: Passing, { id, name }: AriChannel): Promise<void> {
  const farName = nodeOfLink(name)
  const far = farName === null ? null : nodes.named(farName)
  const stage = calls.named(id)?.call.stage
  const leg = stage === undefined ? null : agentLegAt(stage, id)
  if (far?.ready !== true || leg === null) return
  for (const { endpoint } of ports.directory.sipAccountsOf(leg.agentId))
    for (const channelId of await far.ari.channelsOf(endpoint)) await far.ari.subscribe(`channel:${channelId}`)
}

/** A node came back, with this process or without: phones there that talk on other nodes' calls, and the other way round. */
export async function listenToFarPhones(passing: Passing, node: AsteriskNode): Promise<void> {
  for (const at of passing.nodes.all.filter((it) => it.ready))
    for (const channel of (await at.ari.channels()) ?? [])
      if (channel.state === 'Up' && (at === node || nodeOfLink(channel.name) === node.name))
        await listenToFarPhone(passing, channel)
}
