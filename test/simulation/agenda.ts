/** What is still to happen in a simulated world, by time and in the order in which it was arranged. */
type Entry = { readonly at: number; readonly number: number; readonly happen: () => void }

export class Agenda {
  readonly #heap: Entry[] = []
  #arranged = 0

  get nextAt(): number {
    return this.#heap[0]?.at ?? Infinity
  }

  at(at: number, happen: () => void): void {
    this.#heap.push({ at, number: (this.#arranged += 1), happen })
    for (let i = this.#heap.length - 1; i > 0 && this.#isBefore(i, (i - 1) >> 1); i = (i - 1) >> 1)
      this.#swap(i, (i - 1) >> 1)
  }

  /** Takes the next event from the agenda and lets it happen. */
  proceed(): void {
    const first = this.#heap[0]
    const last = this.#heap.pop()
    if (first === undefined || last === undefined) return
    if (last !== first) {
      this.#heap[0] = last
      this.#sink()
    }
    first.happen()
  }

  #sink(): void {
    for (let i = 0; ;) {
      const left = 2 * i + 1
      const child = left + 1 < this.#heap.length && this.#isBefore(left + 1, left) ? left + 1 : left
      if (child >= this.#heap.length || !this.#isBefore(child, i)) return
      this.#swap(i, child)
      i = child
    }
  }

  #isBefore(i: number, j: number): boolean {
    const [a, b] = [this.#heap[i], this.#heap[j]]
    return a !== undefined && b !== undefined && (a.at - b.at || a.number - b.number) < 0
  }

  #swap(i: number, j: number): void {
    const [a, b] = [this.#heap[i], this.#heap[j]]
    if (a === undefined || b === undefined) return
    this.#heap[i] = b
    this.#heap[j] = a
  }
}
