import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { firstNode } from '../../src/node-setting.ts'
import { linkObjects, type LinkEnd } from '../../src/channels/voice/node-links.ts'
import { bothHear, CallCentre, type AgentName } from '../peers/call-centre.ts'
import { everyInteractionEndedOnce } from '../peers/ledger.ts'
import { flagsOf, intrude, nodeSetting } from '../peers/nodes.ts'
import type { Phone } from '../peers/phone.ts'
import { phonePort } from '../peers/phone-port.ts'
import { eventually } from '../peers/poll.ts'
import { startTestAsterisk, startTestEdge, type TestAsterisk, type TestEdge } from '../peers/servers.ts'
import type { Answer } from '../peers/service.ts'
import { startSipp, type Sipp } from '../peers/sipp.ts'
import { TcpProxy } from '../peers/tcp-proxy.ts'
import { trunkTo } from '../peers/trunk.ts'

/** The nodes: A, the first, and B; the service speaks with B over a wire that can be cut. */
let a: TestAsterisk
let b: TestAsterisk
let wire: TcpProxy
let centre: CallCentre
let edge: TestEdge
let trunkPort: number

beforeAll(async () => {
  trunkPort = await phonePort()
  const custom = { 'pjsip.conf': trunkTo(trunkPort) }
  a = await startTestAsterisk({ custom })
  b = await startTestAsterisk({ systemName: 'b', rtp: { from: 30_000, to: 32_766 }, custom })
  wire = await TcpProxy.to({ host: b.sipHost, port: Number(new URL(b.ariUrl).port) })
  edge = await startTestEdge([a, b])
  centre = await CallCentre.start({
    asterisk: a,
    env: {
      NODES: nodeSetting('b', b, wire.port),
      EDGE_URL: edge.url,
      OUTBOUND_DIAL: 'PJSIP/{number}@trunk',
      CALLBACK_RETRY: '1',
      // Also those that some Asterisks die of, for they come through the edge.
      PHONE_TRANSFERS: 'on',
    },
  })
})
afterAll(async () => {
  await centre[Symbol.asyncDispose]()
  await edge[Symbol.asyncDispose]()
  await wire[Symbol.asyncDispose]()
  await b[Symbol.asyncDispose]()
  await a[Symbol.asyncDispose]()
})
beforeEach(async () => {
  await centre.queue({ ringTimeoutMs: 8_000 })
  await centre.queue({ ringTimeoutMs: 8_000 }, 'support')
  for (const name of ['ana', 'bogdan', 'citra'] as const) await centre.offline(name)
  await isUp('b')
})
afterEach(async () => {
  await centre.leavesNoGhost({ complaining: true })
  await nodeIs('b', ({ channels }) => channels === 0)
})

/** Ana's and Bogdan's phones are at A, Citra's is at B: one that changed its place would still be known at the old one. */
const agentPhone = (name: AgentName): Promise<Phone> =>
  centre.service.agentPhone(name, 440, 'manual', name === 'citra' ? b : a)

async function nodeIs(name: string, wanted: (node: Answer) => boolean, withinMs = 20_000): Promise<Answer> {
  let last: Answer
  return eventually(
    async () => {
      const { items } = await centre.service.api('GET', '/api/nodes')
      last = items.find((node: Answer) => node.name === name)
      return wanted(last) && last
    },
    { withinMs, what: () => `node ${name} as wanted; last seen ${JSON.stringify(last)}` },
  )
}

/** Whether the service has asked for what a channel of that node says, without its being in the application. */
async function listens({ ariUrl }: TestAsterisk): Promise<boolean> {
  const { username, password, origin } = new URL(ariUrl)
  const authorization = `Basic ${btoa(`${username}:${password}`)}`
  const answer = await fetch(`${origin}/ari/applications/centralita`, { headers: { authorization } })
  const { channel_ids: channels } = (await answer.json()) as { channel_ids?: readonly string[] }
  return (channels ?? []).length > 0
}

const isUp = (name: string): Promise<Answer> => nodeIs(name, ({ state }) => state === 'up')
const kindsOf = (segments: Answer): string[] => segments.map(({ kind }: Answer) => kind)
const offersOf = (story: Answer): string[] => story.offerList.map(({ outcome }: Answer) => outcome)

type Talk = AsyncDisposable & Readonly<{ id: string; from: string; caller: Phone; agent: Phone }>

/** A caller at one node talks with an agent whose phone is at another. */
async function talk(from: string, at: Pick<TestAsterisk, 'sipHost' | 'sipPort'>, agent: Phone): Promise<Talk> {
  const caller = await centre.caller('line', from, 700, at)
  try {
    await agent.ringing()
    await agent.answer()
    await agent.established()
    const { id } = await centre.interactionFrom(from, ({ state }) => state === 'engaged')
    await bothHear({ id, caller, agent })
    return { id, from, caller, agent, [Symbol.asyncDispose]: () => caller[Symbol.asyncDispose]() }
  } catch (error) {
    await caller[Symbol.asyncDispose]()
    throw error
  }
}

describe('a caller on one node and an agent on the other', () => {
  it('hear each other, the phone shows who calls, and its own hold reaches the caller', async () => {
    await using agent = await agentPhone('citra')
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from, 700, a)
    expect(await agent.ringing()).toMatchObject({ callerNumber: from })
    await agent.answer()
    const { id } = await centre.interactionFrom(from, ({ state }) => state === 'engaged')
    await bothHear({ id, caller, agent })
    expect(await nodeIs('b', () => true)).toMatchObject({ calls: 0, passing: 1, phones: 1, draining: false })
    await agent.hold()
    await centre.story(id, ({ segments }) => kindsOf(segments).at(-1) === 'hold')
    await Promise.all([caller.hearsSound(), caller.hearsNot(440), agent.hearsNot(700)])
    await agent.resume()
    await centre.story(id, ({ segments }) => kindsOf(segments).at(-1) === 'talk')
    await caller.hears(440)
    // What baresip decodes after a hold is not written down, but keys in the audio stream are told.
    await caller.digits('5')
    expect(await agent.digit()).toBe('5')
    await agent.hangup()
    await caller.closed()
    expect(await centre.ended(id)).toMatchObject({ endedBy: 'agent', outcome: 'answered', cause: 'q850-16' })
  })

  it('the other way round: the caller hangs up in the talk, and while the phone rings', async () => {
    await using agent = await agentPhone('ana')
    await using first = await talk(centre.newCaller(), b, agent)
    await agent.digits('5')
    expect(await first.caller.digit()).toBe('5')
    await first.caller.hangup()
    await agent.closed()
    expect(await centre.ended(first.id)).toMatchObject({ endedBy: 'customer', outcome: 'answered' })
    await using second = await centre.caller('line', centre.newCaller(), 700, b)
    await agent.ringing()
    await second.hangup()
    await agent.closed()
  })

  it('an offer comes out as it would on one node: busy, declined, and not answered in time', async () => {
    await centre.queue({ ringTimeoutMs: 3_000 })
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from, 700, b)
    const { id } = await centre.interactionFrom(from)
    {
      await using _busy = await centre.sippAgent('ana', { does: 'reject', ringMs: 800, status: 486 })
      await centre.story(id, (story) => offersOf(story)[0] === 'phone-busy')
    }
    {
      await using _rejecting = await centre.sippAgent('ana', { does: 'reject', ringMs: 800, status: 603 })
      await centre.story(id, (story) => offersOf(story)[1] === 'rejected')
    }
    await using silent = await agentPhone('bogdan')
    await silent.ringing()
    await silent.closed()
    const story = await centre.story(id, (one) => offersOf(one)[2] === 'expired')
    expect(offersOf(story)).toEqual(['phone-busy', 'rejected', 'expired'])
    await caller.hangup()
  })
})

describe('the transfer key of a phone at another node than its call', () => {
  it('leaves a refused customer where they are, hands them on, and still does after kill -9 of the service', async () => {
    const place = { host: b.sipHost, port: b.sipPort, toneHz: 440 }
    await using citra = await centre.wirePhone('citra', place)
    await using caller = await centre.caller('line', centre.newCaller(), 700, a)
    const line = await citra.ringing()
    await line.answer()
    await Promise.all([line.audio.hears(700), caller.hears(440)])
    expect(await line.refer('nobody@here')).toBe(202)
    await eventually(() => centre.service.output.includes('a transfer by phone is refused'), {
      withinMs: 10_000,
      what: 'the refusal',
    })
    await Promise.all([line.audio.hears(700), caller.hears(440)])
    await centre.service.kill()
    await centre.service.restart()
    await Promise.all([isUp(firstNode.name), isUp('b')])
    await using ana = await agentPhone('ana')
    await eventually(() => listens(b), { withinMs: 10_000, what: 'the phone to be listened to again' })
    expect(await line.refer('ana@here')).toBe(202)
    await ana.ringing()
    await ana.answer()
    await Promise.all([line.closed(), ana.hears(700)])
    await caller.hangup()
  })
})

describe('an agent with a telephone at each node', () => {
  it('is rung on both; the one through the link is told that the call was completed elsewhere', async () => {
    await using page = await centre.pagePhone('ana', b)
    await using desk = await agentPhone('ana')
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from, 700, a)
    const atPage = await page.ringing()
    await desk.ringing()
    await desk.answer()
    const last = await atPage.closed()
    expect(last?.method).toBe('CANCEL')
    expect(last?.headers('Reason')).toContain('SIP;cause=200;text="Call completed elsewhere"')
    const { id } = await centre.interactionFrom(from, ({ state }) => state === 'engaged')
    await bothHear({ id, caller, agent: desk })
    await caller.hangup()
    expect(offersOf(await centre.ended(id))).toEqual(['accepted'])
  })
})

describe('the link between nodes', () => {
  it('is open to nobody else: not without the secret, not from another address, not to any other place', async () => {
    await using phone = await agentPhone('citra')
    const end = (name: string, node: TestAsterisk): LinkEnd => ({
      name,
      access: { url: node.ariUrl, username: 'centralita', password: new URL(node.ariUrl).password, app: 'centralita' },
      sip: { host: node.sipHost, port: node.sipPort },
    })
    const [known] = await linkObjects(end('b', b), end(firstNode.name, a))
    const { username = '', md5_cred: ha1 = '' } = known?.fields ?? {}
    const stranger = (address: string, secret: string | null) => intrude(b, 'citra', { address, username, ha1: secret })
    expect(await stranger('127.0.0.1', null)).toBe(401)
    expect(await stranger('127.0.0.1', '0'.repeat(32))).toBe(401)
    expect(await stranger('127.0.0.3', ha1)).toBe(401)
    // Asterisk tells a stranger from an unwanted address no more than one without the secret; the secret alone is right.
    const outside = await intrude(b, '+40722000000', { address: '127.0.0.1', username, ha1 })
    expect(outside).toBe(404)
    expect(phone.state).toBe('idle')
  })
})

describe('a node that drains', () => {
  it('takes no new calls, lets its own end, says so, and still does after kill -9 of the service', async () => {
    await using agent = await agentPhone('ana')
    await using other = await agentPhone('citra')
    await centre.offline('citra')
    await using running = await talk(centre.newCaller(), b, agent)
    await centre.service.api('PUT', '/api/nodes/b', { draining: true })
    const last = await centre.service.request('PUT', '/api/nodes/main', { draining: true })
    expect(last).toMatchObject({ status: 409, json: { error: { code: 'last-node' } } })
    expect((await centre.service.request('PUT', '/api/nodes/b', { draining: false }, 'ana')).status).toBe(403)
    await centre.service.kill()
    await centre.service.restart()
    const health: Answer = await (await fetch(`${centre.service.baseUrl}/api/health`)).json()
    expect(health.nodes).toContainEqual(expect.objectContaining({ name: 'b', draining: true }))
    await isUp('b')
    await using refused = await centre.service.caller(centre.newCaller(), 700, b)
    await refused.dial(centre.number('line'))
    expect(await refused.closed()).toContain('503')
    await bothHear(running)
    // Its phones still ring, for calls of the other node.
    await centre.available('citra')
    await using passing = await talk(centre.newCaller(), a, other)
    await passing.caller.hangup()
    await running.caller.hangup()
    await nodeIs('b', ({ draining, channels, calls }) => draining && channels === 0 && calls === 0)
    await centre.service.api('PUT', '/api/nodes/b', { draining: false })
    await using welcome = await centre.caller('keypad', centre.newCaller(), 700, b)
    await welcome.hangup()
    const { items } = await centre.service.api('GET', '/api/audit?limit=50')
    expect(items.map(({ action }: Answer) => action)).toEqual(expect.arrayContaining(['drain-node', 'resume-node']))
  })
})

describe('a node that lives out of our reach', () => {
  it('has nobody offered who waits there, until it is back: they keep their place', async () => {
    const from = centre.newCaller()
    await using waiting = await centre.caller('line', from, 700, b)
    const { id } = await centre.interactionFrom(from, ({ state }) => state === 'queued')
    wire.cut()
    await nodeIs('b', ({ state }) => state === 'down')
    const isToldOf = async (words: string) => {
      const { items } = await centre.service.api('GET', `/api/interactions/${id}/timeline`)
      return items.some(({ text }: Answer) => text.includes(words))
    }
    await eventually(() => isToldOf('out of our reach'), { withinMs: 8_000, what: 'the history to tell of it' })
    await using agent = await agentPhone('ana')
    const later = centre.newCaller()
    await using other = await centre.caller('line', later, 700, a)
    // Whoever came later is served meanwhile, and the agent is no less free afterwards.
    expect(await agent.ringing()).toMatchObject({ callerNumber: later })
    await agent.answer()
    await Promise.all([agent.hears(700), other.hears(440)])
    await other.hangup()
    await agent.closed()
    await centre.service.agentIs('ana', ({ routing }) => routing === 'idle')
    expect(await centre.story(id)).toMatchObject({ state: 'queued', offers: 0 })
    const why = await centre.service.api('GET', `/api/interactions/${id}/explanation`)
    expect(JSON.stringify(why)).toContain('out of our reach')
    wire.mend()
    expect(await agent.ringing({ timeoutMs: 20_000 })).toMatchObject({ callerNumber: from })
    await agent.answer()
    await Promise.all([agent.hears(700), waiting.hears(440)])
    await waiting.hangup()
    expect(await centre.ended(id)).toMatchObject({ outcome: 'answered', offers: 1 })
  })
})

describe('kill -9', () => {
  it('of the service, with one node out of its reach: nobody notices, and nothing is taken for lost', async () => {
    await using citra = await agentPhone('citra')
    await using first = await talk(centre.newCaller(), a, citra)
    await using bogdan = await agentPhone('bogdan')
    await using second = await talk(centre.newCaller(), b, bogdan)
    const missing = [citra.listensFor(700), bogdan.listensFor(700)]
    wire.cut()
    await centre.service.kill()
    await centre.service.restart()
    // For longer than a node must be silent to be given up.
    await Promise.all([citra, bogdan].map((phone) => phone.hears(700, { minMs: 10_000, withinMs: 20_000 })))
    await nodeIs('b', ({ state, channels }) => state === 'down' && channels === null)
    expect(await centre.story(second.id)).toMatchObject({ state: 'engaged' })
    wire.mend()
    await isUp('b')
    expect(await centre.story(first.id)).toMatchObject({ state: 'engaged' })
    expect(await centre.story(second.id)).toMatchObject({ state: 'engaged' })
    for (const ms of missing) expect(ms()).toBeLessThan(500)
    await first.caller.hangup()
    await bogdan.hangup()
    expect(await centre.ended(first.id)).toMatchObject({ endedBy: 'customer', outcome: 'answered' })
    expect(await centre.ended(second.id)).toMatchObject({ endedBy: 'agent', outcome: 'answered' })
  })

  it('of an Asterisk: the other’s calls go on, its own callers get one callback each', async () => {
    await using customers = await startSipp({
      scenario: 'customer-comes',
      values: { ringMs: 300, keyAfterMs: 500 },
      localPort: trunkPort,
      toneHz: 700,
      timeoutMs: 100_000,
    })
    await using bogdan = await agentPhone('bogdan')
    await using untouched = await talk('+40722051001', a, bogdan)
    await using citra = await agentPhone('citra')
    await using crossing = await talk('+40722051002', a, citra)
    await using _ana = await centre.sippAgent('ana', { does: 'answer', ringMs: 100 })
    await using _talker = await centre.caller('line', '+40722051003', 700, b)
    await centre.interactionFrom('+40722051003', ({ state }) => state === 'engaged')
    await using _waiting = await centre.caller('line', '+40722051004', 700, b)
    await using _inFlow = await centre.caller('keypad', '+40722051005', 700, b)
    await using _withheld = await centre.caller('keypad', 'anonymous', 700, b)
    const missing = [untouched.caller.listensFor(440), bogdan.listensFor(700)]
    await b.stop('SIGKILL')
    await nodeIs('b', ({ state }) => state === 'lost')
    const numbers = ['+40722051002', '+40722051003', '+40722051004', '+40722051005']
    await eventually(() => called(customers).length === numbers.length, {
      withinMs: 30_000,
      what: () => `a call to each; ${called(customers).join(' ')}`,
    })
    await crossing.caller.closed()
    for (const ms of missing) expect(ms()).toBeLessThan(500)
    const isOwed = async () => (await openCallbacks()) > 0
    // The customers wait until somebody hangs up on them.
    await eventually(async () => (await callbacksEnd()) && !(await isOwed()), {
      withinMs: 30_000,
      everyMs: 300,
      what: 'no callback to be owed',
    })
    // Neither a new process nor the node's return finds anything more to do.
    await centre.service.kill()
    await centre.service.restart()
    await b.restart()
    await isUp('b')
    expect(await isOwed()).toBe(false)
    expect(called(customers)).toEqual(numbers)
    const lost = await Promise.all(numbers.map((number) => firstOf(number)))
    expect(lost.map(({ cause, endedBy }) => [cause, endedBy])).toEqual(numbers.map(() => ['asterisk-lost', 'system']))
    await untouched.caller.hangup()
    await centre.ended(untouched.id)
    await everyInteractionEndedOnce(centre.service.postgres.url)
  })
})

describe('the edge', () => {
  /** Calls through the edge, answered by the flow. */
  const arrivals = async (count: number): Promise<AsyncDisposable> => {
    await using stack = new AsyncDisposableStack()
    for (let n = 0; n < count; n++) stack.use(await centre.caller('keypad', centre.newCaller(), 700, edge))
    const owned = stack.move()
    return { [Symbol.asyncDispose]: () => owned.disposeAsync() }
  }
  const callsAre = (name: string, count: number): Promise<Answer> => nodeIs(name, ({ calls }) => calls === count)
  const allCalls = async (): Promise<number> => {
    const { items } = await centre.service.api('GET', '/api/nodes')
    return items.reduce((sum: number, { calls }: Answer) => sum + calls, 0)
  }

  it('lets phones and callers through to any node, and spares one that drains or is dead', async () => {
    await using ana = await centre.service.agentPhone('ana', 440, 'manual', edge)
    {
      await using _calls = await arrivals(6)
      await eventually(async () => (await allCalls()) === 6, { withinMs: 20_000, what: 'six calls' })
    }
    await centre.service.api('PUT', '/api/nodes/b', { draining: true })
    await eventually(async () => (await flagsOf(edge, b)).startsWith('D'), { withinMs: 10_000, what: 'B to be spared' })
    {
      await using first = await talk(centre.newCaller(), edge, ana)
      await using _calls = await arrivals(3)
      await callsAre('main', 4)
      await callsAre('b', 0)
      await first.caller.hangup()
      await ana.closed()
    }
    await centre.service.api('PUT', '/api/nodes/b', { draining: false })
    await eventually(async () => (await flagsOf(edge, b)).startsWith('A'), { withinMs: 10_000, what: 'B to be used' })
    await b.stop('SIGKILL')
    {
      // Some of these go to the dead node first, before anything has told of its death.
      await using _calls = await arrivals(6)
      await callsAre('main', 6)
    }
    await b.restart()
    await isUp('b')
  })

  it('lets no transfer through that takes an Asterisk down', async () => {
    const { sipHost: host, sipPort: port } = edge
    await using bogdan = await agentPhone('bogdan')
    await centre.offline('bogdan')
    await using ana = await centre.wirePhone('ana', { host, port, toneHz: 440 })
    // A node that died remembers the phones of before.
    const at = (await nodeIs('main', () => true)).phones > 1 ? a : b
    const { pid } = at
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from, 700, at)
    const line = await ana.ringing()
    await line.answer()
    await Promise.all([line.audio.hears(700), caller.hears(440)])
    await centre.available('bogdan')
    expect(await line.refer('bogdan@here', ['Refer-Sub: false'])).toBe(202)
    await bogdan.ringing()
    await bogdan.answer()
    await Promise.all([line.closed(), bogdan.hears(700)])
    expect(at.pid).toBe(pid)
    await caller.hangup()
  })

  it('carries nothing for strangers to anywhere else', async () => {
    expect(await intrude(edge, 'citra', { address: '127.0.0.1', username: 'x', ha1: null, route: a })).toBe(403)
  })
})

const openCallbacks = async (): Promise<number> =>
  (await centre.service.api('GET', '/api/callbacks?state=open')).items.length

/** Hangs up callbacks that talk; true once none is up. */
async function callbacksEnd(): Promise<boolean> {
  const { items } = await centre.service.api('GET', '/api/interactions?limit=200')
  const up = items.filter(({ direction, state }: Answer) => direction === 'outbound' && state !== 'ended')
  for (const { id, state } of up)
    if (state === 'engaged') await centre.service.api('POST', `/api/interactions/${id}/hang-up`)
  return up.length === 0
}

/** The call that the customer made, not the one that they got. */
async function firstOf(number: string): Promise<Answer> {
  const { items: customers } = await centre.service.api('GET', `/api/customers?search=${encodeURIComponent(number)}`)
  const { items } = await centre.service.api('GET', `/api/interactions?customer=${customers[0].id}`)
  return items.find(({ direction }: Answer) => direction === 'inbound')
}

const called = (phones: Sipp): string[] =>
  phones
    .messages()
    .flatMap(({ text, direction }) => {
      const number = /^INVITE sip:(\+?\d+)@/.exec(text)?.[1]
      return direction === 'received' && number !== undefined ? [number] : []
    })
    .sort()
