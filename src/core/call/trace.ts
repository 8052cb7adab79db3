/** What the facts tell of a call that an earlier process, or an earlier connection, was in the middle of. */
import type { Fact, QueueOutcome } from '../facts.ts'
import type { Instant, OfferId } from '../ids.ts'

export type CallTrace = Readonly<{
  /** The recording of the talk, as long as nobody has told its end. */
  recordingId: string | null
  recordingPaused: boolean
  /** The agent had the customer on hold. */
  held: boolean
  /** The router gave the caller back, and the flow was not heard of since. */
  returned: QueueOutcome | null
  /** When the latest offer was to expire, as it was made: a later outage moves the offer, and not the phone's own time. */
  offerExpiresAt: Readonly<{ offerId: OfferId; at: Instant }> | null
  voicemails: ReadonlySet<string>
  /** Set once the call is over. */
  ended: Readonly<{ outcome: string }> | null
}>

type Making = { -readonly [K in keyof CallTrace]: CallTrace[K] } & { voicemails: Set<string> }

export function traceCall(facts: Iterable<Fact>): CallTrace {
  const trace: Making = {
    recordingId: null,
    recordingPaused: false,
    held: false,
    returned: null,
    offerExpiresAt: null,
    voicemails: new Set(),
    ended: null,
  }
  for (const fact of facts) follow(trace, fact)
  return trace
}

function follow(trace: Making, fact: Fact): void {
  switch (fact.kind) {
    case 'interaction-dequeued':
      trace.returned = fact.outcome
      return
    case 'flow-node-entered':
    case 'flow-finished':
    case 'interaction-queued':
      trace.returned = null
      return
    case 'offer-made':
      trace.offerExpiresAt = { offerId: fact.offerId, at: fact.expiresAt }
      return
    case 'offer-accepted':
      trace.held = false
      return
    case 'hold-started':
    case 'hold-ended':
      trace.held = fact.kind === 'hold-started'
      return
    case 'recording-started':
      trace.recordingId = fact.recordingId
      trace.recordingPaused = false
      return
    case 'recording-paused':
    case 'recording-resumed':
      if (fact.recordingId === trace.recordingId) trace.recordingPaused = fact.kind === 'recording-paused'
      return
    case 'recording-finished':
      if (fact.recordingId === trace.recordingId) trace.recordingId = null
      return
    case 'voicemail-left':
      trace.voicemails.add(fact.recordingId)
      return
    case 'interaction-ended':
      trace.ended = { outcome: fact.outcome }
      return
    default:
      // The router's own state tells the rest.
      return
  }
}
