/** Who is with whom: whoever answers, whoever comes past the queues, and what each does from then on. */
import type { Fact, InvitationFact } from '../facts.ts'
import { endAnnouncedWait } from '../measures/announced-wait.ts'
import type { AgentId, Instant } from '../ids.ts'
import type { Invitation, SegmentKind, Story } from './story.ts'
import { close, closeContact, closeSpan, contactKinds, open } from './story-spans.ts'

export function answer(story: Story, at: Instant, agentId: AgentId): void {
  endAnnouncements(story, at, 'answered')
  closeSpan(story, 'ring', at, 'accepted')
  closeSpan(story, 'queue', at, 'answered')
  closeSpan(story, 'flow', at, 'answered')
  closeSpan(story, 'park', at, 'picked-up')
  closeContact(story, at, 'transferred')
  open(story, 'talk', at, agentId, story.queueId)
  story.offeredTo = null
  story.agentId = agentId
  story.agentsOn = [agentId]
  story.answeredAt ??= at
  story.state = 'engaged'
}

export function endAnnouncements(story: Story, at: Instant, end: 'answered' | 'left'): void {
  for (const [n, announced] of story.announcements.entries())
    story.announcements[n] = endAnnouncedWait(announced, end, at)
}

/** Agents who came past the queues. */
export function followGuest(story: Story, fact: InvitationFact): void {
  const { at, agentId, purpose } = fact
  switch (fact.kind) {
    case 'agent-invited': {
      const { by, expiresAt } = fact
      story.offers++
      story.invitations = [...others(story, agentId), { agentId, purpose, by, expiresAt }]
      return open(story, 'ring', at, agentId, fact.queueId)
    }
    case 'invitation-ended':
      story.invitations = others(story, agentId)
      return closeSpan(story, 'ring', at, fact.reason, agentId)
    case 'agent-joined': {
      closeSpan(story, 'ring', at, 'accepted', agentId)
      if (purpose === 'monitor') return open(story, 'monitor', at, agentId, fact.queueId)
      story.queueId ??= fact.queueId
      if (story.state === 'self-service') return answer(story, at, agentId)
      story.agentsOn = [...story.agentsOn.filter((id) => id !== agentId), agentId]
      return
    }
    case 'agent-left':
      story.invitations = others(story, agentId)
      if (purpose === 'monitor') return closeSpan(story, 'monitor', at, 'left', agentId)
      closeContact(story, at, 'left', agentId)
      story.agentsOn = story.agentsOn.filter((id) => id !== agentId)
      if (fact.successor !== null) story.agentId = fact.successor.agentId
      else if (story.agentsOn.length === 0 && story.state === 'engaged') story.state = 'self-service'
  }
}

const others = ({ invitations }: Story, agentId: AgentId): Invitation[] =>
  invitations.filter((it) => it.agentId !== agentId)

/** Everybody's time goes to what they do from now on. */
export function seat(story: Story, fact: Extract<Fact, { kind: 'parties-changed' }>): void {
  const { at, agents, customer } = fact
  const isWaiting = (agentId: AgentId) => agentId === story.agentId && customer === 'waits'
  const wanted = new Map(
    agents.map(({ agentId, does }): [AgentId, SegmentKind] => [
      agentId,
      does === 'talks' ? 'talk' : isWaiting(agentId) ? 'hold' : 'consult',
    ]),
  )
  for (const segment of story.segments) {
    const isContact = contactKinds.some((kind) => kind === segment.kind)
    if (segment.to !== null || !isContact || segment.agentId === null) continue
    if (wanted.get(segment.agentId) === segment.kind) wanted.delete(segment.agentId)
    else close(story, segment, at, 'changed')
  }
  for (const [agentId, kind] of wanted) open(story, kind, at, agentId, story.queueId)
}
