/**
 * The one writer: takes inputs from its mailbox, lets the machine decide a batch of them, stores the facts in one
 * statement, then lets the channels act. While the database is away it keeps the batch in hand and decides nothing more;
 * when it is back, the machine is told of the outage so that nobody is blamed for it.
 */
import type { Command } from '../core/commands.ts'
import type { Decision } from '../core/decision.ts'
import type { Instant } from '../core/ids.ts'
import type { RoutingInput } from '../core/routing/inputs.ts'
import { nextWake, run, snapshot } from '../core/routing/machine.ts'
import type { RoutingState } from '../core/routing/state.ts'
import type { Beside, ChannelWriter, StoredFact, Submission, Submitted } from '../core/writer.ts'
import type { Database } from '../platform/database/database.ts'
import { within } from '../platform/database/within.ts'
import type { Log } from '../platform/log.ts'
import { Mailbox, type Letter } from './mailbox.ts'
import { Pulse, type Outage } from './pulse.ts'
import { append, NotTheWriter, writeSnapshot, type Entry } from './store.ts'
import { takeWriterLock, type WriterLock } from './writer-lock-store.ts'

/** A commit that takes longer than this is an outage: nobody's ring time or wait may be charged for it. */
const outageAfterMs = 1_000
const retryEveryMs = 200
const snapshotEveryFacts = 50_000
/** Inputs decided together: bounds how long the first one waits for the last. */
const batchLimit = 200
/** A process that is asked to stop while the database is away doesn't wait for it longer than this. */
const stopWithinMs = 3_000

export type EngineStart = Readonly<{
  database: Database
  log: Log
  state: RoutingState
  lastSeq: number
  /** Of the last fact: the time of inputs never goes back, also not across processes. */
  lastAt: Instant
  lock: WriterLock
  now: () => Instant
  /** Another process took over, or a bug threw in the machine: the process must end. */
  onFatal(error: Error): void
}>

type Decided = Readonly<{ letter: Letter; decision: Decision; entry: Entry }>

export class Engine implements ChannelWriter {
  readonly #start: EngineStart
  readonly #state: RoutingState
  readonly #mailbox = new Mailbox()
  /** Decided, and not stored yet. */
  #inHand: readonly Letter[] = []
  readonly #pulse: Pulse
  readonly #factListeners = new Set<(facts: readonly StoredFact[]) => void>()
  readonly #commandListeners = new Set<(commands: readonly Command[]) => void>()
  readonly #foresightListeners = new Set<(commands: readonly Command[]) => void>()
  #lock: WriterLock
  #seq: number
  #lastAt: Instant
  #working: Promise<void> | null = null
  #alarm: NodeJS.Timeout | null = null
  #alarmAt: Instant | null = null
  #sinceSnapshot = 0
  #groups = 0
  #stopped: Error | null = null

  constructor(start: EngineStart) {
    this.#start = start
    this.#state = start.state
    this.#seq = start.lastSeq
    this.#lastAt = start.lastAt
    this.#lock = start.lock
    this.#pulse = new Pulse({
      database: start.database,
      log: start.log,
      now: start.now,
      epoch: () => this.#lock.epoch,
      onBack: () => this.#back(),
    })
    this.#watchLock(start.lock)
  }

  get lastSeq(): number {
    return this.#seq
  }

  state(): RoutingState {
    return this.#state
  }

  stalledSince(): Instant | null {
    return this.#pulse.stalledSince
  }

  submit(input: Submission, beside: Beside = {}): Promise<Decision> {
    if (this.#stopped !== null) return Promise.reject(this.#stopped)
    return new Promise((resolve, reject) => {
      this.#mailbox.put({ receivedAt: this.#start.now(), input, beside, group: null, resolve, reject })
      this.#begin()
    })
  }

  submitTogether(letters: readonly Submitted[]): Promise<Decision[]> {
    if (this.#stopped !== null) return Promise.reject(this.#stopped)
    const receivedAt = this.#start.now()
    const group = ++this.#groups
    const answers = letters.map(
      ({ input, beside = {} }) =>
        new Promise<Decision>((resolve, reject) =>
          this.#mailbox.put({ receivedAt, input, beside, group, resolve, reject }),
        ),
    )
    this.#begin()
    return Promise.all(answers)
  }

  #begin(): void {
    // Once what has arrived has been heard: the inputs that one turn of the event loop gives rise to are decided and stored
    // together, be they of one call or of many.
    this.#working ??= nextTurn().then(() => this.#work())
  }

  onFacts(listener: (facts: readonly StoredFact[]) => void): () => void {
    this.#factListeners.add(listener)
    return () => this.#factListeners.delete(listener)
  }

  /** Commands of each batch, after its facts are committed, in order. */
  onCommands(listener: (commands: readonly Command[]) => void): () => void {
    this.#commandListeners.add(listener)
    return () => this.#commandListeners.delete(listener)
  }

  /**
   * Commands as they are decided, while their facts are on the way to the disk: only what nobody can hear, and what is
   * harmless if it comes to nothing, may be done on this word. The same commands follow through `onCommands`.
   */
  onForeseen(listener: (commands: readonly Command[]) => void): () => void {
    this.#foresightListeners.add(listener)
    return () => this.#foresightListeners.delete(listener)
  }

  /**
   * Sets the alarm for what was pending before this process began, after telling the machine how long nobody watched the
   * clock. Call once channels listen.
   */
  begin(lastAlive: Instant): void {
    const now = this.#start.now()
    if (lastAlive > 0 && lastAlive < now) void this.submit({ kind: 'outage', from: lastAlive, to: now })
    else this.#setAlarm()
    this.#pulse.start()
  }

  /** Somebody else acts for this organisation now: nothing more is decided, and the process must end. */
  abdicate(reason: Error): void {
    if (this.#stopped === null) this.#fail(reason)
  }

  /** Stores what is in hand, writes a snapshot, gives the lock back. */
  async stop(): Promise<void> {
    if (this.#working !== null) await within(stopWithinMs, this.#working)
    this.#stopped ??= new Error('the writer has stopped')
    this.#rest()
    if (this.#working === null) await this.#snapshot()
    await this.#lock.release()
  }

  /** Nobody had anything to decide since the database went away: what is due is moved all the same. */
  #back(): void {
    if (this.#working !== null || this.#stopped !== null) return
    this.#tellOutage(this.#pulse.answered())
    this.#working = this.#work()
  }

  async #work(): Promise<void> {
    try {
      let untold: Entry[] = []
      while (!this.#mailbox.isEmpty && this.#stopped === null) {
        await this.#outlast()
        const decided = this.#take()
        this.#foresee(decided)
        const outage = await this.#store(decided.map(({ entry }) => entry))
        untold.push(...decided.map(({ entry }) => entry))
        for (const { letter, decision } of decided) letter.resolve(decision)
        if (outage !== null) {
          this.#tellOutage(outage)
          // Nobody acts before the deadlines have moved: a phone would be rung for what is left of its time.
          continue
        }
        this.#publish(untold)
        untold = []
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
    } finally {
      this.#working = null
    }
    if (this.#stopped === null) this.#setAlarm()
  }

  #take(): Decided[] {
    const letters = this.#mailbox.take(batchLimit)
    this.#inHand = letters
    return letters.map((letter) => this.#decide(letter))
  }

  #decide(letter: Letter): Decided {
    this.#lastAt = Math.max(this.#lastAt, letter.receivedAt)
    const input = { ...letter.input, at: this.#lastAt } as RoutingInput
    const decision = run(this.#state, input)
    const entry: Entry = {
      facts: decision.facts.map((fact) => ({ seq: ++this.#seq, fact })),
      commands: decision.commands,
      details: decision.refusal === undefined ? (letter.beside.details ?? []) : [],
      takes: decision.refusal === undefined ? (letter.beside.takes ?? null) : null,
      sends: decision.refusal === undefined ? (letter.beside.sends ?? []) : [],
      checkpoint: letter.beside.checkpoint ?? null,
    }
    return { letter, decision, entry }
  }

  /** Nothing is decided while the database is known to be away: an offer could run out that nobody can be told of. */
  async #outlast(): Promise<void> {
    while (this.#pulse.stalledSince !== null) {
      if (await this.#pulse.beat()) return this.#tellOutage(this.#pulse.answered())
      await this.#pause()
    }
  }

  #tellOutage(outage: Outage | null): void {
    if (outage !== null) this.#mailbox.tellOutage(outage.from, outage.to)
  }

  /** Stores them, however long it takes. */
  async #store(entries: readonly Entry[]): Promise<Outage | null> {
    const worthStoring = entries.filter((entry) => entry.facts.length > 0 || entry.checkpoint !== null)
    if (worthStoring.length === 0) return null
    const late = new Error(`no answer within ${outageAfterMs} ms`)
    const askedAt = this.#start.now()
    const watch = setTimeout(() => this.#pulse.stall(late, askedAt), outageAfterMs)
    try {
      while (!(await this.#tryToStore(worthStoring, askedAt))) await this.#pause()
    } finally {
      clearTimeout(watch)
    }
    this.#sinceSnapshot += worthStoring.reduce((sum, entry) => sum + entry.facts.length, 0)
    if (this.#sinceSnapshot >= snapshotEveryFacts) await this.#snapshot()
    return this.#pulse.answered()
  }

  async #tryToStore(entries: readonly Entry[], askedAt: Instant): Promise<boolean> {
    try {
      await append(this.#start.database, this.#lock.epoch, entries)
      return true
    } catch (error) {
      this.#pulse.failed(error, askedAt)
      return false
    }
  }

  async #pause(): Promise<void> {
    await pause(retryEveryMs)
    if (this.#stopped !== null) throw this.#stopped
  }

  #foresee(decided: readonly Decided[]): void {
    const commands = decided.flatMap(({ entry }) => entry.commands)
    if (commands.length > 0) for (const listener of this.#foresightListeners) listener(commands)
  }

  #publish(entries: readonly Entry[]): void {
    const facts = entries.flatMap((entry) => entry.facts)
    const commands = entries.flatMap((entry) => entry.commands)
    if (commands.length > 0) for (const listener of this.#commandListeners) listener(commands)
    if (facts.length > 0) for (const listener of this.#factListeners) listener(facts)
  }

  #setAlarm(): void {
    const wakeAt = nextWake(this.#state)
    if (wakeAt === this.#alarmAt && this.#alarm !== null) return
    if (this.#alarm !== null) clearTimeout(this.#alarm)
    this.#alarm = null
    this.#alarmAt = wakeAt
    if (wakeAt === null) return
    // setTimeout counts in 31 bits; a later alarm is simply set again.
    const delayMs = Math.min(Math.max(wakeAt - this.#start.now(), 0), 2 ** 31 - 1)
    this.#alarm = setTimeout(() => {
      this.#alarm = null
      void this.submit({ kind: 'tick' }).catch((error: unknown) =>
        this.#start.log.debug({ err: error }, 'tick not taken'),
      )
    }, delayMs)
  }

  async #snapshot(): Promise<void> {
    this.#sinceSnapshot = 0
    try {
      await writeSnapshot(this.#start.database, this.#seq, snapshot(this.#state))
    } catch (error) {
      // A start without it only reads more facts.
      this.#start.log.warn({ err: error }, 'snapshot not written')
    }
  }

  #isStopped(): boolean {
    return this.#stopped !== null
  }

  #watchLock(lock: WriterLock): void {
    void lock.lost.then(() => this.#regainLock())
  }

  async #regainLock(): Promise<void> {
    while (this.#stopped === null) {
      try {
        const lock = await takeWriterLock(this.#start.database, this.#lock.epoch)
        if (lock === 'replaced') return this.abdicate(new NotTheWriter('another process writes this organisation now'))
        if (lock !== 'held') {
          // Whoever stopped meanwhile has let go of the old one only.
          if (this.#isStopped()) return await lock.release()
          this.#lock = lock
          return this.#watchLock(lock)
        }
      } catch (error) {
        this.#start.log.debug({ err: error }, 'writer lock not back yet')
      }
      await pause(retryEveryMs)
    }
  }

  #rest(): void {
    if (this.#alarm !== null) clearTimeout(this.#alarm)
    this.#pulse.stop()
  }

  #fail(error: Error): void {
    this.#stopped = error
    this.#rest()
    for (const letter of [...this.#inHand, ...this.#mailbox.take(Infinity)]) letter.reject(error)
    this.#start.onFatal(error)
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
