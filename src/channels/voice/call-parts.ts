/** What one call that is up is made of, put together: every part does its own, and tells the call machine what has come of it. */
import type { Call, CallInput } from '../../core/call/call.ts'
import { legsOf } from '../../core/call/parties.ts'
import type { AgentId, InteractionId } from '../../core/ids.ts'
import { AgentRinging } from './agent-ringing.ts'
import type { Ari } from './ari/operations.ts'
import { CallbackCourse } from './callback-course.ts'
import { CallEnding } from './call-ending.ts'
import { CallFlow } from './call-flow.ts'
import { CallJournal } from './call-journal.ts'
import { CallMedia } from './call-media.ts'
import type { CallParty } from './call-party.ts'
import { CustomerCheck } from './customer-check.ts'
import { CustomerDialling } from './customer-dialling.ts'
import { Displays } from './displays.ts'
import { flowWishes } from './flow-wishes.ts'
import { Legs } from './legs.ts'
import { OutsideLegs } from './outside-legs.ts'
import { Pairing } from './pairing.ts'
import { ParkingTime } from './parking-time.ts'
import { PlaceInLine } from './place-in-line.ts'
import type { CallbackRequest, VoicePorts } from './ports.ts'
import { QueueStay } from './queue-stay.ts'
import type { ReachablePhone } from './rung-phones.ts'
import { TalkKeys } from './talk-keys.ts'
import { TalkRecording } from './talk-recording.ts'

/** Whose call it is, and where it takes place. */
export type CallSetting = Readonly<{
  party: CallParty
  /** Set when this call is itself a callback. */
  callback: CallbackRequest | null
  ari: Ari
  ports: VoicePorts
  /** The agent's phones that can be reached, the one first that rings where one is enough. */
  phonesOf(agentId: AgentId): readonly ReachablePhone[]
  /** A customer who is called back is dialled now. */
  onDialOut(): void
}>

export type CallPartsOptions = CallSetting &
  Readonly<{
    interactionId: InteractionId
    /** Numbers outside that people have called into it, as an earlier process has counted. */
    outsideLegs: number
    call(): Call
    step(input: CallInput): void
    /** The call is over and its end is stored; `next` is a callback that follows from it. */
    onOver(next: CallbackRequest | null): void
  }>

export class CallParts {
  readonly interactionId: InteractionId
  readonly party: CallParty
  readonly callback: CallbackRequest | null
  readonly ari: Ari
  readonly ports: VoicePorts
  readonly call: () => Call
  readonly step: (input: CallInput) => void
  readonly journal: CallJournal
  readonly legs: Legs
  readonly media: CallMedia
  readonly pairing: Pairing
  readonly queue: QueueStay
  readonly check: CustomerCheck
  readonly recording: TalkRecording
  readonly keys: TalkKeys
  readonly outside: OutsideLegs
  readonly displays: Displays
  readonly parking: ParkingTime
  readonly flow: CallFlow
  readonly ending: CallEnding
  readonly ringing: AgentRinging
  readonly dialling: CustomerDialling
  readonly line: PlaceInLine

  constructor(options: CallPartsOptions) {
    const { interactionId, party, callback, ari, ports, phonesOf, onDialOut, onOver, call, step } = options
    this.interactionId = interactionId
    this.party = party
    this.callback = callback
    this.ari = ari
    this.ports = ports
    this.call = call
    this.step = step
    this.legs = new Legs({
      interactionId,
      ari,
      outbound: ports.outbound,
      log: ports.log,
      now: ports.now,
      // A leg that is to come back and can't be dialled is waited for as long as any.
      onGone: (leg) => (this.pairing.keeps(leg.channelId, leg.cause) ? undefined : step({ kind: 'leg-gone', ...leg })),
    })
    this.media = new CallMedia({ interactionId, ari, log: ports.log, now: ports.now })
    this.pairing = new Pairing({
      ari,
      media: this.media,
      ports,
      call,
      ring: (channelId, agentId) => this.ringing.ringAgain(channelId, agentId),
      onLost: (channelId, cause) => step({ kind: 'leg-gone', channelId, cause, seen: true }),
    })
    this.queue = new QueueStay({ interactionId, ari, ports })
    this.check = new CustomerCheck({ interactionId, ari, ports, onNotHeard: () => step({ kind: 'not-heard' }) })
    const journal = new CallJournal(interactionId, ports)
    this.journal = journal
    const record: CallJournal['record'] = (fact, details) => journal.record(fact, details)
    this.recording = new TalkRecording({ interactionId, ari, ports, record })
    this.keys = new TalkKeys({ interactionId, now: ports.now, note: record })
    this.outside = new OutsideLegs({ interactionId, legs: this.legs, ports, journal, count: options.outsideLegs })
    this.displays = new Displays({
      ari,
      directory: ports.directory,
      party,
      dialled: callback?.number ?? null,
      numberOf: (channelId) => this.outside.numberOf(channelId),
    })
    this.parking = new ParkingTime({ now: ports.now, call, step })
    this.flow = new CallFlow({
      interactionId,
      ari,
      ports,
      journal,
      channelId: () => call().customerChannelId,
      requests: flowWishes(this),
    })
    const course = callback === null ? null : new CallbackCourse(callback, ports)
    const { flow, legs, displays, queue, check, recording } = this
    const language = (): string => this.language
    this.ending = new CallEnding({ interactionId, ports, flow, journal, recording, course, onOver })
    this.ringing = new AgentRinging({
      interactionId,
      ports,
      legs,
      displays,
      phonesOf,
      call,
      owns: (channelId) => this.owns(channelId),
      step,
    })
    const customer = { interactionId, ports, party, callback, call, language, step }
    this.dialling = new CustomerDialling({ ...customer, course, check, legs, onDialOut })
    this.line = new PlaceInLine({ ...customer, ari, flow, journal, queue })
  }

  get language(): string {
    return this.callback?.language ?? this.flow.language
  }

  owns(channelId: string): boolean {
    return legsOf(this.call()).includes(channelId) || this.media.rooms.owns(channelId)
  }
}
