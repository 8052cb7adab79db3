/**
 * The story of one interaction, folded from its facts. Live rows and a rebuild use this same reducer, so they can't
 * disagree. Every rule here is about what a fact means for spans of time; nothing here decides anything.
 */
import type { AnnouncedWait } from '../measures/announced-wait.ts'
import type { EndedBy, Fact, Outcome, Purpose } from '../facts.ts'
import type { AgentId, Channel, CustomerId, EntryPointId, InteractionId, Instant, QueueId } from '../ids.ts'
import { answer, endAnnouncements, followGuest, seat } from './story-parties.ts'
import { close, closeContact, closeSpan, cutShort, isOpen, open } from './story-spans.ts'

export const interactionStates = ['self-service', 'queued', 'offered', 'engaged', 'ended'] as const
export type InteractionState = (typeof interactionStates)[number]

export const segmentKinds = [
  'flow',
  'queue',
  'ring',
  'talk',
  'hold',
  'consult',
  'park',
  'pause',
  'monitor',
  'wrap-up',
] as const
export type SegmentKind = (typeof segmentKinds)[number]

/**
 * `ring` lies inside `queue`. Each agent has a `talk` of their own while they talk with the customer, a `hold` while the
 * customer waits for them, a `pause` while a conversation in writing gives way to a call of theirs, and a `consult` while they
 * talk with a colleague alone. The story's own figures count time once, however many talked in it.
 */
export type Segment = {
  kind: SegmentKind
  agentId: AgentId | null
  queueId: QueueId | null
  from: Instant
  to: Instant | null
  /** Why it ended, in the words of the fact that ended it. */
  outcome: string | null
}

/** An agent who was asked past the queues, until they are off it again. `by` null: not by an agent. */
export type Invitation = Readonly<{ agentId: AgentId; purpose: Purpose; by: AgentId | null; expiresAt: Instant }>

export type Voicemail = Readonly<{ recordingId: string; queueId: QueueId; at: Instant; durationMs: number }>

/** Who wrote last, and when: a machine's word doesn't count. */
export type LastWord = Readonly<{ by: 'customer' | 'agent'; at: Instant }>

export type Story = {
  readonly interactionId: InteractionId
  readonly channel: Channel
  readonly direction: 'inbound' | 'outbound'
  readonly entryPointId: EntryPointId
  readonly providerId: string
  readonly arrivedAt: Instant
  customerId: CustomerId | null
  state: InteractionState
  /** The queue it waits in, or waited in last. */
  queueId: QueueId | null
  /** Who answered last. */
  agentId: AgentId | null
  /** Every agent who is on it now, whoever answers for it. */
  agentsOn: AgentId[]
  invitations: Invitation[]
  /** Whose phone rings now. */
  offeredTo: AgentId | null
  /** When that offer runs out. */
  offerExpiresAt: Instant | null
  /** First time in a queue, of this interaction. */
  queuedAt: Instant | null
  /** When the customer began to wait: earlier than `queuedAt` for a callback. */
  waitingSince: Instant | null
  answeredAt: Instant | null
  /** As far as anybody saw it: it may have lasted until `endedAtLatest`. */
  endedAt: Instant | null
  /** Set when nobody saw the end: the moment by which it was over. */
  endedAtLatest: Instant | null
  waitMs: number
  talkMs: number
  holdMs: number
  wrapUpMs: number
  offers: number
  recordings: number
  endedBy: EndedBy | null
  outcome: Outcome | null
  cause: string | null
  wrapUpEndsAt: Instant | null
  /** null: nobody has written yet, or it isn't in writing. */
  lastWord: LastWord | null
  readonly segments: Segment[]
  readonly voicemails: Voicemail[]
  readonly announcements: AnnouncedWait[]
}

type ArrivedFact = Extract<Fact, { kind: 'interaction-arrived' }>

export function beginStory(fact: ArrivedFact): Story {
  return {
    interactionId: fact.interactionId,
    channel: fact.channel,
    direction: fact.direction,
    entryPointId: fact.entryPointId,
    providerId: fact.providerId,
    arrivedAt: fact.since ?? fact.at,
    customerId: fact.customerId,
    state: 'self-service',
    queueId: null,
    agentId: null,
    agentsOn: [],
    invitations: [],
    offeredTo: null,
    offerExpiresAt: null,
    queuedAt: null,
    waitingSince: null,
    answeredAt: null,
    endedAt: null,
    endedAtLatest: null,
    waitMs: 0,
    talkMs: 0,
    holdMs: 0,
    wrapUpMs: 0,
    offers: 0,
    recordings: 0,
    endedBy: null,
    outcome: null,
    cause: null,
    wrapUpEndsAt: null,
    lastWord: null,
    segments: [],
    voicemails: [],
    announcements: [],
  }
}

/** The story that these facts of one interaction tell, or null when it never arrived. */
export function foldStory(facts: Iterable<Fact>): Story | null {
  let story: Story | null = null
  for (const fact of facts) {
    if (story !== null) applyToStory(story, fact)
    else if (fact.kind === 'interaction-arrived') story = beginStory(fact)
  }
  return story
}

/** Wrap-up goes on after the end; only then is there nothing left to come. */
export function isSettled(story: Story): boolean {
  return story.state === 'ended' && !isWrappingUp(story)
}

export function isWrappingUp(story: Story): boolean {
  return story.segments.some((segment) => segment.kind === 'wrap-up' && segment.to === null)
}

export function hasOpenWrapUp(story: Story, agentId: AgentId): boolean {
  return hasOpen(story, 'wrap-up', agentId)
}

/** Talks, consults or listens. */
export function isOn(story: Story, agentId: AgentId): boolean {
  return story.agentsOn.includes(agentId) || hasOpen(story, 'monitor', agentId)
}

export function isRung(story: Story, agentId: AgentId): boolean {
  return hasOpen(story, 'ring', agentId)
}

function hasOpen({ segments }: Story, kind: SegmentKind, agentId: AgentId): boolean {
  return segments.some((segment) => segment.kind === kind && segment.to === null && segment.agentId === agentId)
}

/** Changes the story by one of its own facts; facts of configuration and presence say nothing to it. */
export function applyToStory(story: Story, fact: Fact): void {
  switch (fact.kind) {
    case 'customer-recognised':
      story.customerId = fact.customerId
      return
    case 'flow-started':
    case 'flow-node-entered':
      return enterFlow(story, fact.at)
    case 'flow-finished':
      return closeSpan(story, 'flow', fact.at, fact.outcome)
    case 'interaction-queued':
      return enqueue(story, fact)
    case 'interaction-overflowed':
      closeSpan(story, 'queue', fact.at, 'overflowed')
      open(story, 'queue', fact.at, null, fact.toQueueId)
      story.queueId = fact.toQueueId
      return
    case 'wait-announced': {
      const { queueId, at, position, estimateMs, announcedMs, quantile } = fact
      story.announcements.push({ queueId, at, position, estimateMs, announcedMs, quantile, waitedMs: null, end: null })
      return
    }
    case 'interaction-dequeued':
      endAnnouncements(story, fact.at, 'left')
      closeSpan(story, 'ring', fact.at, fact.outcome)
      closeSpan(story, 'queue', fact.at, fact.outcome)
      story.offeredTo = null
      story.agentsOn = []
      if (story.state !== 'ended') story.state = 'self-service'
      return
    case 'offer-made':
      open(story, 'ring', fact.at, fact.agentId, fact.queueId)
      story.offers++
      story.offeredTo = fact.agentId
      story.offerExpiresAt = fact.expiresAt
      if (story.state !== 'ended') story.state = 'offered'
      return
    case 'offer-accepted':
      return answer(story, fact.at, fact.agentId)
    case 'offer-declined':
      return endOffer(story, fact.at, fact.agentId, fact.reason)
    case 'offer-expired':
      return endOffer(story, fact.at, fact.agentId, 'expired')
    case 'offer-rescinded':
      return endOffer(story, fact.at, fact.agentId, fact.reason)
    case 'hold-started':
      if (!isOpen(story, 'talk')) return
      closeSpan(story, 'talk', fact.at, 'held')
      return open(story, 'hold', fact.at, fact.agentId, story.queueId)
    case 'hold-ended':
      if (!isOpen(story, 'hold')) return
      closeSpan(story, 'hold', fact.at, 'resumed')
      return open(story, 'talk', fact.at, fact.agentId, story.queueId)
    case 'agent-leg-lost':
    case 'caller-leg-lost':
      return closeContact(story, fact.at, fact.kind)
    case 'transferred-out':
      return closeContact(story, fact.at, 'transferred')
    case 'agent-invited':
    case 'invitation-ended':
    case 'agent-joined':
    case 'agent-left':
      return followGuest(story, fact)
    case 'parties-changed':
      return seat(story, fact)
    case 'call-parked':
      open(story, 'park', fact.at, null, fact.queueId)
      if (story.state !== 'ended') story.state = 'self-service'
      return
    case 'recording-started':
      story.recordings++
      return
    case 'voicemail-left':
      story.voicemails.push({
        recordingId: fact.recordingId,
        queueId: fact.queueId,
        at: fact.leftAt ?? fact.at,
        durationMs: fact.durationMs,
      })
      return
    case 'message-received':
      story.lastWord = { by: 'customer', at: fact.at }
      return
    case 'message-sent':
      if (fact.by === 'agent') story.lastWord = { by: 'agent', at: fact.at }
      return
    case 'work-paused':
      closeSpan(story, 'talk', fact.at, 'interrupted', fact.agentId)
      return open(story, 'pause', fact.at, fact.agentId, story.queueId)
    case 'work-resumed':
      closeSpan(story, 'pause', fact.at, 'resumed', fact.agentId)
      return open(story, 'talk', fact.at, fact.agentId, story.queueId)
    case 'wrap-up-started':
      closeContact(story, fact.at, 'wrap-up', fact.agentId)
      open(story, 'wrap-up', fact.at, fact.agentId, story.queueId)
      story.wrapUpEndsAt = fact.endsAt
      return
    case 'wrap-up-extended':
      story.wrapUpEndsAt = fact.endsAt
      return
    case 'wrap-up-ended':
      closeSpan(story, 'wrap-up', fact.at, fact.by, fact.agentId)
      if (!isWrappingUp(story)) story.wrapUpEndsAt = null
      return
    case 'interaction-ended':
      return end(story, fact)
    default:
      // A story is told by the facts above; the others are about rules, presence, or points in time without a span.
      return
  }
}

function enterFlow(story: Story, at: Instant): void {
  if (story.state === 'ended' || isOpen(story, 'flow') || isOpen(story, 'queue')) return
  // The customer stays on the line after the agent, for a survey.
  closeContact(story, at, 'returned-to-flow')
  open(story, 'flow', at, null, null)
  story.agentsOn = []
  story.state = 'self-service'
}

function enqueue(story: Story, fact: Extract<Fact, { kind: 'interaction-queued' }>): void {
  closeSpan(story, 'flow', fact.at, 'queued')
  closeSpan(story, 'park', fact.at, 'queued')
  closeContact(story, fact.at, 'queued')
  open(story, 'queue', fact.at, null, fact.queueId)
  story.state = 'queued'
  story.agentsOn = []
  story.queueId = fact.queueId
  story.queuedAt ??= fact.at
  story.waitingSince ??= fact.waitingSince
}

function endOffer(story: Story, at: Instant, agentId: AgentId, outcome: string): void {
  closeSpan(story, 'ring', at, outcome, agentId)
  if (story.offeredTo === agentId) story.offeredTo = null
  if (story.state === 'offered' && story.offeredTo === null) {
    story.state = isOpen(story, 'queue') ? 'queued' : 'self-service'
  }
}

function end(story: Story, fact: Extract<Fact, { kind: 'interaction-ended' }>): void {
  const { from, to } = fact.unseen ?? { from: fact.at, to: fact.at }
  endAnnouncements(story, from, 'left')
  for (const segment of story.segments) {
    if (segment.kind === 'wrap-up') continue
    close(story, segment, fact.at, `${fact.by}-ended`)
    cutShort(story, segment, from)
  }
  story.state = 'ended'
  story.agentsOn = []
  story.invitations = []
  story.offeredTo = null
  story.endedAt = from
  story.endedAtLatest = to > from ? to : null
  story.endedBy = fact.by
  story.outcome = fact.outcome
  story.cause = fact.cause
}
