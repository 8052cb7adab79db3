/**
 * A second, naive opinion on the state: kept from facts alone, by scanning, with none of the machine's code. What it says
 * of order, suitability and room is written from the rules' documentation.
 */
import type { Fact, Presence } from '../../../../../src/core/facts.ts'
import type { AgentRules, QueueRules, RelaxationStep, Requirement } from '../../../../../src/core/rules.ts'
import type { Channel } from '../../../../../src/core/ids.ts'

export type LedgerWork = {
  channel: Channel
  queueId: string
  phase: 'ringing' | 'engaged' | 'wrap-up'
  endsAt: number
  extendedMs: number
  paused: boolean
}
export type LedgerAgent = {
  rules: AgentRules
  removed: boolean
  presence: Presence
  returnsAt: number | null
  reachable: Map<Channel, boolean>
  works: Map<string, LedgerWork>
  idleSequence: number
}
export type LedgerGuest = { offerId: string; agentId: string; purpose: string; joined: boolean; expiresAt: number }
export type LedgerCall = {
  id: string
  channel: Channel
  phase: 'self-service' | 'queued' | 'calling' | 'offered' | 'engaged'
  customer: 'here' | 'away' | 'reached'
  callExpiresAt: number
  offers: number
  offer: { id: string; agentId: string; expiresAt: number } | null
  guests: LedgerGuest[]
  queueId: string
  own: Record<string, number>
  requirement: Record<string, number>
  ownPriority: number
  steps: number
  since: number
  enteredAt: number
  stoppedMs: number
  stoppedInQueueMs: number
  sequence: number
  preferredAgentId: string | null
  preferredUntil: number | null
}

export class Ledger {
  readonly queues = new Map<string, QueueRules>()
  readonly agents = new Map<string, LedgerAgent>()
  readonly calls = new Map<string, LedgerCall>()
  readonly ends = new Map<string, number>()
  readonly pastOffers: { interactionId: string; offerId: string }[] = []
  #sequence = 0

  note(fact: Fact): void {
    switch (fact.kind) {
      case 'queue-configured':
        this.queues.set(fact.queue.id, fact.queue)
        for (const call of this.calls.values()) if (call.queueId === fact.queue.id && isWaiting(call)) this.#enter(call)
        return
      case 'queue-removed':
        this.queues.delete(fact.queueId)
        return
      case 'agent-configured': {
        const known = this.agents.get(fact.agent.id)
        if (known !== undefined) Object.assign(known, { rules: fact.agent, removed: false })
        else this.agents.set(fact.agent.id, this.#newAgent(fact.agent))
        return
      }
      case 'agent-removed': {
        const agent = this.agent(fact.agentId)
        Object.assign(agent, { removed: true, presence: 'offline', returnsAt: null, reachable: new Map() })
        this.#forgetIfGone(fact.agentId)
        return
      }
      case 'presence-changed': {
        const agent = this.agent(fact.agentId)
        if (fact.presence === 'available' && agent.presence !== 'available') this.#renew(agent)
        agent.presence = fact.presence
        agent.returnsAt = fact.returnsAt
        return
      }
      case 'reachability-changed':
        this.agent(fact.agentId).reachable.set(fact.channel, fact.reachable)
        if (fact.reachable) this.#renew(this.agent(fact.agentId))
        return
      case 'wrap-up-started':
        // Nothing of a conversation that is over is paused.
        Object.assign(this.#work(fact.agentId, fact.interactionId), {
          phase: 'wrap-up',
          endsAt: fact.endsAt,
          paused: false,
        })
        return
      case 'wrap-up-extended': {
        const work = this.#work(fact.agentId, fact.interactionId)
        work.extendedMs += fact.endsAt - work.endsAt
        work.endsAt = fact.endsAt
        return
      }
      case 'wrap-up-ended':
        return this.#free(fact.agentId, fact.interactionId)
      case 'interaction-arrived':
        this.calls.set(fact.interactionId, newCall(fact.interactionId, fact.channel))
        return
      case 'interaction-queued': {
        const { queueId, requirement, waitingSince, preferredAgentId, preferredUntil } = fact
        const call = this.call(fact.interactionId)
        const ownPriority = fact.priority - this.queue(queueId).priority
        const own = { ...requirement }
        Object.assign(call, { phase: 'queued', queueId, own, ownPriority, preferredAgentId, preferredUntil })
        call.customer = fact.customerAway === true ? 'away' : 'here'
        Object.assign(call, { since: waitingSince, sequence: ++this.#sequence })
        Object.assign(call, { enteredAt: fact.at, stoppedMs: 0, stoppedInQueueMs: 0 })
        return this.#enter(call)
      }
      case 'customer-called':
        Object.assign(this.call(fact.interactionId), { phase: 'calling', callExpiresAt: fact.expiresAt })
        return
      case 'customer-reached':
        Object.assign(this.call(fact.interactionId), { phase: 'queued', customer: 'reached' })
        return
      case 'customer-call-expired':
        this.call(fact.interactionId).phase = 'queued'
        return
      case 'preference-lapsed':
        Object.assign(this.call(fact.interactionId), { preferredAgentId: null, preferredUntil: null })
        return
      case 'agent-preferred':
        Object.assign(this.call(fact.interactionId), {
          preferredAgentId: fact.agentId,
          preferredUntil: fact.until,
        })
        return
      case 'requirement-relaxed': {
        const call = this.call(fact.interactionId)
        const step = this.queue(call.queueId).relaxation[fact.step - 1]
        call.own = lowered(call.own, step)
        call.requirement = lowered(call.requirement, step)
        call.steps = fact.step
        return
      }
      case 'interaction-overflowed':
        Object.assign(this.call(fact.interactionId), {
          queueId: fact.toQueueId,
          enteredAt: fact.at,
          stoppedInQueueMs: 0,
        })
        return this.#enter(this.call(fact.interactionId))
      case 'interaction-dequeued':
        this.call(fact.interactionId).phase = 'self-service'
        return
      case 'offer-made': {
        const { interactionId, agentId, queueId, offerId: id, expiresAt } = fact
        const call = this.call(interactionId)
        Object.assign(call, { phase: 'offered', offers: call.offers + 1, offer: { id, agentId, expiresAt } })
        this.pastOffers.push({ interactionId, offerId: id })
        const agent = this.agent(agentId)
        agent.works.set(interactionId, {
          channel: call.channel,
          queueId,
          phase: 'ringing',
          endsAt: 0,
          extendedMs: 0,
          paused: false,
        })
        return this.#renew(agent)
      }
      case 'offer-accepted':
        Object.assign(this.call(fact.interactionId), { phase: 'engaged' })
        this.#work(fact.agentId, fact.interactionId).phase = 'engaged'
        return
      case 'offer-declined':
      case 'offer-expired':
      case 'offer-rescinded':
        Object.assign(this.call(fact.interactionId), { phase: 'queued', offer: null })
        return this.#free(fact.agentId, fact.interactionId)
      case 'interaction-ended': {
        const call = this.calls.get(fact.interactionId)
        this.ends.set(fact.interactionId, (this.ends.get(fact.interactionId) ?? 0) + 1)
        this.calls.delete(fact.interactionId)
        if (call === undefined) return
        // Who led is idle first, then the others in the order in which they came.
        const lead = call.phase === 'engaged' ? call.offer?.agentId : undefined
        const present = [...(lead === undefined ? [] : [lead]), ...call.guests.map(({ agentId }) => agentId)]
        for (const agentId of present)
          if (this.agents.get(agentId)?.works.get(call.id)?.phase === 'engaged') this.#free(agentId, call.id)
        return
      }
      case 'agent-leg-lost': {
        const call = this.call(fact.interactionId)
        const agentId = call.offer?.agentId ?? ''
        Object.assign(call, { phase: 'self-service', offer: null })
        if (this.#work(agentId, call.id).phase === 'engaged') this.#free(agentId, call.id)
        return
      }
      case 'agent-invited': {
        const { interactionId, agentId, queueId, offerId, expiresAt, purpose } = fact
        const call = this.call(interactionId)
        call.offers += 1
        call.guests.push({ offerId, agentId, purpose, joined: false, expiresAt })
        this.pastOffers.push({ interactionId, offerId })
        const agent = this.agent(agentId)
        agent.works.set(interactionId, {
          channel: call.channel,
          queueId,
          phase: 'ringing',
          endsAt: 0,
          extendedMs: 0,
          paused: false,
        })
        return this.#renew(agent)
      }
      case 'invitation-ended':
        this.#dismiss(fact.interactionId, fact.agentId)
        return this.#free(fact.agentId, fact.interactionId)
      case 'agent-joined': {
        const { interactionId, agentId, offerId: id, purpose } = fact
        const call = this.call(interactionId)
        this.#work(agentId, interactionId).phase = 'engaged'
        if (call.phase === 'self-service' && purpose !== 'monitor') {
          this.#dismiss(interactionId, agentId)
          Object.assign(call, { phase: 'engaged', offer: { id, agentId, expiresAt: 0 } })
        } else for (const guest of call.guests) if (guest.agentId === agentId) guest.joined = true
        return
      }
      case 'agent-left': {
        const { interactionId, agentId, successor } = fact
        const call = this.call(interactionId)
        if (call.phase === 'engaged' && call.offer?.agentId === agentId) {
          if (successor === null) Object.assign(call, { phase: 'self-service', offer: null })
          else {
            this.#dismiss(interactionId, successor.agentId)
            call.offer = { id: successor.offerId, agentId: successor.agentId, expiresAt: 0 }
          }
        } else this.#dismiss(interactionId, agentId)
        if (this.#work(agentId, interactionId).phase === 'engaged') this.#free(agentId, interactionId)
        return
      }
      case 'work-paused':
        this.#work(fact.agentId, fact.interactionId).paused = true
        return
      case 'work-resumed':
        this.#work(fact.agentId, fact.interactionId).paused = false
        return
      case 'clock-stopped': {
        const byMs = fact.to - fact.from
        for (const call of this.calls.values()) {
          if (call.offer !== null) call.offer.expiresAt += byMs
          call.callExpiresAt += byMs
          for (const guest of call.guests) guest.expiresAt += byMs
          if (call.preferredUntil !== null) call.preferredUntil += byMs
          call.stoppedMs += byMs
          call.stoppedInQueueMs += byMs
        }
        for (const agent of this.agents.values()) {
          if (agent.returnsAt !== null) agent.returnsAt += byMs
          for (const work of agent.works.values()) work.endsAt += byMs
        }
        return
      }
      default:
        return
    }
  }

  queue(id: string): QueueRules {
    return known(this.queues, id)
  }

  agent(id: string): LedgerAgent {
    return known(this.agents, id)
  }

  call(id: string): LedgerCall {
    return known(this.calls, id)
  }

  /** In line and on the line, and not kept for one agent alone. */
  waitingFor(agentId: string): LedgerCall[] {
    return [...this.calls.values()].filter(
      (call) =>
        call.phase === 'queued' &&
        call.customer !== 'away' &&
        (call.preferredUntil === null || call.preferredAgentId === agentId),
    )
  }

  suits({ rules, removed }: LedgerAgent, call: LedgerCall): boolean {
    const skilled = Object.entries(call.requirement).every(([skill, level]) => (rules.skills[skill] ?? 0) >= level)
    return !removed && skilled && rules.queueIds.includes(call.queueId) && (rules.capacity[call.channel] ?? 0) > 0
  }

  obstacle(agent: LedgerAgent, channel: Channel): 'offline' | 'not-ready' | 'unreachable' | 'busy' | null {
    if (agent.presence !== 'available') return agent.presence
    if (!(agent.reachable.get(channel) ?? channel !== 'voice')) return 'unreachable'
    const one = 1 / (agent.rules.capacity[channel] ?? 1)
    return this.loadFor(agent, channel) + one > 1 + 1e-9 ? 'busy' : null
  }

  load(agent: LedgerAgent): number {
    return this.#sum(agent, [...agent.works.values()])
  }

  /** What there is beside what gives way to somebody who speaks. */
  loadFor(agent: LedgerAgent, channel: Channel): number {
    const works = [...agent.works.values()]
    return this.#sum(agent, channel === 'voice' ? works.filter((work) => !this.givesWay(agent, work)) : works)
  }

  givesWay({ rules }: LedgerAgent, { phase, channel }: LedgerWork): boolean {
    return phase === 'engaged' && channel !== 'voice' && (rules.interruptible ?? []).includes(channel)
  }

  wouldInterrupt(agent: LedgerAgent, channel: Channel): boolean {
    return this.load(agent) + 1 / (agent.rules.capacity[channel] ?? 1) > 1 + 1e-9
  }

  #sum({ rules }: LedgerAgent, works: readonly LedgerWork[]): number {
    return works.reduce((sum, { channel }) => sum + 1 / (rules.capacity[channel] ?? 1), 0)
  }

  /** Negative: `a` is before `b`. */
  order(a: LedgerCall, b: LedgerCall): number {
    return this.#virtualArrival(a) - this.#virtualArrival(b) || a.since - b.since || a.sequence - b.sequence
  }

  /** When time alone must do something to a call in line; Infinity: never. */
  times(call: LedgerCall): { lapse: number; relaxation: number; maxWait: number } {
    const { relaxation, maxWaitMs } = this.queue(call.queueId)
    return {
      lapse: call.preferredUntil ?? Infinity,
      relaxation: call.since + call.stoppedMs + (relaxation[call.steps]?.afterMs ?? Infinity),
      maxWait: call.enteredAt + call.stoppedInQueueMs + (call.customer === 'here' ? (maxWaitMs ?? Infinity) : Infinity),
    }
  }

  #virtualArrival(call: LedgerCall): number {
    const { priority, ageingMsPerPoint } = this.queue(call.queueId)
    return call.since - (priority + call.ownPriority) * ageingMsPerPoint
  }

  #enter(call: LedgerCall): void {
    call.steps = 0
    call.requirement = { ...call.own }
    for (const [skill, level] of Object.entries(this.queue(call.queueId).requirement))
      call.requirement[skill] = Math.max(level, call.requirement[skill] ?? 0)
  }

  #free(agentId: string, interactionId: string): void {
    const agent = this.agent(agentId)
    agent.works.delete(interactionId)
    this.#renew(agent)
    this.#forgetIfGone(agentId)
  }

  #dismiss(interactionId: string, agentId: string): void {
    const call = this.call(interactionId)
    call.guests = call.guests.filter((guest) => guest.agentId !== agentId)
  }

  #forgetIfGone(agentId: string): void {
    const { removed, works } = this.agent(agentId)
    if (removed && works.size === 0) this.agents.delete(agentId)
  }

  #work(agentId: string, interactionId: string): LedgerWork {
    return known(this.agent(agentId).works, interactionId)
  }

  #renew(agent: LedgerAgent): void {
    agent.idleSequence = ++this.#sequence
  }

  #newAgent(rules: AgentRules): LedgerAgent {
    const idleSequence = ++this.#sequence
    return {
      rules,
      removed: false,
      presence: 'offline',
      returnsAt: null,
      reachable: new Map(),
      works: new Map(),
      idleSequence,
    }
  }
}

const newCall = (id: string, channel: Channel): LedgerCall => ({
  id,
  channel,
  phase: 'self-service',
  customer: 'here',
  callExpiresAt: 0,
  offers: 0,
  offer: null,
  guests: [],
  queueId: '',
  own: {},
  requirement: {},
  ownPriority: 0,
  steps: 0,
  since: 0,
  enteredAt: 0,
  stoppedMs: 0,
  stoppedInQueueMs: 0,
  sequence: 0,
  preferredAgentId: null,
  preferredUntil: null,
})

const isWaiting = ({ phase }: LedgerCall): boolean => phase === 'queued' || phase === 'calling' || phase === 'offered'

function lowered(
  requirement: Requirement | Record<string, number>,
  step: RelaxationStep | undefined,
): Record<string, number> {
  const levels = Object.entries(requirement).map(([skill, level]): [string, number] => [
    skill,
    Math.min(level, step?.skills[skill] ?? level),
  ])
  return Object.fromEntries(levels.filter(([, level]) => level > 0))
}

function known<T>(things: ReadonlyMap<string, T>, id: string): T {
  const thing = things.get(id)
  if (thing === undefined) throw new Error(`the facts never told of ${id}`)
  return thing
}
