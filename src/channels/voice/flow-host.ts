/** Runs one call's flow session: hands events to the interpreter and carries out its effects on the phone. */
import { assertNever } from '../../core/assert-never.ts'
import type { Detail } from '../../core/details.ts'
import { happensOnce, type Effect, type FlowNote } from '../../core/flow/effects.ts'
import type { FlowEvent } from '../../core/flow/events.ts'
import { advance } from '../../core/flow/interpreter.ts'
import type { Session, Step } from '../../core/flow/session.ts'
import type { ContactFact } from '../../core/facts.ts'
import type { InteractionId } from '../../core/ids.ts'
import type { Ari } from './ari/operations.ts'
import { keep, type EnqueueEffect } from './kept-session.ts'
import { playbackId, recordingId } from './naming.ts'
import type { VoicePorts } from './ports.ts'

type EventBody = FlowEvent extends infer E ? (E extends FlowEvent ? Omit<E, 'at'> : never) : never
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

export class FlowHost {
  readonly #interactionId: InteractionId
  readonly #channelId: string
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #requests: FlowRequests
  #session: Session
  #alarm: NodeJS.Timeout | null = null
  /** Playbacks by their name in Asterisk, to the effect that waits for them. */
  readonly #playing = new Map<string, string>()
  readonly #recording = new Map<string, EffectOf<'record-voicemail'>>()
  readonly #cancelled = new AbortController()
  /** Stops the recogniser that runs. */
  #listening = new AbortController()
  #playbacks: number
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
    // Names of an earlier process's playbacks must not be met again.
    this.#playbacks = options.ports.now()
  }

  get session(): Session {
    return this.#session
  }

  begin(step: Step): void {
    this.#take(step)
  }

  send(event: EventBody): void {
    if (this.#stopped) return
    const at = this.#ports.now()
    this.#take(advance(this.#ports.flows.library, this.#session, { ...event, at }, this.#ports.flows.world()))
  }

  /** True when the playback was one of this flow's. */
  playbackFinished(name: string): boolean {
    const effectId = this.#playing.get(name)
    if (effectId === undefined) return false
    this.#playing.delete(name)
    this.send({ kind: 'played', effectId })
    return true
  }

  /** True when the recording was one of this flow's. */
  recordingFinished(name: string, durationSeconds: number | null): boolean {
    const effect = this.#recording.get(name)
    if (effect === undefined) return false
    this.#recording.delete(name)
    const { effectId, queueId } = effect
    if (durationSeconds === null || durationSeconds <= 0) {
      this.#unlessHungUp({ kind: 'recording-failed', effectId, reason: 'nothing was recorded' })
      return true
    }
    const durationMs = durationSeconds * 1000
    const left = { interactionId: this.#interactionId, recordingId: name, durationMs }
    this.#requests.voicemailLeft({ at: this.#ports.now(), kind: 'voicemail-left', queueId, ...left })
    this.#unlessHungUp({ kind: 'recorded', effectId, recordingId: name, durationMs })
    return true
  }

  /** A caller who hangs up ends the recording too: then it is they who end the call, not what the flow would do next. */
  #unlessHungUp(event: EventBody): void {
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
    this.#cancelled.abort()
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
    const storing: Promise<unknown>[] = []
    const session = keep(this.#session, effects.find((effect) => effect.kind === 'enqueue') ?? null)
    for (const [i, note] of notes.entries()) {
      const fact = factOf(this.#interactionId, note)
      if (fact === null) {
        this.#ports.log.warn({ interactionId: this.#interactionId, note }, 'the flow met an error')
        continue
      }
      const beside = {
        details: detailOf(this.#interactionId, note),
        ...(i === notes.length - 1 && { checkpoint: { interactionId: this.#interactionId, session } }),
      }
      storing.push(this.#ports.writer.submit({ kind: 'record', fact }, beside))
    }
    const results = await Promise.allSettled(storing)
    for (const result of results)
      if (result.status === 'rejected') this.#ports.log.error({ err: result.reason }, 'a flow note was not stored')
    return results.every(({ status }) => status === 'fulfilled')
  }

  #perform(effect: Exclude<Effect, { kind: 'note' }>): void {
    switch (effect.kind) {
      case 'play':
        return this.#background(this.#play(effect))
      case 'stop-playing':
        return this.#stopPlaying(effect.playId)
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
      case 'pay':
        return this.#background(this.#pay(effect))
      case 'enqueue':
        return this.#requests.enqueue(effect)
      case 'offer-callback':
        return this.#background(this.#bookCallback(effect))
      case 'record-voicemail':
        return this.#background(this.#recordVoicemail(effect))
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

  async #play(effect: EffectOf<'play'>): Promise<void> {
    const media = await this.#ports.speech.render(effect.utterances)
    if (this.#stopped || !this.#wants(effect.effectId)) return
    const name = playbackId(this.#interactionId, ++this.#playbacks)
    this.#playing.set(name, effect.effectId)
    const reply = media.length === 0 ? null : await this.#ari.play(this.#channelId, name, media)
    if (reply === null || reply.status >= 300 || reply.status === 0) this.playbackFinished(name)
  }

  /** A key may have ended the prompt while it was still being spoken into its file. */
  #wants(playId: string): boolean {
    const { activity } = this.#session
    return 'playId' in activity && activity.playId === playId
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

  #stopPlaying(effectId: string): void {
    for (const [name, playing] of this.#playing) {
      if (playing !== effectId) continue
      this.#playing.delete(name)
      void this.#ari.stopPlayback(name)
    }
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

  async #pay(effect: EffectOf<'pay'>): Promise<void> {
    const answer = await this.#ports.pay(effect)
    if ('failed' in answer) this.send({ kind: 'payment-failed', effectId: effect.effectId, reason: answer.failed })
    else this.send({ kind: 'paid', effectId: effect.effectId, token: answer.token, reference: answer.reference })
  }

  async #bookCallback(effect: EffectOf<'offer-callback'>): Promise<void> {
    const booked = await this.#requests.bookCallback(effect.queueId, effect.number)
    this.send({ kind: booked ? 'callback-accepted' : 'callback-refused', effectId: effect.effectId })
  }

  async #recordVoicemail(effect: EffectOf<'record-voicemail'>): Promise<void> {
    const name = recordingId(this.#interactionId, ++this.#playbacks)
    this.#recording.set(name, effect)
    const reply = await this.#ari.recordChannel(this.#channelId, name, {
      maxSeconds: Math.max(1, Math.round(effect.maxMs / 1000)),
      beep: effect.beep,
      endKey: effect.endKey === '' ? 'none' : effect.endKey,
    })
    if (reply.status >= 300 || reply.status === 0) this.recordingFinished(name, null)
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
