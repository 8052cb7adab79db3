/** A small contact centre to tell stories with: seconds since the start, people by name, the machine underneath. */
import type { Decision } from '../../../../src/core/decision.ts'
import type { DeclineReason, Fact, FactKind, Presence, QueueOutcome } from '../../../../src/core/facts.ts'
import type { Channel } from '../../../../src/core/ids.ts'
import type { RoutingInput } from '../../../../src/core/routing/inputs.ts'
import { emptyState, nextWake, run } from '../../../../src/core/routing/machine.ts'
import { interactionView, type InteractionView } from '../../../../src/core/routing/views.ts'
import type { AgentRules, QueueRules, Requirement } from '../../../../src/core/rules.ts'
import { agentRules, queueRules } from './fixtures.ts'

type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never

export class Scenario {
  readonly state = emptyState()
  readonly facts: Fact[] = []
  /** Milliseconds since the start. */
  at = 0

  send(input: Timeless<RoutingInput>): Decision {
    const decision = run(this.state, { at: this.at, ...input })
    this.facts.push(...decision.facts)
    return decision
  }

  queue(id: string, rules: Partial<QueueRules> = {}): Decision {
    return this.send({ kind: 'configure-queue', queue: queueRules({ ...rules, id }) })
  }

  /** Configured, available and with a registered phone. */
  agent(id: string, rules: Partial<AgentRules> = {}): void {
    this.send({ kind: 'configure-agent', agent: agentRules(id, rules) })
    this.reach(id, true)
    this.presence(id, 'available')
  }

  presence(agentId: string, presence: Presence, reason: string | null = null): Decision {
    return this.send({ kind: 'set-presence', agentId, presence, reason, by: 'agent' })
  }

  reach(agentId: string, reachable: boolean, channel: Channel = 'voice'): Decision {
    return this.send({ kind: 'set-reachability', agentId, channel, reachable })
  }

  arrive(interactionId: string, channel: Channel = 'voice'): Decision {
    const contact = { direction: 'inbound', entryPointId: 'main', providerId: interactionId, customerId: null } as const
    return this.send({ kind: 'arrive', interactionId, channel, ...contact })
  }

  enqueue(interactionId: string, how: Partial<Enqueue> = {}): Decision {
    const { queueId = 'sales', requirement = {}, priority = 0, preferredAgentId = null, waitingSince = null } = how
    return this.send({ kind: 'enqueue', interactionId, queueId, requirement, priority, preferredAgentId, waitingSince })
  }

  call(interactionId: string, how: Partial<Enqueue> & { channel?: Channel } = {}): Decision {
    this.arrive(interactionId, how.channel)
    return this.enqueue(interactionId, how)
  }

  accept(interactionId: string): Decision {
    return this.send({ kind: 'accept-offer', interactionId, offerId: this.offerId(interactionId) })
  }

  decline(interactionId: string, reason: DeclineReason): Decision {
    return this.send({ kind: 'decline-offer', interactionId, offerId: this.offerId(interactionId), reason })
  }

  leave(interactionId: string, outcome: QueueOutcome = 'left'): Decision {
    return this.send({ kind: 'leave-queue', interactionId, outcome })
  }

  end(interactionId: string): Decision {
    return this.send({ kind: 'end-interaction', interactionId, by: 'customer', outcome: null, cause: null })
  }

  /** Time passes, with a tick at every deadline, as the engine does it. Returns what happened. */
  pass(ms: number): Fact[] {
    const before = this.facts.length
    const until = this.at + ms
    for (let wake = nextWake(this.state); wake !== null && wake <= until; wake = nextWake(this.state)) {
      this.at = Math.max(wake, this.at)
      this.send({ kind: 'tick' })
    }
    this.at = until
    return this.facts.slice(before)
  }

  view(interactionId: string): InteractionView {
    const view = interactionView(this.state, interactionId)
    if (view === null) throw new Error(`${interactionId} isn't live`)
    return view
  }

  /** Whose device rings for the interaction; null: nobody's. */
  ringsAt(interactionId: string): string | null {
    return interactionView(this.state, interactionId)?.offer?.agentId ?? null
  }

  offerId(interactionId: string): string {
    const { offer } = this.view(interactionId)
    if (offer === null) throw new Error(`nobody's device rings for ${interactionId}`)
    return offer.offerId
  }
}

type Enqueue = {
  queueId: string
  requirement: Requirement
  priority: number
  preferredAgentId: string | null
  waitingSince: number | null
}

export const kinds = (facts: readonly Fact[]): FactKind[] => facts.map(({ kind }) => kind)

export function only<K extends FactKind>(facts: readonly Fact[], kind: K): Extract<Fact, { kind: K }>[] {
  return facts.filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind)
}
