/** A story as the table of interactions holds it: what is projected and what is shown before the projection are the same. */
import { isWrappingUp, type Story } from '../core/history/story.ts'

export function storyRow(story: Story) {
  return {
    id: story.interactionId,
    channel: story.channel,
    direction: story.direction,
    entry_point_id: story.entryPointId,
    customer_id: story.customerId,
    state: story.state,
    wrapping_up: isWrappingUp(story),
    queue_id: story.queueId,
    agent_id: story.agentId,
    arrived_at: story.arrivedAt,
    queued_at: story.queuedAt,
    waiting_since: story.waitingSince,
    answered_at: story.answeredAt,
    ended_at: story.endedAt,
    ended_at_latest: story.endedAtLatest,
    wait_ms: story.waitMs,
    talk_ms: story.talkMs,
    hold_ms: story.holdMs,
    wrap_up_ms: story.wrapUpMs,
    offers: story.offers,
    recordings: story.recordings,
    ended_by: story.endedBy,
    outcome: story.outcome,
    cause: story.cause,
  }
}
