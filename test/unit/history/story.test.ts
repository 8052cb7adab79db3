import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldStory, isSettled, isWrappingUp, type Segment } from '../../../src/core/history/story.ts'
import { answeredCall } from '../../peers/call-facts.ts'
import { randomCalls } from './random-facts.ts'

const ana = '00000000-0000-4000-8000-000000000001'

describe('a story', () => {
  it('keeps the spans of any call apart, in order and closed when it has ended', () => {
    fc.assert(
      fc.property(randomCalls, ({ facts }) => {
        const byInteraction = Map.groupBy(facts, (fact) => ('interactionId' in fact ? fact.interactionId : ''))
        for (const own of byInteraction.values()) {
          const story = foldStory(own)
          if (story === null) throw new Error('it arrived')
          const { segments } = story
          const open = segments.filter((segment) => segment.to === null)
          if (story.state === 'ended') expect(open.every(({ kind }) => kind === 'wrap-up')).toBe(true)
          expect(isSettled(story)).toBe(story.state === 'ended' && !isWrappingUp(story))
          for (const { from, to, outcome } of segments) {
            expect(to === null).toBe(outcome === null)
            expect(to ?? from).toBeGreaterThanOrEqual(from)
          }
          expectApart(
            segments.filter(({ kind }) => kind === 'talk' || kind === 'hold' || kind === 'queue' || kind === 'flow'),
          )
          expectApart(segments.filter(({ kind }) => kind === 'ring'))
          for (const [kind, ms] of [
            ['queue', story.waitMs],
            ['talk', story.talkMs],
            ['hold', story.holdMs],
            ['wrap-up', story.wrapUpMs],
          ] as const) {
            expect(ms).toBe(lengthOf(segments.filter((segment) => segment.kind === kind)))
          }
          const offers = own.filter((fact) => fact.kind === 'offer-made').length
          expect([story.offers, segments.filter(({ kind }) => kind === 'ring').length]).toEqual([offers, offers])
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('credits each agent with their own part when a call comes back to the queue', () => {
    const { facts, interactionId } = answeredCall({ at: 0, agentId: ana })
    const maria = '00000000-0000-4000-8000-000000000002'
    const story = foldStory([
      ...facts.slice(0, 10),
      {
        kind: 'interaction-queued',
        at: 63_000,
        interactionId,
        queueId: 'support',
        requirement: {},
        priority: 0,
        waitingSince: 1_000,
        preferredAgentId: null,
        preferredUntil: null,
      },
      { kind: 'offer-accepted', at: 64_000, interactionId, offerId: `${interactionId}/3`, agentId: maria },
      { kind: 'interaction-ended', at: 74_000, interactionId, by: 'agent', outcome: 'answered', cause: null },
    ])
    const talks = story?.segments.filter(({ kind }) => kind === 'talk')
    expect(talks?.map(({ agentId, queueId, from, to }) => [agentId, queueId, (to ?? 0) - from])).toEqual([
      [ana, 'sales', 60_000],
      [maria, 'support', 10_000],
    ])
    expect(story).toMatchObject({ answeredAt: 3_000, waitingSince: 1_000, waitMs: 3_000, agentId: maria })
  })

  it('counts of an end that nobody saw only what was seen, and says by when it was over', () => {
    const { facts, interactionId } = answeredCall({ at: 0, agentId: ana })
    const answered = facts.findIndex(({ kind }) => kind === 'offer-accepted')
    const story = foldStory([
      ...facts.slice(0, answered + 1),
      { kind: 'wrap-up-started', at: 20_000, agentId: ana, interactionId, endsAt: 30_000 },
      {
        ...{ kind: 'interaction-ended', at: 20_000, interactionId, by: 'unknown', outcome: 'answered', cause: null },
        unseen: { from: 9_000, to: 20_000 },
      },
      { kind: 'wrap-up-ended', at: 30_000, agentId: ana, interactionId, by: 'system' },
    ])
    expect(story).toMatchObject({ answeredAt: 3_000, talkMs: 6_000, wrapUpMs: 10_000 })
    expect(story).toMatchObject({ endedAt: 9_000, endedAtLatest: 20_000, endedBy: 'unknown' })
  })

  it('does not begin without an arrival', () => {
    expect(foldStory(answeredCall({ at: 0, agentId: ana }).facts.slice(1))).toBeNull()
  })

  it('opens no flow while the customer waits or after the end', () => {
    const { facts, interactionId } = answeredCall({ at: 0, agentId: ana })
    const entered = { kind: 'flow-node-entered', interactionId, flowId: 'main', nodeId: 'late' } as const
    const waiting = foldStory([...facts.slice(0, 6), { ...entered, at: 1_500 }])
    expect(waiting).toMatchObject({ state: 'queued' })
    const ended = foldStory([...facts, { ...entered, at: 99_000 }])
    expect(ended?.segments.filter(({ to }) => to === null)).toEqual([])
  })
})

function expectApart(segments: readonly Segment[]): void {
  for (const [i, segment] of segments.entries()) {
    const before = segments[i - 1]
    if (before !== undefined) expect(before.to ?? Infinity).toBeLessThanOrEqual(segment.from)
  }
}

function lengthOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { from, to }) => sum + (to === null ? 0 : to - from), 0)
}
