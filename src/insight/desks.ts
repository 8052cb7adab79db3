/**
 * Which agents have their desk open: the page, told by its live connection. One desk an agent: the newest takes over. A desk
 * that is gone for longer than a reload takes makes its agent unreachable on every channel that the page serves, and not
 * ready unless a desk phone is still there to ring.
 */
import { channels, type AgentId, type Channel } from '../core/ids.ts'
import { servedChannels } from '../core/agent/agent.ts'
import type { Writer } from '../core/writer.ts'
import type { Log } from '../platform/log.ts'

export type DesksOptions = Readonly<{
  writer: Pick<Writer, 'submit' | 'state'>
  log: Log
  /** How long a page may be away (reload, a change of network) before its agent counts as gone. 10,000 unless given. */
  graceMs?: number
  /** After a start of the service: how long desks that were open before it have to come back. 30,000 unless given. */
  returnMs?: number
}>

type Desk = { readonly deskId: string; readonly connections: Set<() => void>; leaving: NodeJS.Timeout | null }

const pageChannels = channels.filter((channel) => channel !== 'voice')

export class Desks {
  readonly #writer: DesksOptions['writer']
  readonly #log: Log
  readonly #graceMs: number
  readonly #desks = new Map<AgentId, Desk>()
  readonly #returning: NodeJS.Timeout

  constructor({ writer, log, graceMs = 10_000, returnMs = 30_000 }: DesksOptions) {
    this.#writer = writer
    this.#log = log
    this.#graceMs = graceMs
    this.#returning = setTimeout(() => this.#missThoseWhoStayedAway(), returnMs)
    this.#returning.unref()
  }

  /** A page has connected. `takenOver`: the agent has opened another. Returns what to call when the connection ends. */
  opened(agentId: AgentId, deskId: string, takenOver: () => void): () => void {
    const before = this.#desks.get(agentId)
    const desk = before?.deskId === deskId ? before : { deskId, connections: new Set<() => void>(), leaving: null }
    if (before !== undefined) {
      if (before.leaving !== null) clearTimeout(before.leaving)
      before.leaving = null
      if (before !== desk) for (const tell of before.connections) tell()
    }
    desk.connections.add(takenOver)
    this.#desks.set(agentId, desk)
    this.#reach(agentId, true)
    return () => {
      desk.connections.delete(takenOver)
      if (desk.connections.size > 0 || this.#desks.get(agentId) !== desk) return
      desk.leaving = setTimeout(() => this.#gone(agentId), this.#graceMs)
      desk.leaving.unref()
    }
  }

  stop(): void {
    clearTimeout(this.#returning)
    for (const { leaving } of this.#desks.values()) if (leaving !== null) clearTimeout(leaving)
  }

  #gone(agentId: AgentId): void {
    this.#desks.delete(agentId)
    this.#reach(agentId, false)
    const agent = this.#writer.state().agents.get(agentId)
    if (agent?.presence !== 'available' || agent.reachability.get('voice') === true) return
    this.#submit({ kind: 'set-presence', agentId, presence: 'not-ready', reason: 'disconnected', by: 'system' })
  }

  #reach(agentId: AgentId, reachable: boolean): void {
    const agent = this.#writer.state().agents.get(agentId)
    if (agent === undefined) return
    for (const channel of servedChannels(agent.rules)) {
      if (channel === 'voice' || agent.reachability.get(channel) === reachable) continue
      this.#submit({ kind: 'set-reachability', agentId, channel, reachable })
    }
  }

  /** The facts say whose page was open when the service stopped. */
  #missThoseWhoStayedAway(): void {
    for (const { id, reachability } of this.#writer.state().agents.values()) {
      const hadDesk = pageChannels.some((channel: Channel) => reachability.get(channel) === true)
      if (hadDesk && !this.#desks.has(id)) this.#gone(id)
    }
  }

  #submit(input: Parameters<Writer['submit']>[0]): void {
    this.#writer.submit(input).then(
      ({ refusal }) => {
        if (refusal !== undefined) this.#log.warn({ refusal }, 'a desk came or went, and the router refused it')
      },
      (error: unknown) => this.#log.error({ err: error }, 'a desk came or went, and the router did not hear it'),
    )
  }
}
