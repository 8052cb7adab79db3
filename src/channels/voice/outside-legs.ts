/** Numbers outside that are called into one call: by its flow, or by the people on it. */
import type { Placement } from '../../core/dialling/dial.ts'
import type { Purpose } from '../../core/facts.ts'
import type { AgentId, InteractionId, QueueId } from '../../core/ids.ts'
import type { CallJournal } from './call-journal.ts'
import type { TransferEffect } from './enqueue-request.ts'
import type { Legs } from './legs.ts'
import { outsideChannelId, partyIdOf } from './naming.ts'
import type { VoicePorts } from './ports.ts'

const ringMs = 45_000

type Wanted = Readonly<{ placement: Placement; timeoutMs: number; originator: string | null }>

export type OutsideRequest = Readonly<{
  placement: Placement
  number: string
  purpose: Purpose
  queueId: QueueId
  agentId: AgentId | null
}>

export class OutsideLegs {
  readonly #interactionId: InteractionId
  readonly #legs: Legs
  readonly #ports: VoicePorts
  readonly #journal: CallJournal
  readonly #wanted = new Map<string, Wanted>()
  readonly #numbers = new Map<string, string>()
  #effectId: string | null = null
  #count: number

  /** `count`: how many an earlier process had called. */
  constructor(options: {
    interactionId: InteractionId
    legs: Legs
    ports: VoicePorts
    journal: CallJournal
    count: number
  }) {
    this.#interactionId = options.interactionId
    this.#legs = options.legs
    this.#ports = options.ports
    this.#journal = options.journal
    this.#count = options.count
  }

  /** Whom the flow's transfer concerns; empty when no flow asked. */
  get effectId(): string {
    return this.#effectId ?? ''
  }

  /** The flow passes its caller on. */
  passOn(effect: TransferEffect, placement: Placement, originator: string | null): string {
    const channelId = outsideChannelId(this.#interactionId)
    this.#effectId = effect.effectId
    this.#wanted.set(channelId, { placement, timeoutMs: effect.timeoutMs, originator })
    return channelId
  }

  /** On a person's wish; the leg is dialled when the call has room for it. */
  ask({ placement, number }: OutsideRequest, originator: string | null): string {
    const channelId = outsideChannelId(this.#interactionId, ++this.#count)
    this.#numbers.set(channelId, number)
    this.#wanted.set(channelId, { placement, timeoutMs: ringMs, originator })
    return channelId
  }

  /** null: an earlier process had it called. */
  numberOf(channelId: string): string | null {
    return this.#numbers.get(channelId) ?? null
  }

  note(channelId: string, { number, purpose, queueId, agentId }: OutsideRequest): void {
    const entry = { at: this.#ports.now(), interactionId: this.#interactionId, partyId: partyIdOf(channelId) }
    this.#journal.record({ ...entry, kind: 'outside-dialled', purpose, queueId, agentId }, [
      { ...entry, kind: 'outside', number },
    ])
  }

  dial(channelId: string): void {
    const wanted = this.#wanted.get(channelId)
    this.#wanted.delete(channelId)
    if (wanted !== undefined) this.#legs.ringOutside({ channelId, ...wanted })
  }
}
