/**
 * Agents who take calls, chats and mails at once within one capacity, played to the real machine: Poisson arrivals of each
 * channel, exponential handling times with the same mean, offers that are taken at once.
 */
import type { Channel } from '../../src/core/ids.ts'
import type { RoutingInput } from '../../src/core/routing/inputs.ts'
import { emptyState, run } from '../../src/core/routing/machine.ts'
import type { Capacity } from '../../src/core/rules.ts'
import { agentRules, queueRules } from '../unit/core/routing/fixtures.ts'
import { Random } from './random.ts'

export type MixedSetting = Readonly<{
  seed: number
  agents: number
  capacity: Capacity
  /** Erlangs, by channel. */
  loads: Readonly<Partial<Record<Channel, number>>>
  /** Whoever finds nobody free waits, or is turned away. */
  waits: boolean
  batches: number
  arrivalsPerBatch: number
}>

/** Shares of those who arrived in the batch; `turnedAway` by channel. */
export type MixedBatch = Readonly<{ waiting: number; turnedAway: Readonly<Partial<Record<Channel, number>>> }>

const meanHandlingMs = 1e7

type Count = { arrived: number; turnedAway: number }

export function simulateMixed(setting: MixedSetting): MixedBatch[] {
  const state = emptyState()
  const random = new Random(setting.seed)
  const endsAt = new Map<string, number>()
  const nextArrival = new Map<Channel, number>()
  const after = (mean: number): number => Math.ceil(now + random.exponential(mean * meanHandlingMs))
  let now = 0
  let arrivals = 0
  let waited = 0
  let counts = new Map<Channel, Count>()

  const tell = (input: Timeless<RoutingInput>): void => {
    for (const fact of run(state, { at: now, ...input }).facts) {
      if (fact.kind === 'offer-made')
        tell({ kind: 'accept-offer', interactionId: fact.interactionId, offerId: fact.offerId })
      if (fact.kind === 'offer-accepted') endsAt.set(fact.interactionId, after(1))
    }
  }
  const arrive = (channel: Channel, load: number): void => {
    nextArrival.set(channel, after(1 / load))
    const interactionId = `i${(arrivals += 1)}`
    const contact = { direction: 'inbound', entryPointId: 'main', customerId: null } as const
    tell({ kind: 'arrive', interactionId, providerId: interactionId, channel, ...contact })
    const wait = { requirement: {}, priority: 0, preferredAgentId: null, waitingSince: null }
    tell({ kind: 'enqueue', interactionId, queueId: 'sales', ...wait })
    const isServed = endsAt.has(interactionId)
    if (!isServed) waited += 1
    const count = counts.get(channel) ?? { arrived: 0, turnedAway: 0 }
    counts.set(channel, count)
    count.arrived += 1
    if (isServed || setting.waits) return
    count.turnedAway += 1
    tell({ kind: 'end-interaction', interactionId, by: 'system', outcome: null, cause: 'full' })
  }
  const step = (): void => {
    const [ending, end] = earliest(endsAt)
    const [channel, arrival] = earliest(nextArrival)
    now = Math.min(end, arrival)
    if (arrival <= end) return arrive(channel, setting.loads[channel] ?? 0)
    endsAt.delete(ending)
    tell({ kind: 'end-interaction', interactionId: ending, by: 'customer', outcome: null, cause: null })
  }

  const maxWaiting = setting.waits ? null : 0
  tell({ kind: 'configure-queue', queue: queueRules({ selection: 'longest-idle', maxWaiting }) })
  for (let i = 0; i < setting.agents; i += 1) {
    const agentId = `agent-${i}`
    tell({ kind: 'configure-agent', agent: agentRules(agentId, { capacity: setting.capacity }) })
    tell({ kind: 'set-presence', agentId, presence: 'available', reason: null, by: 'agent' })
    tell({ kind: 'set-reachability', agentId, channel: 'voice', reachable: true })
  }
  for (const [channel, load] of entriesOf(setting.loads)) nextArrival.set(channel, after(1 / load))
  while (arrivals < setting.arrivalsPerBatch) step()
  return Array.from({ length: setting.batches }, () => {
    const from = arrivals
    waited = 0
    counts = new Map()
    while (arrivals - from < setting.arrivalsPerBatch) step()
    const turnedAway = [...counts].map(([channel, count]) => [channel, count.turnedAway / count.arrived])
    return {
      waiting: waited / setting.arrivalsPerBatch,
      turnedAway: Object.fromEntries(turnedAway) as MixedBatch['turnedAway'],
    }
  })
}

type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never

function earliest<K>(times: ReadonlyMap<K, number>): [key: K, at: number] {
  let first: [K, number] | null = null
  for (const entry of times) if (first === null || entry[1] < first[1]) first = entry
  return first ?? (['' as K, Infinity] satisfies [K, number])
}

function entriesOf(loads: MixedSetting['loads']): [Channel, number][] {
  return Object.entries(loads) as [Channel, number][]
}
