/** One call that is up: runs the call machine, lets its parts do what that asks for, and tells it what they and others say. */
import type { Call, CallInput, Listening } from '../../core/call/call.ts'
import {
  hasJoined,
  isAgent,
  isListener,
  isParked,
  partyOfAgent,
  personsOn,
  secondLinesOf,
} from '../../core/call/parties.ts'
import { legOfDevice } from '../../core/call/devices.ts'
import { lineOf } from '../../core/call/lines.ts'
import { stepCall } from '../../core/call/step.ts'
import type { Command } from '../../core/commands.ts'
import type { Outcome } from '../../core/facts.ts'
import type { AgentId, InteractionId, Instant, QueueId } from '../../core/ids.ts'
import type { LineLoss } from './browser-lines.ts'
import { perform } from './call-actions.ts'
import { carryOut } from './call-commands.ts'
import type { CallFlow } from './call-flow.ts'
import type { CallParty } from './call-party.ts'
import { CallParts, type CallSetting } from './call-parts.ts'
import { rejoin, remember, type CallPast } from './call-past.ts'
import type { KeptSession } from './kept-session.ts'
import type { ListeningRoom } from './naming.ts'
import type { OutsideRequest } from './outside-legs.ts'
import type { RingAgain } from './pairing.ts'
import type { CallbackRequest } from './ports.ts'

export type LiveCallOptions = CallSetting &
  Readonly<{
    call: Call
    /** After recovery: what an earlier process left behind. */
    past?: CallPast
    /** The call is over and its end is stored: forget it; `next` is a callback that follows from it. */
    onOver(call: LiveCall, next: CallbackRequest | null): void
  }>

export class LiveCall {
  readonly party: CallParty
  readonly callback: CallbackRequest | null
  readonly flow: CallFlow
  readonly #parts: CallParts
  #call: Call

  constructor(options: LiveCallOptions) {
    const { call, past, onOver, ...setting } = options
    this.party = options.party
    this.callback = options.callback
    this.#call = call
    this.#parts = new CallParts({
      ...setting,
      interactionId: call.interactionId,
      outsideLegs: past?.outsideLegs ?? 0,
      call: () => this.#call,
      step: (input) => this.step(input),
      onOver: (next) => onOver(this, next),
    })
    this.flow = this.#parts.flow
    if (isConversation(call)) this.#parts.ending.rememberTalk()
    for (const lineId of secondLinesOf(call)) this.#parts.media.answersBeforeJoining(lineId)
    if (past !== undefined) remember(this.#parts, past)
  }

  get id(): InteractionId {
    return this.#call.interactionId
  }

  get call(): Call {
    return this.#call
  }

  owns(channelId: string): boolean {
    return this.#parts.owns(channelId)
  }

  /** After recovery: the flow waits for word, as it did before. */
  reopenFlow(kept: KeptSession): void {
    this.#parts.queue.ask(kept.enqueued)
    this.flow.reopen(kept)
  }

  /** Our word may not have got through: whoever is to be in the bridge is led there, the others out of it. */
  rejoin(bridged: readonly string[]): void {
    rejoin(this.#parts, bridged)
  }

  /** After recovery: whoever picked up is asked once more, from the beginning. */
  askAgain(): void {
    this.#parts.dialling.askAgain()
  }

  /** After recovery: the customer's phone was not dialled yet, or nobody saw the end of its ringing. */
  dialAgain(): void {
    this.#parts.dialling.callOutAgain()
  }

  /** After recovery: a room in which somebody listens is there. */
  rememberListener(channelId: string, room: ListeningRoom): void {
    this.#parts.media.rooms.remember(channelId, room)
  }

  /** A callback is owed to this caller: it begins when the call is over. */
  promise(callback: CallbackRequest): void {
    this.#parts.ending.promise(callback)
  }

  /** A leg has ended by itself, as somebody saw. */
  legGone(channelId: string, cause: number): void {
    if (this.#parts.pairing.keeps(channelId, cause)) return
    const seen = !(this.isComing(channelId) && this.#parts.legs.isTimedOut(channelId))
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
    return this.#parts.pairing.ringAgain(agentId)
  }

  /** The browser of an agent, who may be on this call, can't be spoken to; null: it can again. */
  browserLine(agentId: AgentId, loss: LineLoss | null): void {
    this.#parts.pairing.browser(agentId, loss)
  }

  /** After recovery: the caller stands in line already and hears what the others hear. */
  resumeWait(queueId: QueueId, waitingSince: Instant): void {
    this.#parts.line.resume(queueId, waitingSince)
  }

  /** By the agent's wish: the call goes on for whoever stays, or with the flow when it has something for the customer yet. */
  agentHangsUp(agentId: AgentId): void {
    const { stage } = this.#call
    const party = partyOfAgent(this.#call, agentId)
    const isAlone = stage.kind !== 'talking' || personsOn(stage).length < 2 || stage.customer === 'gone'
    if (party !== null && (!isAlone || this.flow.goesOnAfterTalk || isListener(party)))
      return void this.#parts.ari.hangUp(party.channelId, 'normal')
    this.step({ kind: 'hang-up', by: 'agent', outcome: null, cause: 'by request' })
  }

  /** A leg to the outside is gone unanswered, and is made again over the next trunk. */
  failsOver(channelId: string, answer: Readonly<{ sip: number | null; cause: number }>): boolean {
    return this.owns(channelId) && this.#parts.legs.failsOver(channelId, answer)
  }

  /** Calls a number into the conversation; false: it is not one that somebody may come into. */
  callInto(request: OutsideRequest & { purpose: 'consult' | 'conference' | 'transfer' }): boolean {
    const channelId = this.#parts.outside.ask(request, this.#call.customerChannelId)
    const before = this.#call
    this.step({ kind: 'ring-outside', channelId, purpose: request.purpose })
    if (this.#call === before) return false
    this.#parts.outside.note(channelId, request)
    return true
  }

  /** Another line of the agent's phone, which is to ask somebody; false: there is no room for that. */
  openLine(agentId: AgentId, lineId: string): boolean {
    const party = partyOfAgent(this.#call, agentId)
    const before = this.#call
    if (party !== null) this.step({ kind: 'second-line', channelId: party.channelId, lineId })
    if (this.#call === before) return false
    this.#parts.media.answersBeforeJoining(lineId)
    return true
  }

  phoneHolds(channelId: string, on: boolean): void {
    const { stage } = this.#call
    const isLine = stage.kind === 'talking' && stage.parties.some((it) => lineOf(it, channelId) !== null)
    this.step(isLine ? { kind: 'line-held', channelId, on } : { kind: on ? 'hold' : 'resume', by: 'phone' })
  }

  /** How the agent will listen once they have picked up. */
  expectListener(agentId: AgentId, listening: Listening): void {
    this.#parts.ringing.expectListener(agentId, listening)
  }

  step(input: CallInput): void {
    if (input.kind === 'leg-up') {
      this.#parts.legs.up(input.channelId)
      if (this.#parts.pairing.up(input.channelId))
        return this.step({ kind: 'leg-returned', channelId: input.channelId })
    }
    const before = this.#call
    const known = input.kind === 'leg-gone' ? { ...input, flowGoesOn: this.flow.goesOnAfterTalk } : input
    const { call, actions } = stepCall(this.#call, known)
    this.#call = call
    if (call.stage.kind !== 'talking') this.#parts.pairing.stop()
    if (!isConversation(before) && isConversation(call)) this.#parts.ending.talked()
    if (before.stage.kind === 'talking' && call.stage.kind !== 'talking') this.#parts.keys.flush()
    if (isParked(before) && !isParked(call)) this.#parts.parking.end()
    for (const action of actions) perform(this.#parts, action)
    this.#parts.displays.follow(this.#call)
  }

  /** An offer is being stored: its leg is made meanwhile. */
  prepareRing(command: Extract<Command, { kind: 'ring-agent' }>): void {
    this.#parts.ringing.prepare(command)
  }

  command(command: Command): void {
    carryOut(this.#parts, command)
  }

  digit(channelId: string, digit: string): void {
    const { stage } = this.#call
    if (stage.kind === 'calling' && channelId === stage.channelId) return this.step({ kind: 'key', digit })
    if (channelId !== this.#call.customerChannelId) return
    if (stage.kind === 'flow') return this.flow.key(digit)
    if (stage.kind === 'talking')
      return stage.queueId === null ? undefined : this.#parts.keys.press(digit, this.#call.recordingPaused !== null)
    this.#parts.line.key(digit)
  }

  playbackFinished(name: string): void {
    if (!this.#parts.queue.playbackFinished(name) && !this.#parts.check.playbackFinished(name))
      this.flow.playbackFinished(name)
  }

  recordingFinished(name: string, durationSeconds: number | null): void {
    if (!this.flow.recordingFinished(name, durationSeconds)) this.#parts.recording.finished(name, durationSeconds)
  }

  /** A leg that was made has entered the application. */
  legEntered(channelId: string): void {
    if (!this.#parts.media.rooms.entered(channelId)) void this.#parts.legs.entered(channelId, this.owns(channelId))
  }

  /** Keys for whatever the customer's side talks to, pressed by the agent on the screen. */
  sendDigits(digits: string): void {
    const channelId = this.#call.customerChannelId
    if (channelId !== null) void this.#parts.ari.sendDigits(channelId, digits)
  }

  get language(): string {
    return this.#parts.language
  }

  /** How it came out as far as this call knows; null: the router does. */
  get ownOutcome(): Outcome | null {
    return this.#parts.ending.outcome
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
