/** Where a call to the outside is: at the node of its first leg, be it the agent's or the customer's. */
import type { AgentId } from '../../core/ids.ts'
import type { Ari } from './ari/operations.ts'
import type { AsteriskNode } from './asterisk-node.ts'
import type { CallPlace } from './live-calls.ts'
import type { Nodes } from './nodes.ts'
import type { ReachablePhone } from './rung-phones.ts'

export class OutboundPlace implements CallPlace {
  readonly ari: Ari
  readonly #nodes: Nodes
  #node: AsteriskNode

  constructor(nodes: Nodes, node: AsteriskNode) {
    this.#nodes = nodes
    this.#node = node
    this.ari = new Proxy(node.ari, { get: (_, name): unknown => Reflect.get(this.#node.ari, name) })
  }

  get node(): AsteriskNode {
    return this.#node
  }

  moveTo(agentId: AgentId): void {
    this.#node = this.#nodes.placeFor(agentId)
  }

  dialsOut(): void {
    this.#node = this.#nodes.placeOutside(this.#node)
  }

  phonesOf(agentId: AgentId): readonly ReachablePhone[] {
    return this.#nodes.phonesOf(agentId, this.#node)
  }
}
