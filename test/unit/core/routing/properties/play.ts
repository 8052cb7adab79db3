/** Plays a plan to the real machine and shows every fact to the laws, before and after the ledger has noted it. */
import type { Decision } from '../../../../../src/core/decision.ts'
import { purposes, type Fact } from '../../../../../src/core/facts.ts'
import type { RoutingInput } from '../../../../../src/core/routing/inputs.ts'
import { emptyState, run, type RoutingState } from '../../../../../src/core/routing/machine.ts'
import { Ledger } from './ledger.ts'
import type { CallPlan, Plan, Step } from './plan.ts'

export type Law = {
  /** The fact is about to happen. */
  before?(ledger: Ledger, fact: Fact): void
  /** An input is about to be run. */
  input?(state: RoutingState, input: RoutingInput): void
  /** All that follows from an input has happened. */
  rest?(ledger: Ledger, at: number, state: RoutingState, decision: Decision): void
  end?(ledger: Ledger, state: RoutingState, at: number): void
}

const epoch = 1_000_000

export class Player {
  readonly state = emptyState()
  readonly ledger = new Ledger()
  readonly facts: Fact[] = []
  at = epoch
  #calls = 0
  readonly #laws: readonly Law[]

  constructor(...laws: readonly Law[]) {
    this.#laws = laws
  }

  play(plan: Plan): this {
    for (const queue of plan.queues) this.run({ at: this.at, kind: 'configure-queue', queue })
    for (const agent of plan.agents) {
      this.run({ at: this.at, kind: 'configure-agent', agent })
      this.greet(agent.id)
    }
    for (const step of plan.steps) this.step(step)
    for (const law of this.#laws) law.end?.(this.ledger, this.state, this.at)
    return this
  }

  greet(agentId: string): void {
    this.run({ at: this.at, kind: 'set-presence', agentId, presence: 'available', reason: null, by: 'agent' })
    for (const channel of ['voice', 'chat'] as const)
      this.run({ at: this.at, kind: 'set-reachability', agentId, channel, reachable: true })
  }

  run(input: RoutingInput): Decision {
    for (const law of this.#laws) law.input?.(this.state, input)
    const decision = run(this.state, input)
    for (const fact of decision.facts) {
      for (const law of this.#laws) law.before?.(this.ledger, fact)
      this.ledger.note(fact)
      this.facts.push(fact)
    }
    for (const law of this.#laws) law.rest?.(this.ledger, input.at, this.state, decision)
    return decision
  }

  call(plan: CallPlan): string {
    const { at } = this
    const interactionId = `i${(this.#calls += 1)}`
    const { channel, queueId, requirement, priority, preferredAgentId, waitedMs, customerAway } = plan
    const contact = { direction: 'inbound', entryPointId: 'e', providerId: interactionId, customerId: null } as const
    this.run({ at, kind: 'arrive', interactionId, channel, ...contact })
    const waitingSince = waitedMs === 0 ? null : at - waitedMs
    const wait = { queueId, requirement, priority, preferredAgentId, waitingSince }
    this.run({ at, kind: 'enqueue', interactionId, ...wait, ...(customerAway && { customerAway }) })
    return interactionId
  }

  step(step: Step): void {
    this.at += step.afterMs
    if (step.deed === 'call') this.call(step.call)
    else for (const input of this.#inputs(step)) this.run(input)
  }

  /** None when there is nobody to do it to. */
  #inputs({ deed, pick, other, call, queue, agent, afterMs }: Step): RoutingInput[] {
    const { at, ledger } = this
    const calls = [...ledger.calls.values()]
    const one = <T>(things: readonly T[]): T[] => things.slice(pick % Math.max(things.length, 1)).slice(0, 1)
    const anyCall = one(calls).map(({ id }) => ({ at, interactionId: id }))
    const agentIds = [...ledger.agents.keys(), 'nobody']
    const [agentId = 'nobody'] = one(agentIds)
    const ringing = one(
      calls.flatMap(({ id, phase, offer }) => (phase === 'offered' && offer !== null ? { id, offer } : [])),
    )
    const offers = ringing.map(({ id, offer }) => ({ at, interactionId: id, offerId: offer.id }))
    const invitations = one(
      calls.flatMap(({ id, guests }) => guests.map(({ offerId }) => ({ at, interactionId: id, offerId }))),
    )
    const wrapUps = one(
      [...ledger.agents].flatMap(([id, { works }]) =>
        [...works].flatMap(([interactionId, { phase }]) =>
          phase === 'wrap-up' ? { agentId: id, interactionId, at } : [],
        ),
      ),
    )
    switch (deed) {
      case 'accept':
        return offers.map((offer) => ({ ...offer, kind: 'accept-offer' }))
      case 'decline': {
        const reason =
          (['rejected', 'phone-busy', 'phone-unreachable', 'failed', 'do-not-disturb'] as const)[other % 5] ?? 'failed'
        return offers.map((offer) => ({ ...offer, kind: 'decline-offer', reason }))
      }
      case 'lose':
        return offers.map((offer) => ({ ...offer, kind: 'lose-offer' }))
      case 'answer-late': {
        // A device that answers, declines or vanishes for an offer that may be long over, or that never was.
        const offer = one([...ledger.pastOffers, { interactionId: 'i1', offerId: 'i1/99' }])
        const kind = (['accept-offer', 'lose-offer'] as const)[other % 2] ?? 'accept-offer'
        return offer.map((past) => ({ at, kind, ...past }))
      }
      case 'end':
        return one([...calls.filter(({ phase }) => phase === 'engaged'), ...calls]).map(({ id }) => ({
          at,
          interactionId: id,
          kind: 'end-interaction',
          by: 'customer',
          outcome: null,
          cause: null,
        }))
      case 'agent-leaves':
        return one(calls.filter(({ phase }) => phase === 'engaged')).map(({ id: interactionId }) => ({
          at,
          kind: 'record',
          fact: { at, kind: 'agent-leg-lost', interactionId, cause: 'q850-16' },
        }))
      case 'leave':
        return anyCall.map((it) => ({ ...it, kind: 'leave-queue', outcome: 'left' }))
      case 'say-presence': {
        const presence = (['available', 'not-ready', 'offline', 'available'] as const)[other % 4] ?? 'offline'
        return [{ at, kind: 'set-presence', agentId, presence, reason: null, by: 'agent' }]
      }
      case 'come-back': {
        const away = one([...ledger.agents].filter(([, { presence, removed }]) => presence !== 'available' && !removed))
        return away.map(([id]) => ({
          at,
          kind: 'set-presence',
          agentId: id,
          presence: 'available',
          reason: null,
          by: 'agent',
        }))
      }
      case 'reach':
        return [{ at, kind: 'set-reachability', agentId, channel: call.channel, reachable: other % 3 > 0 }]
      case 'finish-wrap-up':
        return wrapUps.map((wrapUp) => ({ ...wrapUp, kind: 'finish-wrap-up', by: 'agent' }))
      case 'extend-wrap-up':
        return wrapUps.map((wrapUp) => ({ ...wrapUp, kind: 'extend-wrap-up', byMs: 1_000 * other }))
      case 'enqueue-again':
        return anyCall.map((it) => ({ ...it, kind: 'enqueue', ...call, waitingSince: null, customerAway: true }))
      case 'move':
        return anyCall.map((it) => ({
          ...it,
          kind: 'move',
          queueId: other % 3 === 0 ? null : call.queueId,
          agentId: call.preferredAgentId,
          by: 'supervisor',
        }))
      case 'repeat-arrival':
        return anyCall.map(({ interactionId }) => {
          const contact = {
            direction: 'inbound',
            entryPointId: 'e',
            providerId: interactionId,
            customerId: null,
          } as const
          return { at, kind: 'arrive', interactionId, channel: call.channel, ...contact }
        })
      case 'record':
        return [{ at, kind: 'record', fact: { at, kind: 'caller-leg-lost', interactionId: `i${pick}`, cause: 'lost' } }]
      case 'press-key':
        // Most often somebody whose phone rings; now and then a key that means nothing.
        return one([...calls.filter(({ phase }) => phase === 'calling'), ...calls].slice(0, 1 + (other % 3))).map(
          ({ id }) => ({ at, kind: 'customer-reached', interactionId: id }),
        )
      case 'recognise':
        return anyCall.map((it) => ({ ...it, kind: 'recognise-customer', customerId: `c${other}` }))
      case 'outage': {
        const from = at
        this.at += afterMs
        return [{ at: this.at, kind: 'outage', from, to: this.at }]
      }
      case 'invite': {
        const purpose = purposes[other % purposes.length] ?? 'consult'
        const by = other % 3 === 0 ? agentId : null
        const to = other % 4 === 1 ? { queueId: call.queueId, except: [] } : { agentId }
        return anyCall.map((it) => ({ ...it, kind: 'invite', to, queueId: call.queueId, purpose, by, ringMs: 10_000 }))
      }
      case 'join':
        return invitations.map((it) => ({ ...it, kind: 'accept-offer' }))
      case 'invitation-fails':
        return invitations.map((it) =>
          other % 2 === 0 ? { ...it, kind: 'lose-offer' } : { ...it, kind: 'decline-offer', reason: 'rejected' },
        )
      case 'leave-call': {
        const there = calls.flatMap(({ id, phase, offer, guests }) => [
          ...guests.map((guest) => ({ id, agentId: guest.agentId })),
          ...(phase === 'engaged' && offer !== null ? [{ id, agentId: offer.agentId }] : []),
        ])
        return one(there).map((it) => ({
          at,
          kind: 'leave',
          interactionId: it.id,
          agentId: it.agentId,
          cause: 'q850-16',
        }))
      }
      case 'configure-queue':
        return [{ at, kind: 'configure-queue', queue }]
      case 'configure-agent':
        return [{ at, kind: 'configure-agent', agent }]
      case 'remove-queue':
        return [{ at, kind: 'remove-queue', queueId: queue.id }]
      case 'remove-agent':
        return [{ at, kind: 'remove-agent', agentId }]
      case 'call':
      case 'tick':
        return [{ at, kind: 'tick' }]
    }
  }
}
