/**
 * A line of waiting interactions, ordered for good: sorted blocks, so that joining, leaving, the first and the rank cost
 * about the logarithm of its length.
 */
export type Ordered = Readonly<{ virtualArrival: number; waitingSince: number; sequence: number }>

/** Negative when `a` is served before `b`. Never zero for two different waits: sequences differ. */
export function compareOrder(a: Ordered, b: Ordered): number {
  return a.virtualArrival - b.virtualArrival || a.waitingSince - b.waitingSince || a.sequence - b.sequence
}

const blockSize = 256

export class Line<T extends Ordered> {
  /** None is empty; their items, one after the other, are the line. */
  readonly #blocks: T[][] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  get first(): T | undefined {
    return this.#blocks[0]?.[0]
  }

  insert(item: T): void {
    const index = Math.min(this.#blockOf(item), this.#blocks.length - 1)
    const block = this.#blocks[index]
    this.#length += 1
    if (block === undefined) {
      this.#blocks.push([item])
      return
    }
    block.splice(indexIn(block, item), 0, item)
    if (block.length > blockSize) this.#blocks.splice(index + 1, 0, block.splice(blockSize / 2))
  }

  remove(item: T): void {
    const index = this.#blockOf(item)
    const block = this.#blocks[index]
    const position = block === undefined ? 0 : indexIn(block, item)
    if (block?.[position] !== item) throw new Error('not in this line')
    this.#length -= 1
    block.splice(position, 1)
    const next = this.#blocks[index + 1]
    if (next !== undefined && block.length + next.length <= blockSize / 2) {
      block.push(...next)
      this.#blocks.splice(index + 1, 1)
    }
    if (block.length === 0) this.#blocks.splice(index, 1)
  }

  /** How many in this line are served before the item, which need not be in it. */
  rank(item: Ordered): number {
    const index = this.#blockOf(item)
    let before = 0
    for (let i = 0; i < index; i += 1) before += this.#blocks[i]?.length ?? 0
    const block = this.#blocks[index]
    return block === undefined ? before : before + indexIn(block, item)
  }

  *[Symbol.iterator](): Generator<T> {
    for (const block of this.#blocks) yield* block
  }

  /** Index of the first block that ends at or after the item. */
  #blockOf(item: Ordered): number {
    let low = 0
    let high = this.#blocks.length
    while (low < high) {
      const middle = (low + high) >> 1
      const last = this.#blocks[middle]?.at(-1)
      if (last !== undefined && compareOrder(last, item) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Index of the first item at or after the given one. */
function indexIn(block: readonly Ordered[], item: Ordered): number {
  let low = 0
  let high = block.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = block[middle]
    if (other !== undefined && compareOrder(other, item) < 0) low = middle + 1
    else high = middle
  }
  return low
}
