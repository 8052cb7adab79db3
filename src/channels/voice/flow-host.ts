/** Runs one call's flow session: hands events to the interpreter and carries out its effects on the phone. */
import { assertNever } from '../../core/assert-never.ts'
import type { Detail } from '../../core/details.ts'
import { happensOnce, type Effect, type FlowNote } from '../../core/flow/effects.ts'
import type { FlowEvent } from '../../core/flow/events.ts'
import { advance } from '../../core/flow/interpreter.ts'
import type { Session, Step } from '../../core/flow/session.ts'
import type { ContactFact } from '../../core/facts.ts'
import type { InteractionId } from '../../core/ids.ts'
import type { Beside, Submission } from '../../core/writer.ts'
import type { Ari } from './ari/operations.ts'
import { keep, type EnqueueEffect, type KeptMessage } from './kept-session.ts'
import { Messages } from './messages.ts'
import type { VoicePorts } from './ports.ts'
import { Prompts } from './prompts.ts'

/** An event without its time: the host stamps it. */
export type FlowInput = FlowEvent extends infer E ? (E extends FlowEvent ? Omit<E, 'at'> : never) : never
type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>

/** What the flow asks of the call itself; everything else the host does alone. */
export type FlowRequests = Readonly<{
  enqueue(effect: EnqueueEffect): void
  hangUp(cause: string): void
  transfer(effect: EffectOf<'transfer'>): void
  bookCallback(queueId: string, number: string): Promise<boolean>
  secretInput(on: boolean): void
  voicemailLeft(fact: Extract<ContactFact, { kind: 'voicemail-left' }>): void
}>

/** Given with every end: without one, Node makes an exception of its own for each call, with a trace that nobody reads. */
const contactOver = new Error('the contact is over')

export class FlowHost {
  readonly #interactionId: InteractionId
  readonly #channelId: string
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #requests: FlowRequests
  #session: Session
  #alarm: NodeJS.Timeout | null = null
  readonly #prompts: Prompts
  readonly #messages: Messages
  readonly #cancelled = new AbortController()
  /** Stops the recogniser that runs. */
  #listening = new AbortController()
  #stopped = false

  constructor(options: {
    interactionId: InteractionId
    channelId: string
    ari: Ari
    ports: VoicePorts
    requests: FlowRequests
    session: Session
  }) {
    this.#interactionId = options.interactionId
    this.#channelId = options.channelId
    this.#ari = options.ari
    this.#ports = options.ports
    this.#requests = options.requests
    this.#session = options.session
    const { interactionId, channelId, ari, ports } = options
    const place = { interactionId, channelId, ari, ports }
    this.#prompts = new Prompts({ ...place, onPlayed: (effectId) => this.send({ kind: 'played', effectId }) })
    this.#messages = new Messages({ ...place, onRecorded: (message, ms) => this.#recorded(message, ms) })
  }

  get session(): Session {
    return this.#session
  }

  begin(step: Step): void {
    this.#take(step)
  }

  send(event: FlowInput): void {
    if (this.#stopped) return
    const at = this.#ports.now()
    this.#take(advance(this.#ports.flows.library, this.#session, { ...event, at }, this.#ports.flows.world()))
  }

  /** True when the playback was one of this flow's. */
  playbackFinished(name: string): boolean {
    return this.#prompts.finished(name)
  }

  /** True when the recording was one of this flow's. */
  recordingFinished(name: string, durationSeconds: number | null): boolean {
    return this.#messages.finished(name, durationSeconds)
  }

  /** After recovery: the caller is in the middle of a message that an earlier process asked for. */
  goOnRecording(message: KeptMessage): void {
    this.#messages.goOn(message)
    const { activity } = this.#session
    if ('deadline' in activity) this.#setAlarm(activity.deadline)
  }

  /** After a time without a connection to Asterisk. */
  catchUp(): void {
    this.#background(this.#prompts.catchUp())
    this.#background(this.#messages.catchUp())
  }

  #recorded({ recordingId, effectId, queueId }: KeptMessage, durationMs: number | null): void {
    if (durationMs === null)
      return this.#unlessHungUp({ kind: 'recording-failed', effectId, reason: 'nothing was recorded' })
    const left = { interactionId: this.#interactionId, recordingId, durationMs }
    this.#requests.voicemailLeft({ at: this.#ports.now(), kind: 'voicemail-left', queueId, ...left })
    this.#unlessHungUp({ kind: 'recorded', effectId, recordingId, durationMs })
  }

  /** A caller who hangs up ends the recording too: then it is they who end the call, not what the flow would do next. */
  #unlessHungUp(event: FlowInput): void {
    const told = async (): Promise<void> => {
      if (!(await this.#ari.isHungUp(this.#channelId))) this.send(event)
    }
    this.#background(told())
  }

  /** The customer is gone or served otherwise: effects under way are abandoned. */
  stop(): void {
    if (this.#stopped) return
    this.send({ kind: 'contact-ended' })
    this.#stopped = true
    if (this.#alarm !== null) clearTimeout(this.#alarm)
    this.#prompts.end()
    this.#cancelled.abort(contactOver)
  }

  #take(step: Step): void {
    this.#session = step.session
    const stored = this.#note(step.effects)
    for (const effect of step.effects) {
      if (effect.kind === 'note') continue
      // Where the session stands is stored first: a crash in between must not make it happen twice.
      if (happensOnce(effect))
        this.#background(stored.then((kept) => (kept && !this.#stopped ? this.#perform(effect) : undefined)))
      else this.#perform(effect)
    }
    this.#setAlarm(step.wakeAt)
  }

  #setAlarm(wakeAt: number | null): void {
    if (this.#alarm !== null) clearTimeout(this.#alarm)
    this.#alarm = null
    if (wakeAt === null || this.#stopped) return
    this.#alarm = setTimeout(() => this.send({ kind: 'tick' }), Math.max(wakeAt - this.#ports.now(), 0))
  }

  /** The notes of a step and where it leaves the session are stored together. Resolves with whether they are. */
  async #note(effects: readonly Effect[]): Promise<boolean> {
    const notes = effects.flatMap((effect) => (effect.kind === 'note' ? [effect.note] : []))
    if (notes.length === 0) return true
    const storing: Promise<boolean>[] = []
    for (const note of notes) {
      const fact = factOf(this.#interactionId, note)
      if (fact === null) this.#ports.log.warn({ interactionId: this.#interactionId, note }, 'the flow met an error')
      else storing.push(this.#store({ kind: 'record', fact }, { details: detailOf(this.#interactionId, note) }))
    }
    storing.push(this.#keep(effects.find((effect) => effect.kind === 'enqueue') ?? null, null))
    return (await Promise.all(storing)).every((isStored) => isStored)
  }

  /** A tick changes nothing by itself: it carries what is kept, in the same batch as what was submitted before it. */
  #keep(enqueued: EnqueueEffect | null, message: KeptMessage | null): Promise<boolean> {
    const session = keep(this.#session, { enqueued, message, playbacks: this.#prompts.count })
    return this.#store({ kind: 'tick' }, { checkpoint: { interactionId: this.#interactionId, session } })
  }

  async #store(input: Submission, beside: Beside): Promise<boolean> {
    try {
      await this.#ports.writer.submit(input, beside)
      return true
    } catch (error) {
      this.#ports.log.error({ err: error, interactionId: this.#interactionId }, 'a flow note was not stored')
      return false
    }
  }

  #perform(effect: Exclude<Effect, { kind: 'note' }>): void {
    switch (effect.kind) {
      case 'play':
        return this.#background(this.#prompts.play(effect))
      case 'stop-playing':
        return this.#prompts.stop(effect.playId)
      case 'listen':
        return this.#background(this.#listen(effect))
      case 'stop-listening':
        return this.#listening.abort()
      case 'take-message':
        return
      case 'fetch':
        return this.#background(this.#fetch(effect))
      case 'look-up-customer':
        return this.#background(this.#lookUp(effect))
      case 'find-article':
        return this.#background(this.#findArticle(effect))
      case 'pay':
        return this.#background(this.#pay(effect))
      case 'enqueue':
        return this.#requests.enqueue(effect)
      case 'offer-callback':
        return this.#background(this.#bookCallback(effect))
      case 'record-voicemail':
        return this.#recordVoicemail(effect)
      case 'transfer':
        return this.#requests.transfer(effect)
      case 'hang-up':
        return this.#requests.hangUp(effect.cause)
      case 'secret-input':
        return this.#requests.secretInput(effect.on)
      default:
        return assertNever(effect)
    }
  }

  async #listen({ effectId, language, hints, maxMs }: EffectOf<'listen'>): Promise<void> {
    this.#listening = new AbortController()
    const signal = AbortSignal.any([this.#listening.signal, this.#cancelled.signal])
    const request = { interactionId: this.#interactionId, mediaId: this.#channelId, language, hints, maxMs }
    // Without a recogniser the flow takes its keypad way; its answer comes after the step that asked all the same.
    const heard = await Promise.resolve(this.#ports.speechInput?.listen(request, signal) ?? null)
    if (signal.aborted) return
    this.send(heard ? { kind: 'words', ...heard } : { kind: 'speech-failed', effectId })
  }

  async #fetch(effect: EffectOf<'fetch'>): Promise<void> {
    const answer = await this.#ports.fetch(effect, this.#cancelled.signal)
    if ('failed' in answer) this.send({ kind: 'fetch-failed', effectId: effect.effectId, reason: answer.failed })
    else this.send({ kind: 'fetched', effectId: effect.effectId, status: answer.status, body: answer.body })
  }

  async #lookUp(effect: EffectOf<'look-up-customer'>): Promise<void> {
    try {
      const customer = await this.#ports.customers.find(effect.identity)
      this.send({ kind: 'customer-found', effectId: effect.effectId, customer })
    } catch (error) {
      this.#ports.log.warn({ err: error }, 'customer look-up failed')
      this.send({ kind: 'look-up-failed', effectId: effect.effectId, reason: 'the history did not answer' })
    }
  }

  async #findArticle({ effectId, wanted, languages }: EffectOf<'find-article'>): Promise<void> {
    try {
      this.send({ kind: 'article-found', effectId, article: await this.#ports.findArticle(wanted, languages) })
    } catch (error) {
      this.#ports.log.warn({ err: error }, 'an article could not be looked for')
      this.send({ kind: 'look-up-failed', effectId, reason: 'the knowledge base did not answer' })
    }
  }

  async #pay(effect: EffectOf<'pay'>): Promise<void> {
    const answer = await this.#ports.pay(effect)
    if ('failed' in answer) this.send({ kind: 'payment-failed', effectId: effect.effectId, reason: answer.failed })
    else this.send({ kind: 'paid', effectId: effect.effectId, token: answer.token, reference: answer.reference })
  }

  async #bookCallback(effect: EffectOf<'offer-callback'>): Promise<void> {
    const booked = await this.#requests.bookCallback(effect.queueId, effect.number)
    this.send({ kind: booked ? 'callback-accepted' : 'callback-refused', effectId: effect.effectId })
  }

  /** Kept before it begins, so that no crash can lose it. */
  #recordVoicemail(effect: EffectOf<'record-voicemail'>): void {
    const message = this.#messages.prepare(effect)
    void this.#keep(null, message)
    this.#background(this.#messages.record(message))
  }

  #background(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#ports.log.error({ err: error, interactionId: this.#interactionId }, 'an effect of the flow failed')
      this.#requests.hangUp('failed')
    })
  }
}

function factOf(interactionId: InteractionId, note: FlowNote): ContactFact | null {
  switch (note.kind) {
    case 'input-given':
      return {
        at: note.at,
        kind: note.kind,
        interactionId,
        nodeId: note.nodeId,
        length: note.length,
        secret: note.secret,
      }
    case 'flow-error':
      return null
    case 'flow-started':
    case 'flow-node-entered':
    case 'survey-answered':
    case 'article-told':
    case 'article-judged':
    case 'flow-finished':
      return { ...note, interactionId }
    default:
      return assertNever(note)
  }
}

function detailOf(interactionId: InteractionId, note: FlowNote): readonly Detail[] {
  if (note.kind !== 'input-given' || note.secret) return []
  return [{ kind: 'input', interactionId, at: note.at, nodeId: note.nodeId, text: note.text }]
}
