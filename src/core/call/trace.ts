/** What the facts tell of a call that an earlier process, or an earlier connection, was in the middle of. */
import type { Fact, Purpose, QueueOutcome } from '../facts.ts'
import type { Instant, OfferId, QueueId } from '../ids.ts'

export type RecordingTrace = Readonly<{
  recordingId: string
  startedAt: Instant
  /** null: it runs. */
  pausedAt: Instant | null
  pauseReason: string | null
  /** In pauses that are over. */
  pausedMs: number
}>

export type CallTrace = Readonly<{
  /** Of the talk, as long as nobody has told its end. */
  recording: RecordingTrace | null
  /** The agent had the customer on hold. */
  held: boolean
  /** The router gave the caller back, and the flow was not heard of since. */
  returned: QueueOutcome | null
  /** The latest, as it was made: an outage since then moved its expiry, and not how long the phone rings. */
  offer: Readonly<{ offerId: OfferId; expiresAt: Instant }> | null
  /** An agent has talked with the customer. */
  answered: boolean
  /** The agent left and the customer stayed, and the flow was not heard of since. */
  agentLeft: boolean
  voicemails: ReadonlySet<string>
  callbackRequested: boolean
  /** Colleagues go on without the customer. */
  customerLeft: boolean
  parked: Readonly<{ queueId: QueueId; until: Instant }> | null
  /** Numbers outside that people called into it and that have not left; how many there were in all. */
  outside: ReadonlyMap<string, Readonly<{ purpose: Purpose; queueId: QueueId }>>
  outsideLegs: number
}>

type Making = { -readonly [K in keyof CallTrace]: CallTrace[K] } & {
  voicemails: Set<string>
  outside: Map<string, { purpose: Purpose; queueId: QueueId }>
}

export function traceCall(facts: Iterable<Fact>): CallTrace {
  const trace: Making = {
    recording: null,
    held: false,
    returned: null,
    offer: null,
    answered: false,
    agentLeft: false,
    voicemails: new Set(),
    callbackRequested: false,
    customerLeft: false,
    parked: null,
    outside: new Map(),
    outsideLegs: 0,
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
      trace.parked = null
      trace.returned = null
      trace.agentLeft = false
      return
    case 'offer-made':
      trace.offer = { offerId: fact.offerId, expiresAt: fact.expiresAt }
      return
    case 'offer-accepted':
      trace.held = false
      trace.answered = true
      return
    case 'agent-leg-lost':
      trace.agentLeft = true
      return
    case 'agent-joined':
      if (fact.purpose === 'monitor') return
      trace.answered ||= fact.purpose !== 'outbound'
      trace.parked = null
      return
    case 'parties-changed':
      trace.held = false
      return
    case 'caller-leg-lost':
      trace.customerLeft = true
      return
    case 'call-parked':
      trace.parked = { queueId: fact.queueId, until: fact.until }
      return
    case 'outside-dialled':
      trace.outside.set(fact.partyId, { purpose: fact.purpose, queueId: fact.queueId })
      trace.outsideLegs += 1
      return
    case 'outside-left':
      trace.outside.delete(fact.partyId)
      return
    case 'hold-started':
    case 'hold-ended':
      trace.held = fact.kind === 'hold-started'
      return
    case 'recording-started':
      trace.recording = {
        recordingId: fact.recordingId,
        startedAt: fact.at,
        pausedAt: null,
        pauseReason: null,
        pausedMs: 0,
      }
      return
    case 'recording-paused':
      if (trace.recording !== null)
        trace.recording = { ...trace.recording, pausedAt: fact.at, pauseReason: fact.reason }
      return
    case 'recording-resumed':
      if (trace.recording !== null) trace.recording = resumed(trace.recording, fact.at)
      return
    case 'recording-finished':
      if (fact.recordingId === trace.recording?.recordingId) trace.recording = null
      return
    case 'callback-requested':
      trace.callbackRequested = true
      return
    case 'voicemail-left':
      trace.voicemails.add(fact.recordingId)
      return
    default:
      // The router's own state tells the rest.
      return
  }
}

function resumed(recording: RecordingTrace, at: Instant): RecordingTrace {
  const { pausedAt, pausedMs } = recording
  return {
    ...recording,
    pausedAt: null,
    pauseReason: null,
    pausedMs: pausedMs + (pausedAt === null ? 0 : at - pausedAt),
  }
}
