/** Speech recognition, whoever does it: the port that a channel listens through for the flow's `listen`. */
import type { InteractionId } from '../ids.ts'

export type Heard = Readonly<{ text: string; confidence: number }>

export type ListenRequest = Readonly<{
  interactionId: InteractionId
  /** The channel's own name of the audio; on a phone the Asterisk channel. */
  mediaId: string
  language: string
  /** What is likely to be said; empty: anything. */
  hints: readonly string[]
  maxMs: number
}>

export type SpeechInput = Readonly<{
  /** Resolves with null when nothing was understood within `maxMs`, or when `signal` aborts. */
  listen(request: ListenRequest, signal: AbortSignal): Promise<Heard | null>
}>
