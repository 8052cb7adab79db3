/** How the phones of agents come to ring for one call: for an offer, for a guest of it, or again for a leg that is away. */
import type { AgentLeg, Call, CallInput, Listening } from '../../core/call/call.ts'
import type { Command } from '../../core/commands.ts'
import type { AgentId, InteractionId } from '../../core/ids.ts'
import { interactionView } from '../../core/routing/views.ts'
import { accountVariable } from './ari/operations.ts'
import type { Displays } from './displays.ts'
import type { Legs } from './legs.ts'
import type { VoicePorts } from './ports.ts'
import { RungPhones, type ReachablePhone } from './rung-phones.ts'

export type AgentRingingOptions = Readonly<{
  interactionId: InteractionId
  ports: Pick<VoicePorts, 'now' | 'writer'>
  legs: Legs
  displays: Displays
  phonesOf(agentId: AgentId): readonly ReachablePhone[]
  call(): Call
  /** Whether the leg is one of the call's. */
  owns(channelId: string): boolean
  step(input: CallInput): void
}>

/** How long a phone rings to bring its agent back into a call. */
const returnRingMs = 10_000
/** What an agent's phone wants done with its call is told to us, and not done by Asterisk. */
const referToUs = { 'PJSIP_TRANSFER_HANDLING()': 'ari-only' }

export class AgentRinging {
  readonly #options: AgentRingingOptions
  readonly #phones: RungPhones
  /** How those who were invited to listen begin. */
  readonly #listening = new Map<AgentId, Listening>()

  constructor(options: AgentRingingOptions) {
    this.#options = options
    this.#phones = new RungPhones(options.interactionId, (agentId) => options.phonesOf(agentId))
  }

  /** An offer is being stored: its leg is made meanwhile. */
  prepare({ offerId, agentId }: Extract<Command, { kind: 'ring-agent' }>): void {
    const { stage } = this.#options.call()
    if (stage.kind !== 'waiting' || stage.ringing !== null) return
    const { channelId, others } = this.#phones.choose(offerId, agentId)
    for (const device of [channelId, ...others]) {
      const request = this.#legRequest(device, this.#phones.on(device))
      if (request !== null) this.#options.legs.prepareAgent(request)
    }
  }

  /** The offer is stored. */
  offer({ offerId, agentId }: Extract<Command, { kind: 'ring-agent' }>): void {
    const devices = this.#phones.choose(offerId, agentId)
    this.#options.step({ kind: 'ring-agent', offerId, agentId, ...devices })
    for (const channelId of [devices.channelId, ...devices.others])
      if (!this.#options.owns(channelId)) this.#options.legs.discard(channelId)
  }

  /** How the agent will listen once they have picked up. */
  expectListener(agentId: AgentId, listening: Listening): void {
    this.#listening.set(agentId, listening)
  }

  /** Somebody is to come in beside whoever has the call already. */
  invite({ offerId, agentId, purpose }: Extract<Command, { kind: 'ring-guest' }>): void {
    this.#options.step({
      kind: 'ring-guest',
      offerId,
      agentId,
      ...this.#phones.choose(offerId, agentId, purpose),
      purpose,
      listening: purpose === 'monitor' ? (this.#listening.get(agentId) ?? 'monitor') : null,
    })
  }

  ring(leg: AgentLeg): void {
    const { interactionId, ports, legs, step } = this.#options
    const request = this.#legRequest(leg.channelId, this.#phones.take(leg))
    if (request === null) return step({ kind: 'leg-gone', channelId: leg.channelId, cause: 20, seen: true })
    const view = interactionView(ports.writer.state(), interactionId)
    const guest = view?.guests.find((it) => it.agentId === leg.agentId)
    const invited = guest?.phase === 'ringing' ? guest.expiresAt : ports.now()
    const expiresAt = view?.phase === 'offered' ? view.offer.expiresAt : invited
    legs.ringAgent({ ...request, expiresAt })
  }

  /** The agent has joined already, and their leg is away for a moment. */
  ringAgain(channelId: string, agentId: AgentId): void {
    const { legs, ports } = this.#options
    const request = this.#legRequest(channelId, this.#phones.first(agentId))
    if (request !== null) legs.ringAgent({ ...request, expiresAt: ports.now() + returnRingMs })
  }

  /** null: no phone of the agent can be reached. */
  #legRequest(channelId: string, phone: ReachablePhone | null) {
    if (phone === null) return null
    const call = this.#options.call()
    const own = { ...referToUs, [accountVariable]: phone.account }
    const variables = { ...this.#options.displays.atFirst(call, channelId), ...own }
    return { channelId, account: phone.dialled, variables, originator: call.customerChannelId }
  }
}
