/**
 * Runs flows: pure, deterministic, and total. Whatever a script does wrong, the customer ends up at its way out for
 * errors, with a person, or with an apology — never in silence and never in a circle.
 */
import { assertNever } from '../assert-never.ts'
import type { Instant } from '../ids.ts'
import type { FlowEvent } from './events.ts'
import { end } from './script.ts'
import { enter } from './run/enter.ts'
import type { Draft } from './run/draft.ts'
import { change, changeFrame, nodeOf, note, openDraft, stepOf } from './run/draft.ts'
import { FlowError } from './run/fill.ts'
import { onNoAnswer, react } from './run/react.ts'
import { firstFrame } from './run/sub-flow.ts'
import { fail, fallBack, finish, hangUp } from './run/ways.ts'
import type { Checkpoint } from './checkpoint.ts'
import { readCheckpoint } from './checkpoint.ts'
import type { Library, Session, SessionStart, Step, World } from './session.ts'

export { checkpoint, reopen } from './checkpoint.ts'

/** More nodes than this without hearing from the customer or a queue is a circle. */
const mostNodesWithoutInput = 100

export function startSession(library: Library, start: SessionStart, world: World): Step {
  const entry = library.flow(start.flowId, start.version)
  const languages = entry?.script.languages ?? []
  const session: Session = {
    v: 1,
    channel: start.channel,
    language: spoken(start.language, languages),
    contact: start.contact,
    fallbackQueueId: start.fallbackQueueId,
    startedAt: start.at,
    frames: entry ? [firstFrame(entry.script, entry.version)] : [],
    activity: { kind: 'over' },
    over: false,
    secretInput: false,
    deafUntil: 0,
    skipKey: null,
    nextEffect: 1,
    nodesSinceInput: 0,
    errors: 0,
    secrets: { values: [], typed: '' },
  }
  const draft = openDraft(library, world, start.at, session)
  note(draft, { kind: 'flow-started', flowId: start.flowId, version: start.version })
  return conclude(draft, () => {
    if (!entry) throw new Error(`flow ${start.flowId} has no version ${start.version}`)
    if (entry.script.start.to === end) finish(draft, 'done')
    else draft.moved = true
  })
}

/** A session that is over, or an event that nobody awaits, gives no effects. */
export function advance(library: Library, session: Session, event: FlowEvent, world: World): Step {
  const draft = openDraft(library, world, event.at, session)
  if (session.over) return stepOf(draft)
  return conclude(draft, () => react(draft, event))
}

/**
 * Goes on after a crash: at the node where the session stood, or where a lost secret can be asked for again. An effect
 * that may have happened takes its way out for errors. Throws when `stored` is no checkpoint.
 */
export function resume(library: Library, stored: unknown, at: Instant, world: World): Step {
  const { session, restart } = readCheckpoint(stored)
  const draft = openDraft(library, world, at, session)
  if (session.over) return stepOf(draft)
  return conclude(draft, () => restartAt(draft, restart))
}

function restartAt(draft: Draft, restart: Checkpoint['restart']): void {
  const { activity, frames } = draft.session
  switch (activity.kind) {
    case 'leaving':
      return hangUp(draft, activity.cause)
    case 'over':
    case 'queued':
    case 'saying':
    case 'prompting':
    case 'collecting':
    case 'greeting':
      break
    case 'awaiting':
      if (!activity.repeatable) return onNoAnswer(draft)
      break
    default:
      return assertNever(activity)
  }
  if (activity.kind === 'queued' && activity.fallback) return fallBack(draft)
  change(draft, { frames: frames.slice(0, restart.depth + 1) })
  changeFrame(draft, { nodeId: restart.nodeId })
  draft.moved = true
}

/** Does it, enters nodes until one waits for something, and answers whatever went wrong on the way. */
function conclude(draft: Draft, act: () => void): Step {
  try {
    guarded(draft, act)
    while (draft.moved) guarded(draft, () => enterNext(draft))
  } catch (error) {
    // A fault of ours, or of a library that lost a version: the customer goes to a person all the same.
    const message = error instanceof Error ? error.message : String(error)
    const frame = draft.session.frames.at(-1)
    note(draft, { kind: 'flow-error', flowId: frame?.flowId ?? '', nodeId: frame?.nodeId ?? '', message })
    fallBack(draft)
  }
  return stepOf(draft)
}

function guarded(draft: Draft, act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof FlowError)) throw error
    draft.moved = false
    fail(draft, error.message)
  }
}

function enterNext(draft: Draft): void {
  draft.moved = false
  const node = nodeOf(draft)
  change(draft, { nodesSinceInput: draft.session.nodesSinceInput + 1 })
  if (draft.session.nodesSinceInput > mostNodesWithoutInput) {
    const message = `went through ${mostNodesWithoutInput} nodes without hearing from the customer`
    note(draft, { kind: 'flow-error', flowId: flowIdOf(draft), nodeId: node.id, message })
    return fallBack(draft)
  }
  note(draft, { kind: 'flow-node-entered', flowId: flowIdOf(draft), nodeId: node.id })
  enter(draft, node)
}

function flowIdOf(draft: Draft): string {
  return draft.session.frames.at(-1)?.flowId ?? ''
}

/** `en-GB` is served by `en`, and the other way round; otherwise the flow's first language. */
function spoken(wanted: string | null, languages: readonly string[]): string {
  const base = (code: string) => code.split('-')[0]
  const found =
    languages.find((language) => language === wanted) ??
    languages.find((language) => wanted !== null && base(language) === base(wanted))
  return found ?? languages[0] ?? 'en'
}
