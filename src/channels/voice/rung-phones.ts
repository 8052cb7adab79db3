/** Which of an agent's phones ring for an offer, under which names. */
import type { AgentLeg } from '../../core/call/call.ts'
import type { Purpose } from '../../core/facts.ts'
import type { AgentId, InteractionId, OfferId } from '../../core/ids.ts'
import { deviceChannelIds } from './naming.ts'

/** `dialled`: the account as the call's node dials it, through the link where the phone is registered at another one. */
export type ReachablePhone = Readonly<{ account: string; dialled: string }>

/** What agents ask for themselves, at the phone that they mean: another one needn't ring. */
const ownWishes: ReadonlySet<Purpose> = new Set(['outbound', 'pick-up', 'monitor'])

export class RungPhones {
  readonly #interactionId: InteractionId
  readonly #phonesOf: (agentId: AgentId) => readonly ReachablePhone[]
  /** By the channels that are about to be made. */
  readonly #chosen = new Map<string, ReachablePhone>()

  constructor(interactionId: InteractionId, phonesOf: (agentId: AgentId) => readonly ReachablePhone[]) {
    this.#interactionId = interactionId
    this.#phonesOf = phonesOf
  }

  /** The channels that are to ring. Asked again for the same offer it says the same, whoever has registered meanwhile. */
  choose(offerId: OfferId, agentId: AgentId, purpose: Purpose | null = null): { channelId: string; others: string[] } {
    const [channelId = '', ...others] = deviceChannelIds(this.#interactionId, offerId)
    if (!this.#chosen.has(channelId)) {
      const phones = this.#phonesOf(agentId)
      const names = purpose !== null && ownWishes.has(purpose) ? [channelId] : [channelId, ...others]
      for (const [i, name] of names.entries()) {
        const phone = phones[i]
        if (phone !== undefined) this.#chosen.set(name, phone)
      }
    }
    return { channelId, others: others.filter((name) => this.#chosen.has(name)) }
  }

  on(channelId: string): ReachablePhone | null {
    return this.#chosen.get(channelId) ?? null
  }

  /** It is rung now. null: no phone of the agent can be reached. */
  take({ channelId }: AgentLeg): ReachablePhone | null {
    const phone = this.on(channelId)
    this.#chosen.delete(channelId)
    return phone
  }

  /** The one that rings where one is enough. */
  first(agentId: AgentId): ReachablePhone | null {
    return this.#phonesOf(agentId)[0] ?? null
  }
}
