/** Keeps the edge to what the service knows of the nodes. */
import type { Log } from '../../../platform/log.ts'
import type { Nodes } from '../nodes.ts'
import type { Edge } from './edge.ts'

const tellEveryMs = 1_000

export class EdgeGuide {
  readonly #edge: Edge
  readonly #nodes: Nodes
  readonly #log: Log
  #timer: NodeJS.Timeout | null = null
  #telling = false
  #failing = false

  constructor(edge: Edge, nodes: Nodes, log: Log) {
    this.#edge = edge
    this.#nodes = nodes
    this.#log = log
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.#tell(), tellEveryMs)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  async #tell(): Promise<void> {
    if (this.#telling) return
    this.#telling = true
    try {
      await this.#edge.spreadOver(
        // One that is silent to us may still take calls: its dialplan has the outage message, and the edge tries the next.
        this.#nodes.all.map((node) => ({ sip: node.end.sip, takesNewCalls: !this.#nodes.isDraining(node) })),
      )
      this.#failing = false
    } catch (error) {
      if (!this.#failing) this.#log.warn({ err: error }, 'the edge was not told which nodes take calls; trying again')
      this.#failing = true
    } finally {
      this.#telling = false
    }
  }
}
