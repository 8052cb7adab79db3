/** Every call that is up, on whichever Asterisk: found by its interaction, by its customer's channel, or by a name of ours. */
import type { EndedBy, Outcome } from '../../core/facts.ts'
import type { AgentId, InteractionId } from '../../core/ids.ts'
import { agentsOn, legsOf, secondLinesOf } from '../../core/call/parties.ts'
import type { Ari } from './ari/operations.ts'
import type { AsteriskNode } from './asterisk-node.ts'
import type { LineLoss } from './browser-lines.ts'
import { LiveCall, type LiveCallOptions } from './live-call.ts'
import { ownerOf } from './naming.ts'
import type { ReachablePhone } from './rung-phones.ts'
import type { CallbackRequest, VoicePorts } from './ports.ts'

/** The Asterisk that a call's legs and bridge are in. */
export type CallPlace = Readonly<{
  node: AsteriskNode
  ari: Ari
  /** The agent's phones that can be reached, the one first that rings where one is enough. */
  phonesOf(agentId: AgentId): readonly ReachablePhone[]
  /** No leg of the call is anywhere yet, and this agent is to get the first. */
  moveTo?(agentId: AgentId): void
  /** No leg is anywhere yet, and the customer's is to be the first. */
  dialsOut?(): void
}>

export type NewCall = Omit<LiveCallOptions, 'ari' | 'ports' | 'phonesOf' | 'onDialOut' | 'onOver'>

export class LiveCalls {
  readonly #ports: VoicePorts
  readonly #onNext: (next: CallbackRequest) => void
  readonly #calls = new Map<InteractionId, LiveCall>()
  readonly #places = new Map<InteractionId, CallPlace>()
  /** Of customers' channels and phones' own lines; the legs that we make carry their interaction in their name. */
  readonly #byChannel = new Map<string, LiveCall>()

  /** `onNext`: a call is over, and a callback follows from it. */
  constructor(ports: VoicePorts, onNext: (next: CallbackRequest) => void) {
    this.#ports = ports
    this.#onNext = onNext
  }

  get(interactionId: InteractionId): LiveCall | null {
    return this.#calls.get(interactionId) ?? null
  }

  /** The node that a call is at; null: the call is not up. */
  nodeOf(interactionId: InteractionId): AsteriskNode | null {
    return this.#places.get(interactionId)?.node ?? null
  }

  at(node: AsteriskNode): LiveCall[] {
    return [...this.#calls.values()].filter(({ id }) => this.nodeOf(id) === node)
  }

  /** The browser of an agent can't be spoken to; null: it can again. */
  browserLine(agentId: AgentId, loss: LineLoss | null): void {
    for (const call of this.#calls.values()) call.browserLine(agentId, loss)
  }

  /** Every agent who is on a call. */
  agents(): ReadonlySet<AgentId> {
    return new Set([...this.#calls.values()].flatMap(({ call }) => agentsOn(call)))
  }

  /** A call that is up from now on, and hears what happens to its legs. */
  begin(place: CallPlace, made: NewCall): LiveCall {
    const call: LiveCall = new LiveCall({
      ...made,
      ari: place.ari,
      ports: this.#ports,
      phonesOf(agentId) {
        if (call.call.customerChannelId === null && legsOf(call.call).length <= 1) place.moveTo?.(agentId)
        return place.phonesOf(agentId)
      },
      onDialOut: () => place.dialsOut?.(),
      onOver: (over, next) => this.#over(over, next),
    })
    this.#calls.set(call.id, call)
    this.#places.set(call.id, place)
    const channelId = call.call.customerChannelId
    if (channelId !== null) this.#byChannel.set(channelId, call)
    for (const lineId of secondLinesOf(call.call)) this.#byChannel.set(lineId, call)
    return call
  }

  /** An agent's phone has opened another line beside the call; false: it is not one that somebody may come into. */
  openLine(call: LiveCall, agentId: AgentId, lineId: string): boolean {
    if (!call.openLine(agentId, lineId)) return false
    this.#byChannel.set(lineId, call)
    return true
  }

  /** Whose customer's channel that is. */
  ofCustomer(channelId: string): LiveCall | null {
    return this.#byChannel.get(channelId) ?? null
  }

  ofChannel(channelId: string): LiveCall | null {
    return this.ofCustomer(channelId) ?? this.named(channelId)
  }

  /** Whose channel, playback or recording has that name. */
  named(name: string): LiveCall | null {
    const owner = ownerOf(name)
    return owner === null ? null : this.get(owner.interactionId)
  }

  /** Ends a call from our side: by an agent's or supervisor's wish. False: it is not up. */
  hangUp(interactionId: InteractionId, by: EndedBy, outcome: Outcome | null, cause: string | null): boolean {
    const call = this.get(interactionId)
    call?.step({ kind: 'hang-up', by, outcome, cause })
    return call !== null
  }

  #over(call: LiveCall, next: CallbackRequest | null): void {
    this.#calls.delete(call.id)
    this.#places.delete(call.id)
    for (const [channelId, owner] of this.#byChannel) if (owner === call) this.#byChannel.delete(channelId)
    if (next !== null) this.#onNext(next)
  }
}
