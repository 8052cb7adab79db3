/**
 * A process that was frozen (a paused machine, a stopped process) wakes with its timers due first, and may have been
 * replaced meanwhile. It must hear what has happened before it acts.
 */
const beatEveryMs = 500
const frozenAfterMs = 3_000

export class FrozenWatch {
  readonly #timer: NodeJS.Timeout
  #beatAt = Date.now()
  #wakingUp: Promise<void> | null = null

  constructor() {
    this.#timer = setInterval(() => this.#beat(), beatEveryMs)
    this.#timer.unref()
  }

  /** Settles once everything that arrived during the freeze was heard; null: there was none. */
  get wakingUp(): Promise<void> | null {
    this.#look()
    return this.#wakingUp
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #beat(): void {
    this.#look()
    this.#beatAt = Date.now()
  }

  #look(): void {
    if (this.#wakingUp !== null || Date.now() - this.#beatAt < frozenAfterMs) return
    this.#beatAt = Date.now()
    this.#wakingUp = nextTurn()
      .then(nextTurn)
      .then(() => {
        this.#wakingUp = null
      })
  }
}

/** Sockets are read between two turns of setImmediate. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
