import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import type { Fact } from '../../src/core/facts.ts'
import { Involvement } from '../../src/core/history/involvement.ts'
import type { StoredFact } from '../../src/core/writer.ts'
import type { FloorMessage } from '../../src/insight/floor-view.ts'
import type { LiveMessage } from '../../src/insight/live-view.ts'
import { migrate, openDatabase, type Database } from '../../src/platform/database/database.ts'
import { applyFloor, emptyFloor, type FloorState } from '../../src/web/supervisor/floor-state.ts'
import { answeredCall, type ScriptedCall } from '../peers/call-facts.ts'
import { createFactWriter, type FactWriter } from '../peers/fact-writer.ts'
import { startHistoryApi, type HistoryApi } from '../peers/history-api.ts'
import { eventually } from '../peers/poll.ts'
import { startTestPostgres, type TestPostgres } from '../peers/servers.ts'

const ana = '00000000-0000-4000-8000-000000000001'
const maria = '00000000-0000-4000-8000-000000000002'
/** So small that readers who drop for a moment are served from the table. */
const limits = { ringFacts: 10, replayFacts: 2_000, messageFacts: 7, gatherMs: 2, queuesEveryMs: 20 }
let postgres: TestPostgres
let database: Database
let writer: FactWriter
let api: HistoryApi

beforeAll(async () => {
  postgres = await startTestPostgres()
  database = openDatabase(postgres.url)
  await migrate(database)
  writer = await createFactWriter(database)
  api = await startHistoryApi(database, writer, { limits, heartbeatMs: 50 })
}, 60_000)

afterAll(async () => {
  await api?.[Symbol.asyncDispose]()
  await writer?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
})

/** A page that keeps what it was told, and comes back where it was cut off. */
class LiveReader {
  readonly facts: StoredFact[] = []
  readonly snapshots: Extract<LiveMessage, { type: 'snapshot' }>[] = []
  readonly queues = new Map<string, number>()
  readonly told: LiveMessage[] = []
  closedWith: number | null = null
  heartbeats = 0
  seq: number | null = null
  readonly #token: string
  #socket: WebSocket | null = null

  constructor(token: string) {
    this.#token = token
  }

  async connect(how: 'query' | 'message' = 'query', after = this.seq): Promise<void> {
    const query = how === 'query' && after !== null ? `&after=${after}` : ''
    const socket = new WebSocket(`${api.wsUrl}/api/live?token=${this.#token}${query}`)
    this.#socket = socket
    this.closedWith = null
    socket.on('message', (data: Buffer) => {
      // What arrives on a connection that was cut off is lost, as it would be on a real one.
      if (this.#socket === socket) this.#take(JSON.parse(data.toString('utf8')) as LiveMessage)
    })
    socket.on('close', (code) => {
      if (this.#socket === socket) this.closedWith = code
    })
    await once(socket, 'open')
    if (how === 'message') socket.send(JSON.stringify({ subscribe: after === null ? {} : { after } }))
  }

  cutOff(): void {
    this.#socket?.terminate()
    this.#socket = null
  }

  hasReached(seq: number): Promise<unknown> {
    return eventually(() => this.seq !== null && this.seq >= seq, {
      withinMs: 10_000,
      everyMs: 5,
      what: () => `seq ${seq}, is at ${String(this.seq)}`,
    })
  }

  #take(message: LiveMessage): void {
    switch (message.type) {
      case 'snapshot':
        this.snapshots.push(message)
        this.seq = message.seq
        for (const { queueId, waiting } of message.queues) this.queues.set(queueId, waiting)
        return
      case 'changes':
        expect(message.from).toBe((this.seq ?? 0) + 1)
        this.facts.push(...message.facts)
        this.seq = message.to
        return
      case 'heartbeat':
        this.heartbeats++
        this.seq = message.seq
        return
      case 'queues':
        for (const { queueId, waiting } of message.queues) this.queues.set(queueId, waiting)
        return
      case 'journey':
      case 'task-due':
      case 'message':
      case 'typing':
      case 'read':
        this.told.push(message)
        return
      case 'taken-over':
        throw new Error('no desk is open here')
      case 'error':
        throw new Error(message.message)
    }
  }
}

/** A supervisor's page as far as it watches the floor. */
class FloorReader {
  state: FloorState = emptyFloor
  snapshots = 0
  refusals = 0
  readonly #token: string
  #socket: WebSocket | null = null

  constructor(token: string) {
    this.#token = token
  }

  async connect(): Promise<void> {
    const socket = new WebSocket(`${api.wsUrl}/api/live?token=${this.#token}`)
    this.#socket = socket
    socket.on('message', (data: Buffer) => {
      if (this.#socket === socket) this.#take(JSON.parse(data.toString('utf8')) as FloorMessage | LiveMessage)
    })
    await once(socket, 'open')
    const { seq } = this.state
    socket.send(JSON.stringify({ floor: seq === null ? {} : { after: seq } }))
  }

  cutOff(): void {
    this.#socket?.terminate()
    this.#socket = null
  }

  hasReached(seq: number): Promise<unknown> {
    return eventually(() => (this.state.seq ?? 0) >= seq, { withinMs: 10_000, what: `the floor of ${seq}` })
  }

  #take(message: FloorMessage | LiveMessage): void {
    if (message.type === 'error') this.refusals++
    if (message.type !== 'floor' && message.type !== 'floor-changes' && message.type !== 'floor-today') return
    if (message.type === 'floor') this.snapshots++
    const next = applyFloor(this.state, message)
    expect(next, 'nothing was lost in between').not.toBeNull()
    this.state = next ?? this.state
  }
}

/** Several calls at once, one fact of each in turn. */
function interleaved(calls: readonly ScriptedCall[]): Fact[] {
  const longest = Math.max(...calls.map((call) => call.facts.length))
  return Array.from({ length: longest }, (_, i) => calls.flatMap((call) => call.facts[i] ?? [])).flat()
}

const seqs = (facts: readonly StoredFact[]) => facts.map(({ seq }) => seq)

describe('the live feed', () => {
  it('brings every reader exactly what concerns them, once and in order, through forced drops', async () => {
    const supervisor = new LiveReader(api.signIn(randomUUID(), 'supervisor'))
    const agent = new LiveReader(api.signIn(ana, 'agent'))
    const lazy = new LiveReader(api.signIn(ana, 'agent'))
    for (const reader of [supervisor, agent, lazy]) await reader.connect('message')
    await eventually(() => [supervisor, agent, lazy].every((reader) => reader.seq !== null), {
      withinMs: 5_000,
      what: 'snapshots',
    })
    const began = supervisor.seq ?? 0
    expect([agent.seq, lazy.seq]).toEqual([began, began])

    const facts = interleaved(
      Array.from({ length: 24 }, (_, i) => answeredCall({ at: 1_000 + i, agentId: i % 3 === 0 ? ana : maria })),
    )
    const written: StoredFact[] = []
    for (let i = 0; i < facts.length; i += 4) {
      written.push(...(await writer.write(facts.slice(i, i + 4))))
      // The two drop at their own rhythm, for longer and longer; the third stays away through most of it.
      if (i % 28 === 0) supervisor.cutOff()
      if (i % 44 === 0) agent.cutOff()
      if (i % 28 === 12) await supervisor.connect(i % 56 === 12 ? 'query' : 'message')
      if (i % 44 === 24) await agent.connect('query')
      if (i === 100) lazy.cutOff()
    }
    for (const reader of [supervisor, agent, lazy]) {
      reader.cutOff()
      await reader.connect()
    }
    const last = written.at(-1)?.seq ?? 0
    await Promise.all([supervisor, agent, lazy].map((reader) => reader.hasReached(last)))

    const own = new Involvement(ana)
    const concerning = written.filter(({ fact }) => own.concerns(fact))
    expect(concerning.length).toBeGreaterThan(50)
    expect(seqs(supervisor.facts)).toEqual(seqs(written))
    expect(seqs(agent.facts)).toEqual(seqs(concerning))
    expect(seqs(lazy.facts)).toEqual(seqs(concerning))
    for (const reader of [supervisor, agent, lazy]) expect(reader.snapshots).toHaveLength(1)
    for (const reader of [supervisor, agent, lazy]) reader.cutOff()
  })

  it('begins with what is the case now, for agents with what is theirs', async () => {
    const waiting = answeredCall({ at: 9_000_000, agentId: maria, queueId: 'live-queue' })
    await writer.write(waiting.facts.slice(0, 8))
    const talking = answeredCall({ at: 9_000_000, agentId: ana, queueId: 'live-queue' })
    await writer.write(talking.facts.slice(0, 10))
    await writer.write([
      {
        kind: 'presence-changed',
        at: 9_000_000,
        agentId: ana,
        presence: 'available',
        reason: null,
        by: 'agent',
        returnsAt: null,
      },
      {
        kind: 'presence-changed',
        at: 9_000_001,
        agentId: maria,
        presence: 'not-ready',
        reason: 'lunch',
        by: 'agent',
        returnsAt: null,
      },
    ])
    const supervisor = new LiveReader(api.signIn(randomUUID(), 'supervisor'))
    const agent = new LiveReader(api.signIn(ana, 'agent'))
    await supervisor.connect('message')
    await agent.connect('message')
    await eventually(() => supervisor.snapshots.length + agent.snapshots.length === 2, {
      withinMs: 5_000,
      what: 'snapshots',
    })
    const [all] = supervisor.snapshots
    const [own] = agent.snapshots
    expect(all?.interactions.map(({ interactionId }) => interactionId)).toEqual(
      expect.arrayContaining([waiting.interactionId, talking.interactionId]),
    )
    expect(all?.agents).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          agentId: ana,
          presence: 'available',
          work: [{ interactionId: talking.interactionId, phase: 'engaged', invitation: null }],
        }),
        expect.objectContaining({ agentId: maria, presence: 'not-ready', reason: 'lunch' }),
      ]),
    )
    expect(own?.interactions.map(({ interactionId }) => interactionId)).toEqual([talking.interactionId])
    expect(own?.agents.map(({ agentId }) => agentId)).toEqual([ana])
    expect(agent.queues.get('live-queue')).toBe(1)

    await writer.write(answeredCall({ at: 9_000_002, agentId: maria, queueId: 'live-queue' }).facts.slice(0, 6))
    await eventually(() => agent.queues.get('live-queue') === 2, { withinMs: 5_000, what: 'the figure of the queue' })
    supervisor.cutOff()
    agent.cutOff()
  })

  it('gives a reader that was away for too long, or comes from elsewhere, a new snapshot', async () => {
    const token = api.signIn(randomUUID(), 'supervisor')
    const calls = Array.from({ length: 140 }, (_, i) => answeredCall({ at: 20_000_000 + i, agentId: maria }))
    const facts = calls.flatMap((call) => call.facts)
    const written = await writer.write(facts)
    const old = new LiveReader(token)
    await old.connect('query', (written.at(-1)?.seq ?? 0) - limits.replayFacts - 1)
    const alien = new LiveReader(token)
    await alien.connect('query', 1_000_000_000)
    await eventually(() => old.snapshots.length === 1 && alien.snapshots.length === 1, {
      withinMs: 5_000,
      what: 'snapshots',
    })
    expect(old.facts).toEqual([])
    old.cutOff()
    alien.cutOff()
  })

  it('tells supervisors the floor in lines, through forced drops, and agents nothing of it', async () => {
    const queueId = 'floor-queue'
    const token = api.signIn(randomUUID(), 'supervisor')
    const watcher = new FloorReader(token)
    await watcher.connect()
    const calls = Array.from({ length: 12 }, (_, i) =>
      answeredCall({ at: Date.now() - 60_000 + i, agentId: i % 2 === 0 ? ana : maria, queueId }),
    )
    const open = answeredCall({ at: Date.now() - 60_000, agentId: ana, queueId })
    const facts = [...interleaved(calls), ...open.facts.slice(0, 5)]
    let last = 0
    for (let i = 0; i < facts.length; i += 6) {
      last = (await writer.write(facts.slice(i, i + 6))).at(-1)?.seq ?? last
      if (i % 48 === 12) watcher.cutOff()
      if (i % 48 === 36) await watcher.connect()
    }
    watcher.cutOff()
    await watcher.connect()
    await watcher.hasReached(last)
    expect(watcher.snapshots).toBe(1)

    const fresh = new FloorReader(token)
    await fresh.connect()
    await fresh.hasReached(last)
    const [told, now] = [watcher.state, fresh.state]
    expect(new Map([...told.interactions].toSorted())).toEqual(new Map([...now.interactions].toSorted()))
    expect(new Map([...told.agents].toSorted())).toEqual(new Map([...now.agents].toSorted()))
    expect(told.interactions.get(open.interactionId)).toMatchObject({
      state: 'self-service',
      nodeId: 'sales',
      works: [],
    })
    expect(calls.filter(({ interactionId }) => told.interactions.has(interactionId))).toEqual([])
    // Counted once every few seconds: what comes first may be of before the last calls.
    const figures = () => fresh.state.today.get(queueId)
    await eventually(() => figures()?.answered === 12, {
      withinMs: 20_000,
      what: () => `the figures of the day; last ${JSON.stringify(figures())}`,
    })
    expect(figures()).toMatchObject({ answered: 12, abandoned: 0, shortAbandoned: 0 })
    watcher.cutOff()
    fresh.cutOff()

    const agent = new FloorReader(api.signIn(ana, 'agent'))
    await agent.connect()
    await eventually(() => agent.refusals > 0, { withinMs: 5_000, what: 'the refusal' })
    expect(agent.snapshots).toBe(0)
    agent.cutOff()
  })

  it('tells an agent at once where their customer has just been and which task is due, and nobody else', async () => {
    const { customerId } = await api.history.recogniseCaller({ kind: 'phone', raw: '0721777001', displayName: null })
    const call = answeredCall({ at: 30_000_000, agentId: ana, customerId })
    const written = await writer.write(call.facts.slice(0, 10))
    const [agent, other] = [new LiveReader(api.signIn(ana, 'agent')), new LiveReader(api.signIn(maria, 'agent'))]
    for (const reader of [agent, other]) await reader.connect('message')
    for (const reader of [agent, other]) await reader.hasReached(written.at(-1)?.seq ?? 0)
    const point = {
      at: 30_000_500,
      kind: 'page',
      title: 'Prices',
      url: 'https://shop.example/prices',
      data: {},
    } as const
    await api.history.journeys.append({ customerId, interactionId: null, consented: true, points: [point] })
    const task = { title: 'Send the offer', dueAt: '2026-01-01T00:00:00Z' }
    expect((await api.call(api.signIn(ana, 'agent'), 'POST', '/api/tasks', task)).status).toBe(201)
    await api.history.taskBell.ring()
    await eventually(() => agent.told.length === 2, { withinMs: 5_000, what: 'the journey and the task' })
    expect(agent.told).toMatchObject([
      { type: 'journey', records: [customerId], points: [{ title: 'Prices', customerId }] },
      { type: 'task-due', task: { title: 'Send the offer' } },
    ])
    await other.hasReached(written.at(-1)?.seq ?? 0)
    expect(other.told).toEqual([])
    for (const reader of [agent, other]) reader.cutOff()
  })

  it('tells who asks without a WebSocket to open one', async () => {
    const reply = await api.call(api.signIn(ana, 'agent'), 'GET', '/api/live')
    expect(reply).toMatchObject({ status: 426, json: { error: { code: 'upgrade-required' } } })
  })

  it('closes the connection of somebody who has signed out', async () => {
    const token = api.signIn(ana, 'agent')
    const reader = new LiveReader(token)
    await reader.connect('message')
    await eventually(() => reader.heartbeats > 0, { withinMs: 5_000, what: 'a heartbeat' })
    api.signOut(token)
    await eventually(() => reader.closedWith === 4401, { withinMs: 5_000, what: 'the close' })
    await expect(reader.connect()).rejects.toThrow('401')
  })
})
