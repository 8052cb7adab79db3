/**
 * What agents' telephones dial by themselves. In the middle of a call it is a consultation: the phone's second line goes to
 * whoever is asked, its first one keeps the customer, and its transfer key joins the two (referrals.ts).
 */
import { hasJoined, isListener, partyOfAgent } from '../../core/call/parties.ts'
import type { AgentId } from '../../core/ids.ts'
import type { Arrival } from './arrivals.ts'
import type { AsteriskNode } from './asterisk-node.ts'
import { targetOf } from './destinations.ts'
import type { HandingOver } from './handing-over.ts'
import type { LiveCall } from './live-call.ts'
import type { LiveCalls } from './live-calls.ts'
import { accountOf } from './naming.ts'
import type { VoicePorts } from './ports.ts'

export class OwnLines {
  readonly #calls: LiveCalls
  readonly #ports: VoicePorts
  readonly #handingOver: HandingOver

  constructor(calls: LiveCalls, ports: VoicePorts, handingOver: HandingOver) {
    this.#calls = calls
    this.#ports = ports
    this.#handingOver = handingOver
  }

  dialled(node: AsteriskNode, arrival: Arrival): void {
    this.#dialled(node, arrival).catch((error: unknown) => {
      this.#ports.log.error({ err: error, channel: arrival.channel.id }, 'the second line of a phone leads nowhere')
      void node.ari.hangUp(arrival.channel.id, 'congestion')
    })
  }

  async #dialled(node: AsteriskNode, { channel, dialled }: Arrival): Promise<void> {
    const agentId = this.#ports.directory.agentOfEndpoint(accountOf(channel.name) ?? '')
    const call = agentId === null ? null : this.#callOf(node, agentId)
    const target = targetOf(this.#ports.directory, dialled)
    if (agentId === null || call === null || target === null) return void node.ari.hangUp(channel.id, 'unallocated')
    if (!this.#calls.openLine(call, agentId, channel.id)) return void node.ari.hangUp(channel.id, 'busy')
    const by = { id: agentId, role: 'agent' } as const
    const result = await this.#handingOver.consult(call.id, by, target)
    if ('refusal' in result) {
      const { code } = result.refusal
      this.#ports.log.info({ interactionId: call.id, agentId, code }, 'nobody is rung for the second line of a phone')
      return call.step({ kind: 'end-second-line', lineId: channel.id, cause: endFor(code) })
    }
    // Put down before anybody was rung.
    if (!call.owns(channel.id)) await this.#handingOver.cancel(call.id, by)
  }

  /** The call that the agent talks on, where their line can be joined with it. */
  #callOf(node: AsteriskNode, agentId: AgentId): LiveCall | null {
    const isOn = ({ call }: LiveCall): boolean => {
      const party = partyOfAgent(call, agentId)
      return party !== null && hasJoined(party) && !isListener(party)
    }
    return this.#calls.at(node).find(isOn) ?? null
  }
}

function endFor(code: string): 'busy' | 'rejected' | 'unallocated' {
  if (code === 'forbidden' || code === 'destination-not-allowed' || code === 'limit-reached') return 'rejected'
  return code.startsWith('unknown-') || code === 'not-a-number' ? 'unallocated' : 'busy'
}
