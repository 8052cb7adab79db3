/** The telephone: connects to Asterisk, turns its events into inputs, and hands the router's commands to the calls. */
import { callbackCall, inboundCall, type Call } from '../../core/call/call.ts'
import type { Command } from '../../core/commands.ts'
import type { EndedBy, Outcome } from '../../core/facts.ts'
import { startSession } from '../../core/flow/interpreter.ts'
import type { InteractionId } from '../../core/ids.ts'
import { AriConnection, type AriAccess } from './ari/connection.ts'
import type { AriChannel, AriEvent } from './ari/events.ts'
import { ariOperations, type Ari } from './ari/operations.ts'
import type { NextCallback } from './callback-course.ts'
import { LiveCall, type CallParty } from './live-call.ts'
import { interactionIdOf, ownerOf } from './naming.ts'
import { Phones } from './phones.ts'
import type { CallbackRequest, VoiceEntryPoint, VoicePorts } from './ports.ts'
import { recover } from './recovery.ts'
import { sessionStart } from './session-start.ts'
import { startCallback } from './callbacks.ts'

/** A caller hears the outage message rather than silence when the database takes longer than this. */
const recogniseWithinMs = 2_000

const wantedEvents = [
  // An answer to a request over the socket passes the filter like an event.
  'RESTResponse',
  'StasisStart',
  'ChannelStateChange',
  'ChannelDestroyed',
  'ChannelDtmfReceived',
  'ChannelHold',
  'ChannelUnhold',
  'PlaybackFinished',
  'RecordingFinished',
  'RecordingFailed',
  'DeviceStateChanged',
  'ApplicationReplaced',
]

export class VoiceChannel {
  readonly #ports: VoicePorts
  readonly #connection: AriConnection
  readonly #ari: Ari
  readonly #app: string
  readonly #calls = new Map<InteractionId, LiveCall>()
  /** Of every customer channel; agents' channels carry their interaction in their name. */
  readonly #byChannel = new Map<string, LiveCall>()
  /** Callers that were taken in but have no interaction yet, to whether they left meanwhile. */
  readonly #arriving = new Map<string, { left: boolean }>()
  readonly #phones: Phones
  /** Callbacks whose next attempt is due later. */
  readonly #later = new Set<NodeJS.Timeout>()
  readonly #onReplaced: () => void
  #ready = false
  #held: AriEvent[] = []

  constructor(options: { access: AriAccess; ports: VoicePorts; onReplaced(): void }) {
    this.#ports = options.ports
    this.#onReplaced = options.onReplaced
    this.#app = options.access.app
    this.#connection = new AriConnection(options.access, {
      onEvent: (event) => this.#event(event),
      onConnected: () => void this.#connected(),
      onDisconnected: (reason) => this.#disconnected(reason),
    })
    this.#ari = ariOperations(this.#connection, options.access.app)
    this.#phones = new Phones(this.#ari, options.ports)
    this.#ports.writer.onCommands((commands) => this.#commands(commands))
    this.#ports.directory.onSipAccounts(() => {
      if (this.#connection.connected) void this.#phones.push()
    })
  }

  open(): void {
    this.#connection.open()
  }

  close(): void {
    for (const timer of this.#later) clearTimeout(timer)
    this.#connection.close()
  }

  /** Connected, recovered and taking calls. */
  get ready(): boolean {
    return this.#ready
  }

  get ari(): Ari {
    return this.#ari
  }

  call(interactionId: InteractionId): LiveCall | null {
    return this.#calls.get(interactionId) ?? null
  }

  /** Whether a customer's channel has a call already, or is about to. */
  knows(channelId: string): boolean {
    return this.#byChannel.has(channelId) || this.#arriving.has(channelId)
  }

  adopt(call: LiveCall): void {
    this.#calls.set(call.id, call)
    const channelId = call.call.customerChannelId
    if (channelId !== null) this.#byChannel.set(channelId, call)
  }

  newCall(options: { call: Call; party: CallParty; callback: CallbackRequest | null }): LiveCall {
    return new LiveCall({
      ...options,
      ari: this.#ari,
      ports: this.#ports,
      onlineAccount: (agentId) => this.#phones.onlineAccount(agentId),
      onOver: (call, next) => this.#over(call, next),
    })
  }

  #over(call: LiveCall, next: NextCallback | null): void {
    this.#calls.delete(call.id)
    for (const [channelId, owner] of this.#byChannel) if (owner === call) this.#byChannel.delete(channelId)
    if (next === null) return
    const timer = setTimeout(() => {
      this.#later.delete(timer)
      this.#startCallback(next.callback)
    }, next.afterMs)
    this.#later.add(timer)
  }

  #startCallback(callback: CallbackRequest): void {
    startCallback(this.#ports, (it, party) => this.expectCallback(it, party), callback).catch((error: unknown) =>
      // It is stored: the next start puts it in line.
      this.#ports.log.error({ err: error, callback: callback.id }, 'the callback could not be put in line'),
    )
  }

  async #connected(): Promise<void> {
    await this.#ari.allowEvents(wantedEvents)
    await recover({ channel: this, ari: this.#ari, ports: this.#ports, app: this.#app })
    this.#ready = true
    for (const event of this.#held.splice(0)) this.#event(event)
    this.#ports.log.info('connected to Asterisk')
    await this.#phones.connected()
  }

  #disconnected(reason: string): void {
    this.#ready = false
    this.#held = []
    this.#ports.log.warn({ reason }, 'connection to Asterisk lost; trying again')
  }

  #commands(commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.channel !== 'voice') continue
      const call = this.#calls.get(command.interactionId)
      if (call !== undefined) call.command(command)
      else this.#ports.log.warn({ command }, 'a command for a call that is not up')
    }
  }

  #event(event: AriEvent): void {
    if (event.type === 'ApplicationReplaced') return this.#onReplaced()
    // What happens while recovery looks around is told again once it knows what there is.
    if (!this.#ready) return void this.#held.push(event)
    switch (event.type) {
      case 'StasisStart':
        return this.#stasisStart(event.channel, event.args)
      case 'ChannelStateChange':
        if (event.channel.state === 'Up')
          this.#owner(event.channel.id)?.step({ kind: 'leg-up', channelId: event.channel.id })
        return
      case 'ChannelDestroyed': {
        const arriving = this.#arriving.get(event.channel.id)
        if (arriving !== undefined) arriving.left = true
        const leg = { channelId: event.channel.id, cause: event.cause, seen: true }
        return this.#owner(event.channel.id)?.step({ kind: 'leg-gone', ...leg })
      }
      case 'ChannelDtmfReceived':
        return this.#owner(event.channel.id)?.digit(event.channel.id, event.digit)
      case 'ChannelHold':
      case 'ChannelUnhold':
        return this.#phoneHold(event.channel.id, event.type === 'ChannelHold')
      case 'PlaybackFinished':
        return this.#named(event.playback.id)?.playbackFinished(event.playback.id)
      case 'RecordingFinished':
        return this.#named(event.recording.name)?.recordingFinished(
          event.recording.name,
          event.recording.duration ?? null,
        )
      case 'RecordingFailed':
        return this.#named(event.recording.name)?.recordingFinished(event.recording.name, null)
      case 'DeviceStateChanged':
        return this.#phones.deviceChanged(event.device_state)
      default:
        return
    }
  }

  #owner(channelId: string): LiveCall | undefined {
    return this.#byChannel.get(channelId) ?? this.#named(channelId)
  }

  #named(name: string): LiveCall | undefined {
    const owner = ownerOf(name)
    return owner === null ? undefined : this.#calls.get(owner.interactionId)
  }

  #phoneHold(channelId: string, on: boolean): void {
    const call = this.#owner(channelId)
    if (call === undefined || channelId === call.call.customerChannelId) return
    call.step({ kind: on ? 'hold' : 'resume', by: 'phone' })
  }

  #stasisStart(channel: AriChannel, args: readonly string[]): void {
    const [origin, dialled] = args
    if (origin === 'leg') return this.#legEntered(channel.id)
    this.arrive(channel, origin ?? 'inbound', dialled ?? channel.dialplan.exten)
  }

  #legEntered(channelId: string): void {
    const call = this.#owner(channelId)
    if (call === undefined) return void this.#ari.hangUp(channelId, 'normal')
    call.legEntered(channelId)
  }

  /** A caller is at the door: one that can't be taken care of is handed back to the dialplan, never left in silence. */
  arrive(channel: AriChannel, origin: string, dialled: string): void {
    const entryPoint = this.#ports.directory.entryPoint(dialled)
    if (this.#ports.writer.stalledSince() !== null) return this.#toOutage(channel, 'the database is away')
    if (entryPoint === null) {
      this.#ports.log.info({ dialled, origin }, 'nobody answers that number')
      return void this.#ari.hangUp(channel.id, 'unallocated')
    }
    void this.#ari.answer(channel.id)
    const arriving = { left: false }
    this.#arriving.set(channel.id, arriving)
    this.#take(channel, entryPoint, dialled, arriving)
      .catch((error: unknown) => {
        this.#ports.log.error({ err: error, channel: channel.id }, 'the call could not be taken in')
        this.#toOutage(channel, 'not taken in')
      })
      .finally(() => this.#arriving.delete(channel.id))
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
    const caller = await within(recogniseWithinMs, customers.recognise(raw, displayName, interactionId))
    const at = this.#ports.now()
    const party: CallParty = { entryPoint, caller, displayName }
    const call = this.newCall({ call: inboundCall(interactionId, channel.id), party, callback: null })
    this.adopt(call)
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
    call.startFlow(startSession(flows.library, sessionStart(this.#ports, party, dialled), flows.world()))
  }

  #toOutage(channel: AriChannel, why: string): void {
    this.#ports.log.warn({ channel: channel.id, why }, 'handing the call to the outage dialplan')
    void this.#ari.continueInDialplan(channel.id, 'outage', 's')
  }

  /** Ends a call from our side: by an agent's or supervisor's wish. */
  hangUp(interactionId: InteractionId, by: EndedBy, outcome: Outcome | null, cause: string | null): boolean {
    const call = this.#calls.get(interactionId)
    call?.step({ kind: 'hang-up', by, outcome, cause })
    return call !== undefined
  }

  /** A callback that the router has taken in line; its legs are made when an agent is offered it. */
  expectCallback(callback: CallbackRequest, party: CallParty): void {
    this.adopt(this.newCall({ call: callbackCall(callback.interactionId, callback.queueId), party, callback }))
  }
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
