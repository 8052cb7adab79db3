/** All Asterisk nodes together: where a phone is registered, where a new call may be, and whose call is whose. */
import type { AgentId, InteractionId } from '../../core/ids.ts'
import type { InteractionView } from '../../core/routing/views.ts'
import type { AsteriskNode } from './asterisk-node.ts'
import { throughLink } from './node-links.ts'
import type { KnownContact, VoicePorts } from './ports.ts'
import { Reachability } from './reachability.ts'
import type { ReachablePhone } from './rung-phones.ts'

export class Nodes {
  readonly #ports: VoicePorts
  readonly #list: AsteriskNode[] = []
  readonly #draining = new Set<string>()
  readonly #reachability: Reachability
  /** Calls that go out and whose legs a node has found, until it has taken them up. */
  readonly #claims = new Map<InteractionId, AsteriskNode>()

  constructor(ports: VoicePorts) {
    this.#ports = ports
    this.#reachability = new Reachability(ports, (agentId) => this.#isReachable(agentId))
  }

  add(node: AsteriskNode): void {
    this.#list.push(node)
  }

  get all(): readonly AsteriskNode[] {
    return this.#list
  }

  get first(): AsteriskNode {
    const [first] = this.#list
    if (first === undefined) throw new Error('there is no Asterisk')
    return first
  }

  get areMany(): boolean {
    return this.#list.length > 1
  }

  named(name: string): AsteriskNode | null {
    return this.#list.find((node) => node.name === name) ?? null
  }

  /** All but that one. */
  others(than: AsteriskNode): readonly AsteriskNode[] {
    return this.#list.filter((node) => node !== than)
  }

  isDraining(node: AsteriskNode): boolean {
    return this.#draining.has(node.name)
  }

  /** It takes no new calls any more, or does again. */
  drain(name: string, on: boolean): void {
    if (on) this.#draining.add(name)
    else this.#draining.delete(name)
  }

  /** Whether new calls may be there. */
  takesCalls(node: AsteriskNode): boolean {
    return node.ready && !this.isDraining(node)
  }

  phoneChanged(agentId: AgentId): void {
    this.#reachability.changed(agentId)
  }

  /** The phones to ring from a node: each as it is where it is registered, else through the link to there. */
  phonesOf(agentId: AgentId, from: AsteriskNode): readonly ReachablePhone[] {
    return this.#ports.directory
      .sipAccountsOf(agentId)
      .toReversed()
      .flatMap(({ endpoint }): ReachablePhone[] => {
        const node = this.#nodeOf(endpoint, from)
        if (node === null) return []
        return [{ account: endpoint, dialled: node === from ? endpoint : throughLink(endpoint, node.name) }]
      })
  }

  /** Where a call to the outside begins that an agent will talk on. */
  placeFor(agentId: AgentId): AsteriskNode {
    const accounts = this.#ports.directory.sipAccountsOf(agentId)
    const own = accounts.map(({ endpoint }) => this.#nodeOf(endpoint, this.first)).find((node) => node !== null)
    if (own !== undefined && this.takesCalls(own)) return own
    return this.#list.find((node) => this.takesCalls(node)) ?? own ?? this.first
  }

  /** Where a call to the outside begins whose customer is called first: there, if new calls may be there. */
  placeOutside(wanted: AsteriskNode): AsteriskNode {
    return this.takesCalls(wanted) ? wanted : (this.#list.find((node) => this.takesCalls(node)) ?? wanted)
  }

  /** The node that the next browser's phone is to register at: the one with the fewest phones. */
  get nextForPhone(): AsteriskNode {
    const able = this.#list.filter((node) => this.takesCalls(node))
    return able.sort((a, b) => a.phoneCount - b.phoneCount)[0] ?? this.first
  }

  /** Whose customer's channel that is: its id begins with the name of its Asterisk. */
  ofChannel(channelId: string): AsteriskNode {
    const name = /^([a-z0-9]+)-\d+\.\d+$/.exec(channelId)?.[1]
    return (name === undefined ? null : this.named(name)) ?? this.first
  }

  /**
   * Whether a node that has just looked around is to take up a call that no process of ours holds. One that goes out is
   * wherever its legs are found; without any it is nobody's until every node has looked.
   */
  isHome(node: AsteriskNode, contact: KnownContact, view: InteractionView, hasLegs: boolean): boolean {
    if (contact.direction === 'inbound') return this.ofChannel(contact.providerId) === node
    const claimed = this.#claims.get(contact.interactionId)
    if (claimed !== undefined) return claimed === node
    const hasNone = view.phase === 'self-service' || (view.phase === 'queued' && view.customer !== 'reached')
    const isHome = hasLegs || hasNone || this.others(node).every((other) => other.isKnown)
    if (isHome) this.#claims.set(contact.interactionId, node)
    return isHome
  }

  /** A node has taken up what is its own. */
  settled(node: AsteriskNode): void {
    for (const [interactionId, owner] of this.#claims) if (owner === node) this.#claims.delete(interactionId)
  }

  /** Where the phone came last; if no node has seen it come, the one that asks. */
  #nodeOf(endpoint: string, from: AsteriskNode): AsteriskNode | null {
    let best: { node: AsteriskNode; since: number } | null = null
    for (const node of this.#list) {
      const since = node.onlineSince(endpoint)
      if (since !== null && (best === null || since > best.since || (since === best.since && node === from)))
        best = { node, since }
    }
    return best?.node ?? null
  }

  #isReachable(agentId: AgentId): boolean | null {
    if (this.phonesOf(agentId, this.first).length > 0) return true
    return this.#list.every((node) => node.knowsPhones) ? false : null
  }
}
