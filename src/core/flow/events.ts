/** What a channel tells a running flow. An event whose `effectId` isn't awaited any more changes nothing. */
import type { QueueOutcome } from '../facts.ts'
import type { Instant } from '../ids.ts'
import type { ToldArticle } from './effects.ts'
import type { CustomerFacts, Json } from './session.ts'

export type FlowEvent = { readonly at: Instant } &
  /** 0–9, * or #. On a written channel: the button with that key. */
  (
    | { kind: 'key'; digit: string }
    /** A result of speech recognition, or a written message. `confidence` 0–1. */
    | { kind: 'words'; text: string; confidence?: number }
    /** Nothing was understood, or the recogniser failed. */
    | { kind: 'speech-failed'; effectId: string }
    /** The whole `play` was heard, or handed to a written channel. Also sent when it could not be played at all. */
    | { kind: 'played'; effectId: string }
    /** The Step's `wakeAt` has come. */
    | { kind: 'tick' }
    /** `body` is the parsed JSON, or text when it isn't JSON. Every status is `fetched`, 500 too. */
    | { kind: 'fetched'; effectId: string; status: number; body: Json }
    | { kind: 'fetch-failed'; effectId: string; reason: string }
    | { kind: 'customer-found'; effectId: string; customer: CustomerFacts | null }
    | { kind: 'article-found'; effectId: string; article: ToldArticle | null }
    | { kind: 'look-up-failed'; effectId: string; reason: string }
    | { kind: 'paid'; effectId: string; token: string; reference: string | null }
    /** `declined`: the provider said no. `failed`: it could not be asked, or what it did is unknown. */
    | { kind: 'payment-failed'; effectId: string; reason: 'declined' | 'failed' }
    | { kind: 'queue-returned'; outcome: QueueOutcome }
    /** The agent left the conversation and the customer is still there. */
    | { kind: 'conversation-ended' }
    | { kind: 'recorded'; effectId: string; recordingId: string; durationMs: number }
    | { kind: 'recording-failed'; effectId: string; reason: string }
    | { kind: 'transferred'; effectId: string }
    | { kind: 'transfer-failed'; effectId: string; reason: string }
    | { kind: 'callback-accepted'; effectId: string }
    | { kind: 'callback-refused'; effectId: string }
    /** The customer is gone: the flow is over whatever it was doing. */
    | { kind: 'contact-ended' }
  )
