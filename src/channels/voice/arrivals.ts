/** Callers at the door: each is taken in and its flow begun, or handed back to the dialplan; none is left in silence. */
import { inboundCall } from '../../core/call/call.ts'
import { startSession } from '../../core/flow/interpreter.ts'
import type { Ari } from './ari/operations.ts'
import type { AriChannel } from './ari/events.ts'
import type { CallParty } from './call-party.ts'
import type { LiveCall, LiveCallOptions } from './live-call.ts'
import { interactionIdOf } from './naming.ts'
import { Opening } from './opening.ts'
import type { VoiceEntryPoint, VoicePorts } from './ports.ts'
import { sessionLanguage, sessionStart } from './session-start.ts'

/** A caller hears the outage message rather than silence when we are not ready for them after so long. */
export const patienceMs = 2_000

export type Arrival = Readonly<{ channel: AriChannel; origin: string; dialled: string }>

export class Arrivals {
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #opening: Opening
  readonly #onHandedBack: () => void
  readonly #onDialledNothing: (channelId: string) => Promise<void>
  readonly #isDraining: () => boolean
  readonly #begin: (options: Pick<LiveCallOptions, 'call' | 'party' | 'callback'>) => LiveCall
  /** Taken in and without an interaction yet, to whether they left meanwhile. */
  readonly #arriving = new Map<string, { left: boolean }>()

  /** On their way out of the application. */
  readonly #handedBack = new Set<string>()

  constructor(options: {
    ari: Ari
    ports: VoicePorts
    /** Makes the call and has it listened to. */
    begin(options: Pick<LiveCallOptions, 'call' | 'party' | 'callback'>): LiveCall
    /** A caller hears the outage message, and may leave one. */
    onHandedBack(): void
    /** A stranger dialled a number that nobody answers. */
    onDialledNothing(channelId: string): Promise<void>
    /** The node takes no new calls. */
    isDraining(): boolean
  }) {
    this.#ari = options.ari
    this.#ports = options.ports
    this.#opening = new Opening(options.ari, options.ports)
    this.#begin = options.begin
    this.#onHandedBack = options.onHandedBack
    this.#onDialledNothing = options.onDialledNothing
    this.#isDraining = options.isDraining
  }

  /** Being taken in, or handed back: not anybody else's to take in. */
  knows(channelId: string): boolean {
    return this.#arriving.has(channelId) || this.#handedBack.has(channelId)
  }

  /** True when the playback was one of what callers hear before their flow. */
  heard(playbackId: string): boolean {
    return this.#opening.heard(playbackId)
  }

  left(channelId: string): void {
    this.#handedBack.delete(channelId)
    const arriving = this.#arriving.get(channelId)
    if (arriving !== undefined) arriving.left = true
  }

  arrive({ channel, origin, dialled }: Arrival): void {
    // 503: whoever sent it here sends it to another node.
    if (this.#isDraining()) return void this.#ari.hangUp(channel.id, 'congestion')
    const entryPoint = this.#ports.directory.entryPoint(dialled)
    if (this.#ports.writer.stalledSince() !== null) return this.toOutage(channel.id, 'the database is away')
    if (entryPoint === null) {
      this.#ports.log.info({ dialled, origin }, 'nobody answers that number')
      if (origin === 'inbound') void this.#onDialledNothing(channel.id)
      return void this.#ari.hangUp(channel.id, 'unallocated')
    }
    // At once, unless they hear something before.
    if (entryPoint.announcement === null) void this.#ari.answer(channel.id)
    const arriving = { left: false }
    this.#arriving.set(channel.id, arriving)
    this.#take(channel, entryPoint, dialled, arriving)
      .catch((error: unknown) => {
        this.#ports.log.error({ err: error, channel: channel.id }, 'the call could not be taken in')
        this.toOutage(channel.id, 'not taken in')
      })
      .finally(() => this.#arriving.delete(channel.id))
  }

  toOutage(channelId: string, why: string): void {
    this.#ports.log.warn({ channel: channelId, why }, 'handing the call to the outage dialplan')
    this.#handedBack.add(channelId)
    void this.#ari.continueInDialplan(channelId, 'outage', 's')
    this.#onHandedBack()
  }

  async #take(
    channel: AriChannel,
    entryPoint: VoiceEntryPoint,
    dialled: string,
    arriving: { left: boolean },
  ): Promise<void> {
    const { customers, writer, flows } = this.#ports
    const raw = channel.caller.number === '' ? null : channel.caller.number
    const displayName = channel.caller.name === '' ? null : channel.caller.name
    const interactionId = interactionIdOf(entryPoint.id, channel.id)
    const caller = await within(patienceMs, customers.recognise(raw, displayName, interactionId))
    const at = this.#ports.now()
    const party: CallParty = { entryPoint, caller, displayName }
    const call = this.#begin({ call: inboundCall(interactionId, channel.id), party, callback: null })
    writer
      .submit(
        {
          kind: 'arrive',
          interactionId,
          channel: 'voice',
          direction: 'inbound',
          entryPointId: entryPoint.id,
          providerId: channel.id,
          customerId: caller.customerId,
        },
        { details: [{ kind: 'contact', interactionId, at, identity: caller.identity, displayName, dialled }] },
      )
      .catch((error: unknown) => this.#ports.log.error({ err: error, interactionId }, 'the arrival was not stored'))
    if (arriving.left) return call.step({ kind: 'leg-gone', channelId: channel.id, cause: 16, seen: true })
    await this.#opening.answer({ channelId: channel.id, interactionId }, entryPoint, sessionLanguage(party))
    if (call.call.stage.kind !== 'flow') return
    call.flow.begin(startSession(flows.library, sessionStart(this.#ports, party, dialled), flows.world()))
  }
}

/** Whom a channel in our application calls; null: it is no caller of ours. */
export function arrivalOf(channel: AriChannel, app: string): Arrival | null {
  const [ownApp, origin, dialled] = (channel.dialplan.app_data ?? '').split(',')
  if (channel.dialplan.app_name !== 'Stasis' || ownApp !== app) return null
  return origin === undefined || origin === 'leg' || dialled === undefined ? null : { channel, origin, dialled }
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
