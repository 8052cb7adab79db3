/**
 * What a flow asks of its channel. Ids count up within the session (`1`, `2`, …) and repeat in the events that answer.
 * Effects of one Step are carried out in order; only those marked «answers» are waited for.
 */
import type { AgentId, FlowId, Instant, QueueId } from '../ids.ts'
import type { Requirement } from '../rules.ts'
import type { Json } from './session.ts'
import type { Utterance } from './utterance.ts'

export type Effect = { readonly effectId: string } & EffectBody

/** A button of a written channel. A phone has its keypad and ignores these. */
export type Choice = Readonly<{ key: string; label: string }>

export type EffectBody =
  /** Answers `played`. Keys are handed on while it plays whether it is interruptible or not; the flow stops it itself. */
  | {
      kind: 'play'
      utterances: readonly Utterance[]
      language: string
      interruptible: boolean
      choices: readonly Choice[]
    }
  /** Stops the `play` of that id; no `played` needs to follow. */
  | { kind: 'stop-playing'; playId: string }
  /** Answers `words` or `speech-failed`. `hints`: what is likely to be said, in `language`; empty: anything. */
  | { kind: 'listen'; language: string; hints: readonly string[]; maxMs: number }
  | { kind: 'stop-listening'; listenId: string }
  /** Answers `fetched` or `fetch-failed`, after at most `timeoutMs` × (`retries` + 1). `retries` is 0 unless a GET. */
  | {
      kind: 'fetch'
      method: HttpMethod
      url: string
      headers: Readonly<Record<string, string>>
      /** null: no body. Anything else is sent as JSON. */
      body: Json | null
      timeoutMs: number
      retries: number
    }
  /** Answers `customer-found` or `look-up-failed`. `identity` is a number, address or handle. */
  | { kind: 'look-up-customer'; identity: string; timeoutMs: number }
  /** Answers `article-found` or `look-up-failed`. `languages`: the preferred one first. */
  | { kind: 'find-article'; wanted: WantedArticle; languages: readonly string[]; timeoutMs: number }
  /** Answers `paid` or `payment-failed`. `secrets` must never be stored or logged. */
  | {
      kind: 'pay'
      provider: string
      amount: number
      currency: string
      secrets: Readonly<Record<string, string>>
      timeoutMs: number
    }
  /** Answers `queue-returned` unless an agent takes it. `fallback`: the flow broke and hands the customer to a person. */
  | {
      kind: 'enqueue'
      queueId: QueueId
      requirement: Requirement
      /** 0–10 */
      priority: number
      preferred: PreferredAgent
      /** Keys that leave the line for the way out of that name; null: not offered. */
      voicemailKey: string | null
      callbackKey: string | null
      language: string
      fallback: boolean
    }
  /** Answers `callback-accepted` or `callback-refused`. Books it; the customer has already said yes. */
  | { kind: 'offer-callback'; queueId: QueueId; number: string }
  /** Answers `recorded` or `recording-failed`. */
  | { kind: 'record-voicemail'; queueId: QueueId; maxMs: number; endKey: string; beep: boolean }
  /** A message left in writing; nothing is awaited. */
  | { kind: 'take-message'; queueId: QueueId; text: string }
  /** Answers `transferred` or `transfer-failed`. */
  | { kind: 'transfer'; to: TransferTarget; timeoutMs: number }
  | { kind: 'hang-up'; cause: HangUpCause }
  /** While on: recording pauses, keys and words are logged nowhere. */
  | { kind: 'secret-input'; on: boolean }
  | { kind: 'note'; note: FlowNote }

/** Only what every customer may read. */
export type WantedArticle = Readonly<{ articleId: string }> | Readonly<{ question: string }>
/** As it is told: plain text, whole. */
export type ToldArticle = Readonly<{ articleId: string; language: string; title: string; body: string }>

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export const hangUpCauses = ['normal', 'busy', 'rejected', 'failed'] as const
export type HangUpCause = (typeof hangUpCauses)[number]
export type PreferredAgent = 'last-agent' | { agentId: AgentId } | null
export type TransferTarget = { number: string } | { queueId: QueueId } | { agentId: AgentId }

/** For the history. Each is the contact fact of that kind without its interaction, `text` being the detail beside it. */
export type FlowNote = { readonly at: Instant } & (
  | { kind: 'flow-started'; flowId: FlowId; version: number }
  | { kind: 'flow-node-entered'; flowId: FlowId; nodeId: string }
  | { kind: 'input-given'; nodeId: string; length: number; secret: false; text: string }
  | { kind: 'input-given'; nodeId: string; length: number; secret: true }
  | { kind: 'survey-answered'; nodeId: string; score: number }
  | { kind: 'article-told'; nodeId: string; articleId: string; language: string }
  | { kind: 'article-judged'; nodeId: string; articleId: string; language: string; helped: boolean }
  | { kind: 'flow-error'; flowId: FlowId; nodeId: string; message: string }
  | { kind: 'flow-finished'; outcome: string }
)

/**
 * Effects that must not happen twice. Store the session's checkpoint before carrying one out: `resume` then takes the
 * node's way out for errors instead of asking again.
 */
export function happensOnce(effect: Effect): boolean {
  switch (effect.kind) {
    case 'fetch':
      return effect.method !== 'GET'
    case 'pay':
    case 'offer-callback':
    case 'transfer':
    case 'take-message':
      return true
    default:
      return false
  }
}
