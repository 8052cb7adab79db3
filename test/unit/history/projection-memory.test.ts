import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldStory, type Story } from '../../../src/core/history/story.ts'
import type { StoredFact } from '../../../src/core/writer.ts'
import { ProjectionMemory } from '../../../src/history/projection-memory.ts'
import type { ProjectionBatch } from '../../../src/history/projection-store.ts'
import { answeredCall } from '../../peers/call-facts.ts'
import { randomCalls } from './random-facts.ts'

const ana = '00000000-0000-4000-8000-000000000001'
const none = { agents: [], queues: [] }

function numbered(facts: Iterable<StoredFact['fact']>): StoredFact[] {
  return [...facts].map((fact, i) => ({ seq: i + 1, fact }))
}

const isOf = ({ fact }: StoredFact, id: string): boolean => 'interactionId' in fact && fact.interactionId === id

function ofInteraction(facts: readonly StoredFact[], id: string): StoredFact['fact'][] {
  return facts.filter((one) => isOf(one, id)).map(({ fact }) => fact)
}

/** The tables of the history: rows as they were last written. */
class Tables {
  readonly rows = new Map<string, Story>()
  readonly segments = new Map<string, Story['segments']>()

  /** A copy of what is to be written, as a statement carries it; then its writing. */
  prepare({ stories }: ProjectionBatch): () => void {
    const written = stories.map(({ story, storedSegments }) => ({ story: structuredClone(story), storedSegments }))
    expect(new Set(written.map(({ story }) => story.interactionId)).size).toBe(written.length)
    return () => {
      for (const { story, storedSegments } of written) {
        const id = story.interactionId
        const kept = (this.segments.get(id) ?? []).slice(0, storedSegments)
        expect(kept).toHaveLength(storedSegments)
        this.rows.set(id, story)
        this.segments.set(id, [...kept, ...story.segments.slice(storedSegments)])
      }
    }
  }
}

function project(facts: readonly StoredFact[], sizes: readonly number[], sometimesFails: boolean): Tables {
  const memory = new ProjectionMemory(0, none)
  const tables = new Tables()
  let next = 0
  const foldSome = (): void => {
    const size = sizes[next % sizes.length] ?? 1
    for (const fact of facts.slice(next, next + size)) memory.fold(fact)
    next += size
  }
  const store = (fails: boolean, meanwhile: () => void): void => {
    const known = facts.filter(({ seq }) => seq <= memory.foldedSeq)
    memory.learn(
      memory.takeUnknown().flatMap((id) => known.filter((fact) => isOf(fact, id))),
      true,
    )
    const { batch, stored, failed } = memory.take()
    const write = tables.prepare(batch)
    meanwhile()
    if (fails) return failed()
    write()
    stored()
  }
  for (let batch = 0; next < facts.length; batch++) {
    foldSome()
    store(sometimesFails && batch % 3 === 1, batch % 2 === 0 ? foldSome : () => undefined)
  }
  store(false, () => undefined)
  expect([memory.foldedSeq, memory.storedSeq]).toEqual([facts.length, facts.length])
  return tables
}

describe('the projection in memory', () => {
  it('stores for every interaction what folding all its facts gives, however they were batched', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })
    fc.assert(
      fc.property(randomCalls, sizes, fc.boolean(), (calls, batches, sometimesFails) => {
        const facts = numbered(calls.facts)
        const { rows, segments } = project(facts, batches, sometimesFails)
        for (const [id, row] of rows) {
          const told = foldStory(ofInteraction(facts, id))
          expect(row).toEqual(told)
          expect(segments.get(id)).toEqual(told?.segments)
        }
        const arrived = facts.filter(({ fact }) => fact.kind === 'interaction-arrived').length
        expect(rows.size).toBe(arrived)
      }),
      { numRuns: 1_000 },
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
