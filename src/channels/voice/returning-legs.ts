/**
 * Agents' legs that a talk has lost without a goodbye: a page was loaded again, a network went. For a while the agent counts as
 * being on the call, until their phone is rung for it again; the leg comes back under its old name, so that nothing else of
 * the call has to know.
 */
import type { AgentId } from '../../core/ids.ts'

/** How long agent and customer stay paired. */
const pairedMs = 10_000
/** Q.850 16: somebody hung up. */
const hungUp = 16

type Returning = Readonly<{ agentId: AgentId; cause: number; timer: NodeJS.Timeout }>

export class ReturningLegs {
  readonly #returning = new Map<string, Returning>()
  readonly #asked = new Map<string, AgentId>()
  readonly #ring: (channelId: string, agentId: AgentId) => void
  readonly #onLost: (channelId: string, cause: number) => void
  readonly #onAway: () => void

  /**
   * `ring`: dials the leg anew. `onAway`: it was lost, and nobody has asked for it yet. `onLost`: it did not come back; now it
   * is gone as any other.
   */
  constructor(options: {
    ring(channelId: string, agentId: AgentId): void
    onAway(): void
    onLost(channelId: string, cause: number): void
  }) {
    this.#ring = options.ring
    this.#onAway = options.onAway
    this.#onLost = options.onLost
  }

  /** The agent asks for it: once the old leg is gone, their phone is rung. True: the old leg is to be hung up first. */
  ask(channelId: string, agentId: AgentId): boolean {
    if (this.#returning.has(channelId)) {
      this.#ring(channelId, agentId)
      return false
    }
    this.#asked.set(channelId, agentId)
    return true
  }

  isAway(channelId: string): boolean {
    return this.#returning.has(channelId)
  }

  /** True: it is expected back, and the call needn't know that it was away. */
  gone(channelId: string, agentId: AgentId, cause: number): boolean {
    const isAsked = this.#asked.delete(channelId)
    if (this.#returning.has(channelId)) return true
    if (!isAsked && cause === hungUp) return false
    const timer = setTimeout(() => {
      this.#returning.delete(channelId)
      this.#onLost(channelId, cause)
    }, pairedMs)
    timer.unref()
    this.#returning.set(channelId, { agentId, cause, timer })
    if (isAsked) this.#ring(channelId, agentId)
    else this.#onAway()
    return true
  }

  /** True: it was away, and is up again. */
  up(channelId: string): boolean {
    const returning = this.#returning.get(channelId)
    if (returning === undefined) return false
    clearTimeout(returning.timer)
    this.#returning.delete(channelId)
    return true
  }

  /** The call is over, or goes on without waiting for anybody. */
  stop(): void {
    for (const { timer } of this.#returning.values()) clearTimeout(timer)
    this.#returning.clear()
    this.#asked.clear()
  }
}
