/** One Asterisk: the connection to it, who arrives there, its phones, and what was missed while nobody listened. */
import type { AgentId, Instant } from '../../core/ids.ts'
import { AriConnection, type AriAccess } from './ari/connection.ts'
import type { AriChannel, AriEvent } from './ari/events.ts'
import { ariOperations, type Ari } from './ari/operations.ts'
import { Arrivals, type Arrival } from './arrivals.ts'
import type { CallbackLine } from './callbacks.ts'
import { Comeback, type Attempt } from './comeback.ts'
import type { LiveCall } from './live-call.ts'
import type { CallPlace, LiveCalls, NewCall } from './live-calls.ts'
import { OutageMessages } from './outage-messages.ts'
import { Phones } from './phones.ts'
import type { VoicePorts } from './ports.ts'
import { recover } from './recovery.ts'
import { ShutOut } from './shut-out.ts'
import { Trunks } from './trunks.ts'

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

type NodeOptions = Readonly<{
  access: AriAccess
  ports: VoicePorts
  calls: LiveCalls
  callbacks: CallbackLine
  /** When a process of ours last listened; 0: none ever did. */
  lastAlive: Instant
  /** It became ready, or is not any more. */
  onReadiness(): void
  onReplaced(): void
}>

export class AsteriskNode implements CallPlace {
  readonly ari: Ari
  readonly #options: NodeOptions
  readonly #connection: AriConnection
  readonly #arrivals: Arrivals
  readonly #phones: Phones
  readonly #trunks: Trunks
  readonly #shutOut: ShutOut
  readonly #outageMessages: OutageMessages
  readonly #comeback: Comeback
  #held: AriEvent[] = []

  constructor(options: NodeOptions) {
    const { access, ports } = options
    this.#options = options
    this.#connection = new AriConnection(access, {
      onEvent: (event) => this.#event(event),
      onConnected: () => this.#comeback.connected(),
      onDisconnected: (reason) => this.#disconnected(reason),
    })
    this.ari = ariOperations(this.#connection, access.app)
    this.#comeback = new Comeback({
      log: ports.log,
      now: ports.now,
      lastAlive: options.lastAlive,
      catchUp: (attempt) => this.#catchUp(attempt),
      onReady: () => this.#onReady(),
      onLate: () => this.#turnAway(),
    })
    this.#phones = new Phones(this.ari, ports)
    this.#trunks = new Trunks(this.ari, ports)
    this.#shutOut = new ShutOut(this.ari, ports)
    this.#outageMessages = new OutageMessages(this.ari, ports)
    this.#arrivals = new Arrivals({
      ari: this.ari,
      ports,
      begin: (made) => this.begin(made),
      onHandedBack: () => this.#outageMessages.lookAgain(),
      onDialledNothing: (channelId) => this.#shutOut.dialledNothing(channelId),
    })
  }

  open(): void {
    this.#connection.open()
  }

  close(): void {
    this.#comeback.stop()
    this.#outageMessages.stop()
    this.#phones.stop()
    this.#shutOut.close()
    this.#connection.close()
  }

  /** Connected, recovered and taking calls. */
  get ready(): boolean {
    return this.#comeback.isReady
  }

  onlineAccount(agentId: AgentId): string | null {
    return this.#phones.onlineAccount(agentId)
  }

  /** The directory's accounts have changed. */
  pushAccounts(): void {
    if (this.#connection.connected) void this.#phones.push()
  }

  /** The directory's trunks have changed. */
  pushTrunks(): void {
    if (this.#connection.connected) this.#trunks.push()
  }

  /** Whether a customer's channel has a call already, or is about to. */
  knows(channelId: string): boolean {
    return this.#options.calls.ofCustomer(channelId) !== null || this.#arrivals.knows(channelId)
  }

  begin(made: NewCall): LiveCall {
    return this.#options.calls.begin(this, made)
  }

  /** A caller is at the door. */
  arrive(arrival: Arrival): void {
    this.#arrivals.arrive(arrival)
  }

  async #catchUp(attempt: Attempt): Promise<boolean> {
    const { access, ports, calls, callbacks } = this.#options
    await this.ari.allowEvents(wantedEvents)
    // Before anybody is rung again.
    await this.#phones.reconnected()
    return recover({ node: this, calls, callbacks, ari: this.ari, ports, app: access.app, ...attempt })
  }

  #onReady(): void {
    this.#options.onReadiness()
    for (const event of this.#held.splice(0)) this.#event(event)
    void this.#phones.connected()
    this.#trunks.connected()
    this.#shutOut.connected()
    this.#outageMessages.look()
  }

  #disconnected(reason: string): void {
    this.#comeback.disconnected()
    this.#held = []
    this.#options.onReadiness()
    this.#options.ports.log.warn({ reason }, 'connection to Asterisk lost; trying again')
  }

  #turnAway(): void {
    const held = this.#held.splice(0)
    this.#held = held.filter((event) => !this.#isCaller(event))
    for (const event of held) if (this.#isCaller(event)) this.#arrivals.toOutage(event.channel.id, 'not ready yet')
  }

  #isCaller(event: AriEvent): event is Extract<AriEvent, { type: 'StasisStart' }> {
    return event.type === 'StasisStart' && event.args[0] !== 'leg'
  }

  #event(event: AriEvent): void {
    // Another process has this application now: whatever we did from here on would cross what it does.
    if (event.type === 'ApplicationReplaced') return this.#options.onReplaced()
    if (this.#comeback.isLate && this.#isCaller(event))
      return this.#arrivals.toOutage(event.channel.id, 'not ready yet')
    // What happens while recovery looks around is told again once it knows what there is.
    if (!this.#comeback.isReady) return void this.#held.push(event)
    const { calls } = this.#options
    switch (event.type) {
      case 'StasisStart':
        return this.#stasisStart(event.channel, event.args)
      case 'StasisEnd':
        return this.#callerGone(event.channel.id)
      case 'ChannelStateChange':
        if (event.channel.state === 'Up') this.#up(event.channel.id)
        return
      case 'ChannelDestroyed':
        this.#arrivals.left(event.channel.id)
        return this.#destroyed(event.channel.id, event.cause, event.tech_cause ?? null)
      case 'ChannelDtmfReceived':
        return calls.ofChannel(event.channel.id)?.digit(event.channel.id, event.digit)
      case 'ChannelHold':
      case 'ChannelUnhold':
        return this.#phoneHold(event.channel.id, event.type === 'ChannelHold')
      case 'PlaybackFinished':
        return calls.named(event.playback.id)?.playbackFinished(event.playback.id)
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

  #up(channelId: string): void {
    this.#options.ports.outbound.connected(channelId)
    this.#options.calls.ofChannel(channelId)?.step({ kind: 'leg-up', channelId })
  }

  #destroyed(channelId: string, cause: number, sip: number | null): void {
    const call = this.#options.calls.ofChannel(channelId)
    if (call?.failsOver(channelId, { sip, cause }) === true) return
    this.#options.ports.outbound.ended(channelId, sip === null ? `q850-${cause}` : `sip-${sip}`)
    call?.legGone(channelId, cause)
  }

  #recordingFinished(name: string, durationSeconds: number | null): void {
    this.#options.calls.named(name)?.recordingFinished(name, durationSeconds)
  }

  /**
   * The end of a channel that came in by itself is told to the application only while it is in a bridge of ours: what we
   * hear of always is that it left. Legs that we made are subscribed to until their end, which tells the cause.
   */
  #callerGone(channelId: string): void {
    this.#arrivals.left(channelId)
    this.#options.calls.ofCustomer(channelId)?.legGone(channelId, normalClearing)
  }

  #phoneHold(channelId: string, on: boolean): void {
    const call = this.#options.calls.ofChannel(channelId)
    if (call === null || channelId === call.call.customerChannelId) return
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
    const call = this.#options.calls.ofChannel(channelId)
    if (call === null) return void this.ari.hangUp(channelId, 'normal')
    call.legEntered(channelId)
  }
}
