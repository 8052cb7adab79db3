/** The telephone: connects to Asterisk, turns its events into inputs, and hands the router's commands to the calls. */
import { callbackCall } from '../../core/call/call.ts'
import type { Command } from '../../core/commands.ts'
import type { EndedBy, Outcome } from '../../core/facts.ts'
import type { InteractionId, Instant } from '../../core/ids.ts'
import { AriConnection, type AriAccess } from './ari/connection.ts'
import type { AriChannel, AriEvent } from './ari/events.ts'
import { ariOperations, type Ari } from './ari/operations.ts'
import { Arrivals, type Arrival } from './arrivals.ts'
import type { NextCallback } from './callback-course.ts'
import { CallbackLine } from './callbacks.ts'
import type { CallParty } from './call-party.ts'
import { Comeback, type Attempt } from './comeback.ts'
import { LiveCall, type LiveCallOptions } from './live-call.ts'
import { ownerOf } from './naming.ts'
import { OfferGuard } from './offer-guard.ts'
import { OutageMessages } from './outage-messages.ts'
import { Phones } from './phones.ts'
import type { CallbackRequest, VoicePorts } from './ports.ts'
import { recover } from './recovery.ts'

/** Q.850 */
const normalClearing = 16

const wantedEvents = [
  // An answer to a request over the socket passes the filter like an event.
  'RESTResponse',
  'StasisStart',
  'StasisEnd',
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
  readonly callbacks: CallbackLine
  readonly #ports: VoicePorts
  readonly #connection: AriConnection
  readonly #ari: Ari
  readonly #app: string
  readonly #calls = new Map<InteractionId, LiveCall>()
  /** Of every customer channel; agents' channels carry their interaction in their name. */
  readonly #byChannel = new Map<string, LiveCall>()
  readonly #arrivals: Arrivals
  readonly #phones: Phones
  readonly #outageMessages: OutageMessages
  readonly #guard: OfferGuard
  readonly #onReplaced: () => void
  readonly #comeback: Comeback
  #held: AriEvent[] = []
  #replaced = false

  constructor(options: {
    access: AriAccess
    ports: VoicePorts
    /** When a process of ours last listened; 0: none ever did. */
    lastAlive: Instant
    onReplaced(): void
  }) {
    this.#ports = options.ports
    this.#onReplaced = options.onReplaced
    this.#app = options.access.app
    this.#connection = new AriConnection(options.access, {
      onEvent: (event) => this.#event(event),
      onConnected: () => this.#comeback.connected(),
      onDisconnected: (reason) => this.#disconnected(reason),
    })
    this.#ari = ariOperations(this.#connection, options.access.app)
    this.#comeback = new Comeback({
      log: options.ports.log,
      now: options.ports.now,
      lastAlive: options.lastAlive,
      catchUp: (attempt) => this.#catchUp(attempt),
      onReady: () => this.#onReady(),
      onLate: () => this.#turnAway(),
    })
    this.#phones = new Phones(this.#ari, options.ports)
    this.#outageMessages = new OutageMessages(this.#ari, options.ports)
    this.#guard = new OfferGuard(options.ports)
    this.#arrivals = new Arrivals({
      ari: this.#ari,
      ports: options.ports,
      begin: (made) => this.begin(made),
      onHandedBack: () => this.#outageMessages.lookAgain(),
    })
    this.callbacks = new CallbackLine(options.ports, (callback, party) => this.#expectCallback(callback, party))
    this.#ports.writer.onCommands((commands) => this.#commands(commands))
    this.#ports.directory.onSipAccounts(() => {
      if (this.#connection.connected) void this.#phones.push()
    })
  }

  open(): void {
    this.#guard.start()
    this.#connection.open()
  }

  close(): void {
    this.#guard.stop()
    this.callbacks.stop()
    this.#outageMessages.stop()
    this.#phones.stop()
    this.#connection.close()
  }

  /** Connected, recovered and taking calls. */
  get ready(): boolean {
    return this.#comeback.isReady
  }

  get ari(): Ari {
    return this.#ari
  }

  call(interactionId: InteractionId): LiveCall | null {
    return this.#calls.get(interactionId) ?? null
  }

  /** Whether a customer's channel has a call already, or is about to. */
  knows(channelId: string): boolean {
    return this.#byChannel.has(channelId) || this.#arrivals.knows(channelId)
  }

  /** A call that is up from now on, and hears what happens to its legs. */
  begin(options: Omit<LiveCallOptions, 'ari' | 'ports' | 'onlineAccount' | 'onOver'>): LiveCall {
    const call = new LiveCall({
      ...options,
      ari: this.#ari,
      ports: this.#ports,
      onlineAccount: (agentId) => this.#phones.onlineAccount(agentId),
      onOver: (over, next) => this.#over(over, next),
    })
    this.#calls.set(call.id, call)
    const channelId = call.call.customerChannelId
    if (channelId !== null) this.#byChannel.set(channelId, call)
    return call
  }

  /** A caller is at the door. */
  arrive(arrival: Arrival): void {
    this.#arrivals.arrive(arrival)
  }

  /** A callback that the router has taken in line; its legs are made when an agent is offered it. */
  #expectCallback(callback: CallbackRequest, party: CallParty): void {
    if (!this.#calls.has(callback.interactionId))
      this.begin({ call: callbackCall(callback.interactionId, callback.queueId), party, callback })
  }

  /** Ends a call from our side: by an agent's or supervisor's wish. */
  hangUp(interactionId: InteractionId, by: EndedBy, outcome: Outcome | null, cause: string | null): boolean {
    const call = this.#calls.get(interactionId)
    call?.step({ kind: 'hang-up', by, outcome, cause })
    return call !== undefined
  }

  #over(call: LiveCall, next: NextCallback | null): void {
    this.#calls.delete(call.id)
    for (const [channelId, owner] of this.#byChannel) if (owner === call) this.#byChannel.delete(channelId)
    if (next !== null) this.callbacks.plan(next)
  }

  async #catchUp(attempt: Attempt): Promise<boolean> {
    await this.#ari.allowEvents(wantedEvents)
    // Before anybody is rung again.
    await this.#phones.reconnected()
    const { app, ari, ports } = { app: this.#app, ari: this.#ari, ports: this.#ports }
    return recover({ channel: this, ari, ports, app, ...attempt })
  }

  #onReady(): void {
    this.#guard.stop()
    for (const event of this.#held.splice(0)) this.#event(event)
    void this.#phones.connected()
    this.#outageMessages.look()
  }

  #disconnected(reason: string): void {
    this.#comeback.disconnected()
    this.#held = []
    this.#guard.start()
    this.#ports.log.warn({ reason }, 'connection to Asterisk lost; trying again')
  }

  #turnAway(): void {
    const held = this.#held.splice(0)
    this.#held = held.filter((event) => !this.#isCaller(event))
    for (const event of held) if (this.#isCaller(event)) this.#arrivals.toOutage(event.channel.id, 'not ready yet')
  }

  #isCaller(event: AriEvent): event is Extract<AriEvent, { type: 'StasisStart' }> {
    return event.type === 'StasisStart' && event.args[0] !== 'leg'
  }

  #commands(commands: readonly Command[]): void {
    if (this.#replaced) return
    for (const command of commands) {
      if (command.channel !== 'voice') continue
      const call = this.#calls.get(command.interactionId)
      if (call !== undefined) call.command(command)
      else this.#ports.log.warn({ command }, 'a command for a call that is not up')
    }
  }

  #event(event: AriEvent): void {
    if (event.type === 'ApplicationReplaced') return this.#giveWay()
    if (this.#replaced) return
    if (this.#comeback.isLate && this.#isCaller(event))
      return this.#arrivals.toOutage(event.channel.id, 'not ready yet')
    // What happens while recovery looks around is told again once it knows what there is.
    if (!this.#comeback.isReady) return void this.#held.push(event)
    switch (event.type) {
      case 'StasisStart':
        return this.#stasisStart(event.channel, event.args)
      case 'StasisEnd':
        return this.#callerGone(event.channel.id)
      case 'ChannelStateChange':
        if (event.channel.state === 'Up')
          this.#owner(event.channel.id)?.step({ kind: 'leg-up', channelId: event.channel.id })
        return
      case 'ChannelDestroyed':
        this.#arrivals.left(event.channel.id)
        return this.#owner(event.channel.id)?.legGone(event.channel.id, event.cause)
      case 'ChannelDtmfReceived':
        return this.#owner(event.channel.id)?.digit(event.channel.id, event.digit)
      case 'ChannelHold':
      case 'ChannelUnhold':
        return this.#phoneHold(event.channel.id, event.type === 'ChannelHold')
      case 'PlaybackFinished':
        return this.#named(event.playback.id)?.playbackFinished(event.playback.id)
      case 'RecordingFinished':
        return this.#recordingFinished(event.recording.name, event.recording.duration ?? null)
      case 'RecordingFailed':
        return this.#recordingFinished(event.recording.name, null)
      case 'DeviceStateChanged':
        return this.#phones.deviceChanged(event.device_state)
      default:
        return
    }
  }

  /** Another process has this application now: whatever we did from here on would cross what it does. */
  #giveWay(): void {
    this.#replaced = true
    this.#comeback.stop()
    this.close()
    this.#onReplaced()
  }

  #recordingFinished(name: string, durationSeconds: number | null): void {
    this.#named(name)?.recordingFinished(name, durationSeconds)
  }

  /**
   * The end of a channel that came in by itself is told to the application only while it is in a bridge of ours: what we
   * hear of always is that it left. Legs that we made are subscribed to until their end, which tells the cause.
   */
  #callerGone(channelId: string): void {
    this.#arrivals.left(channelId)
    this.#byChannel.get(channelId)?.legGone(channelId, normalClearing)
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
    // Recovery has taken in whoever came while it looked around.
    if (this.knows(channel.id)) return
    this.arrive({ channel, origin: origin ?? 'inbound', dialled: dialled ?? channel.dialplan.exten })
  }

  #legEntered(channelId: string): void {
    const call = this.#owner(channelId)
    if (call === undefined) return void this.#ari.hangUp(channelId, 'normal')
    call.legEntered(channelId)
  }
}
