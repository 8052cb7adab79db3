/** A flow after parsing: what the interpreter runs, the checker reads and an editor draws. */
import type { HangUpCause, HttpMethod } from './effects.ts'
import type { Expression, Template } from './expression.ts'
import type { Position } from './finding.ts'
import type { Json } from './session.ts'
import type { Proficiency } from '../rules.ts'
import type { Text } from './text.ts'

export type Script = Readonly<{
  id: string
  /** The first is the one spoken when the customer's isn't here. */
  languages: readonly string[]
  variables: Readonly<Record<string, Variable>>
  start: Way
  /** Where an error goes that its node has no way out for. */
  onError: Way | null
  /** In the order of the file. */
  nodes: Readonly<Record<string, Node>>
}>

export const variableTypes = ['text', 'digits', 'number', 'boolean', 'date', 'time', 'record'] as const
export type VariableType = (typeof variableTypes)[number]

export type Variable = Readonly<{
  type: VariableType
  at: Position
  secret: boolean
  /** Given when this flow runs inside another one (`with`), so it is assigned from the start. */
  input: boolean
  /** Assigned at the start. */
  initial: Json | null
  /** Digits: how many. Number: from, to. */
  min: number | null
  max: number | null
  /** Digits must carry a valid check digit, as on payment cards. */
  luhn: boolean
  /** Of a record: what its fields are, so that dates compare as dates. Others may exist. */
  fields: Readonly<Record<string, VariableType>>
}>

/** Reserved as a way's target: the flow is finished. */
export const end = 'end'
/** A way out: the node it leads to, or `end`. */
export type Way = Readonly<{ to: string; at: Position }>
export type Ways = Readonly<Record<string, Way>>

type Base = Readonly<{
  id: string
  at: Position
  next: Way | null
  /** Ways out by the name of what happened (`timeout`, `error`, `404`, …). */
  on: Ways
}>

/** How long to wait for the first key on a phone, between keys, and for a message in writing. */
export type Waits = Readonly<{ firstMs: number; betweenMs: number; writtenMs: number }>

type Input = Readonly<{ text: Text; waits: Waits; tries: number; interruptible: boolean }>

export type Choice = Readonly<{
  key: string
  at: Position
  way: Way
  label: Text | null
  /** Words that mean this choice, per language. */
  words: Words | null
}>
/** `*` stands for every language. */
export type Words = Readonly<Record<string, readonly string[]>>

export type SayNode = Base & Readonly<{ verb: 'say'; text: Text; interruptible: boolean }>
export type AskNode = Base & Input & Readonly<{ verb: 'ask'; choices: readonly Choice[]; speech: boolean }>
export type CollectNode = Base &
  Input &
  Readonly<{ verb: 'collect'; variable: string; endKey: string | null; clearKey: string | null }>
export type ListenNode = Base & Input & Readonly<{ verb: 'listen'; variable: string; hints: Words; longestMs: number }>
export type SurveyNode = Base & Input & Readonly<{ verb: 'survey'; from: number; to: number; variable: string | null }>
/** Tells a published article: one by its id, or the best answer to a question. */
export type ArticleNode = Base &
  Omit<Input, 'text'> &
  Readonly<{
    verb: 'article'
    wanted: Readonly<{ articleId: string }> | Readonly<{ question: Expression }>
    /** Asks whether it helped. */
    asks: boolean
    timeoutMs: number
  }>
/** The nodes that wait for the customer to say or press something. */
export type InputNode = AskNode | CollectNode | ListenNode | SurveyNode | ArticleNode

export type BranchNode = Base &
  Readonly<{ verb: 'branch'; cases: readonly Readonly<{ when: Expression; way: Way }>[]; otherwise: Way | null }>
export type Assignment = Readonly<{ variable: string; at: Position; value: Expression }>
export type SetNode = Base & Readonly<{ verb: 'set'; assignments: readonly Assignment[] }>
export type LanguageNode = Base & Readonly<{ verb: 'language'; language: string }>
export type HoursNode = Base & Readonly<{ verb: 'hours'; calendarId: string; variable: string | null }>

export type BodyTemplate = Template | number | boolean | null | readonly BodyTemplate[] | BodyFields
export type BodyFields = Readonly<{ fields: Readonly<Record<string, BodyTemplate>> }>
export type HttpNode = Base &
  Readonly<{
    verb: 'http'
    method: HttpMethod
    url: Template
    headers: Readonly<Record<string, Template>>
    body: BodyTemplate
    timeoutMs: number
    retries: number
    variable: string | null
  }>
export type CustomerNode = Base & Readonly<{ verb: 'customer'; identity: Expression; timeoutMs: number }>
export type PayNode = Base &
  Readonly<{
    verb: 'pay'
    provider: string
    amount: Expression
    currency: string
    /** The provider's field -> our secret variable. */
    secrets: Readonly<Record<string, Readonly<{ variable: string; at: Position }>>>
    variable: string | null
    timeoutMs: number
  }>

export type SubFlowNode = Base &
  Readonly<{
    verb: 'flow'
    flowId: string
    /** Their variable := our expression. */
    give: readonly Assignment[]
    /** Our variable := theirs. */
    take: readonly Readonly<{ variable: string; from: string; at: Position }>[]
  }>

export type EnqueueNode = Base &
  Readonly<{
    verb: 'enqueue'
    queueId: string
    skills: Readonly<Record<string, Readonly<{ level: Proficiency; at: Position }>>>
    priority: number
    prefer: 'last-agent' | Expression | null
    voicemailKey: string | null
    callbackKey: string | null
  }>
export type TransferNode = Base &
  Readonly<{
    verb: 'transfer'
    to: Readonly<{ number: Template }> | Readonly<{ queueId: string }> | Readonly<{ agent: Template }>
    timeoutMs: number
  }>
export type VoicemailNode = Base &
  Readonly<{ verb: 'voicemail'; queueId: string; text: Text | null; longestMs: number; endKey: string; beep: boolean }>
export type CallbackNode = Base & Readonly<{ verb: 'callback'; queueId: string; number: Expression }>
export type HangUpNode = Base & Readonly<{ verb: 'hang-up'; cause: HangUpCause }>
export type EndNode = Base & Readonly<{ verb: 'end'; outcome: string }>

export type Node =
  | SayNode
  | InputNode
  | BranchNode
  | SetNode
  | LanguageNode
  | HoursNode
  | HttpNode
  | CustomerNode
  | PayNode
  | SubFlowNode
  | EnqueueNode
  | TransferNode
  | VoicemailNode
  | CallbackNode
  | HangUpNode
  | EndNode
