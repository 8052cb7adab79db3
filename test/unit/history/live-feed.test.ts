import { describe, expect, it } from 'vitest'
import { emptyBoard } from '../../../src/core/history/board.ts'
import type { StoredFact } from '../../../src/core/writer.ts'
import { FactRing } from '../../../src/insight/fact-ring.ts'
import { LiveFeed, type Reader } from '../../../src/insight/live-feed.ts'
import type { LiveMessage } from '../../../src/insight/live-view.ts'
import { createLog } from '../../../src/platform/log.ts'
import { eventually } from '../../peers/poll.ts'

const limits = { ringFacts: 5, replayFacts: 1_000, messageFacts: 3, gatherMs: 1, queuesEveryMs: 60_000 }

function factsFrom(first: number, count: number): StoredFact[] {
  return Array.from({ length: count }, (_, i) => ({
    seq: first + i,
    fact: { kind: 'clock-stopped' as const, at: first + i, from: 0, to: 0 },
  }))
}

/** Facts that are stored and told by the test; the table answers when it is let. */
function scene() {
  const stored: StoredFact[] = []
  const listeners = new Set<(facts: readonly StoredFact[]) => void>()
  let queries = 0
  const feed = new LiveFeed(
    {
      state: () => ({ seq: stored.at(-1)?.seq ?? 0, board: emptyBoard(), stories: [] }),
      onFolded: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      factsAfter: (seq, limit) => {
        queries++
        return Promise.resolve(stored.filter((fact) => fact.seq > seq).slice(0, limit))
      },
      factsConcerning: () => Promise.resolve([]),
      cards: () => Promise.resolve([]),
    },
    createLog({ level: 'silent' }),
    limits,
  )
  const tell = (count: number): void => {
    const facts = factsFrom((stored.at(-1)?.seq ?? 0) + 1, count)
    stored.push(...facts)
    for (const listener of listeners) listener(facts)
  }
  return { feed, tell, stored, queries: () => queries }
}

class FakeReader implements Reader {
  readonly messages: LiveMessage[] = []
  ready = true

  isReady(): boolean {
    return this.ready
  }

  send(text: string): void {
    this.messages.push(JSON.parse(text) as LiveMessage)
  }

  fail(error: unknown): void {
    throw error instanceof Error ? error : new Error(String(error))
  }

  seqs(): number[] {
    return this.messages.flatMap((message) => (message.type === 'changes' ? message.facts.map(({ seq }) => seq) : []))
  }
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

describe('LiveFeed', () => {
  it('holds nothing back for a reader that is not ready, and goes on from the table when it is', async () => {
    const { feed, tell, queries } = scene()
    const slow = new FakeReader()
    const subscription = await feed.subscribe(slow, { id: 'x', seesAll: true }, null)
    slow.ready = false
    tell(40)
    const quick = new FakeReader()
    await feed.subscribe(quick, { id: 'y', seesAll: true }, 0)
    expect(quick.seqs()).toEqual(numbers(1, 40))
    expect(slow.seqs()).toEqual([])
    slow.ready = true
    feed.heartbeat(subscription)
    await eventually(() => slow.seqs().length === 40, { withinMs: 2_000, everyMs: 1, what: 'the facts' })
    expect(slow.seqs()).toEqual(numbers(1, 40))
    expect(queries()).toBeGreaterThan(0)
    feed.stop()
  })

  it('asks the table nothing while readers keep up', async () => {
    const { feed, tell, queries } = scene()
    const reader = new FakeReader()
    await feed.subscribe(reader, { id: 'x', seesAll: true }, null)
    for (let i = 1; i <= 10; i++) {
      tell(2)
      await eventually(() => reader.seqs().length === i * 2, { withinMs: 2_000, everyMs: 1, what: 'two more' })
    }
    expect(queries()).toBe(0)
    feed.stop()
  })

  it('sends messages that follow on each other without a gap', async () => {
    const { feed, tell } = scene()
    const reader = new FakeReader()
    const subscription = await feed.subscribe(reader, { id: 'x', seesAll: true }, null)
    for (let i = 0; i < 20; i++) {
      tell(5)
      if (i % 4 === 0) feed.heartbeat(subscription)
    }
    await eventually(() => reader.seqs().length === 100, { withinMs: 2_000, everyMs: 1, what: 'all facts' })
    let told = 0
    for (const message of reader.messages) {
      if (message.type === 'changes') {
        expect(message.from).toBe(told + 1)
        told = message.to
      }
      if (message.type === 'heartbeat') {
        expect(message.seq).toBeGreaterThanOrEqual(told)
        told = message.seq
      }
    }
    expect(told).toBe(100)
    feed.stop()
  })

  it('tells nothing more to a reader that has left', async () => {
    const { feed, tell } = scene()
    const gone = new FakeReader()
    const stays = new FakeReader()
    feed.unsubscribe(await feed.subscribe(gone, { id: 'x', seesAll: true }, null))
    await feed.subscribe(stays, { id: 'y', seesAll: true }, null)
    tell(3)
    await eventually(() => stays.seqs().length === 3, { withinMs: 2_000, everyMs: 1, what: 'the facts' })
    expect(gone.seqs()).toEqual([])
    feed.stop()
  })
})

describe('FactRing', () => {
  it('gives what follows on any seq it still covers, and says when it does not', () => {
    const ring = new FactRing(5, 0)
    for (let seq = 1; seq <= 30; seq++) {
      ring.push(factsFrom(seq, 1))
      for (let after = 0; after <= seq; after++) {
        const facts = ring.after(after, 100)
        if (seq - after <= 5) expect(facts).not.toBeNull()
        if (facts !== null) expect(facts.map((fact) => fact.seq)).toEqual(numbers(after + 1, seq))
      }
    }
    expect(ring.after(0, 100)).toBeNull()
    ring.push(factsFrom(20, 3))
    expect(ring.head).toBe(30)
  })
})
