/** The desk's state outside of React: what the service says, with what I have just done laid over it. */
import type { AgentId, InteractionId } from '../../core/ids.ts'
import type { FloorMessage } from '../../insight/floor-view.ts'
import type { LiveMessage } from '../../insight/live-view.ts'
import { LiveConnection, type ConnectionState } from './connection.ts'
import { applyLive, emptyDesk, workOf, type DeskState, type WorkItem } from './desk-state.ts'

/** Done here, and not yet told back: shown at once, taken back when it is refused. */
export type Doing = Readonly<{
  held?: boolean
  /** The offer is being answered or declined, or the wrap-up finished. */
  settled?: 'accepting' | 'declining' | 'finishing'
}>

export type DeskView = Readonly<{
  connection: ConnectionState
  state: DeskState
  work: readonly WorkItem[]
  doing: ReadonlyMap<InteractionId, Doing>
}>

/** What a message is about besides the desk: texts, keystrokes, pages seen. */
export type Told = Readonly<{ type: string; interactionId?: InteractionId }> & Readonly<Record<string, unknown>>

/** What to say for it, with where the page stands by then, and what ends it. */
export type Wish = Readonly<{ ask(): object; enough: object }>

const isOfTheFloor = (message: LiveMessage | FloorMessage): message is FloorMessage => message.type.startsWith('floor')

export class DeskStore {
  readonly #connection: LiveConnection
  readonly #listeners = new Set<() => void>()
  readonly #hearers = new Set<(message: Told) => void>()
  readonly #wishes = new Set<Wish>()
  #view: DeskView
  #knowsAnything = false

  constructor(me: AgentId, deskId: string) {
    this.#view = { connection: 'connecting', state: emptyDesk(me), work: [], doing: new Map() }
    this.#connection = new LiveConnection({
      deskId,
      after: () => (this.#knowsAnything ? this.#view.state.seq : null),
      onMessage: (message) => this.#take(message),
      onState: (connection) => this.#turn(connection),
      onOpen: () => {
        for (const { ask } of this.#wishes) this.#connection.say(ask())
      },
    })
  }

  open(): void {
    this.#connection.open()
  }

  /** After another desk took over: this one again. */
  takeBack(): void {
    this.#show({ connection: 'connecting' })
    this.#connection.restart()
  }

  close(): void {
    this.#connection.close()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly view = (): DeskView => this.#view

  /** Every message, after it has been taken in. */
  hear(hearer: (message: Told) => void): () => void {
    this.#hearers.add(hearer)
    return () => this.#hearers.delete(hearer)
  }

  /** Asks for more than a desk is told, now and whenever the line comes up again. Returns how to have done with it. */
  wish(wish: Wish): () => void {
    this.#wishes.add(wish)
    this.#connection.say(wish.ask())
    return () => {
      this.#wishes.delete(wish)
      this.#connection.say(wish.enough)
    }
  }

  say(message: object): void {
    this.#connection.say(message)
  }

  /** Shows it as done until the service's own word comes. Returns how to take it back. */
  doing(interactionId: InteractionId, doing: Doing): () => void {
    const laid = { ...this.#view.doing.get(interactionId), ...doing }
    this.#show({ doing: new Map(this.#view.doing).set(interactionId, laid) })
    return () => this.#forget([interactionId])
  }

  seenMissed(): void {
    this.#show({ state: { ...this.#view.state, missed: [] } })
  }

  /** What happens is told to another desk from then on: nothing that was known here is shown, or rings. */
  #turn(connection: ConnectionState): void {
    if (connection !== 'taken-over') return this.#show({ connection })
    this.#knowsAnything = false
    this.#show({ connection, state: { ...this.#view.state, lines: new Map(), cards: new Map(), missed: [] } })
  }

  #take(message: LiveMessage | FloorMessage): void {
    if (isOfTheFloor(message)) return this.#tell(message)
    const state = applyLive(this.#view.state, message)
    if (state === null) {
      this.#knowsAnything = false
      return this.#connection.restart()
    }
    this.#knowsAnything ||= message.type === 'snapshot'
    if (state !== this.#view.state) this.#show({ state })
    if (message.type === 'snapshot') this.#show({ doing: new Map() })
    if (message.type === 'changes' && message.desk !== undefined) {
      const { interactions, gone } = message.desk
      this.#forget([...interactions.map(({ interactionId }) => interactionId), ...gone])
    }
    this.#tell(message)
  }

  #tell(message: Told): void {
    for (const hear of this.#hearers) hear(message)
  }

  #forget(interactionIds: readonly InteractionId[]): void {
    if (!interactionIds.some((id) => this.#view.doing.has(id))) return
    const doing = new Map(this.#view.doing)
    for (const id of interactionIds) doing.delete(id)
    this.#show({ doing })
  }

  #show(change: Partial<DeskView>): void {
    const next = { ...this.#view, ...change }
    this.#view = change.state === undefined ? next : { ...next, work: workOf(next.state, next.work) }
    for (const listener of this.#listeners) listener()
  }
}
