/** What happened inside one interaction, in lists: its way through the flow, keys, offers, recordings, answers. */
import type { Detail } from '../details.ts'
import type { StoredFact } from '../writer.ts'
import type { AgentId, FlowId, Instant, OfferId, QueueId } from '../ids.ts'
import type { Explanation } from '../routing/explanation.ts'

/** `seq`: of the fact that it was stored beside. */
export type StoredDetail = Readonly<{ seq: number; detail: Detail }>

export type Step = Readonly<{ at: Instant; flowId: FlowId; nodeId: string }>
/** `text` null: secret, or erased since. */
export type Input = Readonly<{ at: Instant; nodeId: string; length: number; secret: boolean; text: string | null }>
export type Offer = {
  readonly offerId: OfferId
  readonly agentId: AgentId
  readonly queueId: QueueId
  readonly madeAt: Instant
  readonly expiresAt: Instant
  /** null: asked by name, past the queues. */
  readonly explanation: Explanation | null
  endedAt: Instant | null
  /** accepted, expired, or why it was declined or taken back; null: it rings. */
  outcome: string | null
}
export type Recording = {
  readonly recordingId: string
  readonly startedAt: Instant
  readonly pauses: { from: Instant; to: Instant | null; reason: string }[]
  finishedAt: Instant | null
  durationMs: number | null
}

export type Chronicle = {
  readonly flows: { at: Instant; flowId: FlowId; version: number; outcome: string | null }[]
  readonly path: Step[]
  readonly inputs: Input[]
  readonly offers: Offer[]
  readonly recordings: Recording[]
  readonly surveys: { at: Instant; nodeId: string; score: number }[]
  callbackId: string | null
}

/** `details` may be fewer than the facts speak of: they can be erased. */
export function chronicle(facts: readonly StoredFact[], details: readonly StoredDetail[]): Chronicle {
  const told: Chronicle = {
    flows: [],
    path: [],
    inputs: [],
    offers: [],
    recordings: [],
    surveys: [],
    callbackId: null,
  }
  const typed = typedText(details)
  for (const stored of facts) tell(told, stored, typed)
  return told
}

/** What was typed, by the fact that it lies beside, or by place and time where it was stored beside another. */
export function typedText(details: readonly StoredDetail[]): (stored: StoredFact) => string | null {
  const texts = new Map<string, string>()
  for (const { seq, detail } of details) {
    if (detail.kind !== 'input') continue
    texts.set(`${seq}`, detail.text)
    texts.set(`${detail.nodeId} ${detail.at}`, detail.text)
  }
  return ({ seq, fact }) =>
    fact.kind === 'input-given' && !fact.secret
      ? (texts.get(`${seq}`) ?? texts.get(`${fact.nodeId} ${fact.at}`) ?? null)
      : null
}

function tell(told: Chronicle, stored: StoredFact, typed: (stored: StoredFact) => string | null): void {
  const { fact } = stored
  const { at } = fact
  switch (fact.kind) {
    case 'flow-started':
      told.flows.push({ at, flowId: fact.flowId, version: fact.version, outcome: null })
      return
    case 'flow-node-entered':
      told.path.push({ at, flowId: fact.flowId, nodeId: fact.nodeId })
      return
    case 'flow-finished': {
      const flow = told.flows.findLast((candidate) => candidate.outcome === null)
      if (flow !== undefined) flow.outcome = fact.outcome
      return
    }
    case 'input-given': {
      const { nodeId, length, secret } = fact
      told.inputs.push({ at, nodeId, length, secret, text: typed(stored) })
      return
    }
    case 'survey-answered':
      told.surveys.push({ at, nodeId: fact.nodeId, score: fact.score })
      return
    case 'callback-requested':
      told.callbackId = fact.callbackId
      return
    case 'agent-invited':
    case 'offer-made': {
      const { offerId, agentId, queueId, expiresAt, explanation } = fact
      told.offers.push({
        offerId,
        agentId,
        queueId,
        madeAt: at,
        expiresAt,
        explanation,
        endedAt: null,
        outcome: null,
      })
      return
    }
    case 'agent-joined':
    case 'offer-accepted':
      return endOffer(told, fact.offerId, at, 'accepted')
    case 'offer-expired':
      return endOffer(told, fact.offerId, at, 'expired')
    case 'invitation-ended':
    case 'offer-declined':
    case 'offer-rescinded':
      return endOffer(told, fact.offerId, at, fact.reason)
    case 'recording-started':
      told.recordings.push({
        recordingId: fact.recordingId,
        startedAt: at,
        pauses: [],
        finishedAt: null,
        durationMs: null,
      })
      return
    case 'recording-paused':
      recordingOf(told, fact.recordingId)?.pauses.push({ from: at, to: null, reason: fact.reason })
      return
    case 'recording-resumed': {
      const pause = recordingOf(told, fact.recordingId)?.pauses.findLast(({ to }) => to === null)
      if (pause !== undefined) pause.to = at
      return
    }
    case 'recording-finished': {
      const recording = recordingOf(told, fact.recordingId)
      if (recording === undefined) return
      recording.finishedAt = at
      recording.durationMs = fact.durationMs
      return
    }
    default:
      // The rest is told by the story's spans.
      return
  }
}

function endOffer(told: Chronicle, offerId: OfferId, at: Instant, outcome: string): void {
  const offer = told.offers.find((candidate) => candidate.offerId === offerId)
  if (offer === undefined || offer.endedAt !== null) return
  offer.endedAt = at
  offer.outcome = outcome
}

function recordingOf(told: Chronicle, recordingId: string): Recording | undefined {
  return told.recordings.findLast((recording) => recording.recordingId === recordingId)
}
