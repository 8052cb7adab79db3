import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CallCentre } from '../peers/call-centre.ts'
import { eventually } from '../peers/poll.ts'
import { registerContact } from '../peers/sip-agent.ts'
import type { Answer } from '../peers/service.ts'

let centre: CallCentre

beforeAll(async () => {
  centre = await CallCentre.start()
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(async () => {
  await centre.queue()
  for (const name of ['ana', 'bogdan', 'citra'] as const) await centre.offline(name)
})
afterEach(() => centre.leavesNoGhost())

const agentIs = (name: string, wanted: Record<string, unknown>) =>
  centre.service.agentIs(name, (agent) => Object.entries(wanted).every(([field, value]) => agent[field] === value))
const outcomesOf = (story: Answer): string[] => story.offerList.map(({ outcome }: Answer) => outcome)

describe('the caller leaves', () => {
  it('while an agent rings: the phone stops, the agent stays available, the interaction is abandoned', async () => {
    await using agent = await centre.service.agentPhone('ana', 440)
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    await agent.ringing()
    await caller.hangup()
    await agent.closed()
    const { id } = await centre.interactionFrom(from)
    const story = await centre.ended(id)
    expect(story).toMatchObject({ endedBy: 'customer', outcome: 'short-abandon', answeredAt: null, agent: null })
    expect(outcomesOf(story)).toEqual(['customer-left'])
    await agentIs('ana', { presence: 'available', routing: 'idle' })
  })

  it('just as the agent answers: the answer crosses the hang-up and nobody is left on the line', async () => {
    await using agent = await centre.sippAgent('ana', { does: 'answer-when-cancelled' })
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    await centre.interactionFrom(from, ({ state }) => state === 'offered')
    await eventually(() => agent.messages().some(({ startLine }) => startLine.includes('180')), {
      withinMs: 5_000,
      what: 'the phone to ring',
    })
    await caller.hangup()
    const { id } = await centre.interactionFrom(from)
    expect(await centre.ended(id)).toMatchObject({ endedBy: 'customer', outcome: 'short-abandon', answeredAt: null })
    // Answered after all, it is hung up at once.
    await eventually(() => agent.messages().some(({ startLine }) => startLine.startsWith('BYE')), {
      withinMs: 5_000,
      what: 'a BYE to the phone',
    })
    await agentIs('ana', { presence: 'available', routing: 'idle' })
  })

  it('before anybody rings', async () => {
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    await centre.interactionFrom(from, ({ state }) => state === 'queued')
    await caller.hangup()
    const { id } = await centre.interactionFrom(from)
    expect(await centre.ended(id)).toMatchObject({ endedBy: 'customer', offers: 0 })
  })

  it('at the same moment as the agent answers, twenty times over: one end each, nobody engaged with nobody', async () => {
    await using agent = await centre.sippAgent('ana', { does: 'answer', ringMs: 30 })
    for (let i = 0; i < 20; i++) {
      const from = centre.newCaller()
      await using callers = await centre.sippCaller('line', { does: 'hang-up', talkMs: 10 + 5 * i }, { from })
      await callers.result
      const { id } = await centre.interactionFrom(from)
      const { endedBy } = await centre.ended(id)
      expect(endedBy).toBe('customer')
      await agentIs('ana', { presence: 'available', routing: 'idle' })
    }
    expect(agent.isRunning()).toBe(true)
  })
})

describe('the answer crosses the expiry', () => {
  it('the agent is not ready, the phone is hung up, and the caller keeps the place for the next', async () => {
    await centre.queue({ ringTimeoutMs: 1_000 })
    // Its 200 leaves exactly when the CANCEL of the expiry arrives.
    await using late = await centre.sippAgent('ana', { does: 'answer-when-cancelled' })
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    const { id } = await centre.story(
      (await centre.interactionFrom(from)).id,
      (story) => outcomesOf(story)[0] === 'expired',
    )
    await agentIs('ana', { presence: 'not-ready', reason: 'rona' })
    await eventually(() => late.messages().some(({ startLine }) => startLine.startsWith('BYE')), {
      withinMs: 5_000,
      what: 'a BYE to the late phone',
    })
    await using next = await centre.service.agentPhone('bogdan', 440)
    await next.ringing()
    await next.answer()
    await Promise.all([next.hears(700), caller.hears(440)])
    await caller.hangup()
    expect(outcomesOf(await centre.ended(id))).toEqual(['expired', 'accepted'])
  })

  it.each([950, 980, 1_000, 1_020, 1_050])(
    'answered %i ms after an offer of 1,000 ms, somebody is right',
    async (ringMs) => {
      await centre.queue({ ringTimeoutMs: 1_000 })
      await using agent = await centre.sippAgent('ana', { does: 'answer', ringMs })
      const from = centre.newCaller()
      await using caller = await centre.caller('line', from)
      const { id } = await centre.interactionFrom(from)
      const story = await centre.story(id, (one) => ['expired', 'accepted'].includes(outcomesOf(one)[0] ?? ''))
      if (outcomesOf(story)[0] === 'accepted') {
        await caller.hears(440)
        await agentIs('ana', { presence: 'available', routing: 'engaged' })
      } else await agentIs('ana', { presence: 'not-ready', reason: 'rona', routing: 'idle' })
      await caller.hangup()
      await centre.ended(id)
      expect(agent.isRunning()).toBe(true)
    },
  )
})

describe('a phone', () => {
  it.each([
    ['is busy (486)', { does: 'busy', status: 486 }, 'phone-busy'],
    ['is busy after it rang (486)', { does: 'reject', ringMs: 100, status: 486 }, 'phone-busy'],
    ['rejects (603)', { does: 'reject', ringMs: 100, status: 603 }, 'rejected'],
    ['is on do-not-disturb (480)', { does: 'reject', ringMs: 100, status: 480 }, 'do-not-disturb'],
  ] as const)('%s: the caller keeps the place and the next agent is rung', async (_, behaviour, reason) => {
    await using first = await centre.sippAgent('ana', behaviour)
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    const { id } = await centre.interactionFrom(from)
    await centre.story(id, (story) => outcomesOf(story)[0] === reason)
    await agentIs('ana', { presence: 'not-ready', reason })
    await using next = await centre.service.agentPhone('bogdan', 440)
    await next.ringing()
    await next.answer()
    await Promise.all([next.hears(700), caller.hears(440)])
    await caller.hangup()
    const story = await centre.ended(id)
    expect(story).toMatchObject({ outcome: 'answered', agent: { name: 'Bogdan Popescu' }, offers: 2 })
    expect(outcomesOf(story)).toEqual([reason, 'accepted'])
    expect(first.isRunning()).toBe(true)
  })

  it('that is busy is tried again by itself after ten seconds', async () => {
    await using agent = await centre.sippAgent('ana', { does: 'busy', status: 486 })
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    await agentIs('ana', { presence: 'not-ready', reason: 'phone-busy' })
    const { id } = await centre.interactionFrom(from)
    const story = await centre.story(id, ({ offers }) => offers === 2, 15_000)
    expect(Date.parse(story.offerList[1].madeAt) - Date.parse(story.offerList[0].endedAt)).toBeGreaterThanOrEqual(
      10_000,
    )
    await caller.hangup()
    await agent.stop()
  })

  it('times out (RONA): the agent is not ready until they say so, the next agent rings, the caller keeps the place', async () => {
    await centre.queue({ ringTimeoutMs: 1_500 })
    await using ana = await centre.service.agentPhone('ana', 440)
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    await ana.ringing()
    await using later = await centre.caller('line')
    await ana.closed()
    await agentIs('ana', { presence: 'not-ready', reason: 'rona', by: 'system' })
    await using bogdan = await centre.service.agentPhone('bogdan', 440)
    expect(await bogdan.ringing()).toMatchObject({ callerNumber: from })
    await bogdan.answer()
    await bogdan.hears(700)
    await agentIs('ana', { presence: 'not-ready', reason: 'rona' })
    await Promise.all([caller.hangup(), later.hangup()])
    const { id } = await centre.interactionFrom(from)
    expect(outcomesOf(await centre.ended(id))).toEqual(['expired', 'accepted'])
  })

  it('that is unregistered is not rung; its agent is served again as soon as it registers', async () => {
    await using ana = await centre.service.agentPhone('ana', 440)
    await ana.unregister()
    await centre.service.agentIs('ana', ({ channels }) => channels.voice === 'unreachable')
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    const { id } = await centre.interactionFrom(from, ({ state }) => state === 'queued')
    await ana.register()
    await ana.ringing()
    await ana.answer()
    await Promise.all([ana.hears(700), caller.hears(440)])
    await caller.hangup()
    expect(await centre.ended(id)).toMatchObject({ offers: 1, outcome: 'answered' })
  })

  it('that lost power while it rang: the caller keeps the place, and the next agent is rung', async () => {
    await centre.queue({ ringTimeoutMs: 1_500 })
    await using ana = await centre.service.agentPhone('ana', 440)
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    await ana.ringing()
    await ana.kill()
    await using bogdan = await centre.service.agentPhone('bogdan', 440)
    await bogdan.ringing()
    await bogdan.answer()
    await Promise.all([bogdan.hears(700), caller.hears(440)])
    await caller.hangup()
    const { id } = await centre.interactionFrom(from)
    expect(outcomesOf(await centre.ended(id)).at(-1)).toBe('accepted')
    await agentIs('ana', { presence: 'not-ready', routing: 'idle' })
  })

  it('whose contact leads nowhere: the offer runs out and somebody else is rung', async () => {
    await centre.queue({ ringTimeoutMs: 1_500 })
    const { sipHost: host, sipPort: port } = centre.service.asterisk
    const sip = centre.service.firstStart.agents.find(({ username }) => username === 'ana')?.sip
    if (sip === undefined) throw new Error('there is no ana')
    await registerContact({ host, port, ...sip, contactPort: 9 })
    await centre.available('ana')
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    const { id } = await centre.interactionFrom(from)
    await centre.story(id, (story) => story.offers >= 1 && outcomesOf(story)[0] !== null)
    await using bogdan = await centre.service.agentPhone('bogdan', 440)
    await bogdan.ringing()
    await bogdan.answer()
    await caller.hears(440)
    await caller.hangup()
    await centre.ended(id)
    await registerContact({ host, port, ...sip, contactPort: 9, expiresS: 0 })
  })

  it('that an agent who goes offline lets ring: it stops, and somebody else is rung', async () => {
    await using ana = await centre.service.agentPhone('ana', 440)
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    await ana.ringing()
    await centre.offline('ana')
    await ana.closed()
    await using bogdan = await centre.service.agentPhone('bogdan', 440)
    await bogdan.ringing()
    await bogdan.answer()
    await caller.hears(440)
    await caller.hangup()
    const { id } = await centre.interactionFrom(from)
    expect(outcomesOf(await centre.ended(id))).toEqual(['agent-left', 'accepted'])
  })
})

describe('two agents', () => {
  it('never get the same call, however many callers come at once', async () => {
    await using ana = await centre.service.agentPhone('ana', 440, 'auto')
    await using bogdan = await centre.service.agentPhone('bogdan', 500, 'auto')
    await using callers = await centre.sippCaller('line', { does: 'hang-up', talkMs: 4_000 }, { calls: 6, rate: 20 })
    await Promise.all([ana.established(), bogdan.established()])
    const inState = async (state: string): Promise<Answer[]> =>
      (await centre.service.api('GET', `/api/interactions?state=${state}`)).items
    await eventually(async () => (await inState('queued')).length === 4, { withinMs: 5_000, what: 'four in line' })
    const talks = await inState('engaged')
    expect(talks.map(({ agent }) => agent.name).sort()).toEqual(['Ana Ionescu', 'Bogdan Popescu'])
    await centre.offline('ana')
    await centre.offline('bogdan')
    await callers.result
  })
})
