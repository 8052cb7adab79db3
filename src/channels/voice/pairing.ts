/**
 * Agent and customer stay together while the agent's side is away for a moment: their page is loaded again, their network is
 * gone, their browser died. The customer hears music instead of silence until the agent is back, or is known to be lost.
 */
import type { Call } from '../../core/call/call.ts'
import { agentIdOf, hasJoined, partyOfAgent, personsOn } from '../../core/call/parties.ts'
import type { AgentId } from '../../core/ids.ts'
import type { Ari } from './ari/operations.ts'
import type { LineLoss } from './browser-lines.ts'
import type { CallMedia } from './call-media.ts'
import type { VoicePorts } from './ports.ts'
import { QuietLegs } from './quiet-legs.ts'
import { ReturningLegs } from './returning-legs.ts'

/** Q.850 38: the network is out of order. */
const networkOutOfOrder = 38
const music = 'default'

export type PairingOptions = Readonly<{
  ari: Ari
  media: CallMedia
  ports: Pick<VoicePorts, 'directory' | 'now'>
  call(): Call
  /** Dials the leg anew. */
  ring(channelId: string, agentId: AgentId): void
  /** Nobody waits for it any more. */
  onLost(channelId: string, cause: number): void
}>

/** `at-desk-phone`: they talk there, and their page has lost nothing. */
export type RingAgain = 'rings' | 'not-talking' | 'at-desk-phone'

export class Pairing {
  readonly #options: PairingOptions
  readonly #returning: ReturningLegs
  readonly #quiet: QuietLegs

  constructor(options: PairingOptions) {
    const { ari, ports, ring, onLost } = options
    this.#options = options
    this.#returning = new ReturningLegs({ ring, onLost, onAway: () => this.#comfort() })
    this.#quiet = new QuietLegs({
      now: ports.now,
      isBrowser: async (channelId) => {
        const endpoint = await ari.endpointOf(channelId)
        return endpoint === null ? null : ports.directory.isBrowser(endpoint)
      },
      received: (channelId) => ari.packetsReceived(channelId),
      onQuiet: (_channelId, isQuiet) => (isQuiet ? this.#comfort() : options.media.endComfort()),
      onLost: (channelId) => {
        void ari.hangUp(channelId, 'normal')
        onLost(channelId, networkOutOfOrder)
      },
    })
  }

  /** A leg of the talk has ended; true: it is expected back, and the call needn't know. */
  keeps(channelId: string, cause: number): boolean {
    this.#quiet.forget(channelId)
    const agentId = this.#agentOn(channelId)
    return agentId !== null && this.#returning.gone(channelId, agentId, cause)
  }

  /** The agent wants their audio back: their phone is rung for the same call again. */
  async ringAgain(agentId: AgentId): Promise<RingAgain> {
    const { ari, ports } = this.#options
    const leg = this.#legOf(agentId)
    if (leg === null) return 'not-talking'
    // A page that has no audio of a call need not have lost it: the agent may have picked up at their desk.
    const account = this.#returning.isAway(leg) ? null : await ari.accountOf(leg)
    if (account !== null && !ports.directory.isBrowser(account)) return 'at-desk-phone'
    if (this.#legOf(agentId) !== leg) return 'not-talking'
    this.#quiet.forget(leg)
    if (this.#returning.ask(leg, agentId)) void ari.hangUp(leg, 'normal')
    return 'rings'
  }

  /** True: the leg was away, and is up again. */
  up(channelId: string): boolean {
    if (!this.#returning.up(channelId)) return false
    this.#options.media.endComfort()
    return true
  }

  /** The browser of an agent can't be spoken to; null: it can again. */
  browser(agentId: AgentId, loss: LineLoss | null): void {
    const party = partyOfAgent(this.#options.call(), agentId)
    if (party === null || !hasJoined(party)) return
    if (loss === null) this.#quiet.back(party.channelId)
    else this.#quiet.suspect(party.channelId, loss)
  }

  /** Nobody talks any more. */
  stop(): void {
    this.#returning.stop()
    this.#quiet.stop()
  }

  #legOf(agentId: AgentId): string | null {
    const party = partyOfAgent(this.#options.call(), agentId)
    return party === null || !hasJoined(party) ? null : party.channelId
  }

  #agentOn(channelId: string): AgentId | null {
    const { stage } = this.#options.call()
    const party = stage.kind === 'talking' ? stage.parties.find((it) => it.channelId === channelId) : undefined
    return party === undefined || !hasJoined(party) ? null : agentIdOf(party)
  }

  /** Whoever has others to talk with is not left in silence, and whoever is on hold hears music already. */
  #comfort(): void {
    const { stage } = this.#options.call()
    const isAlone = stage.kind === 'talking' && stage.customer === 'talking' && personsOn(stage).length === 1
    if (isAlone) this.#options.media.beginComfort(music)
  }
}
