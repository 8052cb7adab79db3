import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AsteriskWatch, type AsteriskEvent } from '../peers/asterisk-watch.ts'
import { CallCentre, type AgentName } from '../peers/call-centre.ts'
import type { Phone } from '../peers/phone.ts'
import { eventually } from '../peers/poll.ts'
import type { Answer } from '../peers/service.ts'

let centre: CallCentre

beforeAll(async () => {
  centre = await CallCentre.start()
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(async () => {
  await centre.queue()
  await centre.queue({}, 'support')
  for (const name of ['ana', 'bogdan', 'citra'] as const) {
    await serves(name, ['sales', 'support'])
    await centre.offline(name)
  }
})
afterEach(() => centre.leavesNoGhost())

const agentPhone = (name: AgentName) => centre.service.agentPhone(name, 440)
const kindsIn = async (id: string): Promise<string[]> =>
  (await centre.service.api('GET', `/api/interactions/${id}/timeline`)).items.map(({ kind }: Answer) => kind)

async function serves(name: AgentName, queueIds: readonly string[]): Promise<void> {
  const { items } = await centre.service.api('GET', '/api/users')
  const { id } = items.find(({ username }: Answer) => username === name)
  await centre.service.api('PATCH', `/api/users/${id}`, { agent: { queueIds } })
}

/** A caller who stands in line. */
async function waiting(flow: string, from = centre.newCaller()): Promise<{ caller: Phone; from: string; id: string }> {
  const caller = await centre.caller(flow, from)
  const { id } = await centre.interactionFrom(from, ({ state }) => state === 'queued')
  return { caller, from, id }
}

/** Who is rung next; that call is answered and over at once. */
async function serveNext(agent: Phone): Promise<string> {
  const { callerNumber } = await agent.ringing()
  await agent.answer()
  await agent.established()
  await agent.hangup()
  return callerNumber
}

describe('in line', () => {
  it('those who came first are served first, and one who was rung in vain keeps the place', async () => {
    await centre.queue({ ringTimeoutMs: 1_000 })
    const first = await waiting('line')
    const second = await waiting('line')
    const third = await waiting('line')
    await using _first = first.caller
    await using _second = second.caller
    await using _third = third.caller
    await using ana = await agentPhone('ana')
    expect(await ana.ringing()).toMatchObject({ callerNumber: first.from })
    await ana.closed()
    await using bogdan = await agentPhone('bogdan')
    expect([await serveNext(bogdan), await serveNext(bogdan), await serveNext(bogdan)]).toEqual([
      first.from,
      second.from,
      third.from,
    ])
  })

  it('an urgent caller goes ahead of those who came before', async () => {
    const first = await waiting('line')
    const urgent = await waiting('urgent')
    await using _first = first.caller
    await using _urgent = urgent.caller
    await using ana = await agentPhone('ana')
    expect([await serveNext(ana), await serveNext(ana)]).toEqual([urgent.from, first.from])
  })

  it('a queue that is full sends the next caller back to the flow, which takes a message', async () => {
    await centre.queue({ maxWaiting: 1 })
    const first = await waiting('line')
    await using _first = first.caller
    const from = centre.newCaller()
    await using second = await centre.caller('line', from)
    const { id } = await centre.interactionFrom(from)
    const { path } = await centre.story(id, ({ path }) => path.length === 2)
    expect(path.map(({ nodeId }: Answer) => nodeId)).toEqual(['sales', 'sorry'])
    await Promise.all([first.caller.hangup(), second.hangup()])
    expect(await centre.ended(id)).toMatchObject({ endedBy: 'customer', offers: 0 })
  })

  it('a caller who waits too long returns to the flow', async () => {
    await centre.queue({ maxWaitMs: 1_500 })
    const { caller, id } = await waiting('line')
    await using _ = caller
    const { path, segments, waitMs } = await centre.story(id, ({ path }) => path.length === 2)
    expect(path[1].nodeId).toBe('sorry')
    expect(segments.find(({ kind }: Answer) => kind === 'queue')).toMatchObject({ outcome: 'timeout' })
    expect(waitMs).toBeGreaterThanOrEqual(1_500)
    await caller.hangup()
  })

  it('overflows to another queue, whose agents are rung, and keeps the age', async () => {
    await centre.queue({ overflow: [{ afterMs: 1_000, toQueueId: 'support' }] })
    await serves('bogdan', ['support'])
    await using bogdan = await agentPhone('bogdan')
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    expect(await bogdan.ringing()).toMatchObject({ callerNumber: from })
    await bogdan.answer()
    await Promise.all([bogdan.hears(700), caller.hears(440)])
    const { id } = await centre.interactionFrom(from)
    await caller.hangup()
    const story = await centre.ended(id)
    expect(story).toMatchObject({ queue: { id: 'support' }, agent: { name: 'Bogdan Popescu' } })
    expect(story.waitMs).toBeGreaterThanOrEqual(1_000)
    expect(await kindsIn(id)).toContain('interaction-overflowed')
  })

  it('asks less skill after a while: until then nobody is rung', async () => {
    await centre.queue({ relaxation: [{ afterMs: 2_000, skills: { romanian: 3 } }] })
    const { items } = await centre.service.api('GET', '/api/users')
    const { id: citraId } = items.find(({ username }: Answer) => username === 'citra')
    await centre.service.api('PATCH', `/api/users/${citraId}`, { agent: { skills: { romanian: 3 } } })
    await using citra = await agentPhone('citra')
    const { caller, id } = await waiting('fluent')
    await using _ = caller
    const { waiting: outlook } = await centre.service.api('GET', `/api/interactions/${id}/explanation`)
    expect(outlook).toMatchObject({ requirement: { romanian: 5 }, next: { cause: 'relaxation' } })
    await citra.ringing()
    await citra.answer()
    await caller.hears(440)
    await caller.hangup()
    await centre.ended(id)
    const { offers } = await centre.service.api('GET', `/api/interactions/${id}/explanation`)
    expect(offers).toMatchObject([
      { requirement: { romanian: 3 }, relaxationSteps: 1, chosen: { skills: { romanian: 3 } } },
    ])
    expect(offers[0].waitedMs).toBeGreaterThanOrEqual(2_000)
  })

  it('nobody is rung who is not ready, whatever the reason, until they are', async () => {
    await using ana = await agentPhone('ana')
    await centre.service.api('PUT', '/api/me/presence', { presence: 'not-ready', reason: 'lunch' }, 'ana')
    const { caller, id } = await waiting('line')
    await using _ = caller
    const { waiting: outlook } = await centre.service.api('GET', `/api/interactions/${id}/explanation`)
    const own = outlook.agents.find(({ agent }: Answer) => agent.name === 'Ana Ionescu')
    expect(own.hindrances).toEqual(['not-ready'])
    expect(outlook.whyNobodyYet).not.toEqual([])
    await centre.available('ana')
    await ana.ringing()
    await caller.hangup()
  })

  it('an agent with more skill is rung before others who are free', async () => {
    await centre.queue({ selection: 'most-skilled', requirement: { sales: 1 } })
    await using bogdan = await agentPhone('bogdan')
    await using ana = await agentPhone('ana')
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    // 5 against 3, although bogdan is idle for longer.
    await ana.ringing()
    await caller.hangup()
    await ana.closed()
    expect(bogdan.events.some(({ type }) => type === 'incoming')).toBe(false)
    const { id } = await centre.interactionFrom(from)
    const { offers } = await centre.service.api('GET', `/api/interactions/${id}/explanation`)
    expect(offers[0]).toMatchObject({ rule: 'most-skilled', agent: { name: 'Ana Ionescu' } })
    expect(offers[0].runnersUp).toMatchObject([{ agent: { name: 'Bogdan Popescu' } }])
  })
})

describe('the last agent', () => {
  it('is rung first while they are busy for no longer than the limit, then anybody', async () => {
    await centre.queue({ preferredAgentHoldMs: 2_000 })
    const from = centre.newCaller()
    await using ana = await agentPhone('ana')
    const before = await centre.talk(ana, 'regular', from)
    await before.caller.hangup()
    await before.caller[Symbol.asyncDispose]()
    await centre.ended(before.id)
    await using bogdan = await agentPhone('bogdan')

    await using again = await centre.caller('regular', from)
    // Ana, although bogdan is idle for longer or as long.
    await ana.ringing()
    await ana.answer()
    await again.hears(440)
    await again.hangup()
    await ana.closed()

    await centre.offline('bogdan')
    await using other = (await centre.talk(ana)).caller
    await centre.available('bogdan')
    await using third = await centre.caller('regular', from)
    const { id } = await centre.interactionFrom(from, ({ state }) => state === 'queued')
    await bogdan.ringing()
    const { offers } = await centre.service.api('GET', `/api/interactions/${id}/explanation`)
    expect(offers[0].waitedMs).toBeGreaterThanOrEqual(2_000)
    expect(await kindsIn(id)).toContain('preference-lapsed')
    await Promise.all([third.hangup(), other.hangup()])
  })
})

describe('wrap-up', () => {
  const wrapsUp = (name: string) => centre.service.agentIs(name, ({ routing }) => routing === 'wrap-up')
  const isFree = (name: string) => centre.service.agentIs(name, ({ routing }) => routing === 'idle')
  const wrapUp = (id: string, body: unknown) =>
    centre.service.request('POST', `/api/interactions/${id}/wrap-up`, body, 'ana')

  /** A talk that is over; its agent works after it. */
  async function talked(ana: Phone): Promise<string> {
    const talk = await centre.talk(ana)
    await talk.caller.hangup()
    await talk.caller[Symbol.asyncDispose]()
    await wrapsUp('ana')
    return talk.id
  }

  it('keeps callers waiting, and ends by its timer', async () => {
    await centre.queue({ wrapUpMs: 2_000 })
    await using ana = await agentPhone('ana')
    const id = await talked(ana)
    const next = await waiting('line')
    await using _ = next.caller
    expect(await ana.ringing()).toMatchObject({ callerNumber: next.from })
    const { segments } = await centre.story(id, ({ wrappingUp }) => !wrappingUp)
    const wrap = segments.find(({ kind }: Answer) => kind === 'wrap-up')
    expect(wrap.outcome).toBe('system')
    expect(wrap.ms).toBeGreaterThanOrEqual(2_000)
    expect(wrap.ms).toBeLessThan(2_400)
    await next.caller.hangup()
  })

  it('is finished early by the agent, with a disposition', async () => {
    await centre.queue({ wrapUpMs: 60_000 })
    await using ana = await agentPhone('ana')
    const id = await talked(ana)
    expect(await wrapUp(id, { action: 'finish', disposition: 'sold' })).toMatchObject({ status: 200 })
    await isFree('ana')
    const story = await centre.story(id, ({ wrappingUp }) => !wrappingUp)
    expect(story).toMatchObject({ disposition: 'sold' })
    expect(story.segments.at(-1)).toMatchObject({ kind: 'wrap-up', outcome: 'agent' })
    // Over is over.
    expect((await wrapUp(id, { action: 'finish' })).status).toBeGreaterThanOrEqual(400)
  })

  it('is extended within its limit, by no more', async () => {
    await centre.queue({ wrapUpMs: 1_000, wrapUpExtensionLimitMs: 2_000 })
    await using ana = await agentPhone('ana')
    const id = await talked(ana)
    expect(await wrapUp(id, { action: 'extend', byMs: 1_500 })).toMatchObject({ status: 200 })
    expect(await wrapUp(id, { action: 'extend', byMs: 1_000 })).toMatchObject({
      status: 409,
      json: { error: { code: 'extension-limit' } },
    })
    await isFree('ana')
    const { wrapUpMs } = await centre.story(id, ({ wrappingUp }) => !wrappingUp)
    expect(wrapUpMs).toBeGreaterThanOrEqual(2_500)
    expect(wrapUpMs).toBeLessThan(3_000)
  })
})

describe('announcements', () => {
  it('tell the place in line, the estimated wait and the keys; music goes on after them', async () => {
    // An estimate needs a talk that is over.
    await using ana = await agentPhone('ana')
    const talk = await centre.talk(ana)
    await talk.caller.hangup()
    await talk.caller[Symbol.asyncDispose]()
    await centre.ended(talk.id)
    await using busy = (await centre.talk(ana)).caller

    await centre.queue({ announcements: { everyMs: 30_000, position: true, wait: true } })
    await using watch = await AsteriskWatch.open(centre.service.asterisk.ariUrl)
    const { caller, id } = await waiting('line')
    await using _ = caller
    const isTheirs = ({ playback }: AsteriskEvent) => playback.id.startsWith(id)
    await watch.event('PlaybackStarted', isTheirs)
    await watch.event('PlaybackFinished', isTheirs, 30_000)
    const said = watch.events.filter((event) => event.playback !== undefined && isTheirs(event))
    // Place, wait, and one for each of the two keys.
    expect(new Set(said.map(({ playback }) => playback.media_uri)).size).toBe(4)
    await caller.hearsSound({ minMs: 1_500 })
    // What was said is kept, and held against what came.
    const { items } = await centre.service.api('GET', `/api/interactions/${id}/timeline`)
    expect(items.find(({ kind }: Answer) => kind === 'wait-announced')).toMatchObject({
      text: expect.stringContaining('number 1 in line'),
    })
    await busy.hangup()
    await ana.ringing()
    await ana.answer()
    await Promise.all([ana.hears(700), caller.hears(440)])
    await caller.hangup()
    await centre.ended(id)
    const { queues } = await centre.service.api('GET', '/api/measures/announced-waits?queue=sales')
    expect(queues).toMatchObject([{ queue: { id: 'sales' }, quantile: expect.closeTo(0.8), kept: 1, keptShare: 1 }])
    expect(queues[0].medianErrorMs).toBeLessThan(0)
  })

  it('stop when an agent answers', async () => {
    await centre.queue({ announcements: { everyMs: 30_000, position: true, wait: false } })
    await using watch = await AsteriskWatch.open(centre.service.asterisk.ariUrl)
    const { caller, id } = await waiting('line')
    await using _ = caller
    await watch.event('PlaybackStarted', ({ playback }) => playback.id.startsWith(id))
    await using ana = await agentPhone('ana')
    await ana.ringing()
    await ana.answer()
    await Promise.all([ana.hears(700), caller.hears(440)])
    await caller.hangup()
  })

  it('messages of comfort come one after another', async () => {
    const messages = [{ en: 'Thank you for waiting.' }, { en: 'You can also write to us.' }]
    await centre.queue({ comfort: { everyMs: 10_000, messages } })
    await using watch = await AsteriskWatch.open(centre.service.asterisk.ariUrl)
    const { caller, id } = await waiting('line')
    await using _ = caller
    const started = () =>
      watch.events.filter((event) => event.type === 'PlaybackStarted' && event.playback.id.startsWith(id))
    await eventually(() => started().length === 2, { withinMs: 25_000, what: 'two messages' })
    expect(new Set(started().map(({ playback }) => playback.media_uri)).size).toBe(2)
    await caller.hangup()
  })
})
