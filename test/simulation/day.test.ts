import { describe, expect, it } from 'vitest'
import type { Fact, FactKind } from '../../src/core/facts.ts'
import { apply, emptyState, restore, snapshot } from '../../src/core/routing/machine.ts'
import { agentViews, liveInteractions, queueViews } from '../../src/core/routing/views.ts'
import { Ledger } from '../unit/core/routing/properties/ledger.ts'
import * as laws from '../unit/core/routing/properties/laws.ts'
import { Day } from './day.ts'
import { Random } from './random.ts'

const plan = { agents: 200, calls: 20_000, outages: 5 }
const seed = Number(process.env['SIMULATION_SEED'] ?? Math.floor(Math.random() * 2 ** 32))
/** Laws that look at every agent and everyone who waits are asked now and then. */
const restEvery = 500

describe(`a day of ${plan.agents} agents and ${plan.calls} calls (SIMULATION_SEED=${seed})`, () => {
  it('keeps the laws, ends every call once, leaves nobody behind and can be replayed', () => {
    const startedAt = performance.now()
    const ledger = new Ledger()
    const always = [laws.capacityIsNeverExceeded, laws.oneExclusiveOffer, laws.everyInteractionEndsOnce]
    const atRest = [laws.nobodyWaitsForAnIdleAgent, laws.nobodyIsAGhost, laws.timesAreKept]
    let inputs = 0
    const day = new Day(plan, new Random(seed), (decision, now, state) => {
      for (const fact of decision.facts) {
        for (const law of always) law.before?.(ledger, fact)
        ledger.note(fact)
      }
      if ((inputs += 1) % restEvery === 0) for (const law of atRest) law.rest?.(ledger, now, state, decision)
    })
    day.live()
    const seconds = (performance.now() - startedAt) / 1_000
    tell(day, seconds)

    expect(ledger.ends.size).toBe(plan.calls)
    expect([...ledger.ends.values()].every((times) => times === 1)).toBe(true)
    expect(liveInteractions(day.state)).toEqual([])
    expect(queueViews(day.state).map(({ waiting }) => waiting)).toEqual([0, 0, 0, 0])
    expect(new Set(agentViews(day.state).map(({ routing, load }) => `${routing} ${load}`))).toEqual(new Set(['idle 0']))
    for (const kind of mishaps) expect(count(day.facts, kind), kind).toBeGreaterThan(0)

    const replayed = emptyState()
    for (const fact of day.facts) apply(replayed, fact)
    expect(snapshot(replayed)).toEqual(snapshot(day.state))
    expect(snapshot(restore(structuredClone(snapshot(replayed))))).toEqual(snapshot(day.state))
    expect(seconds).toBeLessThan(30)
  })
})

/** A day without them would prove little. */
const mishaps: readonly FactKind[] = [
  'offer-expired',
  'offer-declined',
  'offer-rescinded',
  'preference-lapsed',
  'requirement-relaxed',
  'interaction-overflowed',
  'interaction-dequeued',
  'clock-stopped',
  'wrap-up-ended',
]

const count = (facts: readonly Fact[], kind: FactKind): number => facts.filter((fact) => fact.kind === kind).length

function tell({ facts, inputs, refusals }: Day, seconds: number): void {
  const outcomes = new Map<string, number>()
  for (const fact of facts)
    if (fact.kind === 'interaction-ended') outcomes.set(fact.outcome, (outcomes.get(fact.outcome) ?? 0) + 1)
  const figures = [
    `seed ${seed}`,
    `${inputs} inputs (${refusals} refused), ${facts.length} facts in ${seconds.toFixed(1)} s`,
    ...[...outcomes].map(([outcome, times]) => `${outcome} ${times}`),
    ...mishaps.map((kind) => `${kind} ${count(facts, kind)}`),
  ]
  process.stdout.write(`a simulated day: ${figures.join(', ')}\n`)
}
