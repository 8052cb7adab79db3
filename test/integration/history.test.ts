import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Projector } from '../../src/history/projector.ts'
import { findCustomer, recogniseCaller } from '../../src/history/customer/recognition.ts'
import { migrate, openDatabase, type Database } from '../../src/platform/database/database.ts'
import { createLog } from '../../src/platform/log.ts'
import { answeredCall } from '../peers/call-facts.ts'
import { createFactWriter, type FactWriter } from '../peers/fact-writer.ts'
import { eventually } from '../peers/poll.ts'
import { startTestPostgres, type TestPostgres } from '../peers/servers.ts'

const log = createLog({ level: 'silent' })
const agentId = '00000000-0000-4000-8000-000000000001'
let postgres: TestPostgres
let database: Database
let writer: FactWriter

beforeAll(async () => {
  postgres = await startTestPostgres()
  database = openDatabase(postgres.url)
  await migrate(database)
  writer = await createFactWriter(database)
}, 60_000)

afterAll(async () => {
  await writer?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
})

const caller = (raw: string, displayName: string | null = null) =>
  recogniseCaller(database, 'RO', { kind: 'phone', raw, displayName })

describe('recognising a caller', () => {
  it('makes one customer of a hundred copies of the same first call', async () => {
    const found = await Promise.all(Array.from({ length: 100 }, () => caller('0721 000 100', 'Ion Popescu')))
    expect(new Set(found.map((one) => one.customerId)).size).toBe(1)
    expect(found.filter((one) => !one.known)).toHaveLength(1)
    expect(found[0]).toMatchObject({ identity: '+40721000100', name: 'Ion Popescu', lastAgentId: null })
  })

  it('knows a number however it is written', async () => {
    const first = await caller('+40 721 000 101')
    for (const written of ['0721000101', '0040721000101', '40721000101', 'sip:+40721000101@trunk.example']) {
      expect(await caller(written)).toMatchObject({ customerId: first.customerId, known: true })
    }
  })

  it('never takes two withheld callers for one customer', async () => {
    const withheld = ['', 'anonymous', 'sip:anonymous@anonymous.invalid', 'Anonymous']
    const found = await Promise.all(withheld.map((raw) => caller(raw, 'Anonymous')))
    expect(new Set(found.map((one) => one.customerId)).size).toBe(withheld.length)
    for (const one of found) expect(one).toMatchObject({ identity: null, known: false, name: null })
  })

  it('finds the same customer when a withheld contact is recognised again', async () => {
    const contact = { kind: 'phone', raw: '', displayName: null, interactionId: randomUUID() } as const
    const first = await recogniseCaller(database, 'RO', contact)
    expect((await recogniseCaller(database, 'RO', contact)).customerId).toBe(first.customerId)
  })

  it('answers a look-up without making anybody', async () => {
    expect(await findCustomer(database, 'RO', { raw: '0721000199' })).toBeNull()
    const { customerId } = await caller('0721000102', 'Maria')
    expect(await findCustomer(database, 'RO', { raw: '+40721000102' })).toMatchObject({ id: customerId, name: 'Maria' })
    expect(await findCustomer(database, 'RO', { raw: '0721000199' })).toBeNull()
  })
})

const derivedTables = ['interactions', 'segments', 'voicemails', 'live_states', 'projections']

async function derivedRows(): Promise<unknown> {
  const tables = await Promise.all(
    derivedTables.map(async (table) => {
      const { rows } = await database.pool.query<{ row: string }>(`select t::text as row from ${table} t`)
      return [table, rows.map(({ row }) => row).sort()]
    }),
  )
  return Object.fromEntries(tables)
}

describe('the projection', () => {
  let projector: Projector
  beforeEach(async () => {
    projector = new Projector({ database, writer, log })
    await projector.start()
  })
  afterEach(() => projector.stop())

  const rowOf = async (id: string) =>
    (await database.pool.query('select * from interactions where id = $1', [id])).rows[0] as Record<string, unknown>

  it('tells a call in one row and its segments', async () => {
    const { customerId } = await caller('0721000103')
    const call = answeredCall({ at: 1_000_000, agentId, customerId })
    for (const fact of call.facts) await writer.write([fact])
    expect(await projector.caughtUp()).toBe(true)
    expect(await rowOf(call.interactionId)).toMatchObject({
      state: 'ended',
      settled: true,
      customer_id: customerId,
      queue_id: 'sales',
      agent_id: agentId,
      wait_ms: 2_000,
      talk_ms: 25_000,
      hold_ms: 5_000,
      wrap_up_ms: 4_000,
      offers: 2,
      ended_by: 'customer',
      outcome: 'answered',
    })
    const { rows } = await database.pool.query<{ kind: string; ms: number; outcome: string }>(
      'select kind, to_at - from_at as ms, outcome from segments where interaction_id = $1 order by n',
      [call.interactionId],
    )
    expect(rows.map(({ kind, ms, outcome }) => [kind, ms, outcome])).toEqual([
      ['flow', 1_000, 'queued'],
      ['queue', 2_000, 'answered'],
      ['ring', 1_000, 'expired'],
      ['ring', 1_000, 'accepted'],
      ['talk', 10_000, 'held'],
      ['hold', 5_000, 'resumed'],
      ['talk', 15_000, 'wrap-up'],
      ['wrap-up', 4_000, 'agent'],
    ])
    expect((await caller('0721000103')).lastAgentId).toBe(agentId)
  })

  it('stores by itself shortly after the facts', async () => {
    const call = answeredCall({ at: 2_000_000, agentId })
    await writer.write(call.facts)
    await eventually(async () => (await rowOf(call.interactionId)) !== undefined, {
      withinMs: 2_000,
      everyMs: 20,
      what: 'the row of the call',
    })
  })

  it('reads what was committed but never announced, at the next fact and at the next start', async () => {
    const silent = answeredCall({ at: 3_000_000, agentId })
    await writer.writeSilently(silent.facts)
    const loud = answeredCall({ at: 3_100_000, agentId })
    await writer.write(loud.facts)
    await projector.caughtUp()
    expect(await rowOf(silent.interactionId)).toMatchObject({ state: 'ended' })
    expect(await rowOf(loud.interactionId)).toMatchObject({ state: 'ended' })

    const last = answeredCall({ at: 3_200_000, agentId })
    await writer.writeSilently(last.facts.slice(0, 5))
    await projector.stop()
    projector = new Projector({ database, writer, log })
    await projector.start()
    expect(await rowOf(last.interactionId)).toMatchObject({ state: 'self-service' })
    await writer.write(last.facts.slice(5))
    await projector.caughtUp()
    expect(await rowOf(last.interactionId)).toMatchObject({ state: 'ended', wait_ms: 2_000, offers: 2 })
  })

  it('takes a late fact of a call that it has let go of', async () => {
    const call = answeredCall({ at: 4_000_000, agentId })
    await writer.write(call.facts)
    await projector.caughtUp()
    expect(projector.story(call.interactionId)).toBeUndefined()
    const { customerId } = await caller('0721000104')
    await writer.write([{ kind: 'customer-recognised', at: 4_100_000, interactionId: call.interactionId, customerId }])
    await projector.caughtUp()
    expect(await rowOf(call.interactionId)).toMatchObject({ customer_id: customerId, talk_ms: 25_000 })
  })

  it('goes on where it stood when the database has been away', async () => {
    const call = answeredCall({ at: 4_500_000, agentId })
    await writer.write(call.facts.slice(0, 10))
    await postgres.stop()
    await projector.caughtUp(50)
    await postgres.restart()
    await eventually(() => projector.caughtUp(), { withinMs: 10_000, what: 'the rows' })
    await writer.write(call.facts.slice(10))
    await projector.caughtUp()
    expect(await rowOf(call.interactionId)).toMatchObject({ state: 'ended', talk_ms: 25_000, offers: 2 })
  })

  it('counts each fact once although two processes project at the same time', async () => {
    const other = new Projector({ database, writer, log })
    await other.start()
    const calls = Array.from({ length: 20 }, (_, i) => answeredCall({ at: 5_000_000 + i, agentId }))
    for (const call of calls) await writer.write(call.facts)
    await Promise.all([projector.caughtUp(5_000), other.caughtUp(5_000)])
    await other.stop()
    const { rows } = await database.pool.query<{ talk: number; n: number }>(
      'select sum(talk_ms)::int as talk, count(*)::int as n from interactions where id = any($1)',
      [calls.map((call) => call.interactionId)],
    )
    expect(rows[0]).toEqual({ talk: 20 * 25_000, n: 20 })
  })

  it('comes to the same rows when it is rebuilt from the first fact', async () => {
    const live = answeredCall({ at: 6_000_000, agentId })
    await writer.write(live.facts.slice(0, 9))
    await writer.write([
      {
        kind: 'presence-changed',
        at: 6_000_000,
        agentId,
        presence: 'available',
        reason: null,
        by: 'agent',
        returnsAt: null,
      },
      { kind: 'reachability-changed', at: 6_000_001, agentId, channel: 'voice', reachable: true },
    ])
    await projector.caughtUp()
    const before = await derivedRows()
    await projector.rebuild()
    expect(await derivedRows()).toEqual(before)
    await writer.write(live.facts.slice(9))
    await projector.caughtUp()
    expect(await rowOf(live.interactionId)).toMatchObject({ state: 'ended', talk_ms: 25_000 })
  })
})
