/** One call that is up: runs the call machine, makes its legs follow in Asterisk, and hosts its flow and its wait. */
import { assertNever } from '../../core/assert-never.ts'
import type { Call, CallAction, CallInput } from '../../core/call/call.ts'
import { agentLegOf } from '../../core/call/call.ts'
import { stepCall } from '../../core/call/step.ts'
import type { Command } from '../../core/commands.ts'
import type { Effect, TransferTarget } from '../../core/flow/effects.ts'
import type { Session, Step } from '../../core/flow/session.ts'
import type { ContactFact, Outcome } from '../../core/facts.ts'
import type { AgentId, InteractionId, Instant, QueueId } from '../../core/ids.ts'
import { interactionView } from '../../core/routing/views.ts'
import type { Submission } from '../../core/writer.ts'
import type { Ari } from './ari/operations.ts'
import type { AriReply } from './ari/connection.ts'
import { FlowHost } from './flow-host.ts'
import type { EnqueueEffect } from './kept-session.ts'
import { agentChannelId, bridgeId, callbackInteractionIdOf, customerChannelId, recordingId } from './naming.ts'
import type { CallbackRequest, RecognisedCaller, VoiceEntryPoint, VoicePorts } from './ports.ts'
import { WaitingLine } from './waiting-line.ts'

/** Who is calling which number; what the flow, the agent's display and a callback need to know. */
export type CallParty = Readonly<{
  entryPoint: VoiceEntryPoint
  caller: RecognisedCaller
  displayName: string | null
}>

export type LiveCallOptions = Readonly<{
  call: Call
  party: CallParty
  /** Set when this call is itself a callback. */
  callback: CallbackRequest | null
  ari: Ari
  ports: VoicePorts
  /** The SIP account whose phone to ring; null: none is registered. */
  onlineAccount(agentId: AgentId): string | null
  /** The call is over and its end is stored: forget it; `callback` is to be started now. */
  onOver(call: LiveCall, callback: CallbackRequest | null): void
}>

/** How long Asterisk lets an agent's phone ring beyond the offer, should we be gone when it expires. */
const ringGraceMs = 5_000
const customerRingSeconds = 45

export class LiveCall {
  readonly party: CallParty
  readonly callback: CallbackRequest | null
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #onlineAccount: LiveCallOptions['onlineAccount']
  readonly #onOver: LiveCallOptions['onOver']
  #call: Call
  #flow: FlowHost | null = null
  #line: WaitingLine | null = null
  #enqueued: EnqueueEffect | null = null
  #waitingSince: Instant | null = null
  #booked: CallbackRequest | null = null
  #leftVoicemail = false
  #recordings = 0
  /** Legs on their way into the application, to how many seconds they may ring. */
  readonly #toDial = new Map<string, number>()

  constructor(options: LiveCallOptions) {
    this.party = options.party
    this.callback = options.callback
    this.#call = options.call
    this.#ari = options.ari
    this.#ports = options.ports
    this.#onlineAccount = options.onlineAccount
    this.#onOver = options.onOver
  }

  get id(): InteractionId {
    return this.#call.interactionId
  }

  get call(): Call {
    return this.#call
  }

  owns(channelId: string): boolean {
    return channelId === this.#call.customerChannelId || channelId === agentLegOf(this.#call)?.channelId
  }

  startFlow(step: Step): void {
    this.#hostFlow(step.session)
    this.#flow?.begin(step)
  }

  #hostFlow(session: Session): void {
    const channelId = this.#call.customerChannelId
    if (channelId === null) return
    this.#flow = new FlowHost({
      interactionId: this.id,
      channelId,
      ari: this.#ari,
      ports: this.#ports,
      session,
      requests: {
        enqueue: (effect) => this.#enqueue(effect),
        hangUp: (cause) => this.step({ kind: 'hang-up', by: 'system', outcome: this.#ownOutcome(), cause }),
        transfer: (effect, to) => this.#transfer(effect, to),
        bookCallback: (queueId, number) => this.#bookCallback(queueId, number),
        secretInput: (on) => this.step({ kind: on ? 'pause-recording' : 'resume-recording', reason: 'secret digits' }),
        voicemailLeft: (fact) => {
          this.#leftVoicemail = true
          this.#record(fact)
        },
      },
    })
  }

  /** After recovery: the flow waits for word from the router, as it did before. */
  reopenFlow({ session, enqueued }: { session: Session; enqueued: EnqueueEffect | null }): void {
    this.#enqueued = enqueued
    this.#hostFlow(session)
  }

  /** After recovery: the caller stands in line already and hears what the others hear. */
  resumeWait(queueId: QueueId, waitingSince: Instant): void {
    this.#waitingSince = waitingSince
    const channelId = this.#call.customerChannelId
    if (channelId === null) return
    void this.#ari.startMusic(channelId, this.#ports.directory.queueTreatment(queueId).music)
    this.#startLine(queueId, channelId)
  }

  step(input: CallInput): void {
    const { call, actions } = stepCall(this.#call, input)
    this.#call = call
    for (const action of actions) this.#perform(action)
  }

  command(command: Command): void {
    switch (command.kind) {
      case 'ring-agent':
        return this.step({
          kind: 'ring-agent',
          offerId: command.offerId,
          agentId: command.agentId,
          channelId: agentChannelId(this.id, command.offerId),
        })
      case 'stop-ringing':
        return this.step({ kind: 'stop-ringing', offerId: command.offerId })
      case 'connect-agent': {
        this.#line?.end()
        const { stage } = this.#call
        const record = stage.kind === 'waiting' && this.#ports.directory.queueTreatment(stage.queueId).record
        return this.step({
          kind: 'connect-agent',
          offerId: command.offerId,
          record: record ? recordingId(this.id, this.#ports.now() + ++this.#recordings) : null,
        })
      }
      case 'return-to-flow':
        this.#line?.end()
        this.step({ kind: 'returned-to-flow' })
        if (this.#flow === null)
          return this.step({ kind: 'hang-up', by: 'system', outcome: null, cause: command.outcome })
        return this.#flow.send({ kind: 'queue-returned', outcome: command.outcome })
      default:
        return assertNever(command)
    }
  }

  digit(channelId: string, digit: string): void {
    if (channelId !== this.#call.customerChannelId) return
    const { stage } = this.#call
    if (stage.kind === 'flow') return this.#flow?.send({ kind: 'key', digit })
    if (stage.kind !== 'waiting' || this.#enqueued === null) return
    const outcome =
      digit === this.#enqueued.callbackKey ? 'callback' : digit === this.#enqueued.voicemailKey ? 'voicemail' : null
    if (outcome !== null) this.#submit({ kind: 'leave-queue', interactionId: this.id, outcome })
  }

  playbackFinished(name: string): void {
    if (this.#line?.playbackFinished(name) !== true) this.#flow?.playbackFinished(name)
  }

  recordingFinished(name: string, durationSeconds: number | null): void {
    if (this.#flow?.recordingFinished(name, durationSeconds) === true) return
    const durationMs = durationSeconds === null ? null : durationSeconds * 1000
    this.#record({
      at: this.#ports.now(),
      kind: 'recording-finished',
      interactionId: this.id,
      recordingId: name,
      durationMs,
    })
  }

  /** Keys for whatever the customer's side talks to, pressed by the agent on the screen. */
  sendDigits(digits: string): void {
    const channelId = this.#call.customerChannelId
    if (channelId !== null) void this.#ari.sendDigits(channelId, digits)
  }

  #ownOutcome(): Outcome | null {
    if (this.#leftVoicemail) return 'voicemail'
    return this.#booked === null ? null : 'callback'
  }

  #enqueue(effect: EnqueueEffect): void {
    this.#enqueued = effect
    const { lastAgentId } = this.party.caller
    const preferredAgentId =
      effect.preferred === null ? null : effect.preferred === 'last-agent' ? lastAgentId : effect.preferred.agentId
    this.#submit(
      {
        kind: 'enqueue',
        interactionId: this.id,
        queueId: effect.queueId,
        requirement: effect.requirement,
        priority: effect.priority,
        preferredAgentId,
        waitingSince: null,
      },
      (code) => {
        this.#line?.end()
        this.#ports.log.warn({ interactionId: this.id, queue: effect.queueId, code }, 'the queue did not take the call')
        this.step({ kind: 'returned-to-flow' })
        this.#flow?.send({ kind: 'queue-returned', outcome: 'closed' })
      },
    )
    this.#waitingSince = this.#ports.now()
    this.step({ kind: 'enqueued', queueId: effect.queueId })
    const channelId = this.#call.customerChannelId
    if (channelId !== null) this.#startLine(effect.queueId, channelId)
  }

  #startLine(queueId: QueueId, channelId: string): void {
    const keys: ('press-for-callback' | 'press-for-voicemail')[] = []
    if (this.#enqueued?.callbackKey != null) keys.push('press-for-callback')
    if (this.#enqueued?.voicemailKey != null) keys.push('press-for-voicemail')
    this.#line = new WaitingLine({
      interactionId: this.id,
      channelId,
      treatment: this.#ports.directory.queueTreatment(queueId),
      language: this.#flow?.session.language ?? 'en',
      keys,
      ari: this.#ari,
      ports: this.#ports,
    })
  }

  #transfer(effect: Extract<Effect, { kind: 'transfer' }>, to: TransferTarget): void {
    const queueId = 'queueId' in to ? to.queueId : this.party.entryPoint.fallbackQueueId
    if ('number' in to || queueId === null) {
      queueMicrotask(() =>
        this.#flow?.send({
          kind: 'transfer-failed',
          effectId: effect.effectId,
          reason: 'calls out are not allowed to this flow',
        }),
      )
      return
    }
    this.#enqueue({
      ...effect,
      kind: 'enqueue',
      queueId,
      requirement: {},
      priority: 0,
      preferred: 'agentId' in to ? { agentId: to.agentId } : null,
      voicemailKey: null,
      callbackKey: null,
      language: this.#flow?.session.language ?? 'en',
      fallback: false,
    })
  }

  async #bookCallback(queueId: QueueId, number: string): Promise<boolean> {
    if (number === '' || this.#ports.dialString(number) === null) return false
    const interactionId = callbackInteractionIdOf(this.id)
    const callback: CallbackRequest = {
      id: interactionId,
      ofInteractionId: this.id,
      interactionId,
      customerId: this.party.caller.customerId,
      number,
      queueId,
      waitingSince: this.#waitingSince ?? this.#ports.now(),
    }
    try {
      await this.#ports.callbacks.request(callback)
    } catch (error) {
      this.#ports.log.error({ err: error, interactionId: this.id }, 'the callback could not be stored')
      return false
    }
    this.#booked = callback
    this.#record({
      at: this.#ports.now(),
      kind: 'callback-requested',
      interactionId: this.id,
      callbackId: callback.id,
      queueId,
    })
    return true
  }

  #perform(action: CallAction): void {
    switch (action.do) {
      case 'hang-up-leg':
        return void this.#ari.hangUp(action.channelId, action.cause === 'no-answer' ? 'no_answer' : action.cause)
      case 'ring':
        return void this.#ring(action.leg.channelId, action.leg.offerId, action.leg.agentId)
      case 'dial-customer':
        return void this.#dialCustomer()
      case 'start-music':
        return void this.#ari.startMusic(action.channelId, this.#music())
      case 'stop-music':
        return void this.#ari.stopMusic(action.channelId)
      case 'join':
        return void this.#join(action.channelIds)
      case 'leave':
        return void this.#ari.removeFromBridge(bridgeId(this.id), action.channelId)
      case 'destroy-bridge':
        return void this.#ari.destroyBridge(bridgeId(this.id))
      case 'mute-leg':
        return void (action.on ? this.#ari.mute(action.channelId) : this.#ari.unmute(action.channelId))
      case 'start-recording':
        return void this.#startRecording(action.recordingId)
      case 'stop-recording':
        // The bridge goes with the call, and the recording with the bridge; its end is told by an event.
        return
      case 'pause-recording':
        void this.#ari.pauseRecording(action.recordingId)
        return this.#noteRecording('recording-paused', action.recordingId, action.reason)
      case 'resume-recording':
        void this.#ari.resumeRecording(action.recordingId)
        return this.#noteRecording('recording-resumed', action.recordingId, action.reason)
      case 'accept-offer':
        return this.#submit({ kind: 'accept-offer', interactionId: this.id, offerId: action.offerId }, () =>
          this.step({ kind: 'accept-refused', offerId: action.offerId }),
        )
      case 'decline-offer':
        return this.#submit({
          kind: 'decline-offer',
          interactionId: this.id,
          offerId: action.offerId,
          reason: action.reason,
        })
      case 'lose-offer':
        return this.#submit({ kind: 'lose-offer', interactionId: this.id, offerId: action.offerId })
      case 'note-hold':
        return this.#record({
          at: this.#ports.now(),
          kind: action.on ? 'hold-started' : 'hold-ended',
          interactionId: this.id,
          agentId: action.agentId,
        })
      case 'end-interaction':
        return this.#end(action)
      case 'stop-flow':
        this.#line?.end()
        return this.#flow?.stop()
      default:
        return assertNever(action)
    }
  }

  #music(): string {
    const { stage } = this.#call
    return stage.kind === 'waiting' ? this.#ports.directory.queueTreatment(stage.queueId).music : 'default'
  }

  async #ring(channelId: string, offerId: string, agentId: string): Promise<void> {
    const account = this.#onlineAccount(agentId)
    if (account === null) return this.step({ kind: 'leg-gone', channelId, cause: 20, seen: true })
    const view = interactionView(this.#ports.writer.state(), this.id)
    const expiresAt = view?.phase === 'offered' ? view.offer.expiresAt : this.#ports.now()
    const timeoutSeconds = Math.ceil((Math.max(expiresAt - this.#ports.now(), 0) + ringGraceMs) / 1000)
    this.#toDial.set(channelId, timeoutSeconds)
    const endpoint = `PJSIP/${account}`
    const created = await this.#ari.createLeg(channelId, endpoint, this.#display(), this.#call.customerChannelId)
    this.#unlessRefused(created, channelId, offerId)
  }

  /** The leg is ours now and may be dialled: a leg that has not entered the application yet can't be. */
  async legEntered(channelId: string): Promise<void> {
    const timeoutSeconds = this.#toDial.get(channelId)
    if (timeoutSeconds === undefined || !this.owns(channelId)) return void this.#ari.hangUp(channelId, 'normal')
    this.#toDial.delete(channelId)
    this.#unlessRefused(await this.#ari.dial(channelId, timeoutSeconds), channelId, null)
  }

  #unlessRefused(reply: AriReply, channelId: string, offerId: string | null): void {
    const failed = failureOf(reply)
    if (failed === null) return
    this.#toDial.delete(channelId)
    this.#ports.log.warn({ interactionId: this.id, offerId, failed }, 'a leg could not be dialled')
    this.step({ kind: 'leg-gone', channelId, cause: failed.status === 0 ? 38 : 20, seen: failed.status !== 0 })
    void this.#ari.hangUp(channelId, 'normal')
  }

  /** What the agent's phone shows: the customer's number and name. */
  #display(): Record<string, string> {
    const number = this.callback?.number ?? this.party.caller.identity ?? 'anonymous'
    const name = this.party.caller.customer?.name ?? this.party.displayName ?? ''
    return { 'CONNECTEDLINE(num,i)': number, 'CONNECTEDLINE(name,i)': name, 'CONNECTEDLINE(pres)': 'allowed' }
  }

  async #dialCustomer(): Promise<void> {
    const { stage } = this.#call
    const endpoint = this.callback === null ? null : this.#ports.dialString(this.callback.number)
    if (endpoint === null || stage.kind !== 'dialling-customer')
      return this.step({ kind: 'hang-up', by: 'system', outcome: 'failed', cause: 'no way to dial out' })
    const channelId = customerChannelId(this.id)
    this.step({ kind: 'customer-dialled', channelId })
    void this.#ari.startRinging(stage.agent.channelId)
    this.#toDial.set(channelId, customerRingSeconds)
    this.#unlessRefused(await this.#ari.createLeg(channelId, endpoint, {}, null), channelId, null)
  }

  async #join(channelIds: readonly string[]): Promise<void> {
    void this.#ari.createBridge(bridgeId(this.id))
    const reply = await this.#ari.addToBridge(bridgeId(this.id), channelIds)
    const failed = failureOf(reply)
    // A leg that left meanwhile is told by its own event, and a lost connection by recovery.
    if (failed !== null) this.#ports.log.warn({ interactionId: this.id, failed }, 'the legs could not be joined')
  }

  async #startRecording(name: string): Promise<void> {
    const failed = failureOf(await this.#ari.recordBridge(bridgeId(this.id), name))
    if (failed !== null)
      return void this.#ports.log.error({ interactionId: this.id, failed }, 'recording did not start')
    this.#record({ at: this.#ports.now(), kind: 'recording-started', interactionId: this.id, recordingId: name })
  }

  #noteRecording(kind: 'recording-paused' | 'recording-resumed', name: string, reason: string): void {
    this.#record({ at: this.#ports.now(), kind, interactionId: this.id, recordingId: name, reason })
  }

  #end(action: Extract<CallAction, { do: 'end-interaction' }>): void {
    const outcome = action.outcome ?? this.#ownOutcome()
    this.#ports.writer
      .submit({ kind: 'end-interaction', interactionId: this.id, by: action.by, outcome, cause: action.cause })
      .then(() => this.#onOver(this, this.#booked))
      .catch((error: unknown) =>
        this.#ports.log.error({ err: error, interactionId: this.id }, 'the end was not stored'),
      )
  }

  #record(fact: ContactFact): void {
    this.#submit({ kind: 'record', fact })
  }

  #submit(input: Submission, onRefused?: (code: string) => void): void {
    this.#ports.writer
      .submit(input)
      .then((decision) => {
        if (decision.refusal !== undefined) onRefused?.(decision.refusal.code)
      })
      .catch((error: unknown) =>
        this.#ports.log.error({ err: error, interactionId: this.id }, 'an input was not taken'),
      )
  }
}

function failureOf(reply: AriReply): AriReply | null {
  return reply.status >= 200 && reply.status < 300 ? null : reply
}
