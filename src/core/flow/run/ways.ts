/** Leaving a node: by a way out, by an error, by the end of the flow. */
import type { HangUpCause } from '../effects.ts'
import type { Node, Way } from '../script.ts'
import { end } from '../script.ts'
import type { SystemPrompt } from '../session.ts'
import type { Utterance } from '../utterance.ts'
import type { Draft } from './draft.ts'
import { change, changeFrame, depthOf, emit, frameOf, nodeOf, note, rest, scriptOf } from './draft.ts'
import { FlowError } from './fill.ts'
import { forgetSecrets, keepSecret, secretOf, setTyped, switchSecretInput } from './secrets.ts'
import { assign } from './variables.ts'

/** A prompt that nobody reports as played is given up after this long. */
export const playLimitMs = 300_000
const mostErrors = 5

export function goTo(draft: Draft, way: Way): void {
  if (way.to === end) return finish(draft, 'done')
  changeFrame(draft, { nodeId: way.to })
  draft.moved = true
}

/** By the first of these that the node has; without any, the flow is over and says goodbye. */
export function leaveBy(draft: Draft, node: Node, names: readonly string[]): void {
  const way = names.map((name) => (name === 'next' ? node.next : node.on[name])).find((each) => each != null)
  if (way) return goTo(draft, way)
  finish(draft, 'done', 'goodbye')
}

/** By one of these, or as an error. */
export function leaveOrFail(draft: Draft, node: Node, names: readonly string[], message: string): void {
  const way = names.map((name) => node.on[name]).find((each) => each != null)
  if (way) goTo(draft, way)
  else fail(draft, message)
}

/** The node's way out for errors, else the flow's, else the calling flow's, else a person. */
export function fail(draft: Draft, message: string): void {
  const { flowId, nodeId } = frameOf(draft)
  note(draft, { kind: 'flow-error', flowId, nodeId, message })
  change(draft, { errors: draft.session.errors + 1 })
  if (draft.session.errors > mostErrors) return fallBack(draft)
  const script = scriptOf(draft)
  const { onError } = script
  const way = script.nodes[nodeId]?.on['error'] ?? (onError?.to === nodeId ? null : onError)
  if (way) return goTo(draft, way)
  if (depthOf(draft) === 0) return fallBack(draft)
  popFrame(draft)
  fail(draft, `${flowId} failed`)
}

/** Finishes this flow: back into the one that called it, or the end of the session. */
export function finish(draft: Draft, outcome: string, lastWords: SystemPrompt | null = null): void {
  if (depthOf(draft) === 0) {
    note(draft, { kind: 'flow-finished', outcome })
    return hangUp(draft, 'normal', lastWords)
  }
  const variables = takenVariables(draft)
  popFrame(draft)
  const node = nodeOf(draft)
  for (const { variable, value, secret } of variables) {
    if (secret !== null) keepSecret(draft, variable, secret)
    else if (value === undefined) throw new FlowError(`the called flow left \`${variable}\` empty`)
    else {
      const wrong = assign(draft, variable, value)
      if (wrong !== null) throw new FlowError(wrong)
    }
  }
  leaveBy(draft, node, [outcome, 'next'])
}

/** The channel or the router goes on without the flow. */
export function handOver(draft: Draft, outcome: string): void {
  note(draft, { kind: 'flow-finished', outcome })
  close(draft)
}

export function hangUp(draft: Draft, cause: HangUpCause, lastWords: SystemPrompt | null = null): void {
  switchSecretInput(draft, false)
  if (lastWords !== null) {
    const playId = emit(draft, {
      kind: 'play',
      utterances: [systemUtterance(draft, lastWords)],
      language: draft.session.language,
      interruptible: false,
      choices: [],
    })
    return rest(draft, { kind: 'leaving', playId, cause, deadline: draft.at + playLimitMs })
  }
  emit(draft, { kind: 'hang-up', cause })
  close(draft)
}

/** The customer asked for a person, and gets one. */
export function handToPerson(draft: Draft): void {
  toFallbackQueue(draft, 'person')
}

/** The flow is broken, the customer isn't lost: a person takes over, or it is said. */
export function fallBack(draft: Draft): void {
  toFallbackQueue(draft, 'failed')
}

function toFallbackQueue(draft: Draft, outcome: 'person' | 'failed'): void {
  note(draft, { kind: 'flow-finished', outcome })
  draft.moved = false
  const queueId = draft.session.fallbackQueueId
  forgetSecrets(draft, () => true)
  if (queueId === null) return hangUp(draft, 'failed', 'technical-problem')
  switchSecretInput(draft, false)
  emit(draft, {
    kind: 'enqueue',
    queueId,
    requirement: {},
    priority: 0,
    preferred: null,
    voicemailKey: null,
    callbackKey: null,
    language: draft.session.language,
    fallback: true,
  })
  rest(draft, { kind: 'queued', fallback: true })
}

export function systemUtterance(draft: Draft, prompt: SystemPrompt): Utterance {
  const { language } = draft.session
  return { kind: 'text', language, text: draft.library.systemText(prompt, language) }
}

function close(draft: Draft): void {
  forgetSecrets(draft, () => true)
  setTyped(draft, '')
  draft.moved = false
  change(draft, { over: true, secretInput: false, activity: { kind: 'over' } })
}

function popFrame(draft: Draft): void {
  const depth = depthOf(draft)
  forgetSecrets(draft, (owner) => owner === depth)
  change(draft, { frames: draft.session.frames.slice(0, -1) })
}

function takenVariables(draft: Draft) {
  const { variables } = frameOf(draft)
  const caller = draft.session.frames[depthOf(draft) - 1]
  const node = caller && draft.library.flow(caller.flowId, caller.version)?.script.nodes[caller.nodeId]
  if (node?.verb !== 'flow') return []
  return node.take.map(({ variable, from }) => ({ variable, value: variables[from], secret: secretOf(draft, from) }))
}
