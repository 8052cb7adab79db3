/** The projector's memory: stories that go on, the board, and what has changed since it was last stored. No waiting here. */
import {
  applyToBoard,
  emptyBoard,
  type AgentLine,
  type Board,
  type BoardChange,
  type QueueLine,
} from '../core/history/board.ts'
import { applyToStory, beginStory, foldStory, isSettled, type Story } from '../core/history/story.ts'
import type { InteractionId } from '../core/ids.ts'
import type { StoredFact } from '../core/writer.ts'
import type { ProjectionBatch } from './projection-store.ts'

type Entry = { story: Story; storedSegments: number }

export class ProjectionMemory {
  readonly board: Board = emptyBoard()
  foldedSeq: number
  storedSeq: number
  readonly #entries = new Map<InteractionId, Entry>()
  readonly #changed = new Set<Entry>()
  readonly #changedLines = new Map<string, BoardChange>()
  readonly #unknown = new Set<InteractionId>()

  constructor(seq: number, lines: { agents: readonly AgentLine[]; queues: readonly QueueLine[] }) {
    this.foldedSeq = seq
    this.storedSeq = seq
    for (const line of lines.agents) this.board.agents.set(line.agentId, line)
    for (const line of lines.queues) this.board.queues.set(line.queueId, line)
  }

  /** Stories of which more is expected. */
  *live(): Generator<Story> {
    for (const { story } of this.#entries.values()) if (!isSettled(story)) yield story
  }

  story(interactionId: InteractionId): Story | undefined {
    return this.#entries.get(interactionId)?.story
  }

  fold({ seq, fact }: StoredFact): void {
    const change = applyToBoard(this.board, fact)
    if (change !== null) this.#changedLines.set(`${change.kind} ${change.id}`, change)
    if ('interactionId' in fact) {
      const entry = this.#entries.get(fact.interactionId)
      if (entry !== undefined) {
        applyToStory(entry.story, fact)
        this.#changed.add(entry)
      } else if (fact.kind === 'interaction-arrived') {
        this.#changed.add(this.#keep(beginStory(fact)))
      } else {
        this.#unknown.add(fact.interactionId)
      }
    }
    this.foldedSeq = seq
  }

  /** Interactions that facts were folded for without their story being here, to be told from the start. */
  takeUnknown(): InteractionId[] {
    const ids = [...this.#unknown]
    this.#unknown.clear()
    return ids
  }

  /** Back to be asked for again. */
  putBackUnknown(ids: readonly InteractionId[]): void {
    for (const id of ids) this.#unknown.add(id)
  }

  /** Stories as of a moment in the past: one that has changed since stays unknown and is asked for again. */
  learn(facts: readonly StoredFact[], changed: boolean): void {
    const byInteraction = Map.groupBy(facts, ({ fact }) => ('interactionId' in fact ? fact.interactionId : ''))
    for (const [id, own] of byInteraction) {
      if (this.#unknown.has(id) || this.#entries.has(id)) continue
      const story = foldStory(own.map(({ fact }) => fact))
      if (story === null) continue
      const entry = this.#keep(story)
      if (changed) this.#changed.add(entry)
    }
  }

  /** What changed since the last take. `stored` or `failed` must follow before the next one. */
  take(): { batch: ProjectionBatch; stored(): void; failed(): void } {
    const entries = [...this.#changed]
    const lines = [...this.#changedLines]
    this.#changed.clear()
    this.#changedLines.clear()
    const to = this.foldedSeq
    const prefixes = entries.map(({ story }) => settledPrefix(story))
    const batch = {
      from: this.storedSeq,
      to,
      stories: entries.map(({ story, storedSegments }) => ({ story, storedSegments })),
      lines: lines.map(([, line]) => line),
    }
    return {
      batch,
      stored: () => {
        this.storedSeq = to
        for (const [i, entry] of entries.entries()) {
          entry.storedSegments = prefixes[i] ?? 0
          if (!this.#changed.has(entry) && isSettled(entry.story)) this.#entries.delete(entry.story.interactionId)
        }
      },
      failed: () => {
        for (const entry of entries) this.#changed.add(entry)
        for (const [key, line] of lines) if (!this.#changedLines.has(key)) this.#changedLines.set(key, line)
      },
    }
  }

  #keep(story: Story): Entry {
    const entry = { story, storedSegments: 0 }
    this.#entries.set(story.interactionId, entry)
    return entry
  }
}

/** Leading segments that are over: their rows won't change again. */
function settledPrefix(story: Story): number {
  const open = story.segments.findIndex((segment) => segment.to === null)
  return open === -1 ? story.segments.length : open
}
