/** Whose browser holds a SIP connection, and how one of them was lost: calls on it want to know whether it is still there. */
import type { AgentId } from '../../core/ids.ts'

/** `closed`: by the browser, or by its end; `silent`: nothing came any more, as when a network vanishes. */
export type LineLoss = 'closed' | 'silent'

/** null: a connection is there. */
type Listener = (agentId: AgentId, loss: LineLoss | null) => void

export class BrowserLines {
  readonly #connections = new Map<AgentId, number>()
  readonly #onChange: Listener

  constructor(onChange: Listener) {
    this.#onChange = onChange
  }

  isOpen(agentId: AgentId): boolean {
    return this.#connections.has(agentId)
  }

  /** Returns what to call, once, when the connection has ended. */
  opened(agentId: AgentId): (loss: LineLoss) => void {
    const before = this.#connections.get(agentId) ?? 0
    this.#connections.set(agentId, before + 1)
    if (before === 0) this.#onChange(agentId, null)
    return (loss) => {
      const left = (this.#connections.get(agentId) ?? 1) - 1
      if (left > 0) return void this.#connections.set(agentId, left)
      this.#connections.delete(agentId)
      this.#onChange(agentId, loss)
    }
  }
}
