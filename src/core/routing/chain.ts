/** A doubly linked list through its own items: joining and leaving cost nothing, however long it is. */
export type Link<T> = { previous: T | null; next: T | null }

export class Chain<T extends Link<T>> {
  head: T | null = null
  tail: T | null = null

  append(item: T): void {
    this.insertAfter(this.tail, item)
  }

  /** null: at the head. */
  insertAfter(before: T | null, item: T): void {
    const after = before === null ? this.head : before.next
    item.previous = before
    item.next = after
    if (before === null) this.head = item
    else before.next = item
    if (after === null) this.tail = item
    else after.previous = item
  }

  remove(item: T): void {
    const { previous, next } = item
    if (previous === null) this.head = next
    else previous.next = next
    if (next === null) this.tail = previous
    else next.previous = previous
    item.previous = null
    item.next = null
  }

  *[Symbol.iterator](): Generator<T> {
    for (let each = this.head; each !== null; each = each.next) yield each
  }
}
