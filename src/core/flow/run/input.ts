/** Nodes that wait for the customer: prompting, barge-in, waiting, trying again, giving up. */
import type { InputNode, Node } from '../script.ts'
import type { SystemPrompt } from '../session.ts'
import type { Utterance } from '../utterance.ts'
import type { Answer } from './answers.ts'
import { didThisHelp, judgeArticle } from './article-judgement.ts'
import { answerOfKeys, answerOfWords, buttonsOf, canUse, helpedKey, hintsOf } from './answers.ts'
import type { Draft } from './draft.ts'
import { change, changeFrame, emit, frameOf, isWritten, note, rest } from './draft.ts'
import { FlowError, fillText } from './fill.ts'
import { isSecretInput, keepSecret, setTyped, typed } from './secrets.ts'
import { assign } from './variables.ts'
import { goTo, leaveBy, leaveOrFail, playLimitMs, systemUtterance } from './ways.ts'

/** A recogniser that never answers is given up this long after it should have. */
const recogniserGraceMs = 2000
const shortestListenMs = 10_000
/** Below this, what was recognised is asked again. */
const leastConfidence = 0.4

type Failure = 'timeout' | 'no-match' | 'invalid' | 'not-understood'

export function isInput(node: Node): node is InputNode {
  return (
    node.verb === 'ask' ||
    node.verb === 'collect' ||
    node.verb === 'listen' ||
    node.verb === 'survey' ||
    node.verb === 'article'
  )
}

export function enterInput(draft: Draft, node: InputNode): void {
  if (typed(draft) === '') return prompt(draft, node, null)
  if (canUse(node, typed(draft))) return waitForKeys(draft, node)
  setTyped(draft, '')
  prompt(draft, node, null)
}

/** The prompt was heard: now the waiting begins. */
export function startWaiting(draft: Draft, node: InputNode): void {
  if (typed(draft) !== '') return waitForKeys(draft, node)
  if (isWritten(draft.session.channel))
    return rest(draft, { kind: 'collecting', listenId: null, deadline: draft.at + node.waits.writtenMs })
  if (!listensFor(node)) return waitForFirstKey(draft, node)
  const longest = node.verb === 'listen' ? node.waits.firstMs + node.longestMs : shortestListenMs
  const maxMs = Math.max(node.waits.firstMs, longest)
  const hints = hintsOf(draft, node)
  const listenId = emit(draft, { kind: 'listen', language: draft.session.language, hints, maxMs })
  rest(draft, { kind: 'collecting', listenId, deadline: draft.at + maxMs + recogniserGraceMs })
}

/** Where only speech counts, keys mean nothing. */
export function onKey(draft: Draft, node: InputNode, digit: string): void {
  if (node.verb === 'listen') return
  const { activity } = draft.session
  setTyped(draft, typed(draft) + digit)
  if (activity.kind === 'prompting') {
    if (!activity.interruptible) return
    emit(draft, { kind: 'stop-playing', playId: activity.playId })
  }
  if (activity.kind === 'collecting' && activity.listenId !== null)
    emit(draft, { kind: 'stop-listening', listenId: activity.listenId })
  waitForKeys(draft, node)
}

export function onWords(draft: Draft, node: InputNode, said: string, confidence: number): void {
  const { activity } = draft.session
  if (activity.kind === 'prompting' && !isWritten(draft.session.channel))
    emit(draft, { kind: 'stop-playing', playId: activity.playId })
  if (confidence < leastConfidence) return tryAgain(draft, node, 'not-understood')
  take(draft, node, answerOfWords(draft, node, said))
}

/** Where keys serve as well, a recogniser that fails leaves the time to press one. */
export function onSpeechFailed(draft: Draft, node: InputNode): void {
  if (node.verb === 'listen') return tryAgain(draft, node, 'not-understood')
  waitForFirstKey(draft, node)
}

export function onWaitOver(draft: Draft, node: InputNode): void {
  const { activity } = draft.session
  if (activity.kind === 'collecting' && activity.listenId !== null)
    emit(draft, { kind: 'stop-listening', listenId: activity.listenId })
  if (typed(draft) === '') return tryAgain(draft, node, 'timeout')
  take(draft, node, answerOfKeys(draft, node, typed(draft), true))
}

function listensFor(node: InputNode): boolean {
  return node.verb === 'listen' || (node.verb === 'ask' && node.speech)
}

function prompt(draft: Draft, node: InputNode, apology: SystemPrompt | null): void {
  const sorry = apology === null ? [] : [systemUtterance(draft, apology)]
  const asked = node.verb === 'article' ? [didThisHelp(draft)] : fillText(draft, node.text)
  playAndWait(draft, node, [...sorry, ...asked])
}

/** These, then the wait for an answer. */
export function playAndWait(draft: Draft, node: InputNode, utterances: readonly Utterance[]): void {
  const choices = buttonsOf(draft, node)
  if (utterances.length === 0 && choices.length === 0) return startWaiting(draft, node)
  const { language } = draft.session
  const { interruptible } = node
  const playId = emit(draft, { kind: 'play', utterances, language, interruptible, choices })
  rest(draft, { kind: 'prompting', playId, interruptible, deadline: draft.at + playLimitMs })
}

function waitForFirstKey(draft: Draft, node: InputNode): void {
  rest(draft, { kind: 'collecting', listenId: null, deadline: draft.at + node.waits.firstMs })
}

function waitForKeys(draft: Draft, node: InputNode): void {
  rest(draft, { kind: 'collecting', listenId: null, deadline: draft.at + node.waits.betweenMs })
  take(draft, node, answerOfKeys(draft, node, typed(draft), false))
}

function take(draft: Draft, node: InputNode, answer: Answer): void {
  switch (answer.kind) {
    case 'more':
      return
    case 'wrong':
      noteInput(draft, node, answer.entry)
      return tryAgain(draft, node, answer.reason)
    case 'choice':
      accept(draft, node, answer.entry, answer.rest)
      return choose(draft, node, answer.key)
    case 'value':
      accept(draft, node, answer.entry, answer.rest)
      change(draft, { skipKey: answer.skipKey })
      return keep(draft, node, answer.entry, answer.value)
  }
}

function accept(draft: Draft, node: InputNode, entry: string, unused: string): void {
  noteInput(draft, node, entry)
  setTyped(draft, unused)
  setTries(draft, node, 0)
}

function choose(draft: Draft, node: InputNode, key: string): void {
  if (node.verb === 'ask') {
    const choice = node.choices.find((each) => each.key === key)
    if (choice) goTo(draft, choice.way)
    return
  }
  if (node.verb === 'article') return judgeArticle(draft, node, key === helpedKey)
  const score = Number(key)
  note(draft, { kind: 'survey-answered', nodeId: node.id, score })
  if (node.verb === 'survey' && node.variable !== null) mustAssign(draft, node.variable, score)
  leaveBy(draft, node, ['next'])
}

function keep(draft: Draft, node: InputNode, entry: string, value: Parameters<typeof assign>[2]): void {
  if (node.verb !== 'collect' && node.verb !== 'listen') return
  if (isSecretInput(draft, node)) keepSecret(draft, node.variable, entry)
  else mustAssign(draft, node.variable, value)
  leaveBy(draft, node, ['next'])
}

function mustAssign(draft: Draft, name: string, value: Parameters<typeof assign>[2]): void {
  const wrong = assign(draft, name, value)
  if (wrong !== null) throw new FlowError(wrong)
}

const apologies: Readonly<Record<Failure, SystemPrompt>> = {
  timeout: 'not-heard',
  'no-match': 'invalid-choice',
  invalid: 'invalid-entry',
  'not-understood': 'not-understood',
}

function tryAgain(draft: Draft, node: InputNode, failure: Failure): void {
  setTyped(draft, '')
  const name = failure === 'not-understood' ? 'no-match' : failure
  const tries = (frameOf(draft).tries[node.id] ?? 0) + 1
  if (tries >= node.tries) {
    setTries(draft, node, 0)
    return leaveOrFail(draft, node, ['give-up', name], `nobody answered ${node.id} in ${node.tries} tries`)
  }
  setTries(draft, node, tries)
  const way = node.on[name]
  if (way && way.to !== node.id) return goTo(draft, way)
  prompt(draft, node, isWritten(draft.session.channel) && failure === 'timeout' ? null : apologies[failure])
}

function setTries(draft: Draft, node: InputNode, tries: number): void {
  changeFrame(draft, { tries: { ...frameOf(draft).tries, [node.id]: tries } })
}

function noteInput(draft: Draft, node: InputNode, entry: string): void {
  if (entry === '') return
  const { length } = entry
  if (isSecretInput(draft, node)) note(draft, { kind: 'input-given', nodeId: node.id, length, secret: true })
  else note(draft, { kind: 'input-given', nodeId: node.id, length, secret: false, text: entry })
}
