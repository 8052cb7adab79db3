/** The spans of a story: opened, closed, counted. What two have in common counts once. */
import type { AgentId, Instant, QueueId } from '../ids.ts'
import type { Segment, SegmentKind, Story } from './story.ts'

export function isOpen(story: Story, kind: SegmentKind): boolean {
  return story.segments.some((segment) => segment.kind === kind && segment.to === null)
}

export function open(
  story: Story,
  kind: SegmentKind,
  from: Instant,
  agentId: AgentId | null,
  queueId: QueueId | null,
): void {
  story.segments.push({ kind, agentId, queueId, from, to: null, outcome: null })
}

export function closeSpan(story: Story, kind: SegmentKind, at: Instant, outcome: string, agentId?: AgentId): void {
  for (const segment of story.segments) {
    if (segment.kind === kind && (agentId === undefined || segment.agentId === agentId))
      close(story, segment, at, outcome)
  }
}

export function close(story: Story, segment: Segment, at: Instant, outcome: string): void {
  if (segment.to !== null) return
  segment.to = at
  segment.outcome = outcome
  count(story, segment.kind)
}

/** Only what was seen counts: who waited or talked when nobody watched any more isn't known to have gone on. */
export function cutShort(story: Story, segment: Segment, at: Instant): void {
  if (segment.to === null || segment.to <= at) return
  segment.to = Math.max(at, segment.from)
  count(story, segment.kind)
}

function count(story: Story, kind: SegmentKind): void {
  if (kind === 'queue') story.waitMs = lengthOf(story, kind)
  else if (kind === 'talk') story.talkMs = lengthOf(story, kind)
  else if (kind === 'hold') story.holdMs = lengthOf(story, kind)
  else if (kind === 'wrap-up') story.wrapUpMs = sumOf(story, kind)
}

function sumOf({ segments }: Story, kind: SegmentKind): number {
  return segments.reduce((ms, it) => ms + (it.kind === kind && it.to !== null ? it.to - it.from : 0), 0)
}

/** Of all such segments that are over, in order of their beginning; what two have in common counts once. */
function lengthOf({ segments }: Story, kind: SegmentKind): number {
  let ms = 0
  let until = 0
  for (const segment of segments) {
    if (segment.kind !== kind || segment.to === null || segment.to <= until) continue
    ms += segment.to - Math.max(segment.from, until)
    until = segment.to
  }
  return ms
}

export const contactKinds = ['talk', 'hold', 'consult', 'pause'] as const

/** Of one agent, or of all. */
export function closeContact(story: Story, at: Instant, outcome: string, agentId?: AgentId): void {
  for (const kind of contactKinds) closeSpan(story, kind, at, outcome, agentId)
}
