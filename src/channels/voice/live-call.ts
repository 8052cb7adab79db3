/** One call that is up: runs the call machine, makes its legs follow in Asterisk, and hosts its flow and its wait. */
import { assertNever } from '../../core/assert-never.ts'
import type { AgentLeg, Call, CallAction, CallInput, Listening } from '../../core/call/call.ts'
import {
  agentLegOf,
  hasJoined,
  isAgent,
  isListener,
  isParked,
  legsOf,
  partyOfAgent,
  personsOn,
  secondLinesOf,
} from '../../core/call/parties.ts'
import { devicesOf, legOfDevice } from '../../core/call/devices.ts'
import { lineOf } from '../../core/call/lines.ts'
import { stepCall } from '../../core/call/step.ts'
import type { RecordingTrace } from '../../core/call/trace.ts'
import type { Command } from '../../core/commands.ts'
import type { Detail } from '../../core/details.ts'
import type { Outcome } from '../../core/facts.ts'
import type { AgentId, InteractionId, Instant, QueueId } from '../../core/ids.ts'
import { interactionView } from '../../core/routing/views.ts'
import { accountVariable, type Ari } from './ari/operations.ts'
import type { LineLoss } from './browser-lines.ts'
import { bookCallback, CallbackCourse } from './callback-course.ts'
import { CallEnding } from './call-ending.ts'
import { CallFlow } from './call-flow.ts'
import { CallJournal } from './call-journal.ts'
import { CallMedia } from './call-media.ts'
import type { CallParty } from './call-party.ts'
import { CustomerCheck } from './customer-check.ts'
import { Displays } from './displays.ts'
import { enqueueFor, waitForTransfer, type TransferEffect } from './enqueue-request.ts'
import type { EnqueueEffect, KeptSession } from './kept-session.ts'
import { Legs } from './legs.ts'
import { customerChannelId, partyIdOf, recordingId } from './naming.ts'
import { OutsideLegs, type OutsideRequest } from './outside-legs.ts'
import { Pairing, type RingAgain } from './pairing.ts'
import { ParkingTime } from './parking-time.ts'
import type { CallbackRequest, VoicePorts } from './ports.ts'
import { QueueStay } from './queue-stay.ts'
import { RungPhones, type ReachablePhone } from './rung-phones.ts'
import { TalkKeys } from './talk-keys.ts'
import { TalkRecording } from './talk-recording.ts'

export type CallPast = Readonly<{
  recording: RecordingTrace | null
  /** A callback that follows from this call. */
  promised: CallbackRequest | null
  leftVoicemail: boolean
  hasTalked: boolean
  /** When the offer whose phone rings was to expire, as it was made. */
  offerExpiresAt: Instant | null
  /** When a parked call goes back to its queue; null: it is not parked. */
  parkedUntil: Instant | null
  /** Numbers outside that people have called into it. */
  outsideLegs: number
}>

export type LiveCallOptions = Readonly<{
  call: Call
  party: CallParty
  /** Set when this call is itself a callback. */
  callback: CallbackRequest | null
  /** After recovery: what an earlier process left behind. */
  past?: CallPast
  ari: Ari
  ports: VoicePorts
  /** The agent's phones that can be reached, the one first that rings where one is enough. */
  phonesOf(agentId: AgentId): readonly ReachablePhone[]
  /** A customer who is called back is dialled now. */
  onDialOut(): void
  /** The call is over and its end is stored: forget it; `next` is a callback that follows from it. */
  onOver(call: LiveCall, next: CallbackRequest | null): void
}>

/** How long a caller is parked before they go back to their queue. */
const parkedForMs = 5 * 60_000
/** How long a phone rings to bring its agent back into a call. */
const returnRingMs = 10_000
/** Of a customer who has talked already and waits again, 0 to 10. */
const againPriority = 5
/** What an agent's phone wants done with its call is told to us, and not done by Asterisk. */
const referToUs = { 'PJSIP_TRANSFER_HANDLING()': 'ari-only' }

export class LiveCall {
  readonly party: CallParty
  readonly callback: CallbackRequest | null
  readonly flow: CallFlow
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #phones: RungPhones
  readonly #onDialOut: () => void
  readonly #journal: CallJournal
  readonly #legs: Legs
  readonly #media: CallMedia
  readonly #queue: QueueStay
  readonly #check: CustomerCheck
  readonly #recording: TalkRecording
  readonly #keys: TalkKeys
  readonly #course: CallbackCourse | null
  readonly #ending: CallEnding
  #call: Call
  #recordings = 0
  readonly #outside: OutsideLegs
  readonly #parking: ParkingTime
  readonly #displays: Displays
  readonly #pairing: Pairing
  /** How those who were invited to listen begin. */
  readonly #listening = new Map<AgentId, Listening>()

  constructor(options: LiveCallOptions) {
    const { ari, ports, call, callback } = options
    const interactionId = call.interactionId
    this.party = options.party
    this.callback = callback
    this.#call = call
    this.#ari = ari
    this.#ports = ports
    this.#phones = new RungPhones(interactionId, (agentId) => options.phonesOf(agentId))
    this.#onDialOut = options.onDialOut
    this.#legs = new Legs({
      interactionId,
      ari,
      outbound: ports.outbound,
      log: ports.log,
      now: ports.now,
      // A leg that is to come back and can't be dialled is waited for as long as any.
      onGone: (leg) =>
        this.#pairing.keeps(leg.channelId, leg.cause) ? undefined : this.step({ kind: 'leg-gone', ...leg }),
    })
    this.#media = new CallMedia({ interactionId, ari, log: ports.log })
    this.#pairing = new Pairing({
      ari,
      media: this.#media,
      ports,
      call: () => this.#call,
      ring: (channelId, agentId) => this.#dialAgain(channelId, agentId),
      onLost: (channelId, cause) => this.step({ kind: 'leg-gone', channelId, cause, seen: true }),
    })
    this.#queue = new QueueStay({ interactionId, ari, ports })
    this.#check = new CustomerCheck({ interactionId, ari, ports, onNotHeard: () => this.step({ kind: 'not-heard' }) })
    this.#journal = new CallJournal(interactionId, ports)
    const record: CallJournal['record'] = (fact, details) => this.#journal.record(fact, details)
    this.#recording = new TalkRecording({ interactionId, ari, ports, record })
    this.#keys = new TalkKeys({ interactionId, now: ports.now, note: record })
    this.#outside = new OutsideLegs({
      interactionId,
      legs: this.#legs,
      ports,
      journal: this.#journal,
      count: options.past?.outsideLegs ?? 0,
    })
    this.#displays = new Displays({
      ari,
      directory: ports.directory,
      party: this.party,
      dialled: callback?.number ?? null,
      numberOf: (channelId) => this.#outside.numberOf(channelId),
    })
    this.#parking = new ParkingTime(ports.now, () => this.#unpark())
    this.flow = new CallFlow({
      interactionId,
      ari,
      ports,
      journal: this.#journal,
      channelId: () => this.#call.customerChannelId,
      requests: {
        enqueue: (effect) => this.#enqueue(effect),
        hangUp: (cause) => this.step({ kind: 'hang-up', by: 'system', outcome: null, cause }),
        transfer: (effect) => this.#transfer(effect),
        bookCallback: (queueId, number) => this.#bookCallback(queueId, number),
        secretInput: (on) => this.step({ kind: on ? 'pause-recording' : 'resume-recording', reason: 'secret digits' }),
      },
    })
    this.#course = callback === null ? null : new CallbackCourse(callback, ports)
    this.#ending = new CallEnding({
      interactionId,
      ports,
      flow: this.flow,
      recording: this.#recording,
      course: this.#course,
      onOver: (next) => options.onOver(this, next),
    })
    if (isConversation(call)) this.#ending.rememberTalk()
    for (const lineId of secondLinesOf(call)) this.#media.answersBeforeJoining(lineId)
    if (options.past !== undefined) this.#remember(options.past)
  }

  #remember({ recording, promised, leftVoicemail, hasTalked, offerExpiresAt, parkedUntil }: CallPast): void {
    if (parkedUntil !== null && isParked(this.#call)) this.#parking.begin(parkedUntil)
    this.#ending.promise(promised)
    if (leftVoicemail) this.flow.rememberVoicemail()
    if (hasTalked) this.#ending.rememberTalk()
    if (recording !== null && this.#call.stage.kind === 'talking') this.#recording.goOn(recording)
    const leg = agentLegOf(this.#call)
    if (leg === null || offerExpiresAt === null) return
    for (const channelId of devicesOf(this.#call, leg.channelId)) this.#legs.rings(channelId, offerExpiresAt)
  }

  get id(): InteractionId {
    return this.#call.interactionId
  }

  get call(): Call {
    return this.#call
  }

  owns(channelId: string): boolean {
    return legsOf(this.#call).includes(channelId) || this.#media.rooms.owns(channelId)
  }

  /** After recovery: the flow waits for word, as it did before. */
  reopenFlow(kept: KeptSession): void {
    this.#queue.ask(kept.enqueued)
    this.flow.reopen(kept)
  }

  /** Our word may not have got through: whoever is to be in the bridge is led there, the others out of it. */
  rejoin(bridged: readonly string[]): void {
    const { stage, customerChannelId, recordingId: name } = this.#call
    if (stage.kind !== 'talking') return
    this.#media.forgetComfort()
    const inBridge = stage.parties.filter(({ place }) => place === 'talking').map(({ channelId }) => channelId)
    if (stage.customer === 'talking' && customerChannelId !== null) inBridge.unshift(customerChannelId)
    const missing = inBridge.filter((channelId) => !bridged.includes(channelId))
    if (missing.length === 0) return
    for (const channelId of missing) this.#perform({ do: 'stop-music', channelId })
    this.#perform({ do: 'join', channelIds: missing })
    if (name !== null) void this.#recording.startUnlessRunning(name)
  }

  /** After recovery: whoever picked up is asked once more, from the beginning. */
  askAgain(): void {
    if (this.#call.stage.kind === 'calling' && this.#call.stage.asked > 0) this.#ask(this.#call.stage.channelId)
  }

  /** After recovery: the customer's phone was not dialled yet, or nobody saw the end of its ringing. */
  dialAgain(): void {
    const { stage } = this.#call
    if (stage.kind === 'talking' && (stage.customer === 'absent' || stage.customer === 'ringing')) this.#callOut()
  }

  /** After recovery: a room in which somebody listens is there. */
  rememberListener(channelId: string): void {
    this.#media.rooms.remember(channelId)
  }

  /** A callback is owed to this caller: it begins when the call is over. */
  promise(callback: CallbackRequest): void {
    this.#ending.promise(callback)
    const { id: callbackId, queueId } = callback
    this.#journal.record({
      at: this.#ports.now(),
      kind: 'callback-requested',
      interactionId: this.id,
      callbackId,
      queueId,
    })
  }

  /** A leg has ended by itself, as somebody saw. */
  legGone(channelId: string, cause: number): void {
    if (this.#pairing.keeps(channelId, cause)) return
    const seen = !(this.isComing(channelId) && this.#legs.isTimedOut(channelId))
    this.step({ kind: 'leg-gone', channelId, cause, seen })
  }

  /** Whether an agent's phone rings there, or was picked up and not let in yet. */
  isComing(channelId: string): boolean {
    const { stage } = this.#call
    const leg = legOfDevice(this.#call, channelId)
    if (stage.kind === 'waiting') return stage.ringing?.channelId === leg
    return stage.kind === 'talking' && stage.parties.some((it) => it.channelId === leg && isAgent(it) && !hasJoined(it))
  }

  /** The agent's page has lost its audio: their phone is rung for the same call again. */
  ringAgain(agentId: AgentId): Promise<RingAgain> {
    return this.#pairing.ringAgain(agentId)
  }

  /** The browser of an agent, who may be on this call, can't be spoken to; null: it can again. */
  browserLine(agentId: AgentId, loss: LineLoss | null): void {
    this.#pairing.browser(agentId, loss)
  }

  #dialAgain(channelId: string, agentId: AgentId): void {
    const request = this.#legRequest(channelId, this.#phones.first(agentId))
    if (request !== null) this.#legs.ringAgent({ ...request, expiresAt: this.#ports.now() + returnRingMs })
  }

  /** After recovery: the caller stands in line already and hears what the others hear. */
  resumeWait(queueId: QueueId, waitingSince: Instant): void {
    const channelId = this.#call.customerChannelId
    if (channelId !== null) void this.#ari.startMusic(channelId, this.#ports.directory.queueTreatment(queueId).music)
    this.#queue.begin({ queueId, channelId, language: this.language, since: waitingSince })
  }

  /** By the agent's wish: the call goes on for whoever stays, or with the flow when it has something for the customer yet. */
  agentHangsUp(agentId: AgentId): void {
    const { stage } = this.#call
    const party = partyOfAgent(this.#call, agentId)
    const isAlone = stage.kind !== 'talking' || personsOn(stage).length < 2 || stage.customer === 'gone'
    if (party !== null && (!isAlone || this.flow.goesOnAfterTalk || isListener(party)))
      return void this.#ari.hangUp(party.channelId, 'normal')
    this.step({ kind: 'hang-up', by: 'agent', outcome: null, cause: 'by request' })
  }

  /** A leg to the outside is gone unanswered, and is made again over the next trunk. */
  failsOver(channelId: string, answer: Readonly<{ sip: number | null; cause: number }>): boolean {
    return this.owns(channelId) && this.#legs.failsOver(channelId, answer)
  }

  /** Calls a number into the conversation; false: it is not one that somebody may come into. */
  callInto(request: OutsideRequest & { purpose: 'consult' | 'conference' | 'transfer' }): boolean {
    const channelId = this.#outside.ask(request, this.#call.customerChannelId)
    const before = this.#call
    this.step({ kind: 'ring-outside', channelId, purpose: request.purpose })
    if (this.#call === before) return false
    this.#outside.note(channelId, request)
    return true
  }

  /** Another line of the agent's phone, which is to ask somebody; false: there is no room for that. */
  openLine(agentId: AgentId, lineId: string): boolean {
    const party = partyOfAgent(this.#call, agentId)
    const before = this.#call
    if (party !== null) this.step({ kind: 'second-line', channelId: party.channelId, lineId })
    if (this.#call === before) return false
    this.#media.answersBeforeJoining(lineId)
    return true
  }

  phoneHolds(channelId: string, on: boolean): void {
    const { stage } = this.#call
    const isLine = stage.kind === 'talking' && stage.parties.some((it) => lineOf(it, channelId) !== null)
    this.step(isLine ? { kind: 'line-held', channelId, on } : { kind: on ? 'hold' : 'resume', by: 'phone' })
  }

  /** How the agent will listen once they have picked up. */
  expectListener(agentId: AgentId, listening: Listening): void {
    this.#listening.set(agentId, listening)
  }

  step(input: CallInput): void {
    if (input.kind === 'leg-up') {
      this.#legs.up(input.channelId)
      if (this.#pairing.up(input.channelId)) return this.step({ kind: 'leg-returned', channelId: input.channelId })
    }
    const before = this.#call
    const known = input.kind === 'leg-gone' ? { ...input, flowGoesOn: this.flow.goesOnAfterTalk } : input
    const { call, actions } = stepCall(this.#call, known)
    this.#call = call
    if (call.stage.kind !== 'talking') this.#pairing.stop()
    if (!isConversation(before) && isConversation(call)) this.#ending.talked()
    if (before.stage.kind === 'talking' && call.stage.kind !== 'talking') this.#keys.flush()
    if (isParked(before) && !isParked(call)) this.#parking.end()
    for (const action of actions) this.#perform(action)
    this.#displays.follow(this.#call)
  }

  /** An offer is being stored: its leg is made meanwhile. */
  prepareRing({ offerId, agentId }: Extract<Command, { kind: 'ring-agent' }>): void {
    const { stage } = this.#call
    if (stage.kind !== 'waiting' || stage.ringing !== null) return
    const { channelId, others } = this.#phones.choose(offerId, agentId)
    for (const device of [channelId, ...others]) {
      const request = this.#legRequest(device, this.#phones.on(device))
      if (request !== null) this.#legs.prepareAgent(request)
    }
  }

  command(command: Command): void {
    const { offerId } = 'offerId' in command ? command : { offerId: '' }
    switch (command.kind) {
      case 'ring-agent': {
        const { agentId } = command
        const devices = this.#phones.choose(offerId, agentId)
        this.step({ kind: 'ring-agent', offerId, agentId, ...devices })
        for (const channelId of [devices.channelId, ...devices.others])
          if (!this.owns(channelId)) this.#legs.discard(channelId)
        return
      }
      case 'ring-guest':
        return this.step({
          kind: 'ring-guest',
          offerId,
          agentId: command.agentId,
          ...this.#phones.choose(offerId, command.agentId, command.purpose),
          purpose: command.purpose,
          listening: command.purpose === 'monitor' ? (this.#listening.get(command.agentId) ?? 'monitor') : null,
        })
      case 'stop-ringing':
        return this.step({ kind: 'stop-ringing', offerId })
      case 'connect-agent':
        this.#queue.end()
        return this.step({
          kind: 'connect-agent',
          offerId,
          record: this.#newRecording(),
        })
      case 'connect-guest':
        return this.step({ kind: command.kind, offerId, agentId: command.agentId, record: this.#newRecording() })
      case 'call-customer':
        return this.step({ kind: 'call-customer', channelId: customerChannelId(this.id) })
      case 'stop-calling':
        return this.step({ kind: 'stop-calling' })
      case 'return-to-flow':
        this.#queue.end()
        this.step({ kind: 'returned-to-flow' })
        if (this.flow.returned(command.outcome)) return
        return this.step({
          kind: 'hang-up',
          by: 'system',
          outcome: this.callback === null ? null : 'failed',
          cause: command.outcome,
        })
      default:
        return assertNever(command)
    }
  }

  digit(channelId: string, digit: string): void {
    const { stage } = this.#call
    if (stage.kind === 'calling' && channelId === stage.channelId) return this.step({ kind: 'key', digit })
    if (channelId !== this.#call.customerChannelId) return
    if (stage.kind === 'flow') return this.flow.key(digit)
    if (stage.kind === 'talking')
      return stage.queueId === null ? undefined : this.#keys.press(digit, this.#call.recordingPaused !== null)
    const outcome = stage.kind === 'waiting' ? this.#queue.wayOut(digit) : null
    if (outcome === null) return
    const entry = { interactionId: this.id, at: this.#ports.now(), nodeId: this.flow.nodeId ?? stage.kind }
    const detail: Detail = { ...entry, kind: 'input', text: digit }
    this.#journal.record({ ...entry, kind: 'input-given', length: 1, secret: false }, [detail])
    const view = interactionView(this.#ports.writer.state(), this.id)
    if (view !== null && 'waitingSince' in view) this.#queue.waitsSince(view.waitingSince)
    this.#journal.submit({ kind: 'leave-queue', interactionId: this.id, outcome })
  }

  playbackFinished(name: string): void {
    if (!this.#queue.playbackFinished(name) && !this.#check.playbackFinished(name)) this.flow.playbackFinished(name)
  }

  recordingFinished(name: string, durationSeconds: number | null): void {
    if (!this.flow.recordingFinished(name, durationSeconds)) this.#recording.finished(name, durationSeconds)
  }

  /** A leg that was made has entered the application. */
  legEntered(channelId: string): void {
    if (!this.#media.rooms.entered(channelId)) void this.#legs.entered(channelId, this.owns(channelId))
  }

  /** Keys for whatever the customer's side talks to, pressed by the agent on the screen. */
  sendDigits(digits: string): void {
    const channelId = this.#call.customerChannelId
    if (channelId !== null) void this.#ari.sendDigits(channelId, digits)
  }

  #enqueue(effect: EnqueueEffect): void {
    if (!this.#ports.directory.queueIsOpen(effect.queueId, this.#ports.now()))
      return queueMicrotask(() => void this.flow.returned('closed'))
    this.#queue.ask(effect)
    this.#journal.submit(enqueueFor(this.id, effect, this.party.caller.lastAgentId), (code) => {
      this.#queue.end()
      this.#ports.log.warn({ interactionId: this.id, queue: effect.queueId, code }, 'the queue did not take the call')
      this.step({ kind: 'returned-to-flow' })
      this.flow.returned('closed')
    })
    this.step({ kind: 'enqueued', queueId: effect.queueId })
    const channelId = this.#call.customerChannelId
    this.#queue.begin({ queueId: effect.queueId, channelId, language: this.flow.language, since: this.#ports.now() })
  }

  #transfer(effect: TransferEffect): void {
    const wait = waitForTransfer(effect, this.party.entryPoint, this.flow.language)
    if (wait !== null) return this.#enqueue(wait)
    if (!('number' in effect.to)) return this.flow.transferFailed(effect.effectId, 'there is no queue to wait in')
    const asker = { kind: 'flow', flowId: this.flow.flowId ?? this.party.entryPoint.flowId } as const
    const wish = { asker, number: effect.to.number, interactionId: this.id, callerId: null }
    const placement = this.#ports.outbound.ask(wish)
    if (placement.kind === 'refused') return this.flow.transferFailed(effect.effectId, placement.code)
    const channelId = this.#outside.passOn(effect, placement, this.#call.customerChannelId)
    this.step({ kind: 'pass-on', channelId })
  }

  /** Back in line: nobody's fault, so before those who have not talked yet. */
  #enqueueAgain(action: Extract<CallAction, { do: 'enqueue' }>): void {
    const { queueId, reason } = action
    this.#queue.ask(null)
    const wait = { requirement: {}, priority: againPriority, preferredAgentId: null, waitingSince: null }
    this.#journal.submit({ kind: 'enqueue', interactionId: this.id, queueId, ...wait }, (code) => {
      this.#ports.log.warn({ interactionId: this.id, queueId, code, reason }, 'the queue did not take the call back')
      this.step({ kind: 'hang-up', by: 'system', outcome: null, cause: `${reason}: ${code}` })
    })
    const channelId = this.#call.customerChannelId
    this.#queue.begin({ queueId, channelId, language: this.flow.language, since: this.#ports.now() })
  }

  #unpark(): void {
    const { stage } = this.#call
    // Whoever picks it up at this moment may still succeed.
    if (stage.kind === 'talking' && stage.parties.length > 0) return this.#parking.begin(this.#ports.now() + 5_000)
    this.step({ kind: 'unpark' })
  }

  async #bookCallback(queueId: QueueId, number: string): Promise<boolean> {
    const waitingSince = this.#queue.since ?? this.#ports.now()
    const { id: of, party } = this
    const callback = await bookCallback(this.#ports, {
      of,
      party,
      number,
      queueId,
      waitingSince,
      language: this.language,
    })
    if (callback !== null) this.promise(callback)
    return callback !== null
  }

  #perform(action: CallAction): void {
    switch (action.do) {
      case 'ring':
        return this.#ring(action.leg)
      case 'call-out':
        return this.#callOut()
      case 'dial-customer':
        return this.#dialCustomer(action.channelId)
      case 'ask-customer':
        return this.#ask(action.channelId)
      case 'stop-asking':
        return this.#check.stop()
      case 'note-reached':
        return this.#reached()
      case 'dial-outside':
        return this.#outside.dial(action.channelId)
      case 'passed-on': {
        const passed = { at: this.#ports.now(), interactionId: this.id, destination: 'number' as const }
        this.#journal.record({ ...passed, kind: 'transferred-out' })
        return this.flow.transferred(this.#outside.effectId)
      }
      case 'not-passed-on':
        return this.flow.transferFailed(this.#outside.effectId, action.cause)
      case 'start-recording':
        return void this.#recording.start(action.recordingId)
      case 'stop-recording':
        // The bridge goes with the talk, and the recording with the bridge; its end is told by an event.
        return void this.#recording.over(action.recordingId)
      case 'leave-conversation': {
        const lost = { at: this.#ports.now(), interactionId: this.id, cause: action.cause }
        this.#journal.record({ ...lost, kind: 'agent-leg-lost' })
        return this.flow.agentLeft()
      }
      case 'pause-recording':
        return this.#recording.pause(action.recordingId, action.reason)
      case 'resume-recording':
        return this.#recording.resume(action.recordingId, action.reason)
      case 'accept-offer':
        return this.#journal.submit({ kind: 'accept-offer', interactionId: this.id, offerId: action.offerId }, () =>
          this.step({ kind: 'accept-refused', offerId: action.offerId }),
        )
      case 'decline-offer': {
        const { offerId, reason } = action
        return this.#journal.submit({ kind: 'decline-offer', interactionId: this.id, offerId, reason })
      }
      case 'lose-offer':
        return this.#journal.submit({ kind: 'lose-offer', interactionId: this.id, offerId: action.offerId })
      case 'note-hold': {
        const kind = action.on ? 'hold-started' : 'hold-ended'
        return this.#journal.record({ at: this.#ports.now(), kind, interactionId: this.id, agentId: action.agentId })
      }
      case 'leave-agent': {
        const { agentId, cause } = action
        return this.#journal.submit({ kind: 'leave', interactionId: this.id, agentId, cause })
      }
      case 'enqueue':
        return this.#enqueueAgain(action)
      case 'note-parties': {
        const { customer, agents } = action
        const outside = action.outside.map(({ channelId, does }) => ({ partyId: partyIdOf(channelId), does }))
        return this.#journal.record({ ...this.#now(), kind: 'parties-changed', customer, agents, outside })
      }
      case 'note-parked': {
        const { agentId, queueId } = action
        const until = this.#ports.now() + parkedForMs
        this.#parking.begin(until)
        return this.#journal.record({ ...this.#now(), kind: 'call-parked', agentId, queueId, until })
      }
      case 'note-outside-left': {
        const partyId = partyIdOf(action.channelId)
        return this.#journal.record({ ...this.#now(), kind: 'outside-left', partyId, cause: action.cause })
      }
      case 'note-customer-left':
        return this.#journal.record({ ...this.#now(), kind: 'caller-leg-lost', cause: action.cause })
      case 'end-interaction':
        return void this.#ending.end(action)
      case 'stop-flow':
        this.#queue.end()
        return this.flow.stop()
      default:
        return this.#media.perform(action, this.#music())
    }
  }

  #now(): { at: Instant; interactionId: InteractionId } {
    return { at: this.#ports.now(), interactionId: this.id }
  }

  #music(): string {
    const { stage } = this.#call
    return stage.kind === 'waiting' ? this.#ports.directory.queueTreatment(stage.queueId).music : 'default'
  }

  #newRecording(): string | null {
    const { stage } = this.#call
    const queueId = stage.kind === 'waiting' || stage.kind === 'talking' ? stage.queueId : null
    if (queueId === null || !this.#ports.directory.queueTreatment(queueId).record) return null
    return recordingId(this.id, this.#ports.now() + ++this.#recordings)
  }

  #ring(leg: AgentLeg): void {
    const request = this.#legRequest(leg.channelId, this.#phones.take(leg))
    if (request === null) return this.step({ kind: 'leg-gone', channelId: leg.channelId, cause: 20, seen: true })
    const view = interactionView(this.#ports.writer.state(), this.id)
    const guest = view?.guests.find((it) => it.agentId === leg.agentId)
    const invited = guest?.phase === 'ringing' ? guest.expiresAt : this.#ports.now()
    const expiresAt = view?.phase === 'offered' ? view.offer.expiresAt : invited
    this.#legs.ringAgent({ ...request, expiresAt })
  }

  /** null: no phone of the agent can be reached. */
  #legRequest(channelId: string, phone: ReachablePhone | null) {
    if (phone === null) return null
    const own = { ...referToUs, [accountVariable]: phone.account }
    const variables = { ...this.#displays.atFirst(this.#call, channelId), ...own }
    return { channelId, account: phone.dialled, variables, originator: this.#call.customerChannelId }
  }

  /** The agent of an own call is on the line: the customer's phone rings. */
  #callOut(): void {
    const lead = agentLegOf(this.#call)
    const { identity } = this.party.caller
    const asker = { kind: 'agent', agentId: lead?.agentId ?? '' } as const
    const { stage } = this.#call
    const queueId = stage.kind === 'talking' ? stage.queueId : null
    const callerId = queueId === null ? null : this.#ports.directory.queueTreatment(queueId).callerId
    const placement = this.#ports.outbound.ask({ asker, number: identity ?? '', interactionId: this.id, callerId })
    if (placement.kind === 'refused')
      return this.step({ kind: 'hang-up', by: 'system', outcome: 'failed', cause: placement.code })
    const channelId = customerChannelId(this.id)
    this.step({ kind: 'customer-dialled', channelId })
    this.#legs.ringOutside({ channelId, placement, originator: lead?.channelId ?? null })
  }

  #dialCustomer(channelId: string): void {
    if (this.callback === null) return
    const { id: callbackId, number, queueId } = this.callback
    // Agents may be there for other queues: nobody is called outside of the hours of theirs.
    if (!this.#ports.directory.queueIsOpen(queueId, this.#ports.now()))
      return this.step({ kind: 'hang-up', by: 'system', outcome: 'failed', cause: 'closed' })
    const asker = { kind: 'callback', callbackId } as const
    const placement = this.#ports.outbound.ask({ asker, number, interactionId: this.id, callerId: null })
    if (placement.kind === 'refused')
      return this.step({ kind: 'hang-up', by: 'system', outcome: 'failed', cause: placement.code })
    this.#onDialOut()
    this.#course?.dialling()
    this.#legs.ringOutside({ channelId, placement, originator: null })
  }

  #ask(channelId: string): void {
    this.#check.ask(channelId, this.language)
  }

  /** The customer is there, and waits like everybody from now on. */
  #reached(): void {
    const { stage, customerChannelId: channelId } = this.#call
    if (stage.kind !== 'waiting' || this.callback === null) return
    this.#journal.submit({ kind: 'customer-reached', interactionId: this.id }, (code) =>
      this.step({ kind: 'hang-up', by: 'system', outcome: 'failed', cause: code }),
    )
    const { queueId, waitingSince: since } = this.callback
    this.#queue.begin({ queueId, channelId, language: this.language, since })
  }

  get language(): string {
    return this.callback?.language ?? this.flow.language
  }

  /** How it came out as far as this call knows; null: the router does. */
  get ownOutcome(): Outcome | null {
    return this.#ending.outcome
  }
}

/** Customer and agent have been brought together, or the agents are still. */
function isConversation({ stage }: Call): boolean {
  return (
    stage.kind === 'talking' &&
    stage.queueId !== null &&
    stage.customer !== 'absent' &&
    stage.customer !== 'ringing' &&
    personsOn(stage).some(isAgent)
  )
}
