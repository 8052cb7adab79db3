import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldStory, type Story } from '../../../src/core/history/story.ts'
import type { StoredFact } from '../../../src/core/writer.ts'
import { ProjectionMemory } from '../../../src/history/projection-memory.ts'
import { answeredCall } from '../../peers/call-facts.ts'
import { randomCalls } from './random-facts.ts'

const ana = '00000000-0000-4000-8000-000000000001'
const none = { agents: [], queues: [] }

function numbered(facts: Iterable<StoredFact['fact']>): StoredFact[] {
  return [...facts].map((fact, i) => ({ seq: i + 1, fact }))
}

function ofInteraction(facts: readonly StoredFact[], id: string): StoredFact['fact'][] {
  return facts.map(({ fact }) => fact).filter((fact) => 'interactionId' in fact && fact.interactionId === id)
}

describe('the projection in memory', () => {
  it('stores for every interaction what folding all its facts gives, however they were batched', () => {
    fc.assert(
      fc.property(
        randomCalls,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        fc.boolean(),
        (calls, sizes, fails) => {
          const facts = numbered(calls.facts)
          const memory = new ProjectionMemory(0, none)
          const rows = new Map<string, Story>()
          const segments = new Map<string, Story['segments']>()
          for (let from = 0, batch = 0; from < facts.length; batch++) {
            const size = sizes[batch % sizes.length] ?? 1
            for (const fact of facts.slice(from, from + size)) memory.fold(fact)
            from += size
            // What a settled call's late facts need is read again from the table.
            memory.learn(
              memory
                .takeUnknown()
                .flatMap((id) =>
                  facts.filter(
                    ({ seq, fact }) => seq <= memory.foldedSeq && 'interactionId' in fact && fact.interactionId === id,
                  ),
                ),
              true,
            )
            const { batch: taken, stored, failed } = memory.take()
            if (fails && batch % 3 === 1) {
              failed()
              continue
            }
            for (const { story, storedSegments } of taken.stories) {
              const copy = structuredClone(story)
              rows.set(story.interactionId, copy)
              const kept = (segments.get(story.interactionId) ?? []).slice(0, storedSegments)
              segments.set(story.interactionId, [...kept, ...copy.segments.slice(storedSegments)])
            }
            stored()
          }
          const { batch: rest } = memory.take()
          for (const { story } of rest.stories) {
            rows.set(story.interactionId, story)
            segments.set(story.interactionId, story.segments)
          }
          expect(memory.foldedSeq).toBe(facts.length)
          for (const [id, row] of rows) {
            const told = foldStory(ofInteraction(facts, id))
            expect(row).toEqual(told)
            expect(segments.get(id)).toEqual(told?.segments)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('does not take a story that went on while it was being read', () => {
    const { facts, interactionId } = answeredCall({ at: 0, agentId: ana })
    const all = numbered(facts)
    const memory = new ProjectionMemory(10, none)
    for (const fact of all.slice(10, 12)) memory.fold(fact)
    expect(memory.takeUnknown()).toEqual([interactionId])
    // The read began here, and answers after the next fact was folded.
    const read = all.slice(0, 12)
    for (const fact of all.slice(12, 13)) memory.fold(fact)
    memory.learn(read, true)
    expect(memory.story(interactionId)).toBeUndefined()
    expect(memory.takeUnknown()).toEqual([interactionId])
    memory.learn(all.slice(0, 13), true)
    expect(memory.story(interactionId)).toEqual(foldStory(facts.slice(0, 13)))
  })
})
