import { describe, expect, it } from 'vitest'
import { foldStory } from '../../../../src/core/history/story.ts'
import {
  endAnnouncedWait,
  inWholeMinutes,
  verdictOn,
  type AnnouncedWait,
} from '../../../../src/core/measures/announced-wait.ts'
import { answeredCall } from '../../../peers/call-facts.ts'

const told: AnnouncedWait = {
  queueId: 'sales',
  at: 1_000,
  position: 2,
  estimateMs: 50_000,
  announcedMs: 60_000,
  quantile: 0.8,
  waitedMs: null,
  end: null,
}

describe('an announced wait', () => {
  it.each([
    ['answered', 61_000, 'kept'],
    ['answered', 61_001, 'broken'],
    ['left', 30_000, 'unknown'],
    ['left', 90_000, 'broken'],
  ] as const)('of a customer who was %s at %i is %s', (end, at, verdict) => {
    expect(verdictOn(endAnnouncedWait(told, end, at))).toBe(verdict)
  })

  it('is judged once', () => {
    const ended = endAnnouncedWait(told, 'answered', 2_000)
    expect(endAnnouncedWait(ended, 'left', 900_000)).toBe(ended)
  })

  it('has no verdict while it goes on, or when the place alone was told', () => {
    expect(verdictOn(told)).toBeNull()
    expect(verdictOn(endAnnouncedWait({ ...told, announcedMs: null }, 'answered', 2_000))).toBeNull()
  })

  it('is said in whole minutes and never too short', () => {
    expect([0, 1, 60_000, 60_001, 179_000].map(inWholeMinutes)).toEqual([1, 1, 1, 2, 3])
  })

  it('is kept in the story of its call', () => {
    const { facts, interactionId } = answeredCall({ at: 0, agentId: 'ana' })
    const { waitedMs: _, end: __, ...fact } = { ...told, at: 1_500 }
    const queued = facts.findIndex(({ kind }) => kind === 'interaction-queued')
    const announced = { kind: 'wait-announced', interactionId, ...fact } as const
    const story = foldStory([...facts.slice(0, queued + 1), announced, ...facts.slice(queued + 1)])
    expect(story?.announcements).toEqual([{ ...told, at: 1_500, waitedMs: 1_500, end: 'answered' }])
  })
})
