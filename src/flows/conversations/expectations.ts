/** What a conversation expects at a step, held against what the flow did. */
import type { Effect } from '../../core/flow/effects.ts'
import { renderText } from '../../core/flow/render.ts'
import type { Simulation } from '../../core/flow/simulator.ts'
import type { ConversationStep } from './conversation.ts'

/** What differs, in words; null: as expected. */
export function expectation(step: ConversationStep, simulation: Simulation, since: readonly Effect[]): string | null {
  if ('hears' in step) return hears(step.hears, since)
  if ('does-not-hear' in step) {
    const words = step['does-not-hear']
    return plain(spoken(since)).includes(plain(words)) ? `hears «${words}» after all` : null
  }
  if ('queued' in step) return queued(step.queued, simulation, since)
  if ('requests' in step) return oneOf(step.requests, of(since, 'fetch').map(requestName), 'request')
  if ('pays' in step) {
    const { amount, currency } = step.pays
    const wanted = `${amount} ${currency ?? ''}`.trim()
    const paid = of(since, 'pay').map((pay) =>
      currency === undefined ? `${pay.amount}` : `${pay.amount} ${pay.currency}`,
    )
    return oneOf(wanted, paid, 'payment')
  }
  if ('message' in step) {
    const messages = since.flatMap((effect) => ('queueId' in effect && isMessage(effect) ? [effect.queueId] : []))
    return oneOf(step.message.queue, messages, 'message for a queue')
  }
  if ('called-back' in step) {
    const { queue, number } = step['called-back']
    const name = (queueId: string, to: string) => (number === undefined ? queueId : `${queueId} ${to}`)
    const booked = of(since, 'offer-callback').map((offer) => name(offer.queueId, offer.number))
    return oneOf(name(queue, number ?? ''), booked, 'call back')
  }
  if ('transferred' in step) {
    const wanted = step.transferred.number ?? step.transferred.queue ?? step.transferred.agent ?? ''
    return oneOf(
      wanted,
      of(since, 'transfer').map(({ to }) => Object.values(to).join()),
      'transfer',
    )
  }
  if ('scored' in step) {
    const scores = notes(since).flatMap((note) => (note.kind === 'survey-answered' ? [String(note.score)] : []))
    return oneOf(String(step.scored), scores, 'score')
  }
  if ('judged' in step) {
    const judged = notes(since).flatMap((note) =>
      note.kind === 'article-judged' ? [`${note.articleId} ${note.helped ? 'helped' : 'did not help'}`] : [],
    )
    const { article, helped } = step.judged
    return oneOf(`${article} ${helped ? 'helped' : 'did not help'}`, judged, 'judgement of an article')
  }
  if ('hung-up' in step)
    return oneOf(
      step['hung-up'],
      of(since, 'hang-up').map(({ cause }) => cause),
      'hang-up',
    )
  if ('finished' in step) {
    const outcomes = notes(since).flatMap((note) => (note.kind === 'flow-finished' ? [note.outcome] : []))
    return oneOf(step.finished, outcomes, 'end')
  }
  return null
}

function hears(words: string, since: readonly Effect[]): string | null {
  const heard = spoken(since)
  if (plain(heard).includes(plain(words))) return null
  return heard.trim() === ''
    ? `expected to hear «${words}», heard nothing`
    : `expected to hear «${words}», heard «${heard}»`
}

type Queued = Extract<ConversationStep, { queued: unknown }>['queued']

function queued({ queue, skills, priority }: Queued, { session }: Simulation, since: readonly Effect[]): string | null {
  const entered = of(since, 'enqueue').at(-1)
  if (!entered || session.activity.kind !== 'queued')
    return `expected to wait in queue ${queue}, but does not wait in any`
  if (entered.queueId !== queue) return `expected to wait in queue ${queue}, waits in ${entered.queueId}`
  const asked = JSON.stringify(sorted(entered.requirement))
  if (skills && JSON.stringify(sorted(skills)) !== asked)
    return `expected the skills ${JSON.stringify(sorted(skills))}, asked for ${asked}`
  if (priority !== undefined && entered.priority !== priority)
    return `expected priority ${priority}, has ${entered.priority}`
  return null
}

function oneOf(wanted: string, found: readonly string[], what: string): string | null {
  if (found.includes(wanted)) return null
  const instead = found.length === 0 ? 'there was none' : `there was ${found.join(', ')}`
  return `expected the ${what} «${wanted}», ${instead}`
}

function of<K extends Effect['kind']>(effects: readonly Effect[], kind: K): Extract<Effect, { kind: K }>[] {
  return effects.filter((effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind)
}

function notes(effects: readonly Effect[]) {
  return of(effects, 'note').map(({ note }) => note)
}

function isMessage({ kind }: Effect): boolean {
  return kind === 'record-voicemail' || kind === 'take-message'
}

function requestName({ method, url }: Extract<Effect, { kind: 'fetch' }>): string {
  const { pathname, search } = new URL(url)
  return `${method} ${pathname}${search}`
}

function spoken(effects: readonly Effect[]): string {
  return of(effects, 'play')
    .map(({ utterances }) => renderText(utterances))
    .join(' ')
}

/** Case and spaces (no-break ones too, which some languages put into numbers) make no difference. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase()
}

function sorted(record: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(record).sort(([a], [b]) => a.localeCompare(b))
}
