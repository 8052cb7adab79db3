/** One call that is up: runs the call machine, makes its legs follow in Asterisk, and hosts its flow and its wait. */
import { assertNever } from '../../core/assert-never.ts'
import { agentLegOf, legsOf, type AgentLeg, type Call, type CallAction, type CallInput } from '../../core/call/call.ts'
import { stepCall } from '../../core/call/step.ts'
import type { RecordingTrace } from '../../core/call/trace.ts'
import type { Command } from '../../core/commands.ts'
import type { Detail } from '../../core/details.ts'
import type { Placement } from '../../core/dialling/dial.ts'
import type { Outcome } from '../../core/facts.ts'
import type { AgentId, InteractionId, Instant, QueueId } from '../../core/ids.ts'
import { interactionView } from '../../core/routing/views.ts'
import type { Ari } from './ari/operations.ts'
import { bookCallback, CallbackCourse } from './callback-course.ts'
import { CallEnding } from './call-ending.ts'
import { CallFlow } from './call-flow.ts'
import { CallJournal } from './call-journal.ts'
import { CallMedia } from './call-media.ts'
import { agentDisplay, type CallParty } from './call-party.ts'
import { CustomerCheck } from './customer-check.ts'
import { enqueueFor, waitForTransfer, type TransferEffect } from './enqueue-request.ts'
import type { EnqueueEffect, KeptSession } from './kept-session.ts'
import { Legs } from './legs.ts'
import { agentChannelId, customerChannelId, outsideChannelId, recordingId } from './naming.ts'
import type { CallbackRequest, VoicePorts } from './ports.ts'
import { QueueStay } from './queue-stay.ts'
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
  /** The SIP account whose phone to ring; null: none is registered. */
  onlineAccount(agentId: AgentId): string | null
  /** A customer who is called back is dialled now. */
  onDialOut(): void
  /** The call is over and its end is stored: forget it; `next` is a callback that follows from it. */
  onOver(call: LiveCall, next: CallbackRequest | null): void
}>

export class LiveCall {
  readonly party: CallParty
  readonly callback: CallbackRequest | null
  readonly flow: CallFlow
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #onlineAccount: LiveCallOptions['onlineAccount']
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
  /** Whom the flow passes the customer on to. */
  #passing: { effect: TransferEffect; placement: Placement } | null = null

  constructor(options: LiveCallOptions) {
    const { ari, ports, call, callback } = options
    const interactionId = call.interactionId
    this.party = options.party
    this.callback = callback
    this.#call = call
    this.#ari = ari
    this.#ports = ports
    this.#onlineAccount = options.onlineAccount
    this.#onDialOut = options.onDialOut
    this.#legs = new Legs({
      interactionId,
      ari,
      outbound: ports.outbound,
      log: ports.log,
      now: ports.now,
      onGone: (leg) => this.step({ kind: 'leg-gone', ...leg }),
    })
    this.#media = new CallMedia({ interactionId, ari, log: ports.log })
    this.#queue = new QueueStay({ interactionId, ari, ports })
    this.#check = new CustomerCheck({ interactionId, ari, ports, onNotHeard: () => this.step({ kind: 'not-heard' }) })
    this.#journal = new CallJournal(interactionId, ports)
    const record: CallJournal['record'] = (fact, details) => this.#journal.record(fact, details)
    this.#recording = new TalkRecording({ interactionId, ari, ports, record })
    this.#keys = new TalkKeys({ interactionId, now: ports.now, note: record })
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
    if (call.stage.kind === 'talking') this.#ending.rememberTalk()
    if (options.past !== undefined) this.#remember(options.past)
  }

  #remember({ recording, promised, leftVoicemail, hasTalked, offerExpiresAt }: CallPast): void {
    this.#ending.promise(promised)
    if (leftVoicemail) this.flow.rememberVoicemail()
    if (hasTalked) this.#ending.rememberTalk()
    if (recording !== null && this.#call.stage.kind === 'talking') this.#recording.goOn(recording)
    const leg = agentLegOf(this.#call)
    if (leg !== null && offerExpiresAt !== null) this.#legs.rings(leg.channelId, offerExpiresAt)
  }

  get id(): InteractionId {
    return this.#call.interactionId
  }

  get call(): Call {
    return this.#call
  }

  owns(channelId: string): boolean {
    return legsOf(this.#call).includes(channelId)
  }

  /** After recovery: the flow waits for word, as it did before. */
  reopenFlow(kept: KeptSession): void {
    this.#queue.ask(kept.enqueued)
    this.flow.reopen(kept)
  }

  /** They talk, and the word that was to join them did not get through. */
  rejoin(): void {
    const { stage, customerChannelId, recordingId: name } = this.#call
    if (stage.kind !== 'talking' || customerChannelId === null) return
    this.#perform({ do: 'stop-music', channelId: customerChannelId })
    this.#perform({ do: 'join', channelIds: [customerChannelId, stage.agent.channelId] })
    if (name !== null) void this.#recording.startUnlessRunning(name)
  }

  /** After recovery: whoever picked up is asked once more, from the beginning. */
  askAgain(): void {
    if (this.#call.stage.kind === 'calling' && this.#call.stage.asked > 0) this.#ask(this.#call.stage.channelId)
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
    const { stage } = this.#call
    const rings = stage.kind === 'waiting' && stage.ringing?.channelId === channelId
    this.step({ kind: 'leg-gone', channelId, cause, seen: !(rings && this.#legs.isTimedOut(channelId)) })
  }

  /** After recovery: the caller stands in line already and hears what the others hear. */
  resumeWait(queueId: QueueId, waitingSince: Instant): void {
    const channelId = this.#call.customerChannelId
    if (channelId !== null) void this.#ari.startMusic(channelId, this.#ports.directory.queueTreatment(queueId).music)
    this.#queue.begin({ queueId, channelId, language: this.language, since: waitingSince })
  }

  /** By the agent's wish: the customer stays when the flow has something for them yet. */
  agentHangsUp(): void {
    const { stage } = this.#call
    if (stage.kind === 'talking' && this.flow.goesOnAfterTalk)
      return void this.#ari.hangUp(stage.agent.channelId, 'normal')
    this.step({ kind: 'hang-up', by: 'agent', outcome: null, cause: 'by request' })
  }

  /** A leg to the outside is gone unanswered, and is made again over the next trunk. */
  failsOver(channelId: string, answer: Readonly<{ sip: number | null; cause: number }>): boolean {
    return this.owns(channelId) && this.#legs.failsOver(channelId, answer)
  }

  step(input: CallInput): void {
    if (input.kind === 'leg-up') this.#legs.up(input.channelId)
    const before = this.#call.stage.kind
    const known = input.kind === 'leg-gone' ? { ...input, flowGoesOn: this.flow.goesOnAfterTalk } : input
    const { call, actions } = stepCall(this.#call, known)
    this.#call = call
    if (before !== 'talking' && call.stage.kind === 'talking') this.#ending.talked()
    if (before === 'talking' && call.stage.kind !== 'talking') this.#keys.flush()
    for (const action of actions) this.#perform(action)
  }

  /** An offer is being stored: its leg is made meanwhile. */
  prepareRing({ offerId, agentId }: Extract<Command, { kind: 'ring-agent' }>): void {
    const { stage } = this.#call
    const leg = { channelId: agentChannelId(this.id, offerId), agentId, offerId }
    const request = stage.kind === 'waiting' && stage.ringing === null ? this.#legRequest(leg) : null
    if (request !== null) this.#legs.prepareAgent(request)
  }

  command(command: Command): void {
    const { offerId } = 'offerId' in command ? command : { offerId: '' }
    switch (command.kind) {
      case 'ring-agent': {
        const channelId = agentChannelId(this.id, offerId)
        this.step({ kind: 'ring-agent', offerId, agentId: command.agentId, channelId })
        if (!this.owns(channelId)) this.#legs.discard(channelId)
        return
      }
      case 'stop-ringing':
        return this.step({ kind: 'stop-ringing', offerId })
      case 'connect-agent':
        this.#queue.end()
        return this.step({ kind: 'connect-agent', offerId, record: this.#newRecording() })
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
    if (stage.kind === 'talking') return this.#keys.press(digit, this.#call.recordingPaused)
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
    void this.#legs.entered(channelId, this.owns(channelId))
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
    this.#passing = { effect, placement }
    this.step({ kind: 'pass-on', channelId: outsideChannelId(this.id) })
  }

  #dialOutside(channelId: string): void {
    if (this.#passing === null) return
    const { placement, effect } = this.#passing
    const originator = this.#call.customerChannelId
    this.#legs.ringOutside({ channelId, placement, timeoutMs: effect.timeoutMs, originator })
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
      case 'dial-customer':
        return this.#dialCustomer(action.channelId)
      case 'ask-customer':
        return this.#ask(action.channelId)
      case 'stop-asking':
        return this.#check.stop()
      case 'note-reached':
        return this.#reached()
      case 'dial-outside':
        return this.#dialOutside(action.channelId)
      case 'passed-on': {
        const passed = { at: this.#ports.now(), interactionId: this.id, destination: 'number' as const }
        this.#journal.record({ ...passed, kind: 'transferred-out' })
        return this.flow.transferred(this.#passing?.effect.effectId ?? '')
      }
      case 'not-passed-on':
        return this.flow.transferFailed(this.#passing?.effect.effectId ?? '', action.cause)
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
      case 'end-interaction':
        return void this.#ending.end(action)
      case 'stop-flow':
        this.#queue.end()
        return this.flow.stop()
      default:
        return this.#media.perform(action, this.#music())
    }
  }

  #music(): string {
    const { stage } = this.#call
    return stage.kind === 'waiting' ? this.#ports.directory.queueTreatment(stage.queueId).music : 'default'
  }

  #newRecording(): string | null {
    const { stage } = this.#call
    if (stage.kind !== 'waiting' || !this.#ports.directory.queueTreatment(stage.queueId).record) return null
    return recordingId(this.id, this.#ports.now() + ++this.#recordings)
  }

  #ring(leg: AgentLeg): void {
    const request = this.#legRequest(leg)
    if (request === null) return this.step({ kind: 'leg-gone', channelId: leg.channelId, cause: 20, seen: true })
    const view = interactionView(this.#ports.writer.state(), this.id)
    const expiresAt = view?.phase === 'offered' ? view.offer.expiresAt : this.#ports.now()
    this.#legs.ringAgent({ ...request, expiresAt })
  }

  /** null: no phone of the agent can be reached. */
  #legRequest({ channelId, agentId }: AgentLeg) {
    const account = this.#onlineAccount(agentId)
    if (account === null) return null
    const variables = agentDisplay(this.party, this.callback?.number ?? null)
    return { channelId, account, variables, originator: this.#call.customerChannelId }
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
