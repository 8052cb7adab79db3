/** What must hold whatever happens, judged by the ledger. Each law throws with what it saw. */
import { expect } from 'vitest'
import type { Fact } from '../../../../../src/core/facts.ts'
import type { RoutingInput } from '../../../../../src/core/routing/inputs.ts'
import type { LedgerCall, Ledger } from './ledger.ts'
import type { Law } from './play.ts'

type OfferMade = Extract<Fact, { kind: 'offer-made' }>

const onOffer = (check: (ledger: Ledger, offer: OfferMade) => void): Law => ({
  before: (ledger, fact) => {
    if (fact.kind === 'offer-made') check(ledger, fact)
  },
})

export const capacityIsNeverExceeded: Law = {
  ...onOffer((ledger, { agentId, interactionId }) => {
    const agent = ledger.agent(agentId)
    const call = ledger.call(interactionId)
    expect(ledger.suits(agent, call), 'the agent suits').toBe(true)
    expect(ledger.obstacle(agent, call.channel), 'what keeps the agent from one more').toBeNull()
  }),
}

/** By name or for one question, past the lines: nobody who is busy, and nobody against their own word. */
export const guestsAreFree: Law = {
  before: (ledger, fact) => {
    if (fact.kind !== 'agent-invited') return
    const agent = ledger.agent(fact.agentId)
    const call = ledger.call(fact.interactionId)
    expect(fact.offerId).toBe(`${fact.interactionId}/${call.offers + 1}`)
    expect(call.guests.map(({ agentId }) => agentId)).not.toContain(fact.agentId)
    const one = 1 / (agent.rules.capacity[call.channel] ?? 1)
    expect(ledger.loadFor(agent, call.channel) + one, 'has room').toBeLessThanOrEqual(1 + 1e-9)
    if (fact.by !== fact.agentId) expect(ledger.obstacle(agent, call.channel)).toBeNull()
  },
  rest: (ledger, at) => {
    for (const { guests } of ledger.calls.values())
      for (const { joined, expiresAt } of guests)
        if (!joined) expect(expiresAt, 'no invitation rings on').toBeGreaterThan(at)
  },
}

export const oneExclusiveOffer: Law = {
  before: (ledger, fact) => {
    if (fact.kind === 'offer-made') {
      const { phase, offer, offers } = ledger.call(fact.interactionId)
      expect({ phase, offer }).toEqual({ phase: 'queued', offer: null })
      expect(fact.offerId).toBe(`${fact.interactionId}/${offers + 1}`)
    }
    if (
      fact.kind === 'offer-accepted' ||
      fact.kind === 'offer-declined' ||
      fact.kind === 'offer-expired' ||
      fact.kind === 'offer-rescinded'
    ) {
      const { phase, offer } = ledger.call(fact.interactionId)
      expect(phase).toBe('offered')
      expect(offer).toMatchObject({ id: fact.offerId, agentId: fact.agentId })
      const inTime = fact.kind !== 'offer-accepted' || fact.at < (offer?.expiresAt ?? 0)
      const notEarly = fact.kind !== 'offer-expired' || fact.at >= (offer?.expiresAt ?? Infinity)
      expect(inTime && notEarly, 'the ring time is honoured').toBe(true)
    }
  },
  rest: (ledger, at) => {
    const ringing = [...ledger.calls.values()].filter(({ phase }) => phase === 'offered')
    for (const { offer } of ringing) expect(offer?.expiresAt, 'no offer rings on').toBeGreaterThan(at)
  },
}

/** Nobody whom the agent could take as well stands before the one they get. Among equals, that is FIFO. */
export const firstInOrderIsServed: Law = onOffer((ledger, { interactionId, agentId }) => {
  const chosen = ledger.call(interactionId)
  for (const other of couldGoTo(ledger, agentId)) expect(ledger.order(chosen, other)).toBeLessThanOrEqual(0)
})

/** Written from the promise of `ageingMsPerPoint`, without the order that keeps it. */
export const overtakingIsBounded: Law = onOffer((ledger, { interactionId, agentId }) => {
  const chosen = ledger.call(interactionId)
  const { ageingMsPerPoint } = ledger.queue(chosen.queueId)
  for (const other of couldGoTo(ledger, agentId)) {
    if (other.queueId !== chosen.queueId) continue
    const headStartMs = Math.max(0, chosen.ownPriority - other.ownPriority) * ageingMsPerPoint
    expect(chosen.since - other.since).toBeLessThanOrEqual(headStartMs)
  }
})

const couldGoTo = (ledger: Ledger, agentId: string): LedgerCall[] => {
  const agent = ledger.agent(agentId)
  return ledger
    .waitingFor(agentId)
    .filter((call) => ledger.suits(agent, call) && ledger.obstacle(agent, call.channel) === null)
}

export const whoWaitsForOneAgentGetsThatOne: Law = onOffer((ledger, { interactionId, agentId }) => {
  const { preferredAgentId, preferredUntil } = ledger.call(interactionId)
  if (preferredUntil !== null) expect(agentId).toBe(preferredAgentId)
})

export const nobodyWaitsForAnIdleAgent: Law = {
  rest: (ledger) => {
    for (const [agentId, { removed }] of ledger.agents)
      if (!removed) expect(couldGoTo(ledger, agentId), `could go to ${agentId}`).toEqual([])
  },
}

/** An answering machine presses no key, so no agent's phone ever rings for one. */
export const noAgentIsOfferedWhoIsAway: Law = {
  before: (ledger, fact) => {
    if (fact.kind === 'offer-made') expect(ledger.call(fact.interactionId).customer).not.toBe('away')
    if (fact.kind === 'customer-called')
      expect(ledger.call(fact.interactionId)).toMatchObject({ phase: 'queued', customer: 'away' })
    if (fact.kind === 'customer-call-expired')
      expect(fact.at).toBeGreaterThanOrEqual(ledger.call(fact.interactionId).callExpiresAt)
  },
  rest: (ledger, at) => {
    for (const { phase, callExpiresAt } of ledger.calls.values())
      if (phase === 'calling') expect(callExpiresAt, 'nobody is called for ever').toBeGreaterThan(at)
  },
}

/** For each agent who stays free somebody of that queue is being called, if anybody is to be called. */
export const turnsComeWhenAgentsAreFree: Law = {
  rest: (ledger) => {
    const calls = [...ledger.calls.values()]
    for (const call of calls) {
      if (call.phase !== 'queued' || call.customer !== 'away') continue
      const calling = calls.filter(({ phase, queueId }) => phase === 'calling' && queueId === call.queueId)
      const free = [...ledger.agents.values()].filter(
        (agent) => ledger.suits(agent, call) && ledger.obstacle(agent, call.channel) === null,
      )
      expect(free.length, `free agents for ${call.id}, who is away`).toBeLessThanOrEqual(calling.length)
    }
  },
}

/** An agent who goes to somebody behind one who is away has that one called. */
export const whoIsPassedOverIsCalled = (): Law => {
  let passedOver: string[] = []
  return {
    before: (ledger, fact) => {
      if (passedOver.length > 0) {
        expect(fact.kind).toBe('customer-called')
        if (fact.kind === 'customer-called') expect(passedOver).toContain(fact.interactionId)
      }
      passedOver = []
      if (fact.kind !== 'offer-made') return
      const [agent, chosen] = [ledger.agent(fact.agentId), ledger.call(fact.interactionId)]
      const isPassedOver = (call: LedgerCall): boolean =>
        call.phase === 'queued' &&
        call.customer === 'away' &&
        ledger.suits(agent, call) &&
        ledger.order(call, chosen) < 0
      passedOver = [...ledger.calls.values()].filter(isPassedOver).map(({ id }) => id)
    },
    rest: () => expect(passedOver).toEqual([]),
  }
}

/** Only the agent's removal, or the contact's return to them, ends a wrap-up before its time without a person. */
export const wrapUpIsHonoured = (): Law => {
  let input: RoutingInput['kind'] = 'tick'
  return {
    input: (_state, { kind }) => {
      input = kind
    },
    before: (ledger, fact) => {
      if (fact.kind === 'interaction-ended' || fact.kind === 'agent-leg-lost') {
        const call = ledger.calls.get(fact.interactionId)
        const agent = call?.offer == null ? undefined : ledger.agents.get(call.offer.agentId)
        if (call?.phase !== 'engaged' || agent === undefined) return
        const owed = agent.removed ? 0 : (ledger.queues.get(agent.works.get(call.id)?.queueId ?? '')?.wrapUpMs ?? 0)
        expect(agent.works.get(call.id)?.phase).toBe(owed > 0 ? 'wrap-up' : 'engaged')
      }
      if (fact.kind === 'wrap-up-started') {
        const work = ledger.agent(fact.agentId).works.get(fact.interactionId)
        expect(work?.phase).toBe('engaged')
        expect(fact.endsAt).toBe(fact.at + ledger.queue(work?.queueId ?? '').wrapUpMs)
      }
      if (fact.kind === 'wrap-up-extended') {
        const work = ledger.agent(fact.agentId).works.get(fact.interactionId)
        const extendedMs = (work?.extendedMs ?? 0) + fact.endsAt - (work?.endsAt ?? 0)
        expect(extendedMs).toBeLessThanOrEqual(ledger.queue(work?.queueId ?? '').wrapUpExtensionLimitMs)
      }
      const isBack = 'interactionId' in fact && ledger.calls.get(fact.interactionId)?.phase === 'queued'
      if (
        fact.kind === 'wrap-up-ended' &&
        fact.by === 'system' &&
        input !== 'remove-agent' &&
        input !== 'invite' &&
        !isBack
      ) {
        const work = ledger.agent(fact.agentId).works.get(fact.interactionId)
        expect(work?.phase).toBe('wrap-up')
        expect(fact.at).toBeGreaterThanOrEqual(work?.endsAt ?? Infinity)
      }
    },
    rest: (ledger, at) => {
      for (const { works } of ledger.agents.values())
        for (const { phase, endsAt } of works.values())
          if (phase === 'wrap-up') expect(endsAt, 'no wrap-up goes on for ever').toBeGreaterThan(at)
    },
  }
}

export const everyInteractionEndsOnce: Law = {
  before: (ledger, fact) => {
    if (!('interactionId' in fact) || fact.kind === 'recording-finished') return
    const isWorkAfter = fact.kind === 'wrap-up-ended' || fact.kind === 'wrap-up-extended'
    if (!isWorkAfter) expect(ledger.ends.get(fact.interactionId), `${fact.kind} after the end`).toBeUndefined()
    if (fact.kind === 'interaction-arrived') expect(ledger.calls.has(fact.interactionId)).toBe(false)
  },
}

export const offersExplainThemselves: Law = onOffer((ledger, { interactionId, agentId, explanation }) => {
  const call = ledger.call(interactionId)
  const counts = { unsuited: 0, offline: 0, 'not-ready': 0, unreachable: 0, busy: 0 }
  const able: { agentId: string; interrupts: number; score: number; idleSequence: number }[] = []
  for (const [id, agent] of ledger.agents) {
    if (agent.removed) continue
    const obstacle = ledger.suits(agent, call) ? ledger.obstacle(agent, call.channel) : 'unsuited'
    if (obstacle !== null) counts[obstacle] += 1
    else {
      const interrupts = Number(ledger.wouldInterrupt(agent, call.channel))
      able.push({ agentId: id, interrupts, score: scoreOf(ledger, call, id), idleSequence: agent.idleSequence })
    }
  }
  const { 'not-ready': notReady, ...others } = counts
  expect(explanation.excluded).toEqual({ ...others, notReady })
  const best = able.sort((a, b) => a.interrupts - b.interrupts || b.score - a.score || a.idleSequence - b.idleSequence)
  if (explanation.rule === 'preferred-agent') expect(agentId).toBe(call.preferredAgentId)
  else expect(agentId).toBe(best[0]?.agentId)
  expect(explanation.requirement).toEqual(call.requirement)
  expect(explanation.chosen).toMatchObject({ agentId, score: scoreOf(ledger, call, agentId) })
  const runnersUp = best.filter((other) => other.agentId !== agentId).slice(0, 3)
  expect(explanation.runnersUp.map((other) => other.agentId)).toEqual(runnersUp.map((other) => other.agentId))
})

function scoreOf(ledger: Ledger, call: LedgerCall, agentId: string): number {
  if (ledger.queue(call.queueId).selection === 'longest-idle') return 0
  const { skills } = ledger.agent(agentId).rules
  return Object.keys(call.requirement).reduce((sum, skill) => sum + (skills[skill] ?? 0), 0)
}

/**
 * A conversation pauses only for a call that its agent takes and has no room for otherwise, all of them that give way do,
 * and none stays paused when its agent has no call any more. The offer says so.
 */
export const whatGivesWayPausesAndGoesOn = (): Law => {
  let owed = new Set<string>()
  return {
    before: (ledger, fact) => {
      if (fact.kind === 'work-paused') {
        const agent = ledger.agent(fact.agentId)
        const work = agent.works.get(fact.interactionId)
        expect(work !== undefined && ledger.givesWay(agent, work) && !work.paused, 'it gives way').toBe(true)
        expect(agent.works.get(fact.forInteractionId)).toMatchObject({ channel: 'voice', phase: 'engaged' })
        expect(ledger.load(agent), 'no room for both').toBeGreaterThan(1 + 1e-9)
        owed.delete(fact.interactionId)
        return
      }
      expect([...owed], 'all that gives way pauses at once').toEqual([])
      if (fact.kind === 'work-resumed') {
        const { works } = ledger.agent(fact.agentId)
        expect(works.get(fact.interactionId)?.paused).toBe(true)
        expect([...works.values()].map(({ channel }) => channel)).not.toContain('voice')
      }
      if (fact.kind === 'offer-made') {
        const agent = ledger.agent(fact.agentId)
        const { channel } = ledger.call(fact.interactionId)
        const givesWay = [...agent.works].filter(([, work]) => ledger.givesWay(agent, work) && !work.paused)
        const expected = ledger.wouldInterrupt(agent, channel) ? givesWay.map(([id]) => id) : undefined
        expect(fact.explanation.interrupts).toEqual(expected)
      }
      if (fact.kind !== 'offer-accepted' && fact.kind !== 'agent-joined') return
      const agent = ledger.agent(fact.agentId)
      if (ledger.call(fact.interactionId).channel !== 'voice' || agent.removed || ledger.load(agent) <= 1 + 1e-9) return
      const givesWay = [...agent.works].filter(([, work]) => ledger.givesWay(agent, work) && !work.paused)
      owed = new Set(givesWay.map(([id]) => id))
    },
    rest: (ledger) => {
      expect([...owed]).toEqual([])
      for (const [agentId, { works }] of ledger.agents) {
        const all = [...works.values()]
        if (all.some(({ paused }) => paused))
          expect(
            all.map(({ channel }) => channel),
            `${agentId} has paused work`,
          ).toContain('voice')
      }
    },
  }
}

/** What the agent's slots say and what the interactions say is the same, and nothing rings at somebody who left. */
export const nobodyIsAGhost: Law = {
  rest: (ledger) => {
    for (const [agentId, { works, presence }] of ledger.agents)
      for (const [interactionId, { phase }] of works) {
        const call = ledger.calls.get(interactionId)
        const guest = call?.guests.find((it) => it.agentId === agentId)
        if (guest !== undefined && phase !== 'wrap-up') {
          expect(guest.joined, `${agentId} as a guest on ${interactionId}`).toBe(phase === 'engaged')
          expect(call?.offer?.agentId).not.toBe(agentId)
          continue
        }
        expect(guest, `${agentId} left ${interactionId}`).toBeUndefined()
        if (phase === 'wrap-up') {
          // The contact is over, or goes on without this agent.
          if (call !== undefined) expect(call.offer?.agentId).not.toBe(agentId)
          continue
        }
        expect(call?.phase, `${agentId} has ${interactionId}`).toBe(phase === 'ringing' ? 'offered' : 'engaged')
        expect(call?.offer?.agentId).toBe(agentId)
        if (phase === 'ringing') expect(presence).toBe('available')
      }
    for (const { id, guests } of ledger.calls.values())
      for (const { agentId } of guests)
        expect(ledger.agents.get(agentId)?.works.has(id), `${agentId} on ${id}`).toBe(true)
    for (const { id, phase, offer } of ledger.calls.values())
      if (phase === 'offered' || phase === 'engaged')
        expect(ledger.agents.get(offer?.agentId ?? '')?.works.has(id), `${id} is with somebody`).toBe(true)
  },
}

export const timesAreKept: Law = {
  before: (ledger, fact) => {
    if (fact.kind === 'requirement-relaxed')
      expect(fact.at).toBeGreaterThanOrEqual(ledger.times(ledger.call(fact.interactionId)).relaxation)
    if (fact.kind === 'interaction-dequeued' && fact.outcome === 'timeout')
      expect(fact.at).toBeGreaterThanOrEqual(ledger.times(ledger.call(fact.interactionId)).maxWait)
  },
  rest: (ledger, at) => {
    for (const call of ledger.calls.values()) {
      if (call.phase !== 'queued') continue
      for (const due of Object.values(ledger.times(call))) expect(due).toBeGreaterThan(at)
    }
    for (const { returnsAt } of ledger.agents.values()) expect(returnsAt ?? Infinity).toBeGreaterThan(at)
  },
}
