/** Entering a node: what it does, and what it then waits for. */
import { assertNever } from '../../assert-never.ts'
import { nextOpening, openingAt } from '../../calendar/opening-hours.ts'
import type { PreferredAgent, TransferTarget } from '../effects.ts'
import type {
  CallbackNode,
  CustomerNode,
  EnqueueNode,
  HoursNode,
  HttpNode,
  Node,
  PayNode,
  SetNode,
  TransferNode,
  VoicemailNode,
} from '../script.ts'
import type { Requirement } from '../../rules.ts'
import { enterArticle } from './article.ts'
import { evaluate } from './context.ts'
import type { Draft } from './draft.ts'
import { change, emit, isWritten, note, rest } from './draft.ts'
import { FlowError, fillBody, fillTemplate, fillText, fillUrl, valueOf } from './fill.ts'
import { enterInput } from './input.ts'
import { forgetSecrets, isSecretInput, secretOf, setTyped, switchSecretInput } from './secrets.ts'
import { enterSubFlow } from './sub-flow.ts'
import { assign } from './variables.ts'
import { fail, finish, goTo, hangUp, leaveBy, leaveOrFail, playLimitMs, systemUtterance } from './ways.ts'

/** What is awaited may be late by this much before it is given up. */
const graceMs = 5000
const bookingLimitMs = 15_000

export function enter(draft: Draft, node: Node): void {
  if (isSecretInput(draft, node)) switchSecretInput(draft, true)
  else if (!isSilent(node)) switchSecretInput(draft, false)
  switch (node.verb) {
    case 'say':
      return say(draft, node)
    case 'ask':
    case 'collect':
    case 'listen':
    case 'survey':
      return enterInput(draft, node)
    case 'article':
      return enterArticle(draft, node)
    case 'branch': {
      const found = node.cases.find(({ when }) => holds(draft, when))
      return found ? goTo(draft, found.way) : node.otherwise ? goTo(draft, node.otherwise) : finish(draft, 'done')
    }
    case 'set':
      return set(draft, node)
    case 'language':
      change(draft, { language: node.language })
      return leaveBy(draft, node, ['next'])
    case 'hours':
      return hours(draft, node)
    case 'http':
      return request(draft, node)
    case 'customer':
      return lookUp(draft, node)
    case 'pay':
      return pay(draft, node)
    case 'flow':
      return enterSubFlow(draft, node)
    case 'enqueue':
      return enqueue(draft, node)
    case 'transfer':
      return transfer(draft, node)
    case 'voicemail':
      return voicemail(draft, node)
    case 'callback':
      return callBack(draft, node)
    case 'hang-up':
      note(draft, { kind: 'flow-finished', outcome: 'hung-up' })
      return hangUp(draft, node.cause)
    case 'end':
      return finish(draft, node.outcome)
    default:
      return assertNever(node)
  }
}

/** Between two secret entries these neither let the customer speak nor ask for anything. */
function isSilent({ verb }: Node): boolean {
  return (
    verb === 'branch' || verb === 'set' || verb === 'language' || verb === 'hours' || verb === 'flow' || verb === 'end'
  )
}

function holds(draft: Draft, when: Parameters<typeof evaluate>[1]): boolean {
  const value = valueOf(draft, when)
  if (typeof value !== 'boolean') throw new FlowError(`\`${when.source}\` is neither true nor false`)
  return value
}

function say(draft: Draft, node: Extract<Node, { verb: 'say' }>): void {
  const utterances = fillText(draft, node.text)
  if (utterances.length === 0) return leaveBy(draft, node, ['next'])
  const { interruptible } = node
  const { language } = draft.session
  const playId = emit(draft, { kind: 'play', utterances, language, interruptible, choices: [] })
  rest(draft, { kind: 'saying', playId, interruptible, deadline: draft.at + playLimitMs })
}

function set(draft: Draft, node: SetNode): void {
  for (const { variable, value } of node.assignments) mustAssign(draft, variable, valueOf(draft, value))
  leaveBy(draft, node, ['next'])
}

function mustAssign(draft: Draft, name: string, value: Parameters<typeof assign>[2]): void {
  const wrong = assign(draft, name, value)
  if (wrong !== null) throw new FlowError(wrong)
}

function hours(draft: Draft, node: HoursNode): void {
  const calendar = draft.world.calendars[node.calendarId]
  if (!calendar) return fail(draft, `there are no hours \`${node.calendarId}\``)
  const { open, holiday } = openingAt(calendar, draft.at)
  if (open) return leaveBy(draft, node, ['open', 'next'])
  const opening = node.variable === null ? null : nextOpening(calendar, draft.at)
  if (node.variable !== null && opening !== null) mustAssign(draft, node.variable, new Date(opening).toISOString())
  leaveBy(draft, node, [...(holiday === null ? [] : ['holiday']), 'closed', 'next'])
}

function request(draft: Draft, node: HttpNode): void {
  const { method, timeoutMs, retries } = node
  const { language } = draft.session
  const headers = Object.entries(node.headers).map(([name, value]) => [name, fillTemplate(draft, value, language)])
  const url = fillUrl(draft, node.url)
  const body = fillBody(draft, node.body)
  const effectId = emit(draft, {
    kind: 'fetch',
    method,
    url,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body,
    timeoutMs,
    retries,
  })
  const deadline = draft.at + timeoutMs * (retries + 1) + graceMs
  rest(draft, { kind: 'awaiting', effectId, repeatable: method === 'GET', deadline })
}

function lookUp(draft: Draft, node: CustomerNode): void {
  const identity = valueOf(draft, node.identity)
  if (identity === null || identity === '') return leaveBy(draft, node, ['unknown', 'next'])
  const { timeoutMs } = node
  const effectId = emit(draft, {
    kind: 'look-up-customer',
    identity: asText(identity, node.identity.source),
    timeoutMs,
  })
  rest(draft, { kind: 'awaiting', effectId, repeatable: true, deadline: draft.at + timeoutMs + graceMs })
}

function pay(draft: Draft, node: PayNode): void {
  const amount = valueOf(draft, node.amount)
  if (typeof amount !== 'number' || amount <= 0) return fail(draft, `\`${node.amount.source}\` is not an amount to pay`)
  const secrets: Record<string, string> = {}
  for (const [field, { variable }] of Object.entries(node.secrets)) {
    const value = secretOf(draft, variable)
    if (value === null) return fail(draft, `\`${variable}\` has not been collected`)
    secrets[field] = value
  }
  const { provider, currency, timeoutMs } = node
  const effectId = emit(draft, { kind: 'pay', provider, amount, currency, secrets, timeoutMs })
  rest(draft, { kind: 'awaiting', effectId, repeatable: false, deadline: draft.at + timeoutMs + graceMs })
}

function enqueue(draft: Draft, node: EnqueueNode): void {
  const skills = Object.entries(node.skills).map(([skill, { level }]) => [skill, level])
  leaveInputBehind(draft)
  emit(draft, {
    kind: 'enqueue',
    queueId: node.queueId,
    requirement: Object.fromEntries(skills) as Requirement,
    priority: node.priority,
    preferred: preferredAgent(draft, node),
    voicemailKey: node.voicemailKey,
    callbackKey: node.callbackKey,
    language: draft.session.language,
    fallback: false,
  })
  rest(draft, { kind: 'queued', fallback: false })
}

/** A preference that can't be told is none: better any agent than an error. */
function preferredAgent(draft: Draft, { prefer }: EnqueueNode): PreferredAgent {
  if (prefer === null || prefer === 'last-agent') return prefer
  const result = evaluate(draft, prefer)
  return result.ok && typeof result.value === 'string' && result.value !== '' ? { agentId: result.value } : null
}

function transfer(draft: Draft, node: TransferNode): void {
  const { language } = draft.session
  const to: TransferTarget =
    'queueId' in node.to
      ? { queueId: node.to.queueId }
      : 'number' in node.to
        ? { number: fillTemplate(draft, node.to.number, language).replace(/[\s()-]/g, '') }
        : { agentId: fillTemplate(draft, node.to.agent, language) }
  if ('number' in to && !/^\+?\d{2,20}$/.test(to.number))
    return leaveOrFail(draft, node, ['failed'], `\`${to.number}\` is not a number to transfer to`)
  leaveInputBehind(draft)
  const effectId = emit(draft, { kind: 'transfer', to, timeoutMs: node.timeoutMs })
  rest(draft, { kind: 'awaiting', effectId, repeatable: false, deadline: draft.at + node.timeoutMs + graceMs })
}

function voicemail(draft: Draft, node: VoicemailNode): void {
  leaveInputBehind(draft)
  const written = isWritten(draft.session.channel)
  const greeting = systemUtterance(draft, written ? 'write-message' : 'leave-message')
  const utterances = node.text ? fillText(draft, node.text) : [greeting]
  const { language } = draft.session
  const playId = emit(draft, { kind: 'play', utterances, language, interruptible: true, choices: [] })
  rest(draft, { kind: 'greeting', playId, deadline: draft.at + playLimitMs })
}

function callBack(draft: Draft, node: CallbackNode): void {
  const number = valueOf(draft, node.number)
  if (number === null || number === '') return leaveOrFail(draft, node, ['refused'], 'there is no number to call back')
  const effectId = emit(draft, {
    kind: 'offer-callback',
    queueId: node.queueId,
    number: asText(number, node.number.source),
  })
  rest(draft, { kind: 'awaiting', effectId, repeatable: false, deadline: draft.at + bookingLimitMs })
}

/** Keys and secrets of before mean nothing to a queue or a recorder. */
function leaveInputBehind(draft: Draft): void {
  setTyped(draft, '')
  forgetSecrets(draft, () => true)
}

function asText(value: unknown, source: string): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw new FlowError(`\`${source}\` is not a text`)
}
