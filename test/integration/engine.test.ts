import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AgentRules, QueueRules } from '../../src/core/rules.ts'
import { snapshot } from '../../src/core/routing/machine.ts'
import type { Command } from '../../src/core/commands.ts'
import type { Fact } from '../../src/core/facts.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { startEngine } from '../../src/engine/start.ts'
import { migrate, openDatabase, type Database } from '../../src/platform/database/database.ts'
import { createLog } from '../../src/platform/log.ts'
import { eventually } from '../peers/poll.ts'
import { startTestPostgres, type TestPostgres } from '../peers/servers.ts'

const log = createLog({ level: 'silent' })
const queue: QueueRules = {
  id: 'sales',
  requirement: {},
  priority: 0,
  ageingMsPerPoint: 60_000,
  selection: 'longest-idle',
  ringTimeoutMs: 20_000,
  wrapUpMs: 0,
  wrapUpExtensionLimitMs: 0,
  maxWaiting: null,
  maxWaitMs: null,
  relaxation: [],
  overflow: [],
  preferredAgentHoldMs: 0,
}
const ana = '00000000-0000-4000-8000-00000000000a'
const agent: AgentRules = { id: ana, skills: {}, queueIds: ['sales'], capacity: { voice: 1 } }
const call = (n: number): string => `10000000-0000-4000-8000-${String(n).padStart(12, '0')}`

let postgres: TestPostgres
let database: Database
const started: Engine[] = []
const fatal: Error[] = []

async function engine(): Promise<Engine> {
  const { engine, lastAlive } = await folded()
  engine.begin(lastAlive)
  return engine
}

/** An engine that knows where things stand and has not begun. */
async function folded(): Promise<{ engine: Engine; lastAlive: number }> {
  const { engine, lastAlive } = await startEngine({
    database,
    log,
    now: Date.now,
    signal: new AbortController().signal,
    onFatal: (error) => fatal.push(error),
  })
  started.push(engine)
  return { engine, lastAlive }
}

async function arriveAndWait(writer: Engine, n: number): Promise<void> {
  const arrived = writer.submit(
    {
      kind: 'arrive',
      interactionId: call(n),
      channel: 'voice',
      direction: 'inbound',
      entryPointId: 'main',
      providerId: `channel-${n}`,
      customerId: null,
    },
    {
      details: [
        {
          kind: 'contact',
          interactionId: call(n),
          at: Date.now(),
          identity: '+40721000111',
          displayName: null,
          dialled: '1000',
        },
      ],
    },
  )
  const queued = writer.submit({
    kind: 'enqueue',
    interactionId: call(n),
    queueId: 'sales',
    requirement: {},
    priority: 0,
    preferredAgentId: null,
    waitingSince: null,
  })
  await Promise.all([arrived, queued])
}

async function ready(writer: Engine): Promise<void> {
  await writer.submit({ kind: 'configure-queue', queue })
  await writer.submit({ kind: 'configure-agent', agent })
  await writer.submit({ kind: 'set-presence', agentId: ana, presence: 'available', reason: null, by: 'agent' })
  await writer.submit({ kind: 'set-reachability', agentId: ana, channel: 'voice', reachable: true })
}

async function storedKinds(interaction: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ kind: string }>(
    'select kind from facts where interaction_id = $1 order by seq',
    [interaction],
  )
  return rows.map((row) => row.kind)
}

beforeAll(async () => {
  postgres = await startTestPostgres()
  database = openDatabase(postgres.url)
  await migrate(database)
})

beforeEach(async () => {
  fatal.length = 0
  await Promise.allSettled(started.splice(0).map((writer) => writer.stop()))
  await database.pool.query('truncate facts, details, session_checkpoints, snapshots')
})

afterAll(async () => {
  await Promise.allSettled(started.splice(0).map((writer) => writer.stop()))
  await database[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

describe('the writer', () => {
  it('acts on commands only when the facts beside them are stored', async () => {
    const writer = await engine()
    await ready(writer)
    const stored: Promise<string[]>[] = []
    const commands: Command[] = []
    writer.onCommands((batch) => {
      commands.push(...batch)
      stored.push(storedKinds(call(1)))
    })
    await arriveAndWait(writer, 1)
    expect(commands.map((command) => command.kind)).toEqual(['ring-agent'])
    expect(await stored[0]).toEqual(['interaction-arrived', 'interaction-queued', 'offer-made'])
  })

  it('stores together what one turn of the event loop brings', async () => {
    const writer = await engine()
    await ready(writer)
    const batches: number[] = []
    writer.onFacts((facts) => batches.push(facts.length))
    const first = arriveAndWait(writer, 1)
    // Whoever goes on after a step or two of their own is still in the same turn.
    for (let step = 0; step < 10; step++) await Promise.resolve()
    await Promise.all([first, arriveAndWait(writer, 2)])
    expect(batches).toEqual([5])
  })

  it('lives on after words that hold what Postgres keeps in no text, and stores the rest of them', async () => {
    const writer = await engine()
    await ready(writer)
    await arriveAndWait(writer, 1)
    const text = 'a\u0000b \ud83d c \\u0000 d \u{1f600} e'
    const of = { at: Date.now(), interactionId: call(1), messageId: randomUUID() }
    await writer.submit(
      {
        kind: 'record',
        fact: { ...of, kind: 'message-sent', length: text.length, files: 0, by: 'agent', agentId: ana },
      },
      { details: [{ ...of, kind: 'message', text, files: [], buttons: [] }] },
    )
    expect(fatal).toEqual([])
    const { rows } = await database.pool.query<{ body: { text: string } }>(
      `select body from details where kind = 'message' and interaction_id = $1`,
      [call(1)],
    )
    expect(rows.map(({ body }) => body.text)).toEqual(['a\ufffdb \ufffd c \\u0000 d \u{1f600} e'])
  })

  it('folds what was written into the same state, from facts and from a snapshot', async () => {
    const first = await engine()
    await ready(first)
    for (let n = 1; n <= 5; n++) await arriveAndWait(first, n)
    const before = structuredClone(snapshot(first.state()))
    await first.stop()
    const { engine: fromSnapshot } = await folded()
    expect(snapshot(fromSnapshot.state())).toEqual(before)
    await fromSnapshot.stop()
    await database.pool.query('truncate snapshots')
    const { engine: fromFacts } = await folded()
    expect(snapshot(fromFacts.state())).toEqual(before)
  })

  it('stands by while another process writes, and takes over when that is gone', async () => {
    const first = await engine()
    await ready(first)
    let second: Engine | null = null
    const waiting = folded().then(({ engine }) => (second = engine))
    await arriveAndWait(first, 1)
    expect(second).toBeNull()
    await first.stop()
    expect((await waiting).lastSeq).toBe(first.lastSeq)
  })

  it('stops at once when another process has taken over', async () => {
    const writer = await engine()
    await ready(writer)
    await database.pool.query('update writer_epoch set epoch = epoch + 1')
    await expect(arriveAndWait(writer, 1)).rejects.toThrow('another process writes')
    expect(fatal).toHaveLength(1)
    expect(await storedKinds(call(1))).toEqual([])
  })
})

describe('a database that goes away', () => {
  it('loses nothing, stores nothing twice, and tells the machine how long it was away', async () => {
    const writer = await engine()
    await ready(writer)
    const facts: Fact[] = []
    writer.onFacts((batch) => facts.push(...batch.map(({ fact }) => fact)))
    await arriveAndWait(writer, 1)
    await postgres.stop()
    const during = [arriveAndWait(writer, 2), arriveAndWait(writer, 3)]
    await eventually(() => writer.stalledSince() !== null, { withinMs: 5_000, what: 'the writer to notice' })
    await postgres.restart()
    await Promise.all(during)
    await writer.submit({ kind: 'end-interaction', interactionId: call(2), by: 'customer', outcome: null, cause: null })
    expect(writer.stalledSince()).toBeNull()
    expect(await storedKinds(call(2))).toEqual(['interaction-arrived', 'interaction-queued', 'interaction-ended'])
    const { rows } = await database.pool.query<{ count: number; last: number }>(
      'select count(*)::int as count, max(seq) as last from facts',
    )
    expect(rows[0]).toEqual({ count: writer.lastSeq, last: writer.lastSeq })
    const { rows: details } = await database.pool.query('select interaction_id from details')
    expect(details).toHaveLength(3)
    expect(facts.filter((fact) => fact.kind === 'offer-expired')).toEqual([])
  })

  it('counts what came during the outage at the time when it came', async () => {
    const writer = await engine()
    await ready(writer)
    await arriveAndWait(writer, 1)
    await arriveAndWait(writer, 2)
    await postgres.stop()
    const held = writer.submit({ kind: 'recognise-customer', interactionId: call(1), customerId: ana })
    await eventually(() => writer.stalledSince() !== null, { withinMs: 5_000, what: 'the writer to notice' })
    const hungUpAt = Date.now()
    const ended = writer.submit({
      kind: 'end-interaction',
      interactionId: call(2),
      by: 'customer',
      outcome: null,
      cause: null,
    })
    await eventually(() => Date.now() - hungUpAt > 1_000, { withinMs: 5_000, what: 'a while to pass' })
    await postgres.restart()
    const [fact] = (await ended).facts
    await held
    expect(fact?.at).toBeGreaterThanOrEqual(hungUpAt)
    expect(fact?.at).toBeLessThan(hungUpAt + 500)
    const { rows } = await database.pool.query<{ at: number }>('select at from facts order by seq')
    expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).sort((a, b) => a - b))
  })

  it('lets no offer run out while nobody had anything to write', async () => {
    const writer = await engine()
    await ready(writer)
    await writer.submit({ kind: 'configure-queue', queue: { ...queue, ringTimeoutMs: 3_000 } })
    await arriveAndWait(writer, 1)
    const offeredAt = Date.now()
    await postgres.stop()
    await eventually(() => Date.now() - offeredAt > 4_000, { withinMs: 8_000, what: 'the offer to be overdue' })
    expect(writer.stalledSince()).not.toBeNull()
    await postgres.restart()
    await eventually(() => writer.stalledSince() === null, { withinMs: 5_000, what: 'the writer to go on' })
    await writer.submit({ kind: 'tick' })
    const phase = writer.state().interactions.get(call(1))?.phase
    if (phase?.name !== 'offered') throw new Error(`it is ${phase?.name}`)
    expect(phase.offer.expiresAt).toBeGreaterThan(Date.now() + 500)
    expect(await storedKinds(call(1))).not.toContain('offer-expired')
  })

  it('notices a database that hangs without a word, and acts with the deadlines moved', async () => {
    const writer = await engine()
    await ready(writer)
    const client = await database.pool.connect()
    await client.query('begin; lock table facts in access exclusive mode')
    const rung: number[] = []
    writer.onCommands((commands) => {
      const offer = writer.state().interactions.get(call(1))?.phase
      if (commands.some(({ kind }) => kind === 'ring-agent') && offer?.name === 'offered')
        rung.push(offer.offer.expiresAt - Date.now())
    })
    const waiting = arriveAndWait(writer, 1)
    await eventually(() => writer.stalledSince() !== null, { withinMs: 5_000, what: 'the writer to notice' })
    await client.query('commit')
    client.release()
    await waiting
    await eventually(() => rung.length === 1, { withinMs: 2_000, what: 'the command to ring' })
    expect(writer.stalledSince()).toBeNull()
    expect(rung[0]).toBeGreaterThan(queue.ringTimeoutMs - 500)
  })

  it('frees the organisation also when it stops while it takes its lock back', async () => {
    const writer = await engine()
    const client = await database.pool.connect()
    const locks = `from pg_stat_activity where application_name = 'centralita-writer'`
    await client.query('begin; lock table writer_epoch in access exclusive mode')
    await client.query(`select pg_terminate_backend(pid) ${locks}`)
    await eventually(
      async () => (await database.pool.query(`select 1 ${locks} and wait_event_type = 'Lock'`)).rows.length === 1,
      { withinMs: 5_000, what: 'the writer to take its lock back' },
    )
    await writer.stop()
    await client.query('commit')
    client.release()
    await ready(await engine())
  })

  it('goes on after a crash of the server in the middle of many inputs', async () => {
    const writer = await engine()
    await ready(writer)
    const calls = Array.from({ length: 200 }, (_, n) => arriveAndWait(writer, n + 1))
    await postgres.stop('SIGKILL')
    await postgres.restart()
    await Promise.all(calls)
    const { rows } = await database.pool.query<{ count: number; distinct: number }>(
      `select count(*)::int as count, count(distinct interaction_id)::int as distinct from facts where kind = 'interaction-arrived'`,
    )
    expect(rows[0]).toEqual({ count: 200, distinct: 200 })
  })
})
