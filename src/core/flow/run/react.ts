/** What an event does to a session, by what the session is in the middle of. */
import { assertNever } from '../../assert-never.ts'
import type { FlowEvent } from '../events.ts'
import type { Node } from '../script.ts'
import { answerOfWords } from './answers.ts'
import { onArticleFound } from './article.ts'
import type { Draft } from './draft.ts'
import { change, emit, isWritten, nodeOf, note, rest } from './draft.ts'
import { FlowError } from './fill.ts'
import { isInput, onKey, onSpeechFailed, onWaitOver, onWords, startWaiting } from './input.ts'
import { forgetSecrets, setTyped, typed } from './secrets.ts'
import { assign } from './variables.ts'
import { asksForPerson } from './person.ts'
import { fail, handOver, handToPerson, hangUp, leaveBy, leaveOrFail } from './ways.ts'

/** A message left in writing is awaited this long. */
const writtenMessageMs = 900_000
const recordingGraceMs = 15_000

export function react(draft: Draft, event: FlowEvent): void {
  switch (event.kind) {
    case 'contact-ended':
      return handOver(draft, 'left')
    case 'tick':
      return onTick(draft)
    case 'key':
      return onAnyKey(draft, event.digit)
    case 'words':
      return onAnyWords(draft, event.text, event.confidence ?? 1)
    case 'played':
      return onPlayed(draft, event.effectId)
    case 'speech-failed': {
      const { activity } = draft.session
      const node = nodeOf(draft)
      if (activity.kind === 'collecting' && activity.listenId === event.effectId && isInput(node))
        onSpeechFailed(draft, node)
      return
    }
    case 'queue-returned':
      return onQueueReturned(draft, event.outcome)
    case 'conversation-ended':
      return onConversationEnded(draft)
    default:
      return onAnswer(draft, event)
  }
}

type Answering = Extract<FlowEvent, { effectId: string }>

function onAnswer(draft: Draft, event: Exclude<Answering, { kind: 'played' | 'speech-failed' }>): void {
  const { activity } = draft.session
  if (activity.kind !== 'awaiting' || activity.effectId !== event.effectId) return
  const node = nodeOf(draft)
  switch (event.kind) {
    case 'fetched':
      return onFetched(draft, node, event.status, event.body)
    case 'fetch-failed':
    case 'recording-failed':
      return onFailed(draft, node, event.reason)
    case 'look-up-failed':
      return leaveBy(draft, node, ['error', 'unknown', 'next'])
    case 'customer-found':
      change(draft, { contact: { ...draft.session.contact, customer: event.customer } })
      return leaveBy(draft, node, [event.customer ? 'found' : 'unknown', 'next'])
    case 'article-found':
      return onArticleFound(draft, node, event.article)
    case 'paid':
      forgetPaymentSecrets(draft, node)
      if (node.verb === 'pay' && node.variable !== null)
        mustAssign(draft, node.variable, { token: event.token, reference: event.reference })
      return leaveBy(draft, node, ['next'])
    case 'payment-failed':
      forgetPaymentSecrets(draft, node)
      if (event.reason === 'declined')
        return leaveOrFail(draft, node, ['declined', 'error'], 'the payment was declined')
      return fail(draft, 'the payment could not be made')
    case 'recorded':
    case 'callback-accepted':
      return leaveBy(draft, node, ['next'])
    case 'callback-refused':
      return leaveOrFail(draft, node, ['refused'], 'no call back could be booked')
    case 'transferred':
      return handOver(draft, 'transferred')
    case 'transfer-failed':
      return leaveOrFail(draft, node, ['failed'], `the transfer failed: ${event.reason}`)
    default:
      return assertNever(event)
  }
}

function onFetched(draft: Draft, node: Node, status: number, body: Parameters<typeof assign>[2]): void {
  if (node.verb !== 'http') return
  if (node.variable !== null) {
    const wrong = assign(draft, node.variable, body)
    if (wrong !== null) return fail(draft, wrong)
  }
  const stated = [String(status), `${String(status)[0]}xx`].filter((name) => name in node.on)
  if (stated.length > 0) return leaveBy(draft, node, stated)
  if (status >= 200 && status < 300) return leaveBy(draft, node, ['next'])
  fail(draft, `the answer was ${status}`)
}

function onFailed(draft: Draft, node: Node, reason: string): void {
  if (node.verb === 'voicemail') return leaveBy(draft, node, ['error', 'next'])
  fail(draft, reason)
}

/** What to do when an answer never comes, or when a crash hid it. */
export function onNoAnswer(draft: Draft): void {
  const node = nodeOf(draft)
  forgetPaymentSecrets(draft, node)
  switch (node.verb) {
    case 'customer':
    case 'article':
      return leaveBy(draft, node, ['error', 'unknown', 'next'])
    case 'callback':
      return leaveOrFail(draft, node, ['error', 'refused'], 'nobody knows whether the call back was booked')
    case 'transfer':
      return leaveOrFail(draft, node, ['error', 'failed'], 'the transfer did not answer')
    default:
      return onFailed(draft, node, 'no answer came')
  }
}

function onTick(draft: Draft): void {
  const { activity } = draft.session
  if (!('deadline' in activity) || draft.at < activity.deadline) return
  switch (activity.kind) {
    case 'saying':
    case 'prompting':
    case 'greeting':
    case 'leaving':
      return onPlayed(draft, activity.playId)
    case 'collecting': {
      const node = nodeOf(draft)
      return isInput(node) ? onWaitOver(draft, node) : leaveBy(draft, node, ['next'])
    }
    case 'awaiting':
      return onNoAnswer(draft)
    default:
      return assertNever(activity)
  }
}

function onPlayed(draft: Draft, playId: string): void {
  const { activity } = draft.session
  if (!('playId' in activity) || activity.playId !== playId) return
  switch (activity.kind) {
    case 'saying':
      return leaveBy(draft, nodeOf(draft), ['next'])
    case 'prompting': {
      const node = nodeOf(draft)
      return isInput(node) ? startWaiting(draft, node) : undefined
    }
    case 'greeting':
      return takeMessage(draft, nodeOf(draft))
    case 'leaving':
      return hangUp(draft, activity.cause)
    default:
      return assertNever(activity)
  }
}

function takeMessage(draft: Draft, node: Node): void {
  if (node.verb !== 'voicemail') return
  if (isWritten(draft.session.channel))
    return rest(draft, { kind: 'collecting', listenId: null, deadline: draft.at + writtenMessageMs })
  const { queueId, longestMs: maxMs, endKey, beep } = node
  const effectId = emit(draft, { kind: 'record-voicemail', queueId, maxMs, endKey, beep })
  rest(draft, { kind: 'awaiting', effectId, repeatable: true, deadline: draft.at + maxMs + recordingGraceMs })
}

function onAnyKey(draft: Draft, digit: string): void {
  const { session, at } = draft
  if (!/^[0-9*#]$/.test(digit)) return
  if (at < session.deafUntil) return change(draft, { deafUntil: at + 1000 })
  change(draft, { nodesSinceInput: 0, skipKey: null })
  if (session.skipKey === digit) return
  const { activity } = session
  switch (activity.kind) {
    case 'prompting':
    case 'collecting': {
      const node = nodeOf(draft)
      return isInput(node) ? onKey(draft, node, digit) : undefined
    }
    case 'saying':
      setTyped(draft, typed(draft) + digit)
      if (!activity.interruptible) return
      emit(draft, { kind: 'stop-playing', playId: activity.playId })
      return leaveBy(draft, nodeOf(draft), ['next'])
    case 'awaiting':
      return isRecording(draft) ? undefined : setTyped(draft, typed(draft) + digit)
    case 'greeting':
      emit(draft, { kind: 'stop-playing', playId: activity.playId })
      return takeMessage(draft, nodeOf(draft))
    case 'queued':
    case 'leaving':
    case 'over':
      return
    default:
      return assertNever(activity)
  }
}

function isRecording(draft: Draft): boolean {
  return nodeOf(draft).verb === 'voicemail'
}

function onAnyWords(draft: Draft, said: string, confidence: number): void {
  const { activity, channel } = draft.session
  const waiting = activity.kind === 'prompting' || activity.kind === 'collecting' || activity.kind === 'greeting'
  if (!waiting || said.trim() === '') return
  change(draft, { nodesSinceInput: 0 })
  const node = nodeOf(draft)
  if (isWritten(channel) && wantsPerson(draft, node, said)) return handToPerson(draft)
  if (isInput(node)) return onWords(draft, node, said, confidence)
  if (node.verb !== 'voicemail' || !isWritten(channel)) return
  note(draft, { kind: 'input-given', nodeId: node.id, length: said.length, secret: false, text: said })
  emit(draft, { kind: 'take-message', queueId: node.queueId, text: said })
  leaveBy(draft, node, ['next'])
}

/** Unless the word is an answer of this node's own, or what is written here is secret. */
function wantsPerson(draft: Draft, node: Node, said: string): boolean {
  const { fallbackQueueId, language, secretInput } = draft.session
  if (secretInput || fallbackQueueId === null || !asksForPerson(said, language)) return false
  return !(isInput(node) && answerOfWords(draft, node, said).kind === 'choice')
}

function onQueueReturned(draft: Draft, outcome: Extract<FlowEvent, { kind: 'queue-returned' }>['outcome']): void {
  const { activity } = draft.session
  if (activity.kind !== 'queued') return
  if (outcome === 'left' || outcome === 'served-otherwise') return handOver(draft, outcome)
  if (activity.fallback) return hangUp(draft, 'failed', 'all-busy')
  const node = nodeOf(draft)
  // A queue that turns customers away at once must not keep a broken flow going round for ever.
  if (outcome !== 'full' && outcome !== 'closed') change(draft, { nodesSinceInput: 0 })
  const names = outcome === 'closed' ? ['closed', 'full', 'error'] : [outcome, 'error']
  leaveOrFail(draft, node, names, `the queue came back with \`${outcome}\``)
}

function onConversationEnded(draft: Draft): void {
  const { activity } = draft.session
  if (activity.kind !== 'queued') return
  change(draft, { nodesSinceInput: 0 })
  if (activity.fallback) return hangUp(draft, 'normal')
  const node = nodeOf(draft)
  if (node.on['after']) return leaveBy(draft, node, ['after'])
  note(draft, { kind: 'flow-finished', outcome: 'served' })
  hangUp(draft, 'normal')
}

function forgetPaymentSecrets(draft: Draft, node: Node): void {
  if (node.verb === 'pay') forgetSecrets(draft, () => true)
}

function mustAssign(draft: Draft, name: string, value: Parameters<typeof assign>[2]): void {
  const wrong = assign(draft, name, value)
  if (wrong !== null) throw new FlowError(wrong)
}
