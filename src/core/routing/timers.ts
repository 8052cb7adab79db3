/**
 * Every deadline of the machine in one indexed binary heap: one timer per interaction and agent, standing at the owner's
 * next deadline. The order is total, so it doesn't depend on how the heap came about.
 */
import type { AgentId, InteractionId, Instant } from '../ids.ts'

export type Cause =
  | 'wrap-up-over'
  | 'presence-returns'
  | 'offer-expires'
  | 'call-expires'
  | 'invitation-expires'
  | 'preference-lapses'
  | 'relaxation'
  | 'overflow'
  | 'max-wait'
export type Deadline = Readonly<{ at: Instant; cause: Cause }>

export type Timer = {
  readonly owner: 'interaction' | 'agent'
  readonly id: InteractionId | AgentId
  dueAt: Instant
  rank: number
  /** Index in the heap; -1 while nothing is due. */
  slot: number
}

export const newTimer = (owner: Timer['owner'], id: string): Timer => ({ owner, id, dueAt: 0, rank: 0, slot: -1 })

/** Among deadlines of one instant: what frees agents first, what gives up on them last. */
const ranks: Readonly<Record<Cause, number>> = {
  'wrap-up-over': 0,
  'presence-returns': 1,
  'offer-expires': 2,
  'call-expires': 3,
  'invitation-expires': 3,
  'preference-lapses': 4,
  relaxation: 5,
  overflow: 6,
  'max-wait': 7,
}

function isBefore(a: Timer, b: Timer): boolean {
  if (a.dueAt !== b.dueAt) return a.dueAt < b.dueAt
  if (a.rank !== b.rank) return a.rank < b.rank
  return a.id < b.id
}

export class Timers {
  readonly #heap: Timer[] = []

  get first(): Timer | undefined {
    return this.#heap[0]
  }

  set(timer: Timer, deadline: Deadline | null): void {
    if (deadline === null) return this.#remove(timer)
    timer.dueAt = deadline.at
    timer.rank = ranks[deadline.cause]
    if (timer.slot < 0) this.#place(timer, this.#heap.length)
    this.#rise(timer)
    this.#sink(timer)
  }

  /** Moves all deadlines alike, which keeps their order. */
  postpone(byMs: number): void {
    for (const timer of this.#heap) timer.dueAt += byMs
  }

  #remove(timer: Timer): void {
    if (timer.slot < 0) return
    const slot = timer.slot
    const last = this.#heap.pop()
    timer.slot = -1
    if (last === undefined || last === timer) return
    this.#place(last, slot)
    this.#rise(last)
    this.#sink(last)
  }

  #rise(timer: Timer): void {
    while (timer.slot > 0) {
      const parent = this.#heap[(timer.slot - 1) >> 1]
      if (parent === undefined || !isBefore(timer, parent)) return
      this.#swap(timer, parent)
    }
  }

  #sink(timer: Timer): void {
    for (;;) {
      const left = this.#heap[2 * timer.slot + 1]
      const right = this.#heap[2 * timer.slot + 2]
      if (left === undefined) return
      const child = right !== undefined && isBefore(right, left) ? right : left
      if (!isBefore(child, timer)) return
      this.#swap(timer, child)
    }
  }

  #swap(a: Timer, b: Timer): void {
    const slot = a.slot
    this.#place(a, b.slot)
    this.#place(b, slot)
  }

  #place(timer: Timer, slot: number): void {
    this.#heap[slot] = timer
    timer.slot = slot
  }
}
