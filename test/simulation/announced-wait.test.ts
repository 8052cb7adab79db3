/**
 * A day in which everybody who waits is told how long it may take, as the queue does it, and the telling is held against what
 * came. Rush hours, breaks, impatient customers and callbacks are what makes an estimate wrong.
 */
import { describe, expect, it } from 'vitest'
import type { Command } from '../../src/core/commands.ts'
import type { Fact } from '../../src/core/facts.ts'
import {
  endAnnouncedWait,
  inWholeMinutes,
  verdictOn,
  type AnnouncedWait,
} from '../../src/core/measures/announced-wait.ts'
import type { RoutingInput } from '../../src/core/routing/inputs.ts'
import { emptyState, nextWake, run } from '../../src/core/routing/machine.ts'
import { estimatedWait, placeInLine } from '../../src/core/routing/views.ts'
import { agentRules, queueRules } from '../unit/core/routing/fixtures.ts'
import { Agenda } from './agenda.ts'
import { Random } from './random.ts'

type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never

const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes
const quantile = 0.8
const seed = Number(process.env['SIMULATION_SEED'] ?? Math.floor(Math.random() * 2 ** 32))

class AnnouncingDay {
  readonly announced: { wait: AnnouncedWait; rounded: AnnouncedWait }[] = []
  readonly #state = emptyState()
  readonly #agenda = new Agenda()
  readonly #random: Random
  readonly #open = new Map<string, number[]>()
  #now = 0

  constructor(random: Random) {
    this.#random = random
    this.#tell({ kind: 'configure-queue', queue: queueRules({ wrapUpMs: 20 * seconds }) })
    for (let n = 0; n < 12; n += 1) this.#employ(`agent-${n}`)
    for (let n = 0; n < 2_300; n += 1) {
      const peak = random.pick([2.5 * hours, 7 * hours])
      const spread = (random.next() + random.next() + random.next() - 1.5) * 2 * hours
      const at = random.chance(0.5) ? random.next() * 10 * hours : Math.max(0, peak + spread)
      this.#agenda.at(Math.round(at), () => this.#call(`call-${n}`, random.chance(0.1)))
    }
  }

  live(): this {
    for (;;) {
      const wake = nextWake(this.#state) ?? Infinity
      const next = Math.min(wake, this.#agenda.nextAt)
      if (next === Infinity) return this
      this.#now = Math.max(this.#now, next)
      if (wake <= this.#agenda.nextAt) this.#tell({ kind: 'tick' })
      else this.#agenda.proceed()
    }
  }

  #employ(agentId: string): void {
    this.#tell({ kind: 'configure-agent', agent: agentRules(agentId) })
    this.#tell({ kind: 'set-reachability', agentId, channel: 'voice', reachable: true })
    this.#say(agentId, 'available')
    for (let at = this.#between(1, 2) * hours; at < 10 * hours; at += this.#between(1.5, 3) * hours) {
      this.#agenda.at(Math.round(at), () => this.#say(agentId, 'not-ready'))
      this.#agenda.at(Math.round(at + this.#between(5, 15) * minutes), () => this.#say(agentId, 'available'))
    }
  }

  #call(interactionId: string, isCallback: boolean): void {
    const contact = { entryPointId: 'main', providerId: interactionId, customerId: null, channel: 'voice' } as const
    this.#tell({ kind: 'arrive', interactionId, ...contact, direction: isCallback ? 'outbound' : 'inbound' })
    const wish = { queueId: 'sales', requirement: {}, priority: 0, preferredAgentId: null, waitingSince: null }
    this.#tell({ kind: 'enqueue', interactionId, ...wish, ...(isCallback && { customerAway: true }) })
    if (isCallback) return
    this.#after(this.#random.exponential(15 * minutes), () => {
      if (placeInLine(this.#state, interactionId) !== null) this.#end(interactionId)
    })
    this.#after(4 * seconds, () => this.#announce(interactionId))
  }

  /** As long as they wait, every minute. */
  #announce(interactionId: string): void {
    const place = placeInLine(this.#state, interactionId)
    if (place === null) return
    const estimateMs = estimatedWait(this.#state, interactionId, quantile)
    if (estimateMs !== null) {
      const { position } = place
      const told = { queueId: 'sales', position, at: this.#now, estimateMs, quantile, waitedMs: null, end: null }
      const wait = { ...told, announcedMs: estimateMs }
      const mine = this.#open.get(interactionId) ?? []
      this.#open.set(interactionId, mine)
      mine.push(
        this.announced.push({ wait, rounded: { ...told, announcedMs: inWholeMinutes(estimateMs) * minutes } }) - 1,
      )
    }
    this.#after(minutes, () => this.#announce(interactionId))
  }

  #tell(input: Timeless<RoutingInput>): void {
    const { facts, commands } = run(this.#state, { at: this.#now, ...input })
    for (const fact of facts) this.#note(fact)
    for (const command of commands) this.#obey(command)
  }

  #note(fact: Fact): void {
    if (fact.kind !== 'offer-accepted' && fact.kind !== 'interaction-ended') return
    const end = fact.kind === 'offer-accepted' ? 'answered' : 'left'
    for (const n of this.#open.get(fact.interactionId) ?? []) {
      const told = this.announced[n]
      if (told === undefined) continue
      this.announced[n] = {
        wait: endAnnouncedWait(told.wait, end, fact.at),
        rounded: endAnnouncedWait(told.rounded, end, fact.at),
      }
    }
    this.#open.delete(fact.interactionId)
  }

  #obey(command: Command): void {
    const { interactionId } = command
    if (command.kind === 'ring-agent')
      this.#after(this.#between(2, 6) * seconds, () =>
        this.#tell({ kind: 'accept-offer', interactionId, offerId: command.offerId }),
      )
    if (command.kind === 'connect-agent')
      this.#after(this.#random.exponential(3 * minutes), () => this.#end(interactionId))
    if (command.kind === 'call-customer')
      this.#after(this.#between(8, 30) * seconds, () =>
        this.#random.chance(0.7)
          ? this.#tell({ kind: 'customer-reached', interactionId })
          : this.#tell({ kind: 'end-interaction', interactionId, by: 'system', outcome: 'failed', cause: 'no-key' }),
      )
  }

  #end(interactionId: string): void {
    this.#tell({ kind: 'end-interaction', interactionId, by: 'customer', outcome: null, cause: null })
  }

  #say(agentId: string, presence: 'available' | 'not-ready'): void {
    this.#tell({ kind: 'set-presence', agentId, presence, reason: null, by: 'agent' })
  }

  #after(ms: number, happen: () => void): void {
    this.#agenda.at(this.#now + Math.round(ms), happen)
  }

  #between(from: number, to: number): number {
    return from + this.#random.next() * (to - from)
  }
}

function calibration(announced: readonly AnnouncedWait[]): { known: number; share: number; medianErrorMs: number } {
  const known = announced.filter((wait) => ['kept', 'broken'].includes(verdictOn(wait) ?? ''))
  const errors = known.map(({ waitedMs, announcedMs }) => (waitedMs ?? 0) - (announcedMs ?? 0)).sort((a, b) => a - b)
  const kept = known.filter((wait) => verdictOn(wait) === 'kept')
  return { known: known.length, share: kept.length / known.length, medianErrorMs: errors[errors.length >> 1] ?? NaN }
}

describe(`announced waits of a day (SIMULATION_SEED=${seed})`, () => {
  it('are kept by about as many as the quantile says, and never by much fewer once they are rounded up', () => {
    const { announced } = new AnnouncingDay(new Random(seed)).live()
    const exact = calibration(announced.map(({ wait }) => wait))
    const said = calibration(announced.map(({ rounded }) => rounded))
    const tell = ({ known, share, medianErrorMs }: typeof exact): string =>
      `${(share * 100).toFixed(1)} % of ${known} kept, median error ${Math.round(medianErrorMs / seconds)} s`
    process.stdout.write(`announced waits at ${quantile}: exactly ${tell(exact)}; in whole minutes ${tell(said)}\n`)
    expect(exact.known).toBeGreaterThan(1_000)
    expect(exact.share).toBeGreaterThan(0.76)
    expect(exact.share).toBeLessThan(0.92)
    expect(said.share).toBeGreaterThan(0.85)
    // Most come sooner than was said, and not absurdly so.
    expect(said.medianErrorMs).toBeLessThan(0)
    expect(said.medianErrorMs).toBeGreaterThan(-5 * minutes)
  })
})
