/**
 * Hands facts to live readers. Each has a cursor and is sent what follows on it: from the ring while it keeps up, else
 * from the table of facts. So a reader can be slow, drop and come back, and still sees every fact once and in order.
 */
import { Involvement } from '../core/history/involvement.ts'
import type { AgentId, CustomerId, InteractionId } from '../core/ids.ts'
import type { StoredFact } from '../core/writer.ts'
import type { WorkCard } from '../history/index.ts'
import type { Log } from '../platform/log.ts'
import { FactRing } from './fact-ring.ts'
import {
  changedQueues,
  deskChange,
  queueLines,
  snapshot,
  type DeskChange,
  type LiveMessage,
  type LiveQueue,
  type LiveState,
} from './live-view.ts'

/** The history's projector, as this room sees it. */
export type FactSource = Readonly<{
  /** Of this moment; read before anything is awaited. */
  state(): LiveState
  onFolded(listener: (facts: readonly StoredFact[]) => void): () => void
  /** Committed facts after `seq`, oldest first. */
  factsAfter(seq: number, limit: number): Promise<readonly StoredFact[]>
  /** Facts of all interactions that may concern the agent as of `seq`, oldest first. */
  factsConcerning(agentId: AgentId, seq: number): Promise<readonly StoredFact[]>
  /** Who these interactions are with. */
  cards(interactionIds: readonly InteractionId[]): Promise<readonly WorkCard[]>
}>

export type LiveLimits = Readonly<{
  ringFacts: number
  /** A reader that is further behind gets a new snapshot. */
  replayFacts: number
  messageFacts: number
  /** How long facts are gathered into one message for readers of everything; who sees little is told at once. */
  gatherMs: number
  queuesEveryMs: number
}>

export const liveLimits: LiveLimits = {
  ringFacts: 5_000,
  replayFacts: 20_000,
  messageFacts: 500,
  gatherMs: 30,
  queuesEveryMs: 1_000,
}

/** Where messages go. */
export type Reader = Readonly<{ isReady(): boolean; send(text: string): void; fail(error: unknown): void }>

export type Subscription = {
  readonly reader: Reader
  readonly viewerId: AgentId
  /** Shown as a desk: with lines and cards beside the facts. */
  readonly isDesk: boolean
  own: Involvement | null
  /** Everything up to here has been sent or doesn't concern the reader. */
  cursor: number
  /** Everything up to here has been told, by a message. */
  told: number
  queues: readonly LiveQueue[]
  isPumping: boolean
  isOver: boolean
}

export class LiveFeed {
  readonly #source: FactSource
  readonly #limits: LiveLimits
  readonly #log: Log
  readonly #ring: FactRing
  readonly #subscriptions = new Set<Subscription>()
  #gathering: NodeJS.Timeout | null = null
  #telling: NodeJS.Immediate | null = null
  #queuesTimer: NodeJS.Timeout | null = null
  /** The last message to readers of everything: those who keep up share it. */
  #shared: { from: number; to: number; text: string } | null = null
  readonly #stopListening: () => void

  constructor(source: FactSource, log: Log, limits: LiveLimits = liveLimits) {
    this.#source = source
    this.#log = log
    this.#limits = limits
    this.#ring = new FactRing(limits.ringFacts, source.state().seq)
    this.#stopListening = source.onFolded((facts) => this.#take(facts))
  }

  /** Readers of what concerns them alone are named by `seesAll` false. `after` null, unknown or too old: a snapshot. */
  async subscribe(
    reader: Reader,
    viewer: Readonly<{ id: AgentId; seesAll: boolean; isDesk?: boolean }>,
    after: number | null,
  ): Promise<Subscription> {
    const subscription: Subscription = {
      reader,
      viewerId: viewer.id,
      isDesk: viewer.isDesk === true,
      own: viewer.seesAll ? null : new Involvement(viewer.id),
      cursor: 0,
      told: 0,
      queues: [],
      isPumping: true,
      isOver: false,
    }
    const canResume = after !== null && after <= this.#ring.head && this.#ring.head - after <= this.#limits.replayFacts
    if (canResume) await this.#resume(subscription, after)
    else await this.#begin(subscription)
    subscription.isPumping = false
    if (subscription.isOver) return subscription
    this.#subscriptions.add(subscription)
    this.#tellQueues(subscription, this.#queueLines())
    await this.#pump(subscription)
    return subscription
  }

  unsubscribe(subscription: Subscription): void {
    subscription.isOver = true
    this.#subscriptions.delete(subscription)
  }

  /** Says where the reader stands, so that it can tell silence from a dead line. */
  heartbeat(subscription: Subscription): void {
    if (!subscription.reader.isReady()) return
    void this.#pump(subscription)
    // What is being told is about to say as much.
    if (subscription.isPumping) return
    subscription.told = subscription.cursor
    this.#send(subscription, { type: 'heartbeat', seq: subscription.cursor })
  }

  /** What no fact carries: to this agent, or to those who are on an interaction with one of these records. */
  tell(message: LiveMessage, to: Readonly<{ agentId: AgentId }> | Readonly<{ records: readonly CustomerId[] }>): void {
    if (this.#subscriptions.size === 0) return
    const concerned =
      'agentId' in to
        ? (subscription: Subscription) => subscription.viewerId === to.agentId
        : this.#withCustomer(new Set(to.records))
    for (const subscription of this.#subscriptions) {
      if (concerned(subscription) && subscription.reader.isReady()) this.#send(subscription, message)
    }
  }

  #withCustomer(records: ReadonlySet<CustomerId>): (subscription: Subscription) => boolean {
    const live = this.#source
      .state()
      .stories.filter(({ customerId }) => customerId !== null && records.has(customerId))
      .map(({ interactionId }) => interactionId)
    return ({ own }) => live.some((interactionId) => own?.has(interactionId) ?? true)
  }

  stop(): void {
    this.#stopListening()
    if (this.#gathering !== null) clearTimeout(this.#gathering)
    if (this.#telling !== null) clearImmediate(this.#telling)
    if (this.#queuesTimer !== null) clearTimeout(this.#queuesTimer)
    for (const subscription of this.#subscriptions) this.unsubscribe(subscription)
  }

  async #begin(subscription: Subscription): Promise<void> {
    const state = this.#source.state()
    if (subscription.own !== null) subscription.own = new Involvement(subscription.viewerId, state.stories)
    subscription.cursor = state.seq
    subscription.told = state.seq
    subscription.queues = queueLines(state.board, state.stories)
    const first = snapshot(state, { id: subscription.viewerId, own: subscription.own })
    if (!subscription.isDesk || first.type !== 'snapshot') return this.#send(subscription, first)
    const cards = await this.#source.cards(first.interactions.map(({ interactionId }) => interactionId))
    this.#send(subscription, { ...first, cards })
  }

  async #resume(subscription: Subscription, after: number): Promise<void> {
    subscription.cursor = after
    subscription.told = after
    if (subscription.own === null) return
    for (const { fact } of await this.#source.factsConcerning(subscription.viewerId, after)) {
      subscription.own.concerns(fact)
    }
  }

  #take(facts: readonly StoredFact[]): void {
    this.#ring.push(facts)
    if (this.#subscriptions.size === 0) return
    this.#telling ??= setImmediate(() => {
      this.#telling = null
      for (const subscription of this.#subscriptions) if (subscription.own !== null) void this.#pump(subscription)
    })
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null
      for (const subscription of this.#subscriptions) if (subscription.own === null) void this.#pump(subscription)
    }, this.#limits.gatherMs)
    this.#queuesTimer ??= setTimeout(() => {
      this.#queuesTimer = null
      const queues = this.#queueLines()
      for (const subscription of this.#subscriptions) this.#tellQueues(subscription, queues)
    }, this.#limits.queuesEveryMs)
  }

  /** Sends what there is, in pieces, for as long as the reader takes it; the next facts or heartbeat go on. */
  async #pump(subscription: Subscription): Promise<void> {
    if (subscription.isPumping || subscription.isOver) return
    subscription.isPumping = true
    try {
      while (subscription.cursor < this.#ring.head && !subscription.isOver && subscription.reader.isReady()) {
        const { cursor } = subscription
        const { messageFacts } = this.#limits
        const facts = this.#ring.after(cursor, messageFacts) ?? (await this.#source.factsAfter(cursor, messageFacts))
        if (facts.length === 0 || subscription.isOver) return
        await this.#tellFacts(subscription, facts)
      }
    } catch (error) {
      this.#log.warn({ err: error }, 'a live reader could not be served; it will connect again')
      subscription.reader.fail(error)
    } finally {
      subscription.isPumping = false
    }
  }

  async #tellFacts(subscription: Subscription, facts: readonly StoredFact[]): Promise<void> {
    const to = facts.at(-1)?.seq ?? subscription.cursor
    const { own, told } = subscription
    const visible = own === null ? facts : facts.filter(({ fact }) => own.concerns(fact))
    subscription.cursor = to
    if (visible.length === 0) return
    const from = told + 1
    subscription.told = to
    if (own !== null) {
      const desk = subscription.isDesk ? { desk: await this.#deskChange(subscription, visible) } : {}
      return this.#send(subscription, { type: 'changes', from, to, facts: visible, ...desk })
    }
    if (this.#shared?.from !== from || this.#shared.to !== to) {
      const message: LiveMessage = { type: 'changes', from, to, facts: visible }
      this.#shared = { from, to, text: JSON.stringify(message) }
    }
    subscription.reader.send(this.#shared.text)
  }

  async #deskChange({ viewerId, own }: Subscription, facts: readonly StoredFact[]): Promise<DeskChange> {
    const touched = new Set(facts.flatMap(({ fact }) => ('interactionId' in fact ? [fact.interactionId] : [])))
    const cards = await this.#source.cards([...touched])
    // After the wait, so that line and involvement are of one moment.
    return deskChange(this.#source.state(), { id: viewerId, own }, touched, cards)
  }

  #queueLines(): LiveQueue[] {
    const { board, stories } = this.#source.state()
    return queueLines(board, stories)
  }

  #tellQueues(subscription: Subscription, queues: readonly LiveQueue[]): void {
    if (!subscription.reader.isReady()) return
    const changed = changedQueues(subscription.queues, queues)
    subscription.queues = queues
    if (changed.length > 0) this.#send(subscription, { type: 'queues', queues: changed })
  }

  #send({ reader }: Subscription, message: LiveMessage): void {
    reader.send(JSON.stringify(message))
  }
}
