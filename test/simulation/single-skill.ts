/**
 * One queue, agents who all suit, phones that are answered at once: the case that theory solves, played to the real machine.
 * Arrivals, handling times and patience are drawn here; who waits, for how long and who serves them is the machine's doing.
 */
import type { Fact } from '../../src/core/facts.ts'
import type { RoutingInput } from '../../src/core/routing/inputs.ts'
import { emptyState, run } from '../../src/core/routing/machine.ts'
import { agentRules, queueRules } from '../unit/core/routing/fixtures.ts'
import { Random } from './random.ts'

export type Setting = Readonly<{
  seed: number
  agents: number
  /** Erlangs. */
  load: number
  /** In mean handling times; null: everyone waits. */
  meanPatience: number | null
  batches: number
  arrivalsPerBatch: number
  warmUpArrivals: number
}>

/** Of all who arrived in the batch. `controls` have mean 0 whatever the machine does: see `Martingales`. */
export type Batch = Readonly<{ waiting: number; abandoning: number; meanWait: number; controls: readonly number[] }>

/** So long that rounding to milliseconds says nothing. */
const meanHandlingMs = 1e7

export class SingleSkill {
  readonly #setting: Setting
  readonly #state = emptyState()
  readonly #random: Random
  /** When conversations end and patience runs out. */
  readonly #endsAt = new Map<string, number>()
  readonly #givesUpAt = new Map<string, number>()
  readonly #queuedAt = new Map<string, number>()
  #arrivesAt = 0
  #now = 0
  #arrivals = 0
  #tally: Tally

  constructor(setting: Setting) {
    this.#setting = setting
    this.#random = new Random(setting.seed)
    this.#tally = new Tally(setting)
    this.#run({ kind: 'configure-queue', queue: queueRules({ selection: 'longest-idle' }) })
    for (let i = 0; i < setting.agents; i += 1) this.#addAgent(`agent-${i}`)
  }

  simulate(): Batch[] {
    const { batches, arrivalsPerBatch, warmUpArrivals } = this.#setting
    const done: Batch[] = []
    this.#arriveLater()
    while (this.#arrivals < warmUpArrivals) this.#step()
    this.#tally = new Tally(this.#setting)
    while (done.length < batches) {
      this.#step()
      if (this.#tally.arrivals < arrivalsPerBatch) continue
      done.push(this.#tally.batch())
      this.#tally = new Tally(this.#setting)
    }
    return done
  }

  /** The next of all that can happen: an arrival, the end of a conversation, somebody's patience. */
  #step(): void {
    const [ends, endsAt] = earliest(this.#endsAt)
    const [givesUp, givesUpAt] = earliest(this.#givesUpAt)
    const next = Math.min(this.#arrivesAt, endsAt, givesUpAt)
    this.#tally.pass((next - this.#now) / meanHandlingMs, this.#givesUpAt.size, this.#endsAt.size)
    this.#now = next
    if (next === this.#arrivesAt) this.#arrive()
    else if (next === endsAt) this.#leave(ends, 'served')
    else this.#leave(givesUp, 'gave-up')
  }

  #arrive(): void {
    this.#tally.arrive(this.#givesUpAt.size + this.#endsAt.size)
    this.#arriveLater()
    const interactionId = `i${(this.#arrivals += 1)}`
    const contact = { channel: 'voice', direction: 'inbound', entryPointId: 'main', customerId: null } as const
    this.#givesUpAt.set(interactionId, this.#after(this.#setting.meanPatience ?? Infinity))
    this.#run({ kind: 'arrive', interactionId, providerId: interactionId, ...contact })
    const wait = { requirement: {}, priority: 0, preferredAgentId: null, waitingSince: null }
    this.#run({ kind: 'enqueue', interactionId, queueId: 'sales', ...wait })
  }

  #leave(interactionId: string, how: 'served' | 'gave-up'): void {
    this.#tally.leave(how, this.#givesUpAt.size + this.#endsAt.size)
    this.#run({ kind: 'end-interaction', interactionId, by: 'customer', outcome: null, cause: null })
  }

  #arriveLater(): void {
    this.#arrivesAt = this.#after(1 / this.#setting.load)
  }

  #after(meanHandlingTimes: number): number {
    return meanHandlingTimes === Infinity
      ? Infinity
      : Math.ceil(this.#now + this.#random.exponential(meanHandlingTimes * meanHandlingMs))
  }

  #addAgent(id: string): void {
    this.#run({ kind: 'configure-agent', agent: agentRules(id) })
    this.#run({ kind: 'set-presence', agentId: id, presence: 'available', reason: null, by: 'agent' })
    this.#run({ kind: 'set-reachability', agentId: id, channel: 'voice', reachable: true })
  }

  #run(input: Timeless<RoutingInput>): void {
    for (const fact of run(this.#state, { at: this.#now, ...input }).facts) this.#observe(fact)
  }

  #observe(fact: Fact): void {
    if (fact.kind === 'interaction-queued') this.#queuedAt.set(fact.interactionId, fact.at)
    if (fact.kind === 'offer-made')
      this.#run({ kind: 'accept-offer', interactionId: fact.interactionId, offerId: fact.offerId })
    if (fact.kind === 'offer-accepted') {
      this.#givesUpAt.delete(fact.interactionId)
      this.#endsAt.set(fact.interactionId, this.#after(1))
      this.#count(fact, false)
    }
    if (fact.kind === 'interaction-ended') {
      if (this.#givesUpAt.delete(fact.interactionId)) this.#count(fact, true)
      this.#endsAt.delete(fact.interactionId)
    }
  }

  #count({ interactionId, at }: { interactionId: string; at: number }, abandoned: boolean): void {
    const wait = (at - (this.#queuedAt.get(interactionId) ?? NaN)) / meanHandlingMs
    this.#queuedAt.delete(interactionId)
    this.#tally.wait(wait, abandoned)
  }
}

type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never

function earliest(times: ReadonlyMap<string, number>): [id: string, at: number] {
  let first: [string, number] = ['', Infinity]
  for (const entry of times) if (entry[1] < first[1]) first = entry
  return first
}

/** What one batch of arrivals came to. */
class Tally {
  arrivals = 0
  #waited = 0
  #abandoned = 0
  #waitedFor = 0
  readonly #martingales: Martingales

  constructor(setting: Setting) {
    this.#martingales = new Martingales(setting)
  }

  pass(time: number, waiting: number, talking: number): void {
    this.#martingales.pass(time, waiting, talking)
  }

  arrive(inSystem: number): void {
    this.arrivals += 1
    this.#martingales.happen('arrive', inSystem)
  }

  leave(how: 'served' | 'gave-up', inSystem: number): void {
    this.#martingales.happen(how, inSystem - 1)
  }

  wait(time: number, abandoned: boolean): void {
    if (time > 0) this.#waited += 1
    if (abandoned) this.#abandoned += 1
    this.#waitedFor += time
  }

  batch(): Batch {
    const share = (count: number): number => count / this.arrivals
    return {
      waiting: share(this.#waited),
      abandoning: share(this.#abandoned),
      meanWait: share(this.#waitedFor),
      controls: this.#martingales.values(),
    }
  }
}

/**
 * Control variates after Henderson and Glynn (2002): how often something happened in a kind of state, less what its rate
 * there let expect. Arrivals come at rate `load`, each conversation ends at rate 1 and each patience at its own, whatever a
 * router does; so these differences have mean 0 for a right router and a wrong one alike, and explain most of the noise.
 */
class Martingales {
  readonly #setting: Setting
  readonly #sums = { arrive: [0, 0, 0, 0], served: [0, 0, 0, 0], 'gave-up': [0, 0, 0, 0] }

  constructor(setting: Setting) {
    this.#setting = setting
  }

  pass(time: number, waiting: number, talking: number): void {
    const inSystem = waiting + talking
    const { load, meanPatience } = this.#setting
    this.#add('arrive', inSystem, -load * time)
    this.#add('served', inSystem - 1, -talking * time)
    if (meanPatience !== null) this.#add('gave-up', inSystem - 1, (-waiting / meanPatience) * time)
  }

  happen(what: 'arrive' | 'served' | 'gave-up', others: number): void {
    this.#add(what, others, 1)
  }

  /** Those that can differ from 0. */
  values(): number[] {
    const { arrive, served, 'gave-up': gaveUp } = this.#sums
    return [...arrive, ...served, ...(this.#setting.meanPatience === null ? [] : gaveUp.slice(2))]
  }

  /** By how many others there are, below and above the number of agents apart. */
  #add(what: 'arrive' | 'served' | 'gave-up', others: number, by: number): void {
    const above = others - this.#setting.agents
    const sums = this.#sums[what]
    const at = above < 0 ? 0 : 2
    sums[at] = (sums[at] ?? 0) + by
    sums[at + 1] = (sums[at + 1] ?? 0) + by * (above < 0 ? others : above)
  }
}
