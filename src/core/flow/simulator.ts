/**
 * Plays the channel's part for a flow without one: the clock is a number, prompts take a second, other systems answer as
 * told. The interpreter is the real one. Every function returns the simulation as it then stands.
 */
import { assertNever } from '../assert-never.ts'
import type { Instant } from '../ids.ts'
import type { Effect, ToldArticle } from './effects.ts'
import type { FlowEvent } from './events.ts'
import { advance, startSession } from './interpreter.ts'
import { isWritten } from './run/draft.ts'
import type { CustomerFacts, Json, Library, Session, SessionStart, Step, World } from './session.ts'

type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>

/** What the world outside answers. */
export type Fakes = Readonly<{
  http(request: EffectOf<'fetch'>): { status: number; body: Json } | { failed: string }
  customer(identity: string): CustomerFacts | null
  article(request: EffectOf<'find-article'>): ToldArticle | null
  payment(request: EffectOf<'pay'>): { token: string } | { failed: 'declined' | 'failed' }
  callback(request: EffectOf<'offer-callback'>): boolean
  transfer(request: EffectOf<'transfer'>): boolean
}>

export type Setup = Readonly<{ library: Library; start: SessionStart; world: World; fakes: Fakes }>

export type Simulation = Readonly<{
  setup: Setup
  session: Session
  at: Instant
  wakeAt: Instant | null
  /** Everything so far, in order. */
  effects: readonly Effect[]
}>

const promptMs = 1000
const betweenKeysMs = 200
const answerMs = 50
const messageMs = 5000

export function begin(setup: Setup): Simulation {
  const { library, start, world } = setup
  const step = startSession(library, start, world)
  return settle({ setup, at: start.at, session: step.session, wakeAt: null, effects: [] }, step)
}

export function press(simulation: Simulation, keys: string): Simulation {
  return [...keys].reduce((now, digit) => send(later(now, betweenKeysMs), { kind: 'key', digit }), simulation)
}

/** Says it on a phone, writes it elsewhere. */
export function say(simulation: Simulation, text: string): Simulation {
  return send(later(simulation, betweenKeysMs), { kind: 'words', text })
}

/** Says and presses nothing for so long. */
export function wait(simulation: Simulation, ms: number): Simulation {
  const until = simulation.at + ms
  let now = simulation
  while (now.wakeAt !== null && now.wakeAt <= until) now = send({ ...now, at: now.wakeAt }, { kind: 'tick' })
  return { ...now, at: Math.max(now.at, until) }
}

/** Says and presses nothing until the flow stops waiting. */
export function waitOut(simulation: Simulation): Simulation {
  return simulation.wakeAt === null ? simulation : wait(simulation, simulation.wakeAt - simulation.at)
}

type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never

export function send(simulation: Simulation, event: Timeless<FlowEvent>): Simulation {
  const { library, world } = simulation.setup
  return settle(simulation, advance(library, simulation.session, { ...event, at: simulation.at }, world))
}

/** Answers what the flow awaits until it waits for the customer, a queue, or is over. */
function settle(simulation: Simulation, step: Step): Simulation {
  let now = take(simulation, step)
  for (let effects = step.effects; ;) {
    const answer = answerTo(now, effects)
    if (!answer) return now
    now = later(now, answer.afterMs)
    const { library, world } = now.setup
    const next = advance(library, now.session, { ...answer.event, at: now.at }, world)
    now = take(now, next)
    effects = next.effects
  }
}

function take(simulation: Simulation, step: Step): Simulation {
  const effects = [...simulation.effects, ...step.effects]
  return { ...simulation, session: step.session, wakeAt: step.wakeAt, effects }
}

function later(simulation: Simulation, ms: number): Simulation {
  return { ...simulation, at: simulation.at + ms }
}

type Answer = Readonly<{ afterMs: number; event: Timeless<FlowEvent> }>

function answerTo({ session, setup }: Simulation, effects: readonly Effect[]): Answer | null {
  const { activity } = session
  if ('playId' in activity) {
    const afterMs = isWritten(session.channel) ? 0 : promptMs
    return { afterMs, event: { kind: 'played', effectId: activity.playId } }
  }
  if (activity.kind !== 'awaiting') return null
  const effect = effects.find(({ effectId }) => effectId === activity.effectId)
  return effect ? outsideAnswer(effect, setup.fakes) : null
}

function outsideAnswer(effect: Effect, fakes: Fakes): Answer | null {
  const { effectId } = effect
  const soon = (event: Timeless<FlowEvent>): Answer => ({ afterMs: answerMs, event })
  switch (effect.kind) {
    case 'fetch': {
      const answer = fakes.http(effect)
      if ('failed' in answer) return soon({ kind: 'fetch-failed', effectId, reason: answer.failed })
      return soon({ kind: 'fetched', effectId, ...answer })
    }
    case 'look-up-customer':
      return soon({ kind: 'customer-found', effectId, customer: fakes.customer(effect.identity) })
    case 'find-article':
      return soon({ kind: 'article-found', effectId, article: fakes.article(effect) })
    case 'pay': {
      const answer = fakes.payment(effect)
      if ('failed' in answer) return soon({ kind: 'payment-failed', effectId, reason: answer.failed })
      return soon({ kind: 'paid', effectId, token: answer.token, reference: null })
    }
    case 'offer-callback':
      return soon({ kind: fakes.callback(effect) ? 'callback-accepted' : 'callback-refused', effectId })
    case 'transfer':
      return soon(
        fakes.transfer(effect)
          ? { kind: 'transferred', effectId }
          : { kind: 'transfer-failed', effectId, reason: 'nobody answered' },
      )
    case 'record-voicemail': {
      const event = { kind: 'recorded', effectId, recordingId: 'simulated', durationMs: messageMs } as const
      return { afterMs: messageMs, event }
    }
    case 'play':
    case 'stop-playing':
    case 'listen':
    case 'stop-listening':
    case 'enqueue':
    case 'take-message':
    case 'hang-up':
    case 'secret-input':
    case 'note':
      return null
    default:
      return assertNever(effect)
  }
}
