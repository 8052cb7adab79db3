/**
 * What an agent's phone asks with its transfer key (RFC 3515): the same as a transfer by request, under the same conditions.
 * Asterisk does nothing by itself; the phones of customers and trunks are refused by their endpoints.
 */
import { agentIdOf, isListener } from '../../core/call/parties.ts'
import type { AgentId, InteractionId } from '../../core/ids.ts'
import type { AriEvent } from './ari/events.ts'
import type { Ari } from './ari/operations.ts'
import type { HandingOver, Target } from './handing-over.ts'
import type { LiveCalls } from './live-calls.ts'
import type { PhoneTransfers, VoicePorts } from './ports.ts'

export type Referral = Extract<AriEvent, { type: 'ChannelTransfer' }>

/**
 * Asterisk before 22.11 dies of a REFER with `Refer-Sub: false` that is left to the application (its issue 2021), and some
 * phones send nothing else.
 */
export function mayRefer(wanted: PhoneTransfers, version: string | null): boolean {
  if (wanted !== 'auto') return wanted === 'on'
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? []
  return Number(major) > 23 || (Number(major) === 22 && Number(minor) >= 11)
}

export class Referrals {
  readonly #calls: LiveCalls
  readonly #ports: VoicePorts
  readonly #handingOver: HandingOver

  constructor(calls: LiveCalls, ports: VoicePorts, handingOver: HandingOver) {
    this.#calls = calls
    this.#ports = ports
    this.#handingOver = handingOver
  }

  async decide(ari: Ari, { refer_to, referred_by }: Referral): Promise<void> {
    const channelId = referred_by.source_channel.id
    const asking = this.#agentAt(channelId)
    const target = refer_to.destination_channel === undefined ? this.#targetOf(refer_to) : null
    const result =
      asking === null || target === null
        ? { refusal: { code: 'unknown-destination', message: 'there is nobody to hand the call to' } }
        : await this.#handingOver.transfer(asking.interactionId, { id: asking.agentId, role: 'agent' }, target)
    if ('refusal' in result)
      this.#ports.log.info({ channelId, refusal: result.refusal }, 'a transfer by phone is refused')
    // After a transfer the phone's leg is gone, or about to be.
    void ari.transferProgress(channelId, 'refusal' in result ? 'channel_declined' : 'channel_answered')
  }

  /** Whoever talks there; null: no agent, or one who only listens. */
  #agentAt(channelId: string): { interactionId: InteractionId; agentId: AgentId } | null {
    const call = this.#calls.ofChannel(channelId)
    const stage = call?.call.stage
    const party = stage?.kind === 'talking' ? stage.parties.find((it) => it.channelId === channelId) : undefined
    const agentId = party === undefined || isListener(party) ? null : agentIdOf(party)
    return call === null || agentId === null ? null : { interactionId: call.id, agentId }
  }

  /** A colleague's SIP name, a queue's id, or a number. */
  #targetOf({ requested_destination }: Referral['refer_to']): Target | null {
    const wanted = userOf(requested_destination?.destination ?? '')
    const agentId = this.#ports.directory.agentOfEndpoint(wanted)
    if (agentId !== null) return { agentId }
    if (this.#ports.directory.queueExists(wanted)) return { queueId: wanted }
    return /^\+?[\d*#]{2,32}$/.test(wanted) ? { number: wanted } : null
  }
}

/** `sip:bogdan@host;transport=udp` and `bogdan` are the same here. */
function userOf(destination: string): string {
  return destination.replace(/^<?sips?:/, '').replace(/[@;>].*$/, '')
}
