import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fact } from '../../../src/core/facts.ts'
import { Involvement } from '../../../src/core/history/involvement.ts'
import { foldStory, isSettled, type Story } from '../../../src/core/history/story.ts'
import { randomCalls } from './random-facts.ts'

/** The stories that go on after these facts, as the projector keeps them. */
function liveStories(facts: readonly Fact[]): Story[] {
  const byInteraction = Map.groupBy(facts, (fact) => ('interactionId' in fact ? fact.interactionId : ''))
  return [...byInteraction.values()].flatMap((own) => foldStory(own) ?? []).filter((story) => !isSettled(story))
}

function unarrived(): never {
  throw new Error('every random call arrives')
}

describe('Involvement', () => {
  it('is the same from a snapshot of the stories as from all facts before it', () => {
    fc.assert(
      fc.property(randomCalls, fc.nat(), ({ facts, agentIds }, cut) => {
        const at = cut % (facts.length + 1)
        for (const agentId of agentIds) {
          const fromFacts = new Involvement(agentId)
          for (const fact of facts.slice(0, at)) fromFacts.concerns(fact)
          const fromStories = new Involvement(agentId, liveStories(facts.slice(0, at)))
          const rest = facts.slice(at)
          expect(rest.map((fact) => fromStories.concerns(fact))).toEqual(rest.map((fact) => fromFacts.concerns(fact)))
          const settled = [...Map.groupBy(facts, (fact) => ('interactionId' in fact ? fact.interactionId : ''))].filter(
            ([, own]) => isSettled(foldStory(own) ?? unarrived()),
          )
          for (const [id] of settled) expect([fromFacts.has(id), fromStories.has(id)]).toEqual([false, false])
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('never shows an agent what another is offered', () => {
    fc.assert(
      fc.property(randomCalls, ({ facts, agentIds }) => {
        for (const agentId of agentIds) {
          const own = new Involvement(agentId)
          for (const fact of facts) {
            const concerns = own.concerns(fact)
            if (fact.kind === 'offer-made') expect(concerns).toBe(fact.agentId === agentId)
            if ('agentId' in fact && fact.agentId === agentId) expect(concerns).toBe(true)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})
