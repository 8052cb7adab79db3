/**
 * A running flow, seen from its channel: hand in an event, carry out the effects, wake it at `wakeAt`. It does no I/O and
 * has no clock. `startSession`, `advance`, `checkpoint` and `resume` (interpreter.ts) are all there is:
 *
 *   startSession(library, start, world): Step
 *   advance(library, session, event, world): Step
 *   checkpoint(session): unknown                    what may be stored: no secret, and where to go on without it
 *   resume(library, checkpoint, at, world): Step    another process goes on at the last node
 */
import type { Calendar } from '../calendar/calendar.ts'
import type { AgentId, Channel, CustomerId, FlowId, Instant, QueueId } from '../ids.ts'
import type { Effect } from './effects.ts'
import type { Activity } from './activity.ts'
import type { Script } from './script.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** What conditions may ask of a customer. */
export type CustomerFacts = Readonly<{
  id: CustomerId
  name: string | null
  language: string | null
  lastAgentId: AgentId | null
  highValue: boolean
  attributes: Readonly<Record<string, Json>>
}>

/** Who contacts whom. `caller` is E.164, an address or a handle; null when withheld. */
export type ContactFacts = Readonly<{
  caller: string | null
  dialled: string
  customer: CustomerFacts | null
}>

export type SessionStart = Readonly<{
  flowId: FlowId
  version: number
  channel: Channel
  /** Preferred language (`ro`, `en-GB`); the flow's first one is taken when it doesn't speak it. */
  language: string | null
  contact: ContactFacts
  /** The entry point's: a flow that breaks hands the customer to it. null: it says so and hangs up. */
  fallbackQueueId: QueueId | null
  at: Instant
}>

/** What is so outside the session. Handed in with every event, so that hours and settings are those of the moment. */
export type World = Readonly<{
  /** IANA name: what `now`, dates and times in texts are told in. */
  timezone: string
  /** By the id that `hours:` names. */
  calendars: Readonly<Record<string, Calendar>>
  /** Readable in flows as `config.<name>`. */
  config: Readonly<Record<string, string>>
  /** Readable in conditions as `queues.<id>.waiting` and so on. */
  queues: Readonly<Record<QueueId, QueueFacts>>
}>

export type QueueFacts = Readonly<{ waiting: number; agents: number; idle: number; estimatedWaitMs: number | null }>

export type Library = Readonly<{
  /** That version, or the published one for `version` null. null when there is none. */
  flow(id: FlowId, version: number | null): LibraryEntry | null
  systemText: SystemTexts
}>
export type LibraryEntry = Readonly<{ script: Script; version: number }>

/** The system's own prompts, worded and declined; an unknown language is answered in English. */
export type SystemTexts = (
  prompt: SystemPrompt,
  language: string,
  values?: Readonly<Record<string, number | string>>,
) => string

export const systemPrompts = [
  'welcome',
  'please-hold',
  'queue-position',
  'estimated-wait',
  'press-for-callback',
  'press-for-voicemail',
  'callback-booked',
  'callback-refused',
  'called-back',
  'called-back-by',
  'press-when-there',
  'press-when-not-needed',
  'leave-message',
  'write-message',
  'message-saved',
  'all-busy',
  'closed',
  'invalid-choice',
  'invalid-entry',
  'not-heard',
  'not-understood',
  'technical-problem',
  'out-of-service',
  'one-moment',
  'did-this-help',
  'did-this-help-written',
  'it-helped',
  'it-did-not-help',
  'transferring',
  'goodbye',
] as const
export type SystemPrompt = (typeof systemPrompts)[number]

export type Step = Readonly<{
  session: Session
  effects: readonly Effect[]
  /** Send `tick` then, unless an event came first: each Step's `wakeAt` replaces the one before. */
  wakeAt: Instant | null
}>

/** Plain JSON. Channels keep it and read `over`, `language` and `secretInput`; the rest is the interpreter's. */
export type Session = Readonly<{
  v: 1
  channel: Channel
  language: string
  contact: ContactFacts
  fallbackQueueId: QueueId | null
  startedAt: Instant
  /** Outermost first; the last one runs. */
  frames: readonly Frame[]
  activity: Activity
  /** Nothing more comes of it: events are answered with no effects. */
  over: boolean
  /** Keys and words are secret at the moment. */
  secretInput: boolean
  /** Until then keys are thrown away: the rest of a secret entry must not become an answer to what follows. */
  deafUntil: Instant
  /** The end key of an entry that was already full: dropped if it comes next. */
  skipKey: string | null
  nextEffect: number
  /** Nodes since the customer or a queue was last heard of: bounds a loop that asks nobody. */
  nodesSinceInput: number
  errors: number
  secrets: Secrets
}>

export type Frame = Readonly<{
  flowId: FlowId
  version: number
  nodeId: string
  variables: Readonly<Record<string, Json>>
  /** Failed attempts per node, until it is answered. */
  tries: Readonly<Record<string, number>>
  /** The article that an `article` node told last: what is judged. */
  told?: Readonly<{ articleId: string; language: string }>
}>

/** In memory only: never stored, never logged, never in an expression. */
export type Secrets = Readonly<{
  values: readonly SecretValue[]
  /** Keys pressed and not yet used. Anything could be among them. */
  typed: string
}>

/** In the order of collection. `depth`: index of the frame that owns it; `nodeId`: where it can be asked for again. */
export type SecretValue = Readonly<{ depth: number; name: string; nodeId: string; value: string }>
