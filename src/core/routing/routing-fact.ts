/** Which facts routing is about. Whoever adds a fact says here, once, that it only tells the story. */
import type { Fact } from '../facts.ts'

const storyOnly = [
  'flow-started',
  'flow-node-entered',
  'input-given',
  'flow-finished',
  'survey-answered',
  'article-told',
  'article-judged',
  'hold-started',
  'hold-ended',
  'recording-started',
  'recording-paused',
  'recording-resumed',
  'recording-finished',
  'voicemail-left',
  'voicemail-taken',
  'voicemail-released',
  'voicemail-finished',
  'wait-announced',
  'callback-requested',
  'message-received',
  'message-sent',
  'message-settled',
  'letter-written',
  'messages-read',
  'caller-leg-lost',
  'transferred-out',
  'parties-changed',
  'call-parked',
  'outside-dialled',
  'outside-left',
  'call-out-refused',
  'called-from-list',
] as const satisfies readonly Fact['kind'][]

export type RoutingFact = Exclude<Fact, { kind: (typeof storyOnly)[number] }>

const told: ReadonlySet<Fact['kind']> = new Set(storyOnly)

/** False: it changes nothing about who waits, who is free and who may be connected with whom. */
export function concernsRouting(fact: Fact): fact is RoutingFact {
  return !told.has(fact.kind)
}
