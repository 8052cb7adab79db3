/**
 * A day of a contact centre: shifts, breaks, a morning and an afternoon peak, customers who lose patience, press keys or hang
 * up just as somebody answers, and devices that ring in vain, are busy, reject, vanish, fail or answer too late; now and then
 * the service itself is away, and what happens meanwhile reaches it afterwards. Everything goes through the real machine.
 */
import type { Command } from '../../src/core/commands.ts'
import type { Decision } from '../../src/core/decision.ts'
import type { DeclineReason, Fact } from '../../src/core/facts.ts'
import type { RoutingInput } from '../../src/core/routing/inputs.ts'
import { emptyState, nextWake, run, type RoutingState } from '../../src/core/routing/machine.ts'
import type { AgentRules, QueueRules, Requirement } from '../../src/core/rules.ts'
import { queueRules } from '../unit/core/routing/fixtures.ts'
import { Agenda } from './agenda.ts'
import type { Random } from './random.ts'

export type Observer = (decision: Decision, now: number, state: RoutingState) => void
export type DayPlan = Readonly<{ agents: number; calls: number; outages: number }>

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const opensAt = 8 * hour
const closesAt = 20 * hour

const queueIds = ['sales', 'billing', 'support', 'anyone'] as const
const languages = ['english', 'spanish', 'polish'] as const

export class Day {
  readonly state = emptyState()
  readonly facts: Fact[] = []
  inputs = 0
  refusals = 0
  readonly #random: Random
  readonly #agenda = new Agenda()
  readonly #observe: Observer
  /** While the service is away: until when, and what waits to be told. */
  #away: { until: number; told: Timeless<RoutingInput>[] } | null = null
  #now = 0

  constructor(plan: DayPlan, random: Random, observe: Observer) {
    this.#random = random
    this.#observe = observe
    for (const queue of queues) this.#tell({ kind: 'configure-queue', queue })
    for (let i = 0; i < plan.agents; i += 1) this.#employ(`agent-${i}`)
    for (let i = 0; i < plan.calls; i += 1) this.#agenda.at(this.#callTime(), () => this.#call(`call-${i}`))
    for (let i = 0; i < plan.outages; i += 1)
      this.#agenda.at(this.#between(opensAt, closesAt), () => this.#goAway(this.#between(5 * second, minute)))
  }

  /** Until nothing is left to happen: everyone served or gone, all shifts over. */
  live(): void {
    for (;;) {
      const wake = this.#away === null ? (nextWake(this.state) ?? Infinity) : Infinity
      const next = Math.min(wake, this.#agenda.nextAt)
      if (next === Infinity) return
      this.#now = Math.max(this.#now, next)
      if (wake <= this.#agenda.nextAt) this.#tell({ kind: 'tick' })
      else this.#agenda.proceed()
    }
  }

  #goAway(ms: number): void {
    if (this.#away !== null) return
    const from = this.#now
    this.#away = { until: from + ms, told: [] }
    this.#agenda.at(this.#away.until, () => {
      const told = this.#away?.told ?? []
      this.#away = null
      this.#tell({ kind: 'outage', from, to: this.#now })
      for (const input of told) this.#tell(input)
    })
  }

  #tell(input: Timeless<RoutingInput>): void {
    if (this.#away !== null) {
      this.#away.told.push(input)
      return
    }
    const decision = run(this.state, { at: this.#now, ...input })
    const { facts, commands, refusal } = decision
    this.inputs += 1
    if (refusal !== undefined) this.refusals += 1
    for (const fact of facts) this.facts.push(fact)
    this.#observe(decision, this.#now, this.state)
    for (const command of commands) this.#obey(command)
    for (const fact of facts) this.#react(fact)
  }

  #employ(agentId: string): void {
    const random = this.#random
    this.#tell({ kind: 'configure-agent', agent: agentRules(agentId, random) })
    const begins = opensAt + random.below(5) * hour
    const ends = begins + 8 * hour
    this.#agenda.at(begins, () => {
      this.#tell({ kind: 'set-reachability', agentId, channel: 'voice', reachable: true })
      this.#say(agentId, 'available')
    })
    for (let at = begins + this.#between(hour, 2 * hour); at < ends; at += this.#between(hour, 3 * hour)) {
      this.#agenda.at(at, () => this.#say(agentId, 'not-ready', 'break'))
      this.#agenda.at(at + this.#between(5 * minute, 20 * minute), () => this.#say(agentId, 'available'))
    }
    if (random.chance(0.3)) this.#loseRegistration(agentId, this.#between(begins, ends))
    // The late shift stays until the last customer is gone.
    const leaves = ends >= closesAt ? closesAt + 3 * hour : ends
    this.#agenda.at(leaves, () => this.#say(agentId, 'offline'))
  }

  #loseRegistration(agentId: string, at: number): void {
    this.#agenda.at(at, () => this.#tell({ kind: 'set-reachability', agentId, channel: 'voice', reachable: false }))
    const backAt = at + this.#between(10 * second, 3 * minute)
    this.#agenda.at(backAt, () => this.#tell({ kind: 'set-reachability', agentId, channel: 'voice', reachable: true }))
  }

  #say(agentId: string, presence: 'available' | 'not-ready' | 'offline', reason: string | null = null): void {
    this.#tell({ kind: 'set-presence', agentId, presence, reason, by: 'agent' })
  }

  #call(interactionId: string): void {
    const random = this.#random
    const channel = random.chance(0.7) ? 'voice' : 'chat'
    const contact = { direction: 'inbound', entryPointId: 'main', providerId: interactionId, customerId: null } as const
    this.#tell({ kind: 'arrive', interactionId, channel, ...contact })
    this.#after(random.exponential(20 * second), () =>
      this.#tell({
        kind: 'enqueue',
        interactionId,
        queueId: random.pick(queueIds),
        requirement: requirementOf(random),
        priority: random.chance(0.1) ? 5 : 0,
        preferredAgentId: random.chance(0.1) ? `agent-${random.below(200)}` : null,
        waitingSince: null,
      }),
    )
    this.#after(random.exponential(15 * minute), () => this.#hangUp(interactionId))
    if (random.chance(0.03))
      this.#after(this.#between(30 * second, 3 * minute), () =>
        this.#tell({ kind: 'leave-queue', interactionId, outcome: 'voicemail' }),
      )
  }

  #obey(command: Command): void {
    const { interactionId } = command
    if (command.kind === 'return-to-flow') this.#after(10 * second, () => this.#hangUp(interactionId))
    if (command.kind === 'ring-agent') this.#ring(interactionId, command.offerId, command.agentId)
    if (command.kind === 'connect-agent')
      this.#after(this.#random.exponential(3 * minute), () => this.#hangUp(interactionId))
  }

  #ring(interactionId: string, offerId: string, agentId: string): void {
    const dice = this.#random.next()
    const declines = (reason: DeclineReason, afterMs: number): void =>
      this.#after(afterMs, () => this.#tell({ kind: 'decline-offer', interactionId, offerId, reason }))
    const answers = (afterMs: number): void =>
      this.#after(afterMs, () => this.#tell({ kind: 'accept-offer', interactionId, offerId }))
    if (dice < 0.02) return
    if (dice < 0.03) return declines('phone-busy', 200)
    if (dice < 0.04) return declines('rejected', 3 * second)
    if (dice < 0.045) return declines('failed', second)
    if (dice < 0.05) {
      declines('phone-unreachable', 500)
      return this.#loseRegistration(agentId, this.#now + second)
    }
    if (dice < 0.055) return this.#after(2 * second, () => this.#tell({ kind: 'lose-offer', interactionId, offerId }))
    if (dice < 0.065) return answers(this.#between(18 * second, 25 * second))
    answers(this.#between(second, 6 * second))
    if (dice > 0.99) answers(this.#between(second, 6 * second))
    if (dice > 0.98 && dice < 0.99) this.#after(3 * second, () => this.#hangUp(interactionId))
  }

  /** People come back from what the system decided about them. */
  #react(fact: Fact): void {
    if (fact.kind !== 'presence-changed' || fact.by !== 'system' || fact.returnsAt !== null) return
    if (fact.reason === 'rona' || fact.reason === 'rejected')
      this.#after(this.#between(30 * second, 4 * minute), () => this.#say(fact.agentId, 'available'))
  }

  #hangUp(interactionId: string): void {
    const by = this.#random.chance(0.7) ? 'customer' : 'agent'
    this.#tell({ kind: 'end-interaction', interactionId, by, outcome: null, cause: null })
  }

  #after(ms: number, happen: () => void): void {
    this.#agenda.at(this.#now + Math.round(ms), happen)
  }

  #between(from: number, to: number): number {
    return Math.round(from + this.#random.next() * (to - from))
  }

  /** Two peaks over a flat day. */
  #callTime(): number {
    const random = this.#random
    const peak = random.pick([10.5 * hour, 15.5 * hour])
    const spread = random.next() + random.next() + random.next() - 1.5
    return Math.round(random.chance(0.4) ? this.#between(opensAt, closesAt) : peak + spread * 2 * hour)
  }
}

type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never

const queues: readonly QueueRules[] = [
  queueRules({
    id: 'sales',
    priority: 2,
    wrapUpMs: 20 * second,
    preferredAgentHoldMs: 30 * second,
    overflow: [{ afterMs: 2 * minute, toQueueId: 'anyone' }],
  }),
  queueRules({
    id: 'billing',
    wrapUpMs: 30 * second,
    selection: 'longest-idle',
    relaxation: [{ afterMs: minute, skills: { polish: 1, spanish: 1 } }],
    maxWaitMs: 10 * minute,
  }),
  queueRules({
    id: 'support',
    requirement: { technical: 2 },
    wrapUpMs: 45 * second,
    relaxation: [
      { afterMs: 30 * second, skills: { technical: 1 } },
      { afterMs: 90 * second, skills: { technical: 0 } },
    ],
    preferredAgentHoldMs: minute,
  }),
  queueRules({ id: 'anyone', maxWaiting: 100 }),
]

function agentRules(id: string, random: Random): AgentRules {
  const spoken = languages.filter((language) => language === 'english' || random.chance(0.4))
  const skills = [...spoken, ...(random.chance(0.5) ? ['technical'] : [])]
  return {
    id,
    skills: Object.fromEntries(skills.map((skill) => [skill, random.pick([1, 2, 3, 4, 5] as const)])),
    queueIds: queueIds.filter((queueId) => queueId === 'anyone' || random.chance(0.7)),
    capacity: random.pick([{ voice: 1 }, { voice: 1, chat: 3 }, { voice: 1, chat: 2 }]),
  }
}

function requirementOf(random: Random): Requirement {
  if (random.chance(0.5)) return {}
  return { [random.pick(languages)]: random.pick([1, 1, 2, 3] as const) }
}
