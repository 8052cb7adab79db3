/** Who calls from which page: a call from the browser names its visitor by a code that is good for one call, and soon. */
import { randomBytes } from 'node:crypto'
import type { Instant } from '../../core/ids.ts'
import type { Visitor } from './chat-store.ts'

const validMs = 120_000
const mostOpen = 10_000
/** Of the sockets that Asterisk has (asterisk-config/http.conf): agents' browsers and the service itself need the others. */
const mostLines = 1_000
/** A page that connects anew may be there before its old line is known to be gone. */
const linesOfCode = 2

/** The account of all such calls in Asterisk. */
export const callAccount = 'widget'

export class VisitorCalls {
  readonly #open = new Map<string, { visitor: Visitor; until: Instant }>()
  readonly #lines = new Map<string, number>()
  #lineCount = 0

  begin(visitor: Visitor, at: Instant): string {
    for (const [code, { until }] of this.#open) if (until <= at || this.#open.size > mostOpen) this.#open.delete(code)
    const code = `visitor-${randomBytes(12).toString('hex')}`
    this.#open.set(code, { visitor, until: at + validMs })
    return code
  }

  /** Returns how to give it back; null: this code, or all of them together, have as many as they get. */
  takeLine(code: string): (() => void) | null {
    const own = this.#lines.get(code) ?? 0
    if (own >= linesOfCode || this.#lineCount >= mostLines) return null
    this.#lines.set(code, own + 1)
    this.#lineCount += 1
    return () => {
      this.#lineCount -= 1
      const left = (this.#lines.get(code) ?? 1) - 1
      if (left === 0) this.#lines.delete(code)
      else this.#lines.set(code, left)
    }
  }

  isOpen(code: string, at: Instant): boolean {
    return (this.#open.get(code)?.until ?? 0) > at
  }

  /** As the call says who it is; null: it comes from no page of ours. */
  visitorOf(number: string | null, name: string | null, at: Instant): Visitor | null {
    if (number !== callAccount || name === null || !this.isOpen(name, at)) return null
    return this.#open.get(name)?.visitor ?? null
  }
}
