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
import type { Beside, StoredFact, Submission, Writer } from '../core/writer.ts'
import type { Database } from '../platform/database/database.ts'
import { isDatabaseUnavailable } from '../platform/database/outage.ts'
import type { Log } from '../platform/log.ts'
import {
  append,
  NotTheWriter,
  takeWriterLock,
  writeHeartbeat,
  writeSnapshot,
  type Entry,
  type WriterLock,
} from './store.ts'

/** A commit that takes longer than this is an outage: nobody's ring time or wait may be charged for it. */
const outageAfterMs = 1_000
const retryEveryMs = 200
/** How finely a later start can tell when this process was last alive. */
const heartbeatEveryMs = 1_000
const snapshotEveryFacts = 50_000
/** Inputs decided together: bounds how long the first one waits for the last. */
const batchLimit = 200

type Letter = {
  input: Submission
  beside: Beside
  resolve(decision: Decision): void
  reject(error: Error): void
}

export type EngineStart = Readonly<{
  database: Database
  log: Log
  state: RoutingState
  lastSeq: number
  lock: WriterLock
  now: () => Instant
  /** Another process took over, or a bug threw in the machine: the process must end. */
  onFatal(error: Error): void
}>

export class Engine implements Writer {
  readonly #start: EngineStart
  readonly #state: RoutingState
  readonly #mailbox: Letter[] = []
  /** Decided, and not stored yet. */
  #inHand: readonly Letter[] = []
  readonly #factListeners = new Set<(facts: readonly StoredFact[]) => void>()
  readonly #commandListeners = new Set<(commands: readonly Command[]) => void>()
  #lock: WriterLock
  #seq: number
  #lastAt: Instant = 0
  #working: Promise<void> | null = null
  #stalledSince: Instant | null = null
  #alarm: NodeJS.Timeout | null = null
  #alarmAt: Instant | null = null
  #heartbeat: NodeJS.Timeout | null = null
  #sinceSnapshot = 0
  #stopped: Error | null = null

  constructor(start: EngineStart) {
    this.#start = start
    this.#state = start.state
    this.#seq = start.lastSeq
    this.#lock = start.lock
    this.#watchLock(start.lock)
  }

  get lastSeq(): number {
    return this.#seq
  }

  state(): RoutingState {
    return this.#state
  }

  stalledSince(): Instant | null {
    return this.#stalledSince
  }

  submit(input: Submission, beside: Beside = {}): Promise<Decision> {
    if (this.#stopped !== null) return Promise.reject(this.#stopped)
    return new Promise((resolve, reject) => {
      this.#mailbox.push({ input, beside, resolve, reject })
      // Microtask: inputs that one event gives rise to are decided and stored together.
      this.#working ??= Promise.resolve().then(() => this.#work())
    })
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
   * Sets the alarm for what was pending before this process began, after telling the machine how long nobody watched the
   * clock. Call once channels listen.
   */
  begin(lastAlive: Instant): void {
    const now = this.#start.now()
    if (lastAlive > 0 && lastAlive < now) void this.submit({ kind: 'outage', from: lastAlive, to: now })
    else this.#setAlarm()
    this.#heartbeat = setInterval(() => void this.#beat(), heartbeatEveryMs)
  }

  async #beat(): Promise<void> {
    try {
      await writeHeartbeat(this.#start.database, this.#start.now())
    } catch (error) {
      this.#start.log.debug({ err: error }, 'heartbeat not written')
    }
  }

  /** Stores what is in hand, writes a snapshot, gives the lock back. */
  async stop(): Promise<void> {
    await this.#working
    this.#stopped ??= new Error('the writer has stopped')
    if (this.#alarm !== null) clearTimeout(this.#alarm)
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat)
    await this.#snapshot()
    await this.#lock.release()
  }

  async #work(): Promise<void> {
    try {
      while (this.#mailbox.length > 0 && this.#stopped === null) {
        const letters = this.#mailbox.splice(0, batchLimit)
        this.#inHand = letters
        const decided = letters.map((letter) => this.#decide(letter.input, letter.beside))
        await this.#store(decided.map(({ entry }) => entry))
        for (const [i, letter] of letters.entries()) {
          const decision = decided[i]?.decision
          if (decision !== undefined) letter.resolve(decision)
        }
        this.#publish(decided.map(({ entry }) => entry))
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
    } finally {
      this.#working = null
    }
    if (this.#stopped === null) this.#setAlarm()
  }

  #decide(submission: Submission, beside: Beside): { decision: Decision; entry: Entry } {
    this.#lastAt = Math.max(this.#lastAt, this.#start.now())
    const input = { ...submission, at: this.#lastAt } as RoutingInput
    const decision = run(this.#state, input)
    const facts = decision.facts.map((fact) => ({ seq: ++this.#seq, fact }))
    return {
      decision,
      entry: {
        facts,
        commands: decision.commands,
        details: decision.refusal === undefined ? (beside.details ?? []) : [],
        checkpoint: beside.checkpoint ?? null,
      },
    }
  }

  async #store(entries: readonly Entry[]): Promise<void> {
    const worthStoring = entries.filter((entry) => entry.facts.length > 0 || entry.checkpoint !== null)
    if (worthStoring.length === 0) return
    const began = this.#start.now()
    for (;;) {
      try {
        await append(this.#start.database, this.#lock.epoch, worthStoring)
        break
      } catch (error) {
        if (error instanceof NotTheWriter) throw error
        if (!isDatabaseUnavailable(error)) throw error
        if (this.#stalledSince === null) {
          this.#stalledSince = began
          this.#start.log.error({ err: error }, 'the database does not answer; holding decisions until it does')
        }
        await new Promise((resolve) => setTimeout(resolve, retryEveryMs))
      }
    }
    this.#sinceSnapshot += worthStoring.reduce((sum, entry) => sum + entry.facts.length, 0)
    if (this.#sinceSnapshot >= snapshotEveryFacts) await this.#snapshot()
    const to = this.#start.now()
    const stalled = this.#stalledSince !== null
    this.#stalledSince = null
    if (stalled || to - began > outageAfterMs) {
      this.#start.log.warn({ ms: to - began }, 'the database is back')
      // Ahead of everything that came meanwhile, so that no timer is judged before it is moved.
      void this.#submitFirst({ kind: 'outage', from: began, to })
    }
  }

  #submitFirst(input: Submission): Promise<Decision> {
    return new Promise((resolve, reject) => this.#mailbox.unshift({ input, beside: {}, resolve, reject }))
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

  #watchLock(lock: WriterLock): void {
    void lock.lost.then(() => this.#regainLock())
  }

  async #regainLock(): Promise<void> {
    while (this.#stopped === null) {
      try {
        const lock = await takeWriterLock(this.#start.database, this.#lock.epoch)
        if (lock === 'replaced') return this.#fail(new NotTheWriter('another process writes this organisation now'))
        if (lock !== 'held') {
          this.#lock = lock
          return this.#watchLock(lock)
        }
      } catch (error) {
        this.#start.log.debug({ err: error }, 'writer lock not back yet')
      }
      await new Promise((resolve) => setTimeout(resolve, retryEveryMs))
    }
  }

  #fail(error: Error): void {
    this.#stopped = error
    for (const letter of [...this.#inHand, ...this.#mailbox.splice(0)]) letter.reject(error)
    this.#start.onFatal(error)
  }
}
