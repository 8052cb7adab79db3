/** One Asterisk node: the connection to it, who arrives there, its phones, and what was missed while nobody listened. */
import type { AgentId, Instant } from '../../core/ids.ts'
import { AriConnection, failureOf } from './ari/connection.ts'
import type { AriChannel, AriEvent } from './ari/events.ts'
import { ariOperations, type Ari } from './ari/operations.ts'
import { Arrivals, type Arrival } from './arrivals.ts'
import type { CallbackLine } from './callbacks.ts'
import { Comeback, type Attempt } from './comeback.ts'
import { listenToFarPhone, listenToFarPhones } from './far-phones.ts'
import { causeOf } from './hangup-cause.ts'
import type { LiveCall } from './live-call.ts'
import type { CallPlace, LiveCalls, NewCall } from './live-calls.ts'
import { isLinked, linkObjects, linkOf, type LinkEnd } from './node-links.ts'
import type { Nodes } from './nodes.ts'
import { OutageFallbacks } from './outage-fallbacks.ts'
import { OutageMessages } from './outage-messages.ts'
import { OutboundPlace } from './outbound-place.ts'
import { dropDeadLegs } from './passing-legs.ts'
import { Phones } from './phones.ts'
import type { VoicePorts } from './ports.ts'
import type { Referral } from './referrals.ts'
import type { ReachablePhone } from './rung-phones.ts'
import { recover, takeInventory, type Inventory } from './recovery.ts'
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
  'ChannelTransfer',
  'PlaybackFinished',
  'RecordingFinished',
  'RecordingFailed',
  'DeviceStateChanged',
  'ApplicationReplaced',
]

/** `down`: not connected, or not caught up yet; `lost`: known to be dead, its calls have ended. */
export type NodeState = 'up' | 'down' | 'lost'

type NodeOptions = Readonly<{
  end: LinkEnd
  nodes: Nodes
  ports: VoicePorts
  calls: LiveCalls
  callbacks: CallbackLine
  /** When a process of ours last listened; 0: none ever did. */
  lastAlive: Instant
  /** It became ready, or is not any more. */
  onReadiness(): void
  onReplaced(): void
  /** A phone wants its call handed on. */
  onReferred(ari: Ari, event: Referral): void
  /** An agent's phone calls somebody by itself. */
  onDialled(node: AsteriskNode, arrival: Arrival): void
}>

export class AsteriskNode implements CallPlace {
  readonly ari: Ari
  readonly #options: NodeOptions
  readonly #connection: AriConnection
  readonly #arrivals: Arrivals
  readonly #phones: Phones
  readonly #trunks: Trunks
  readonly #shutOut: ShutOut
  readonly #fallbacks: OutageFallbacks
  readonly #outageMessages: OutageMessages
  readonly #comeback: Comeback
  #held: AriEvent[] = []
  #isKnown = false
  #isLost = false
  #misnamed = false

  constructor(options: NodeOptions) {
    const { ports, nodes } = options
    const { access } = options.end
    this.#options = options
    this.#connection = new AriConnection(access, {
      onEvent: (event) => this.#event(event),
      onConnected: () => {
        this.#isLost = false
        this.#comeback.connected()
      },
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
    this.#phones = new Phones(this.ari, ports, (agentId) => nodes.phoneChanged(agentId))
    this.#trunks = new Trunks(this.ari, ports)
    this.#shutOut = new ShutOut(this.ari, ports)
    this.#fallbacks = new OutageFallbacks(this.ari, ports)
    this.#outageMessages = new OutageMessages(this.ari, ports)
    this.#arrivals = new Arrivals({
      ari: this.ari,
      ports,
      begin: (made) => this.begin(made),
      isDraining: () => nodes.isDraining(this),
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

  get name(): string {
    return this.#options.end.name
  }

  get node(): AsteriskNode {
    return this
  }

  get end(): LinkEnd {
    return this.#options.end
  }

  get state(): NodeState {
    if (this.ready) return 'up'
    return this.#isLost ? 'lost' : 'down'
  }

  /** Whether it has told this process what there is in it, or is dead. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  get knowsPhones(): boolean {
    return this.#phones.isKnown
  }

  get phoneCount(): number {
    return this.#phones.onlineCount
  }

  /** Since when we can't speak with it; null: we can. */
  get unwatchedSince(): Instant | null {
    return this.#connection.connected ? null : this.#comeback.unwatchedSince
  }

  /** Connected, recovered and taking calls. */
  get ready(): boolean {
    return this.#comeback.isReady
  }

  phonesOf(agentId: AgentId): readonly ReachablePhone[] {
    return this.#options.nodes.phonesOf(agentId, this)
  }

  onlineSince(endpoint: string): Instant | null {
    return this.#phones.onlineSince(endpoint)
  }

  /** Whether this node reaches another one by SIP; null: it can't say. */
  async reaches(other: AsteriskNode): Promise<boolean | null> {
    const endpoints = await this.ari.endpoints()
    const state = endpoints?.find(({ resource }) => resource === linkOf(other.name))?.state ?? 'unknown'
    return state === 'unknown' ? null : state === 'online'
  }

  /** The directory's accounts have changed. */
  pushAccounts(): void {
    if (this.#connection.connected) void this.#phones.push()
  }

  /** The directory's trunks have changed. */
  pushTrunks(): void {
    if (this.#connection.connected) this.#trunks.push()
  }

  pushFallbacks(): void {
    if (this.#connection.connected) this.#fallbacks.push()
  }

  /** Whether a customer's channel has a call already, or is about to. */
  knows(channelId: string): boolean {
    return this.#options.calls.ofCustomer(channelId) !== null || this.#arrivals.knows(channelId)
  }

  begin(made: NewCall): LiveCall {
    const { calls, nodes } = this.#options
    return calls.begin(made.call.direction === 'outbound' ? new OutboundPlace(nodes, this) : this, made)
  }

  /** A caller is at the door. */
  arrive(arrival: Arrival): void {
    const isOwn = arrival.origin === 'agent' && this.#options.ports.directory.entryPoint(arrival.dialled) === null
    if (isOwn) return this.#options.onDialled(this, arrival)
    this.#arrivals.arrive(arrival)
  }

  /** Asterisk is known to be dead: its calls end, and their callers are called back, without waiting for its return. */
  lose(): void {
    if (this.#isLost) return
    this.#isLost = true
    this.#isKnown = true
    this.#phones.lost()
    this.#options.ports.log.error({ node: this.name }, 'an Asterisk node is lost')
    this.#options.onReadiness()
    const startedAt = this.#options.ports.now()
    this.#mendLegs()
    this.#comeback.whileAway((attempt) => this.#recover({ channels: [], bridges: [], startedAt }, attempt))
  }

  async #catchUp(attempt: Attempt): Promise<boolean> {
    if (!(await this.#isWhoWeThink())) return false
    await this.ari.allowEvents(wantedEvents)
    // Before anybody is rung again.
    await this.#phones.reconnected()
    const inventory = await takeInventory(this.ari)
    if (inventory === null) return false
    this.#isKnown = true
    return this.#recover(inventory, attempt)
  }

  async #recover(inventory: Inventory, attempt: Attempt): Promise<boolean> {
    const { end, ports, calls, callbacks, nodes } = this.#options
    const scene = { inventory, node: this, nodes, calls, callbacks, ari: this.ari, ports, app: end.access.app }
    return recover({ ...scene, ...attempt })
  }

  #mendLegs(): void {
    const { nodes, calls, ports } = this.#options
    if (!nodes.areMany) return
    const passing = { nodes, calls, ports }
    dropDeadLegs(passing, this)
      .then(() => listenToFarPhones(passing, this))
      .catch((error: unknown) =>
        ports.log.error({ err: error, node: this.name }, 'legs between this node and others may be left'),
      )
  }

  /** The names of nodes tell whose call is whose: two that are called the same would take each other's for their own. */
  async #isWhoWeThink(): Promise<boolean> {
    const { nodes, ports } = this.#options
    if (!nodes.areMany) return true
    const info = await this.ari.info()
    if (info === null) return false
    const { systemName } = info
    const isRight = this === nodes.first ? nodes.named(systemName) === null : systemName === this.name
    if (!isRight && !this.#misnamed)
      ports.log.error({ node: this.name, systemName }, 'this Asterisk has another systemname: see asterisk.conf')
    this.#misnamed = !isRight
    return isRight
  }

  #onReady(): void {
    this.#options.onReadiness()
    for (const event of this.#held.splice(0)) this.#event(event)
    void this.#phones.connected()
    this.#trunks.connected()
    this.#shutOut.connected()
    void this.#pushLinks()
    this.#mendLegs()
    this.#fallbacks.connected()
    this.#outageMessages.look()
  }

  #disconnected(reason: string): void {
    this.#comeback.disconnected()
    this.#held = []
    this.#options.onReadiness()
    this.#options.ports.log.warn({ node: this.name, reason }, 'connection to Asterisk lost; trying again')
  }

  /** So that calls can come from the other nodes and go to them. */
  async #pushLinks(): Promise<void> {
    const { end, nodes, ports } = this.#options
    for (const other of nodes.others(this)) {
      try {
        const objects = await linkObjects(end, other.end)
        // Put again, an endpoint's list of addresses would grow and the other node be unknown for a moment.
        if (await isLinked(this.ari, objects)) continue
        for (const { kind, id } of objects.toReversed()) await this.ari.deleteConfig(kind, id)
        for (const { kind, id, fields } of objects) {
          const failed = failureOf(await this.ari.putConfig(kind, id, fields))
          if (failed !== null) throw new Error(`${kind} ${id}: ${failed.status} ${failed.reason}`)
        }
      } catch (error) {
        ports.log.error({ err: error, node: this.name, other: other.name }, 'no calls between these two nodes')
      }
    }
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
        if (event.channel.state === 'Up') this.#up(event.channel)
        return
      case 'ChannelDestroyed':
        this.#arrivals.left(event.channel.id)
        return this.#destroyed(event.channel.id, event.cause, event.tech_cause ?? null)
      case 'ChannelDtmfReceived':
        return calls.ofChannel(event.channel.id)?.digit(event.channel.id, event.digit)
      case 'ChannelHold':
      case 'ChannelUnhold':
        return this.#phoneHold(event.channel.id, event.type === 'ChannelHold')
      case 'ChannelTransfer':
        return this.#options.onReferred(this.ari, event)
      case 'PlaybackFinished':
        if (this.#arrivals.heard(event.playback.id)) return
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

  #up(channel: AriChannel): void {
    const { nodes, calls, ports } = this.#options
    ports.outbound.connected(channel.id)
    calls.ofChannel(channel.id)?.step({ kind: 'leg-up', channelId: channel.id })
    if (nodes.areMany) void listenToFarPhone({ nodes, calls, ports }, channel)
  }

  #destroyed(channelId: string, cause: number, sip: number | null): void {
    const call = this.#options.calls.ofChannel(channelId)
    if (call?.failsOver(channelId, { sip, cause }) === true) return
    this.#options.ports.outbound.ended(channelId, sip === null ? `q850-${cause}` : `sip-${sip}`)
    call?.legGone(channelId, causeOf(sip, cause))
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
    call.phoneHolds(channelId, on)
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
