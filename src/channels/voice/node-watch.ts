/**
 * Looks after nodes that can't be spoken with. One that no other node reaches by SIP either is dead; while one of them
 * does, its calls go on without us and are taken up again when we are back.
 */
import type { Instant } from '../../core/ids.ts'
import type { AsteriskNode } from './asterisk-node.ts'
import type { Nodes } from './nodes.ts'

const lookEveryMs = 1_000
/** A supervisor starts a dead Asterisk again in less. */
const lostAfterMs = 8_000

export class NodeWatch {
  readonly #nodes: Nodes
  readonly #now: () => Instant
  #startedAt: Instant = 0
  #timer: NodeJS.Timeout | null = null
  #looking = false

  constructor(nodes: Nodes, now: () => Instant) {
    this.#nodes = nodes
    this.#now = now
  }

  start(): void {
    if (!this.#nodes.areMany) return
    this.#startedAt = this.#now()
    this.#timer ??= setInterval(() => void this.#look(), lookEveryMs)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      for (const node of this.#nodes.all)
        if (this.#isSilent(node) && (await this.#isDead(node)) && this.#isSilent(node) && this.#timer !== null)
          node.lose()
    } finally {
      this.#looking = false
    }
  }

  #isSilent(node: AsteriskNode): boolean {
    const { unwatchedSince } = node
    if (node.state !== 'down' || unwatchedSince === null) return false
    return this.#now() - Math.max(unwatchedSince, this.#startedAt) >= lostAfterMs
  }

  async #isDead(node: AsteriskNode): Promise<boolean> {
    const witnesses = this.#nodes.others(node).filter((other) => other.ready)
    const words = await Promise.all(witnesses.map((witness) => witness.reaches(node)))
    return words.includes(false) && !words.includes(true)
  }
}
