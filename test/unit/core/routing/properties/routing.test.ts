import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RoutingInput } from '../../../../../src/core/routing/inputs.ts'
import { apply, decide, emptyState, nextWake, restore, run, snapshot } from '../../../../../src/core/routing/machine.ts'
import { anatomy } from './anatomy.ts'
import type { LedgerCall } from './ledger.ts'
import * as laws from './laws.ts'
import { Player, type Law } from './play.ts'
import { plans, type Plan } from './plan.ts'

const cases = 1_000 * Number(process.env['PROPERTY_ROUNDS'] ?? 1)

function holds(law: Law | ((plan: Plan) => Law)): void {
  const judged = (plan: Plan): Law => (typeof law === 'function' ? law(plan) : law)
  fc.assert(
    fc.property(plans(), (plan) => void new Player(judged(plan)).play(plan)),
    { numRuns: cases },
  )
}

describe('whatever happens', () => {
  it('an offer goes to an agent who suits, is there and has capacity', () => holds(laws.capacityIsNeverExceeded))
  it('an interaction has one offer at a time, and it rings as long as it should', () => holds(laws.oneExclusiveOffer))
  it('a guest has room, is free unless it is their own wish, and rings no longer than they should', () =>
    holds(laws.guestsAreFree))
  it('an agent gets the first in order of all that they could take', () => holds(laws.firstInOrderIsServed))
  it('nobody is overtaken by more than priority is worth', () => holds(laws.overtakingIsBounded))
  it('who waits for one agent alone goes to nobody else', () => holds(laws.whoWaitsForOneAgentGetsThatOne))
  it('nobody waits at rest for whom a suitable agent is free', () => holds(laws.nobodyWaitsForAnIdleAgent))
  it('no agent is offered a customer who is away and has not said that they are there', () =>
    holds(laws.noAgentIsOfferedWhoIsAway))
  it('who is away is called when an agent stays free for them', () => holds(laws.turnsComeWhenAgentsAreFree))
  it('who is away is called when an agent passes over them', () => holds(() => laws.whoIsPassedOverIsCalled()))
  it('a wrap-up lasts as long as it should and keeps its slot', () => holds(() => laws.wrapUpIsHonoured()))
  it('what gives way to a call pauses, and goes on when there is none', () =>
    holds(() => laws.whatGivesWayPausesAndGoesOn()))
  it('agents and interactions agree on who is with whom', () => holds(laws.nobodyIsAGhost))
  it('relaxation, time-outs and returns come when they are due', () => holds(laws.timesAreKept))
  it('every offer tells truly who was chosen and who was not', () => holds(laws.offersExplainThemselves))

  it('every interaction ends once and nothing is told of it afterwards', () => {
    const ended: Law = {
      ...laws.everyInteractionEndsOnce,
      end: ({ calls, ends }) => {
        expect([...calls.keys()]).toEqual([])
        expect([...ends.values()].every((times) => times === 1)).toBe(true)
      },
    }
    const plan = plans().map((plan): Plan => ({ ...plan, steps: [...plan.steps, ...hangUps(plan)] }))
    fc.assert(
      fc.property(plan, (day) => void new Player(ended).play(day)),
      { numRuns: cases },
    )
  })
})

describe('given agents who work', () => {
  /** Urgent contacts keep coming for a while; agents answer within a second and talk for one. */
  function workOn(player: Player, rounds: number): void {
    for (let round = 0; round < rounds; round += 1) {
      for (const { id: interactionId, phase } of [...player.ledger.calls.values()])
        if (phase === 'calling') player.run({ at: player.at, kind: 'customer-reached', interactionId })
      for (const { id, offer, phase } of [...player.ledger.calls.values()])
        if (phase === 'offered' && offer !== null)
          player.run({ at: player.at, kind: 'accept-offer', interactionId: id, offerId: offer.id })
      player.at = Math.max(player.at + 1_000, talking(player).length > 0 ? 0 : (nextWake(player.state) ?? 0))
      for (const { id: interactionId } of talking(player))
        player.run({ at: player.at, kind: 'end-interaction', interactionId, by: 'agent', outcome: null, cause: null })
      if (round < 20) player.call(urgent(round))
      else player.run({ at: player.at, kind: 'tick' })
    }
  }
  const talking = ({ ledger }: Player) => [...ledger.calls.values()].filter(({ phase }) => phase === 'engaged')
  const urgent = (round: number) =>
    ({
      channel: 'voice',
      queueId: `q${round % 3}`,
      requirement: {},
      priority: 10,
      preferredAgentId: null,
      waitedMs: 0,
      customerAway: false,
    }) as const

  it('nobody starves whom some agent can serve', () => {
    let waited = 0
    fc.assert(
      fc.property(plans(fc.constantFrom(0, 500)), (plan) => {
        const player = new Player(laws.overtakingIsBounded).play(plan)
        const { ledger } = player
        for (const [agentId, { removed }] of ledger.agents) if (!removed) player.greet(agentId)
        const isStuck = ({ phase }: LedgerCall): boolean =>
          phase === 'queued' || phase === 'calling' || phase === 'offered'
        const watched = [...ledger.calls.values()].filter(isStuck)
        waited += watched.length
        workOn(player, 150)
        for (const call of watched.filter((each) => ledger.calls.get(each.id) === each && isStuck(each)))
          for (const agent of ledger.agents.values()) expect(ledger.suits(agent, call), call.id).toBe(false)
      }),
      { numRuns: cases },
    )
    expect(waited).toBeGreaterThan(cases)
  })
})

describe('the machine', () => {
  it('decides without changing the state', () => {
    holds({
      input: (state, input) => {
        const before = anatomy(state)
        decide(state, input)
        expect(anatomy(state)).toBe(before)
      },
    })
  })

  it('comes to the same state when its facts are replayed', () => {
    fc.assert(
      fc.property(plans(), (plan) => {
        const player = new Player().play(plan)
        const replayed = emptyState()
        for (const fact of throughJson(player.facts)) apply(replayed, fact)
        expect(anatomy(replayed)).toBe(anatomy(player.state))
      }),
      { numRuns: cases },
    )
  })

  it('goes on from a snapshot exactly as it would have', () => {
    const twin = (plan: Plan): Law => {
      const inputs: RoutingInput[] = []
      let remaining = plan.steps.length / 2
      let restored = emptyState()
      return {
        input: (state, input) => {
          inputs.push(input)
          if ((remaining -= 1) > 0) restored = restore(throughJson(snapshot(state)))
        },
        rest: (_ledger, _at, state, decision) => {
          const input = inputs.at(-1)
          if (input === undefined) throw new Error('no input')
          expect(JSON.stringify(run(restored, input))).toBe(JSON.stringify(decision))
          expect(anatomy(restored)).toBe(anatomy(state))
        },
      }
    }
    holds(twin)
  })
})

/** What storage does to facts and snapshots. */
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** More than enough to end every interaction that the plan may have begun. */
const hangUps = ({ steps: [first, ...rest] }: Plan): Plan['steps'] =>
  first === undefined ? [] : [first, ...rest].map((step) => ({ ...step, deed: 'end', afterMs: 0 }))
