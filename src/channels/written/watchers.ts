/** Who looks at which thread, and what they are told: messages in their order, how it goes, and where they stand in line. */
import type { Instant } from '../../core/ids.ts'
import type { Thread, ThreadEvent, ThreadMessage } from '../port.ts'
import { closed, type Contact } from './contact.ts'
import type { WrittenPorts } from './ports.ts'

/** Places in line change with everyone who comes and goes: told now and then. */
const placesEveryMs = 2_000

type Listener = (event: ThreadEvent) => void

export class Watchers {
  readonly #ports: WrittenPorts
  readonly #contactOf: (thread: Thread) => Contact | null
  readonly #listeners = new Map<string, { thread: Thread; listeners: Set<Listener>; told: string }>()
  readonly #numbers = new Map<string, (n: number) => void>()
  #timer: NodeJS.Timeout | null = null
  #toldAt: Instant = 0

  constructor(ports: WrittenPorts, contactOf: (thread: Thread) => Contact | null) {
    this.#ports = ports
    this.#contactOf = contactOf
    this.#timer = setInterval(() => this.#tellPlaces(), placesEveryMs)
    this.#timer.unref()
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  isWatched(thread: Thread): boolean {
    return this.#listeners.has(keyOf(thread))
  }

  watch(thread: Thread, listener: Listener): () => void {
    const key = keyOf(thread)
    const watched = this.#listeners.get(key) ?? { thread, listeners: new Set(), told: '' }
    this.#listeners.set(key, watched)
    watched.listeners.add(listener)
    this.#contactOf(thread)?.present(true)
    return () => {
      watched.listeners.delete(listener)
      if (watched.listeners.size > 0 || this.#listeners.get(key) !== watched) return
      this.#listeners.delete(key)
      this.#contactOf(thread)?.present(false)
    }
  }

  tell(thread: Thread, event: ThreadEvent): void {
    for (const key of keysOf(thread)) for (const listener of this.#listeners.get(key)?.listeners ?? []) listener(event)
  }

  /** A message has its number: whoever waits for it hears it, and so does the thread. */
  stored(thread: Thread, message: ThreadMessage): void {
    this.#numbers.get(message.id)?.(message.n)
    this.#numbers.delete(message.id)
    this.tell(thread, { kind: 'message', message })
  }

  /** Resolves once it is stored. */
  numberOf(messageId: string): Promise<number> {
    return new Promise((resolve) => this.#numbers.set(messageId, resolve))
  }

  forget(messageId: string): void {
    this.#numbers.delete(messageId)
  }

  tellState({ thread }: Contact): void {
    const watched = this.#listeners.get(keyOf(thread))
    if (watched !== undefined) this.#tellChange(watched)
  }

  #tellPlaces(): void {
    const now = this.#ports.now()
    if (now - this.#toldAt < placesEveryMs / 2) return
    this.#toldAt = now
    for (const watched of this.#listeners.values()) {
      const phase = this.#contactOf(watched.thread)?.state().phase
      if (phase === 'waiting') this.#tellChange(watched)
    }
  }

  #tellChange(watched: { thread: Thread; listeners: Set<Listener>; told: string }): void {
    const state = this.#contactOf(watched.thread)?.state() ?? closed
    const told = JSON.stringify(state)
    if (told === watched.told) return
    watched.told = told
    for (const listener of watched.listeners) listener({ kind: 'state', state })
  }
}

/** What is written about a message that was left is read where it was left. */
function keysOf(thread: Thread): string[] {
  return thread.channel === 'email' ? [keyOf(thread), keyOf({ ...thread, channel: 'chat' })] : [keyOf(thread)]
}

const keyOf = ({ channel, entryPointId, identity }: Thread): string => `${channel}\n${entryPointId}\n${identity}`
