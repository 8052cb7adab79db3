/**
 * Runs one written contact's flow: what it says becomes messages, what it asks is carried out, and each step is stored
 * whole, with the message that caused it. So a crash leaves a flow either before its step or after it.
 */
import { assertNever } from '../../core/assert-never.ts'
import type { Detail } from '../../core/details.ts'
import type { ContactFact, QueueOutcome } from '../../core/facts.ts'
import type { Effect, FlowNote } from '../../core/flow/effects.ts'
import type { FlowEvent } from '../../core/flow/events.ts'
import { advance, checkpoint, reopen, resume, startSession } from '../../core/flow/interpreter.ts'
import { renderText } from '../../core/flow/render.ts'
import type { Session, SessionStart, Step } from '../../core/flow/session.ts'
import type { AgentId, Channel, InteractionId } from '../../core/ids.ts'
import type { Submitted } from '../../core/writer.ts'
import type { Checkpoint } from '../../core/flow/checkpoint.ts'
import type { WrittenPorts } from './ports.ts'

export type FlowInput = FlowEvent extends infer E ? (E extends FlowEvent ? Omit<E, 'at'> : never) : never
type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>
export type EnqueueEffect = EffectOf<'enqueue'>

/** What is kept beside the facts. */
export type KeptFlow = Readonly<{ flow: Checkpoint; enqueued: EnqueueEffect | null }>

export type FlowSurroundings = Readonly<{
  interactionId: InteractionId
  channel: Channel
  ports: WrittenPorts
  lastAgentId(): AgentId | null
  /** As letters, in the contact's own words. */
  says(text: string, buttons: readonly Readonly<{ key: string; label: string }>[]): Submitted
  leaves(text: string, queueId: string): void
  /** Stores them together. */
  store(letters: readonly Submitted[]): Promise<void>
}>

const contactOver = new Error('the contact is over')

export class FlowHost {
  readonly #around: FlowSurroundings
  readonly #cancelled = new AbortController()
  #session: Session | null = null
  #enqueued: EnqueueEffect | null = null
  #alarm: NodeJS.Timeout | null = null
  #leftMessage = false

  constructor(around: FlowSurroundings) {
    this.#around = around
  }

  get language(): string {
    return this.#session?.language ?? 'en'
  }

  get isSecret(): boolean {
    return this.#session?.secretInput ?? false
  }

  /** How the flow sent the customer into the queue; null: it speaks with them itself. */
  get enqueued(): EnqueueEffect | null {
    return this.#enqueued
  }

  get isOver(): boolean {
    return this.#session === null || this.#session.over
  }

  /** The flow has something for the customer once they have talked to an agent. */
  get goesOnAfterTalk(): boolean {
    const frame = this.#session?.over === false ? this.#session.frames.at(-1) : undefined
    if (frame === undefined) return false
    const entry = this.#around.ports.flows.library.flow(frame.flowId, frame.version)
    return entry?.script.nodes[frame.nodeId]?.on['after'] !== undefined
  }

  /** To be stored, with what caused it, by the caller: then `perform` does the rest. */
  begin(start: Omit<SessionStart, 'at'>): Letters {
    const { library } = this.#around.ports.flows
    return this.#take(startSession(library, { ...start, at: this.#now() }, this.#world()))
  }

  /** As `begin`; null: the customer's first words answer nothing that the flow asks. */
  answer(text: string): Letters | null {
    const session = this.#session
    if (session?.activity.kind !== 'collecting') return null
    const step = this.#advance({ kind: 'words', text })
    const stood = session.frames.at(-1)?.nodeId
    return step.session.frames.at(-1)?.nodeId === stood && !step.session.over ? null : this.#take(step)
  }

  hears(event: FlowInput): Letters {
    return this.#session === null ? noLetters : this.#take(this.#advance(event))
  }

  /** After recovery: as it stood, or from its last node where something may have been lost. */
  goOn(kept: KeptFlow, waitsForRouter: boolean): Letters {
    const session = reopen(kept.flow)
    this.#enqueued = kept.enqueued
    if (waitsForRouter || session.activity.kind === 'collecting' || session.over) {
      this.#session = session
      if ('deadline' in session.activity) this.#setAlarm(session.activity.deadline)
      return noLetters
    }
    const { library } = this.#around.ports.flows
    return this.#take(resume(library, kept.flow, this.#now(), this.#world()))
  }

  /** What is to be done once the step is stored. */
  perform(effects: Letters['effects']): void {
    for (const effect of effects)
      this.#perform(effect).catch((error: unknown) =>
        this.#around.ports.log.error({ err: error, interactionId: this.#around.interactionId }, 'an effect failed'),
      )
  }

  stop(): void {
    if (this.#alarm !== null) clearTimeout(this.#alarm)
    this.#alarm = null
    this.#session = null
    this.#cancelled.abort(contactOver)
  }

  #now(): number {
    return this.#around.ports.now()
  }

  #world() {
    return this.#around.ports.flows.world(this.#around.channel)
  }

  #advance(event: FlowInput): Step {
    const session = this.#session
    if (session === null) throw new Error('there is no flow')
    const { library } = this.#around.ports.flows
    return advance(library, session, { ...event, at: this.#now() }, this.#world())
  }

  async #send(event: FlowInput): Promise<void> {
    if (this.#session === null || this.#session.over) return
    const { letters, effects } = this.hears(event)
    await this.#around.store(letters)
    this.perform(effects)
  }

  /** Follows the flow until it waits for somebody: in writing, what is said is heard at once. */
  #take(first: Step): Letters {
    const letters: Submitted[] = []
    const effects: Letters['effects'][number][] = []
    let step = first
    for (;;) {
      this.#session = step.session
      let next: FlowInput | null = null
      for (const effect of step.effects) next = this.#collect(effect, letters, effects) ?? next
      if (next === null) break
      step = this.#advance(next)
    }
    if (letters.length > 0) letters.push(this.#kept())
    this.#setAlarm(step.wakeAt)
    return { letters, effects }
  }

  /** What the flow hears in answer, at once. */
  #collect(effect: Effect, letters: Submitted[], later: Letters['effects'][number][]): FlowInput | null {
    const { interactionId, ports, says } = this.#around
    switch (effect.kind) {
      case 'note':
        return this.#note(effect.note, letters)
      case 'play': {
        const text = renderText(effect.utterances)
        if (text !== '' || effect.choices.length > 0) letters.push(says(text, effect.choices))
        return { kind: 'played', effectId: effect.effectId }
      }
      case 'enqueue':
        this.#enqueued = effect
        if (!ports.directory.queueIsOpen(effect.queueId, this.#now()))
          return { kind: 'queue-returned', outcome: 'closed' }
        letters.push({ input: this.#enqueue(effect) })
        return null
      case 'hang-up': {
        const outcome = this.#leftMessage ? 'voicemail' : null
        const cause = effect.cause === 'normal' ? null : effect.cause
        letters.push({ input: { kind: 'end-interaction', interactionId, by: 'system', outcome, cause } })
        return null
      }
      case 'take-message':
        this.#leftMessage = true
        later.push(effect)
        return null
      case 'record-voicemail':
        return { kind: 'recording-failed', effectId: effect.effectId, reason: 'nothing is recorded in writing' }
      case 'transfer':
        return this.#transfer(effect, letters)
      case 'listen':
      case 'fetch':
      case 'look-up-customer':
      case 'find-article':
      case 'pay':
      case 'offer-callback':
        later.push(effect)
        return null
      case 'stop-playing':
      case 'stop-listening':
      case 'secret-input':
        return null
      default:
        return assertNever(effect)
    }
  }

  #enqueue({ queueId, requirement, priority, preferred }: EnqueueEffect): Submitted['input'] {
    const { interactionId, lastAgentId } = this.#around
    const preferredAgentId = preferred === null ? null : preferred === 'last-agent' ? lastAgentId() : preferred.agentId
    return { kind: 'enqueue', interactionId, queueId, requirement, priority, preferredAgentId, waitingSince: null }
  }

  /** To a queue or an agent it is a wait; a number can't be written to. */
  #transfer({ effectId, to }: EffectOf<'transfer'>, letters: Submitted[]): FlowInput {
    const { interactionId } = this.#around
    const queueId = 'queueId' in to ? to.queueId : (this.#session?.fallbackQueueId ?? null)
    if ('number' in to || queueId === null)
      return { kind: 'transfer-failed', effectId, reason: 'a written contact has nowhere to be passed on to' }
    const preferredAgentId = 'agentId' in to ? to.agentId : null
    const wait = { queueId, requirement: {}, priority: 0, preferredAgentId, waitingSince: null }
    letters.push({ input: { kind: 'enqueue', interactionId, ...wait } })
    return { kind: 'transferred', effectId }
  }

  #note(note: FlowNote, letters: Submitted[]): null {
    const { interactionId, ports } = this.#around
    if (note.kind === 'flow-error') ports.log.warn({ interactionId, note }, 'the flow met an error')
    else
      letters.push({
        input: { kind: 'record', fact: factOf(interactionId, note) },
        beside: { details: detailOf(interactionId, note) },
      })
    return null
  }

  /** A tick changes nothing by itself: it carries where the flow stands. */
  #kept(): Submitted {
    const { interactionId } = this.#around
    const session = this.#session
    if (session === null) return { input: { kind: 'tick' } }
    const enqueued = session.activity.kind === 'queued' ? this.#enqueued : null
    this.#enqueued = enqueued
    const kept: KeptFlow = { flow: checkpoint(session), enqueued }
    return { input: { kind: 'tick' }, beside: { checkpoint: { interactionId, session: kept } } }
  }

  #setAlarm(wakeAt: number | null): void {
    if (this.#alarm !== null) clearTimeout(this.#alarm)
    this.#alarm = null
    if (wakeAt === null || this.#session === null) return
    const fire = (): void => {
      this.#send({ kind: 'tick' }).catch((error: unknown) =>
        this.#around.ports.log.error({ err: error, interactionId: this.#around.interactionId }, 'a flow did not wake'),
      )
    }
    this.#alarm = setTimeout(fire, Math.min(Math.max(wakeAt - this.#now(), 0), 2 ** 31 - 1))
  }

  readonly #noAnswer = (error: unknown): undefined => {
    const { interactionId, ports } = this.#around
    ports.log.warn({ err: error, interactionId }, 'a look-up for the flow failed')
  }

  async #perform(effect: Letters['effects'][number]): Promise<void> {
    const { interactionId, ports, leaves } = this.#around
    const { effectId } = effect
    switch (effect.kind) {
      case 'take-message':
        return leaves(effect.text, effect.queueId)
      case 'listen':
        return this.#send({ kind: 'speech-failed', effectId })
      case 'fetch': {
        const answer = await ports.fetch(effect, this.#cancelled.signal)
        if ('failed' in answer) return this.#send({ kind: 'fetch-failed', effectId, reason: answer.failed })
        return this.#send({ kind: 'fetched', effectId, status: answer.status, body: answer.body })
      }
      case 'look-up-customer': {
        const customer = await ports.customers.find(effect.identity).catch(this.#noAnswer)
        if (customer === undefined)
          return this.#send({ kind: 'look-up-failed', effectId, reason: 'the history did not answer' })
        return this.#send({ kind: 'customer-found', effectId, customer })
      }
      case 'find-article': {
        const article = await ports.findArticle(effect.wanted, effect.languages).catch(this.#noAnswer)
        if (article === undefined)
          return this.#send({ kind: 'look-up-failed', effectId, reason: 'the knowledge base did not answer' })
        return this.#send({ kind: 'article-found', effectId, article })
      }
      case 'pay': {
        const answer = await ports.pay(effect)
        if ('failed' in answer) return this.#send({ kind: 'payment-failed', effectId, reason: answer.failed })
        return this.#send({ kind: 'paid', effectId, token: answer.token, reference: answer.reference })
      }
      case 'offer-callback': {
        const { queueId, number } = effect
        const request = {
          ofInteractionId: interactionId,
          queueId,
          number,
          waitingSince: this.#now(),
          language: this.language,
        }
        const isBooked = await ports.bookCallback(request)
        return this.#send({ kind: isBooked ? 'callback-accepted' : 'callback-refused', effectId })
      }
      default:
        return assertNever(effect)
    }
  }
}

/** What a step of the flow stores, and what is done afterwards. */
export type Letters = Readonly<{
  letters: readonly Submitted[]
  effects: readonly EffectOf<
    'take-message' | 'listen' | 'fetch' | 'look-up-customer' | 'find-article' | 'pay' | 'offer-callback'
  >[]
}>
const noLetters: Letters = { letters: [], effects: [] }

export const returned = (outcome: QueueOutcome): FlowInput => ({ kind: 'queue-returned', outcome })

function factOf(interactionId: InteractionId, note: Exclude<FlowNote, { kind: 'flow-error' }>): ContactFact {
  if (note.kind !== 'input-given') return { ...note, interactionId }
  const { at, kind, nodeId, length, secret } = note
  return { at, kind, interactionId, nodeId, length, secret }
}

function detailOf(interactionId: InteractionId, note: FlowNote): readonly Detail[] {
  if (note.kind !== 'input-given' || note.secret) return []
  return [{ kind: 'input', interactionId, at: note.at, nodeId: note.nodeId, text: note.text }]
}
