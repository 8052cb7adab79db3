/**
 * What an agent's phone asks with its transfer key (RFC 3515): the same as a transfer by request, under the same conditions.
 * Asterisk does nothing by itself; the phones of customers and trunks are refused by their endpoints.
 */
import { consultationOf } from '../../core/call/transfer.ts'
import { agentAt, type AgentOnCall } from './agent-at.ts'
import type { AriChannel, AriEvent } from './ari/events.ts'
import type { Ari } from './ari/operations.ts'
import { targetOf } from './destinations.ts'
import { legOfPhone } from './far-phones.ts'
import type { HandingOver } from './handing-over.ts'
import type { LiveCalls } from './live-calls.ts'
import { refuse, type Result } from './permission.ts'
import type { PhoneTransfers, VoicePorts } from './ports.ts'

export type Referral = Extract<AriEvent, { type: 'ChannelTransfer' }>

const nobody = refuse('unknown-destination', 'there is nobody to hand the call to')

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

  decide(ari: Ari, event: Referral): void {
    // What we say of a transfer comes back as an event.
    if (event.state !== undefined) return
    this.#decide(ari, event).catch((error: unknown) => {
      const channelId = event.referred_by.source_channel.id
      this.#ports.log.error({ err: error, channelId }, 'a transfer by phone could not be decided')
      void ari.transferProgress(channelId, 'channel_declined')
    })
  }

  async #decide(ari: Ari, event: Referral): Promise<void> {
    const { refer_to, referred_by } = event
    const channelId = referred_by.source_channel.id
    const asking = this.#agentAt(referred_by.source_channel)
    const other = refer_to.destination_channel
    const result =
      asking === null
        ? nobody
        : other === undefined
          ? await this.#handOn(asking, userOf(refer_to.requested_destination?.destination ?? ''))
          : await this.#joinLines(asking, other, () => ari.transferProgress(channelId, 'channel_answered'))
    if ('refusal' in result)
      this.#ports.log.info({ channelId, refusal: result.refusal }, 'a transfer by phone is refused')
    // After a transfer the phone's leg is gone, or about to be.
    void ari.transferProgress(channelId, 'refusal' in result ? 'channel_declined' : 'channel_answered')
  }

  async #handOn({ call, agentId }: AgentOnCall, wanted: string): Promise<Result> {
    const target = targetOf(this.#ports.directory, wanted)
    return target === null ? nobody : this.#handingOver.transfer(call.id, { id: agentId, role: 'agent' }, target)
  }

  /** The customer of one line and whoever is on the other are left to each other. */
  async #joinLines({ call, agentId }: AgentOnCall, other: AriChannel, onDone: () => Promise<unknown>): Promise<Result> {
    const same = this.#agentAt(other)
    if (same?.call !== call || same.agentId !== agentId || consultationOf(call.call) === null)
      return refuse('not-together', 'the two lines are not of one call')
    // While its lines are there to be told on.
    await onDone()
    return this.#handingOver.complete(call.id, { id: agentId, role: 'agent' })
  }

  #agentAt(channel: AriChannel): AgentOnCall | null {
    return agentAt(this.#calls, legOfPhone(channel))
  }
}

/** `sip:bogdan@host;transport=udp` and `bogdan` are the same here. */
function userOf(destination: string): string {
  return destination.replace(/^<?sips?:/, '').replace(/[@;>].*$/, '')
}
