/** Stands in for the writer where a test hands in facts instead of inputs: stores as the engine does, then announces. */
import { emptyState } from '../../src/core/routing/state.ts'
import type { Decision } from '../../src/core/decision.ts'
import type { Detail } from '../../src/core/details.ts'
import type { Fact } from '../../src/core/facts.ts'
import type { StoredFact, Submission, Writer } from '../../src/core/writer.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { append } from '../../src/engine/store.ts'
import { takeWriterLock, type WriterLock } from '../../src/engine/writer-lock-store.ts'

export type FactWriter = Writer &
  Readonly<{
    /** One batch; resolves once it is committed and announced. */
    write(facts: readonly Fact[], details?: readonly Detail[]): Promise<readonly StoredFact[]>
    /** Commits without telling anybody, as a process that dies in between. */
    writeSilently(facts: readonly Fact[], details?: readonly Detail[]): Promise<readonly StoredFact[]>
    /** What was submitted, oldest first. */
    submissions: readonly Submission[]
    /** The answer to the next submissions. */
    answer: Decision
    [Symbol.asyncDispose](): Promise<void>
  }>

export async function createFactWriter(database: Database): Promise<FactWriter> {
  const lock = await takeWriterLock(database, null)
  if (typeof lock === 'string') throw new Error(`the writer's lock is ${lock}`)
  const { rows } = await database.pool.query<{ seq: number }>('select coalesce(max(seq), 0) as seq from facts')
  return writerFrom(database, lock, rows[0]?.seq ?? 0)
}

function writerFrom(database: Database, lock: WriterLock, lastSeq: number): FactWriter {
  const state = emptyState()
  const listeners = new Set<(facts: readonly StoredFact[]) => void>()
  const submissions: Submission[] = []
  let seq = lastSeq
  const store = async (facts: readonly Fact[], details: readonly Detail[] = []): Promise<readonly StoredFact[]> => {
    const stored = facts.map((fact) => ({ seq: ++seq, fact }))
    await append(database, lock.epoch, [{ facts: stored, commands: [], details, checkpoint: null }])
    return stored
  }
  const writer = {
    submissions,
    answer: { facts: [], commands: [] } as Decision,
    write: async (facts: readonly Fact[], details?: readonly Detail[]) => {
      const stored = await store(facts, details)
      for (const listener of listeners) listener(stored)
      return stored
    },
    writeSilently: store,
    submit: (input: Submission): Promise<Decision> => {
      submissions.push(input)
      return Promise.resolve(writer.answer)
    },
    state: () => state,
    stalledSince: () => null,
    onFacts: (listener: (facts: readonly StoredFact[]) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    [Symbol.asyncDispose]: () => lock.release(),
  }
  return writer
}
