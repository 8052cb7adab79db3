/**
 * Tells supervisors' pages the floor: a snapshot, then changes in the order of the facts.
 *
 * What it costs: nothing while nobody watches. With watchers, every `gatherMs` one pass over the live interactions and one line
 * for each agent and interaction that facts were about since the last one; the text is made once and shared by all watchers
 * that keep up. A snapshot has a line of about 400 bytes for each agent and live interaction, and is made for a watcher who
 * comes, or comes back after more facts than the ring holds. The day's figures are one query every `todayEveryMs`.
 */
import type { InteractionId } from '../core/ids.ts'
import type { StoredFact } from '../core/writer.ts'
import type { WorkCard } from '../history/index.ts'
import type { Log } from '../platform/log.ts'
import { FactRing } from './fact-ring.ts'
import { floorChanges, floorSnapshot, touchedBy, type FloorMessage, type QueueToday } from './floor-view.ts'
import type { FactSource, Reader } from './live-feed.ts'

export type FloorSource = Pick<FactSource, 'state' | 'onFolded' | 'cards'> &
  Readonly<{
    /** Of all queues that had anybody since midnight. */
    today(): Promise<readonly QueueToday[]>
  }>

export type FloorLimits = Readonly<{ ringFacts: number; gatherMs: number; todayEveryMs: number }>

export const floorLimits: FloorLimits = { ringFacts: 5_000, gatherMs: 200, todayEveryMs: 5_000 }

/** A watcher's hold on the feed. */
export type Watch = Readonly<{ nudge(): void; stop(): void }>

type Changes = Readonly<{ to: number; text: string }>
type Watcher = {
  readonly reader: Reader
  /** Everything up to here has been told. */
  told: number
  today: string
  isBusy: boolean
}

export class FloorFeed {
  readonly #source: FloorSource
  readonly #log: Log
  readonly #limits: FloorLimits
  readonly #ring: FactRing
  readonly #nodes = new Map<InteractionId, string>()
  readonly #watchers = new Set<Watcher>()
  readonly #stopListening: () => void
  #gathering: NodeJS.Timeout | null = null
  #todayTimer: NodeJS.Timeout | null = null
  #today: string | null = null
  /** The changes of this round by where they begin: watchers who stand at the same fact share them. */
  readonly #made = new Map<number, Promise<Changes | null>>()

  constructor(source: FloorSource, log: Log, limits: FloorLimits = floorLimits) {
    this.#source = source
    this.#log = log
    this.#limits = limits
    this.#ring = new FactRing(limits.ringFacts, source.state().seq)
    this.#stopListening = source.onFolded((facts) => this.#take(facts))
  }

  /** `after`: up to where the reader knows everything; null, or too long ago: it begins with a snapshot. */
  watch(reader: Reader, after: number | null): Watch {
    const canResume = after !== null && after <= this.#ring.head && this.#ring.after(after, 0) !== null
    const watcher: Watcher = { reader, told: canResume ? after : -1, today: '', isBusy: false }
    this.#watchers.add(watcher)
    void this.#serve(watcher)
    this.#todayTimer ??= setInterval(() => void this.#tellToday(), this.#limits.todayEveryMs)
    void this.#tellToday()
    return {
      // Whoever had no room for the last changes may have it now.
      nudge: () => void this.#serve(watcher),
      stop: () => {
        this.#watchers.delete(watcher)
        if (this.#watchers.size === 0) this.#rest()
      },
    }
  }

  stop(): void {
    this.#stopListening()
    this.#watchers.clear()
    this.#rest()
  }

  #rest(): void {
    if (this.#gathering !== null) clearTimeout(this.#gathering)
    if (this.#todayTimer !== null) clearInterval(this.#todayTimer)
    this.#gathering = null
    this.#todayTimer = null
    this.#today = null
    this.#made.clear()
  }

  #take(facts: readonly StoredFact[]): void {
    this.#ring.push(facts)
    for (const { fact } of facts) {
      if (fact.kind === 'flow-node-entered') this.#nodes.set(fact.interactionId, fact.nodeId)
      if (fact.kind === 'interaction-ended') this.#nodes.delete(fact.interactionId)
    }
    if (this.#watchers.size === 0) return
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null
      this.#made.clear()
      for (const watcher of this.#watchers) void this.#serve(watcher)
    }, this.#limits.gatherMs)
  }

  /** A watcher whose line is full is served with what came meanwhile as soon as facts come and it has room. */
  async #serve(watcher: Watcher): Promise<void> {
    if (watcher.isBusy || !watcher.reader.isReady()) return
    watcher.isBusy = true
    try {
      const changes = watcher.told < 0 ? null : await this.#changesAfter(watcher.told)
      if (!this.#watchers.has(watcher)) return
      if (changes !== null) this.#send(watcher, changes.text, changes.to)
      else if (watcher.told < this.#ring.head) await this.#begin(watcher)
    } catch (error) {
      this.#log.warn({ err: error }, 'a supervisor could not be told the floor; their page will connect again')
      watcher.reader.fail(error)
    } finally {
      watcher.isBusy = false
    }
  }

  async #begin(watcher: Watcher): Promise<void> {
    const ids = this.#source.state().stories.map(({ interactionId }) => interactionId)
    const cards = await this.#source.cards(ids)
    const state = this.#source.state()
    this.#send(watcher, textOf(floorSnapshot(state, this.#nodes, cards)), state.seq)
  }

  /** null: nothing has happened, or too much. */
  #changesAfter(told: number): Promise<Changes | null> {
    const made = this.#made.get(told) ?? this.#make(told)
    this.#made.set(told, made)
    return made
  }

  async #make(told: number): Promise<Changes | null> {
    const facts = this.#ring.after(told, Infinity)
    const to = facts?.at(-1)?.seq
    if (facts === null || to === undefined) return null
    const touched = touchedBy(facts)
    const cards: readonly WorkCard[] = touched.cards.size === 0 ? [] : await this.#source.cards([...touched.cards])
    // After the wait, so that lines and cards are of one moment.
    const from = told + 1
    return { to, text: textOf(floorChanges(this.#source.state(), this.#nodes, { from, to, touched, cards })) }
  }

  #send(watcher: Watcher, text: string, to: number): void {
    if (!this.#watchers.has(watcher)) return
    watcher.reader.send(text)
    watcher.told = to
    this.#sendToday(watcher)
  }

  async #tellToday(): Promise<void> {
    try {
      this.#today = textOf({ type: 'floor-today', queues: await this.#source.today() })
    } catch (error) {
      this.#log.warn({ err: error }, "the day's figures can't be read; the floor shows those from before")
      return
    }
    for (const watcher of this.#watchers) if (watcher.told >= 0) this.#sendToday(watcher)
  }

  #sendToday(watcher: Watcher): void {
    if (this.#today === null || this.#today === watcher.today || !watcher.reader.isReady()) return
    watcher.today = this.#today
    watcher.reader.send(this.#today)
  }
}

const textOf = (message: FloorMessage): string => JSON.stringify(message)
