/** The telephone: all calls on all Asterisk nodes, and the router's commands to them. */
import { callbackCall } from '../../core/call/call.ts'
import type { Command } from '../../core/commands.ts'
import type { EndedBy, Outcome } from '../../core/facts.ts'
import type { AgentId, InteractionId, Instant } from '../../core/ids.ts'
import { AsteriskNode } from './asterisk-node.ts'
import { BrowserLines } from './browser-lines.ts'
import { CallbackLine } from './callbacks.ts'
import type { CallParty } from './call-party.ts'
import { EdgeGuide } from './edge/edge-guide.ts'
import type { Edge } from './edge/edge.ts'
import type { LiveCall } from './live-call.ts'
import { LiveCalls, type NewCall } from './live-calls.ts'
import type { LinkEnd } from './node-links.ts'
import { NodeWatch } from './node-watch.ts'
import { Nodes } from './nodes.ts'
import { OfferGuard } from './offer-guard.ts'
import { SecurityLog } from './security-log.ts'
import { tellProtection } from './security-watch.ts'
import { handingOver } from './handing-over.ts'
import { OwnLines } from './own-lines.ts'
import type { CallbackRequest, VoicePorts } from './ports.ts'
import { Referrals } from './referrals.ts'

/** After a start: how long browsers have to come back before they are missed. */
const returnMs = 15_000

export class VoiceChannel {
  readonly callbacks: CallbackLine
  readonly ports: VoicePorts
  readonly calls: LiveCalls
  readonly nodes: Nodes
  readonly browserLines: BrowserLines
  readonly #referrals: Referrals
  readonly #ownLines: OwnLines
  readonly #guard: OfferGuard
  readonly #securityLog: SecurityLog | null
  readonly #watch: NodeWatch
  readonly #edge: EdgeGuide | null
  readonly #onReplaced: () => void
  #replaced = false
  #missing: NodeJS.Timeout | undefined

  constructor(options: {
    /** The first one is where calls are that no name says otherwise of. */
    nodes: readonly LinkEnd[]
    ports: VoicePorts
    /** What stands in front of the nodes; null: nothing. */
    edge: Edge | null
    /** When a process of ours last listened; 0: none ever did. */
    lastAlive: Instant
    onReplaced(): void
  }) {
    const { ports, lastAlive } = options
    this.ports = ports
    this.#onReplaced = options.onReplaced
    this.calls = new LiveCalls(ports, (next) => this.callbacks.plan(next))
    this.browserLines = new BrowserLines((agentId, loss) => this.calls.browserLine(agentId, loss))
    this.#referrals = new Referrals(this.calls, ports, handingOver(this, ports))
    this.#ownLines = new OwnLines(this.calls, ports, handingOver(this, ports))
    this.#guard = new OfferGuard(ports, (id) => this.calls.nodeOf(id)?.ready !== true)
    this.callbacks = new CallbackLine(ports, (callback, party) => this.#expectCallback(callback, party))
    this.nodes = new Nodes(ports)
    for (const end of options.nodes)
      this.nodes.add(
        new AsteriskNode({
          ...{ end, ports, lastAlive, nodes: this.nodes, calls: this.calls, callbacks: this.callbacks },
          onReadiness: () => this.#watchOffers(),
          onReplaced: () => this.#giveWay(),
          onReferred: (ari, event) => this.#referrals.decide(ari, event),
          onDialled: (node, arrival) => this.#ownLines.dialled(node, arrival),
        }),
      )
    this.#watch = new NodeWatch(this.nodes, ports.now)
    this.#edge = options.edge === null ? null : new EdgeGuide(options.edge, this.nodes, ports.log)
    ports.writer.onForeseen((commands) => this.#foresee(commands))
    ports.writer.onCommands((commands) => this.#commands(commands))
    ports.directory.onSipAccounts(() => this.nodes.all.forEach((node) => node.pushAccounts()))
    ports.directory.onTrunks(() => this.nodes.all.forEach((node) => node.pushTrunks()))
    ports.directory.onFallbacks(() => this.nodes.all.forEach((node) => node.pushFallbacks()))
    const { log, protection, securityLog: path } = ports
    this.#securityLog =
      path === null ? null : new SecurityLog({ path, log, onEvent: (event) => tellProtection(protection, event) })
  }

  open(): void {
    this.#watchOffers()
    this.#watch.start()
    this.#edge?.start()
    for (const node of this.nodes.all) node.open()
    void this.#securityLog?.start()
    this.#missing = setTimeout(() => this.#missBrowsers(), returnMs)
    this.#missing.unref()
  }

  close(): void {
    clearTimeout(this.#missing)
    this.#guard.stop()
    this.#watch.stop()
    this.#edge?.stop()
    this.callbacks.stop()
    this.#securityLog?.stop()
    for (const node of this.nodes.all) node.close()
  }

  /** Some node is connected, recovered and taking calls. */
  get ready(): boolean {
    return this.nodes.all.some((node) => node.ready)
  }

  call(interactionId: InteractionId): LiveCall | null {
    return this.calls.get(interactionId)
  }

  /** A call that begins with an agent. */
  begin(agentId: AgentId, made: NewCall): LiveCall {
    return this.nodes.placeFor(agentId).begin(made)
  }

  /** Ends a call from our side: by an agent's or supervisor's wish. False: it is not up. */
  hangUp(interactionId: InteractionId, by: EndedBy, outcome: Outcome | null, cause: string | null): boolean {
    return this.calls.hangUp(interactionId, by, outcome, cause)
  }

  /** A callback that the router has taken in line; its legs are made when an agent is offered it. */
  #expectCallback(callback: CallbackRequest, party: CallParty): void {
    const { interactionId, queueId } = callback
    if (this.calls.get(interactionId) === null)
      this.nodes.first.begin({ call: callbackCall(interactionId, queueId), party, callback })
  }

  /** Browsers that were on a call when an earlier process ended, and have not come back to this one. */
  #missBrowsers(): void {
    for (const agentId of this.calls.agents())
      if (!this.browserLines.isOpen(agentId)) this.calls.browserLine(agentId, 'silent')
  }

  #watchOffers(): void {
    this.#guard.lookForReturns()
    if (this.nodes.all.some((node) => node.state === 'down')) return this.#guard.start()
    this.#guard.stop()
    this.ports.outbound.stillUp((channelId) => this.calls.ofChannel(channelId)?.owns(channelId) === true)
  }

  /** A leg can be made while its offer is being stored: it is dialled once it is. */
  #foresee(commands: readonly Command[]): void {
    if (this.#replaced) return
    for (const command of commands)
      if (command.channel === 'voice' && command.kind === 'ring-agent')
        this.calls.get(command.interactionId)?.prepareRing(command)
  }

  #commands(commands: readonly Command[]): void {
    if (this.#replaced) return
    for (const command of commands) {
      if (command.channel !== 'voice') continue
      const call = this.calls.get(command.interactionId)
      if (call !== null) call.command(command)
      else this.ports.log.warn({ command }, 'a command for a call that is not up')
    }
  }

  #giveWay(): void {
    if (this.#replaced) return
    this.#replaced = true
    this.close()
    this.#onReplaced()
  }
}
