import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CallCentre } from '../peers/call-centre.ts'
import { everyInteractionEndedOnce } from '../peers/ledger.ts'
import { startPhone } from '../peers/phone.ts'
import { phonePort } from '../peers/phone-port.ts'
import { eventually } from '../peers/poll.ts'
import type { Answer } from '../peers/service.ts'
import { startSipp, type Sipp } from '../peers/sipp.ts'
import { trunkTo } from '../peers/trunk.ts'

let centre: CallCentre
let trunkPort: number

beforeAll(async () => {
  trunkPort = await phonePort()
  centre = await CallCentre.start({
    env: { OUTBOUND_DIAL: 'PJSIP/{number}@trunk', CALLBACK_RETRY: '1', SPEECH_RATE: '450' },
    asterisk: { custom: { 'pjsip.conf': trunkTo(trunkPort) } },
  })
  await centre.queue({ ringTimeoutMs: 5_000 })
  await centre.queue({ ringTimeoutMs: 5_000 }, 'support')
})
afterAll(() => centre[Symbol.asyncDispose]())

/** The customers' own phones behind the trunk: they answer, press the key, say a tone and wait until they are hung up on. */
const customers = (): Promise<Sipp> =>
  startSipp({
    scenario: 'customer-comes',
    values: { ringMs: 300, keyAfterMs: 500 },
    localPort: trunkPort,
    toneHz: 700,
    timeoutMs: 100_000,
  })

const called = (phones: Sipp): string[] =>
  phones
    .messages()
    .flatMap(({ text, direction }) => {
      const number = /^INVITE sip:(\+?\d+)@/.exec(text)?.[1]
      return direction === 'received' && number !== undefined ? [number] : []
    })
    .sort()

/** Asterisk writes registrations down once a second: a phone that registered just before its death would be forgotten. */
async function registrationsAreKept(phones: readonly Sipp[]): Promise<void> {
  const file = join(centre.service.asterisk.dir, 'lib', 'astdb.sqlite3')
  const areThere = () => {
    const kept = readFileSync(file, 'latin1')
    return phones.every(({ localPort }) => kept.includes(`:${localPort}`))
  }
  await eventually(areThere, { withinMs: 30_000, what: 'registrations on disk' })
}

type Scene = AsyncDisposable & Readonly<{ numbers: readonly string[]; ids: readonly string[] }>

/** Callers who talk, ring (at an agent's two telephones), wait and are in the flow, and one whose number is withheld. */
async function fiveCalls(series: number): Promise<Scene> {
  await using stack = new AsyncDisposableStack()
  const from = (n: number) => `+4072204${series}00${n}`
  const numbers = [1, 2, 3, 4].map(from)
  const ana = stack.use(await centre.sippAgent('ana', { does: 'answer', ringMs: 100 }))
  stack.use(await centre.caller('line', from(1)))
  await centre.interactionFrom(from(1), ({ state }) => state === 'engaged')
  const page = stack.use(await centre.pagePhone('bogdan'))
  const bogdan = stack.use(await centre.sippAgent('bogdan', { does: 'ring' }))
  stack.use(await centre.caller('line', from(2)))
  await centre.interactionFrom(from(2), ({ state }) => state === 'offered')
  await page.ringing()
  stack.use(await centre.caller('line', from(3)))
  await centre.interactionFrom(from(3), ({ state }) => state === 'queued')
  stack.use(await centre.caller('keypad', from(4)))
  stack.use(await centre.caller('keypad', 'anonymous'))
  const ids = await Promise.all(numbers.map(async (number) => (await centre.interactionFrom(number)).id))
  await registrationsAreKept([ana, bogdan])
  const owned = stack.move()
  return { numbers, ids, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** One caller waits while a colleague is consulted, another is in a conference with somebody outside. */
async function consultAndConference(series: number): Promise<Scene> {
  await using stack = new AsyncDisposableStack()
  const from = (n: number) => `+4072204${series}00${n}`
  const numbers = [1, 2].map(from)
  const act = (id: string, what: string, body: unknown, as: string) =>
    centre.service.api('POST', `/api/interactions/${id}/${what}`, body, as)
  const ana = stack.use(await centre.sippAgent('ana', { does: 'answer', ringMs: 100 }))
  stack.use(await centre.caller('line', from(1)))
  const { id: first } = await centre.interactionFrom(from(1), ({ state }) => state === 'engaged')
  const citra = stack.use(await centre.sippAgent('citra', { does: 'answer', ringMs: 100 }))
  stack.use(await centre.caller('line', from(2)))
  const { id: second } = await centre.interactionFrom(from(2), ({ state }) => state === 'engaged')
  const bogdan = stack.use(await centre.sippAgent('bogdan', { does: 'answer', ringMs: 100 }))
  const { id: agent } = await centre.service.agentIs('bogdan', () => true)
  await act(first, 'consult', { to: { agent } }, 'ana')
  await act(second, 'conference', { to: { number: '+40311000' } }, 'citra')
  const has = async (id: string, text: string): Promise<boolean> => {
    const { items } = await centre.service.api('GET', `/api/interactions/${id}/participants`)
    return items.some((it: Answer) => it.kind === text && it.state === 'talking')
  }
  await eventually(
    async () =>
      (await centre.story(first)).segments.some((it: Answer) => it.kind === 'consult') && has(second, 'outside'),
    { withinMs: 10_000, what: 'a consultation and a conference' },
  )
  await registrationsAreKept([ana, bogdan, citra])
  const owned = stack.move()
  return { numbers, ids: [first, second], [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const callbacksOf = async (ids: readonly string[]): Promise<Answer[]> =>
  (await centre.service.api('GET', '/api/interactions?limit=200')).items.filter(
    ({ direction, callbackOf }: Answer) => direction === 'outbound' && ids.includes(callbackOf),
  )

/** Agents' phones ring again without having done anything, and each customer's phone rings once. */
async function everybodyIsCalledOnce({ numbers, ids }: Scene, phones: Sipp): Promise<void> {
  let made: Answer[] = []
  await eventually(
    async () => {
      made = await callbacksOf(ids)
      for (const { id, state } of made)
        if (state === 'engaged') await centre.service.api('POST', `/api/interactions/${id}/hang-up`)
      return made.length === numbers.length && made.every(({ state }) => state === 'ended')
    },
    { withinMs: 30_000, everyMs: 300, what: () => `the callbacks to end; ${JSON.stringify(made)}` },
  )
  expect(made.map(({ outcome }) => outcome)).toEqual(numbers.map(() => 'answered'))
  const calledBack = () => called(phones).filter((number) => numbers.includes(number))
  expect(calledBack()).toEqual([...numbers].sort())
  // Another start finds nothing that is still owed.
  await centre.service.kill()
  await centre.service.restart()
  await centre.leavesNoGhost()
  expect((await centre.service.api('GET', '/api/callbacks?state=open')).items).toEqual([])
  expect(calledBack()).toHaveLength(numbers.length)
  await everyInteractionEndedOnce(centre.service.postgres.url)
}

describe('Asterisk dies', () => {
  it('ends its calls in the history truthfully and calls each callable caller back once', async () => {
    await using phones = await customers()
    await using scene = await fiveCalls(1)
    const diedAt = Date.now()
    await centre.service.asterisk.stop('SIGKILL')
    await centre.service.asterisk.restart()
    await centre.service.healthy()
    const stories = await Promise.all(scene.ids.map((id) => centre.ended(id)))
    expect(stories.map(({ endedBy, cause, outcome }) => ({ endedBy, cause, outcome }))).toEqual([
      { endedBy: 'system', cause: 'asterisk-lost', outcome: 'answered' },
      { endedBy: 'system', cause: 'asterisk-lost', outcome: 'callback' },
      { endedBy: 'system', cause: 'asterisk-lost', outcome: 'callback' },
      { endedBy: 'system', cause: 'asterisk-lost', outcome: 'callback' },
    ])
    // The connection to it breaks at once, so the time is known although it is told later.
    for (const { endedAt, endedAtLatest } of stories) {
      expect(Math.abs(Date.parse(endedAt) - diedAt)).toBeLessThan(500)
      expect(endedAtLatest).toBeNull()
    }
    const withheld = (await centre.service.api('GET', '/api/interactions?limit=200')).items.filter(
      ({ outcome }: Answer) => outcome === 'failed',
    )
    expect(withheld).toEqual([expect.objectContaining({ cause: 'asterisk-lost', endedBy: 'system' })])
    await everybodyIsCalledOnce(scene, phones)
  })

  it('and the service with it: the same, and the time of the end lies between two that are known', async () => {
    await using phones = await customers()
    await using scene = await fiveCalls(2)
    const diedAt = Date.now()
    await Promise.all([centre.service.kill(), centre.service.asterisk.stop('SIGKILL')])
    await centre.service.asterisk.restart()
    await centre.service.restart()
    const stories = await Promise.all(scene.ids.map((id) => centre.ended(id)))
    expect(stories.map(({ endedBy, cause }) => [endedBy, cause])).toEqual(
      scene.ids.map(() => ['system', 'asterisk-lost']),
    )
    for (const { endedAt, endedAtLatest } of stories) {
      expect(Date.parse(endedAt)).toBeLessThan(diedAt + 500)
      expect(Date.parse(endedAt)).toBeGreaterThan(diedAt - 2_500)
      expect(Date.parse(endedAtLatest)).toBeGreaterThan(diedAt)
    }
    await everybodyIsCalledOnce(scene, phones)
  })
})

describe('Asterisk dies in the middle', () => {
  it('of a consultation and of a conference: all of them are free, and each customer is called back once', async () => {
    await using phones = await customers()
    await using scene = await consultAndConference(4)
    await centre.service.asterisk.stop('SIGKILL')
    await centre.service.asterisk.restart()
    await centre.service.healthy()
    const stories = await Promise.all(scene.ids.map((id) => centre.ended(id)))
    for (const story of stories)
      expect(story).toMatchObject({ endedBy: 'system', cause: 'asterisk-lost', outcome: 'answered' })
    // Everybody's time ends with the call, whatever they did in it.
    for (const { segments } of stories)
      expect(segments.filter((it: Answer) => it.to === null && it.ms === null)).toEqual([])
    await everybodyIsCalledOnce(scene, phones)
  })
})

describe('a callback', () => {
  it('outlives kill -9 of the service while it waits, rings, asks for the key, rings at the agent and talks', async () => {
    const { service } = centre
    const from = '+40722043001'
    // Nobody's phone of before is rung.
    for (const name of ['ana', 'bogdan', 'citra'] as const) await centre.offline(name)
    const { sipHost: host, sipPort: port } = service.asterisk
    await using customer = await startPhone({ host, port, toneHz: 700, callerNumber: from, listenPort: trunkPort })
    await customer.dial(centre.number('line'))
    await customer.established()
    await centre.interactionFrom(from, ({ state }) => state === 'queued')
    await customer.digits('2')
    await customer.closed()
    await centre.interactionFrom(from, ({ direction, state }) => direction === 'outbound' && state === 'queued')
    const again = async () => {
      await service.kill()
      await service.restart()
    }
    await again()
    await using agent = await service.agentPhone('ana', 440)
    await customer.ringing()
    await again()
    expect(customer.state).toBe('ringing')
    await customer.answer()
    await customer.hearsSound()
    await again()
    await customer.hearsSound()
    expect(agent.state).toBe('idle')
    await customer.digits('1')
    await agent.ringing()
    await again()
    expect(agent.state).toBe('ringing')
    await agent.answer()
    await Promise.all([agent.hears(700, { withinMs: 10_000 }), customer.hears(440, { withinMs: 10_000 })])
    const missing = agent.listensFor(700)
    await again()
    await agent.hears(700)
    expect(missing()).toBeLessThan(500)
    await agent.hangup()
    await customer.closed()
    const [callback] = await eventually(
      async () => {
        const made = (await service.api('GET', '/api/interactions?limit=5')).items.filter(
          ({ direction, state, customer: who }: Answer) =>
            direction === 'outbound' && state === 'ended' && who?.name === from,
        )
        return made.length > 0 && made
      },
      { withinMs: 8_000, what: 'the callback to end' },
    )
    expect(callback).toMatchObject({ outcome: 'answered', endedBy: 'agent' })
    await again()
    await centre.leavesNoGhost()
    expect(customer.events.filter(({ type }) => type === 'incoming')).toHaveLength(1)
    await everyInteractionEndedOnce(service.postgres.url)
  })
})
