/** Which agents have a phone that can be reached, on whichever node it is registered; the router hears what changes. */
import type { AgentId } from '../../core/ids.ts'
import type { VoicePorts } from './ports.ts'

export class Reachability {
  readonly #ports: VoicePorts
  readonly #isReachable: (agentId: AgentId) => boolean | null
  readonly #told = new Map<AgentId, boolean>()

  /** `isReachable` null: not every node has said yet. */
  constructor(ports: VoicePorts, isReachable: (agentId: AgentId) => boolean | null) {
    this.#ports = ports
    this.#isReachable = isReachable
  }

  changed(agentId: AgentId): void {
    const reachable = this.#isReachable(agentId)
    if (reachable === null || this.#told.get(agentId) === reachable) return
    this.#told.set(agentId, reachable)
    this.#ports.writer
      .submit({ kind: 'set-reachability', agentId, channel: 'voice', reachable })
      .catch((error: unknown) => this.#ports.log.error({ err: error, agentId }, 'reachability not taken'))
  }
}
