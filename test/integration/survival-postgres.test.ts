import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bothHear, CallCentre } from '../peers/call-centre.ts'
import { everyInteractionEndedOnce } from '../peers/ledger.ts'
import type { Phone } from '../peers/phone.ts'
import { eventually } from '../peers/poll.ts'
import type { Answer } from '../peers/service.ts'
import { startSipCaller } from '../peers/sip-caller.ts'

let centre: CallCentre

beforeAll(async () => {
  centre = await CallCentre.start()
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(async () => {
  await centre.queue()
  for (const agent of ['ana', 'bogdan', 'citra'] as const) await centre.offline(agent)
})

const mostMissedMs = 500

const outageMessages = (): string[] =>
  readdirSync(join(centre.service.asterisk.dir, 'spool', 'recording')).filter((name) => name.startsWith('outage-'))

/** A new caller hears somebody speak within this time, whatever is away. */
async function hearsApology(from: string, withinMs: number): Promise<Phone> {
  const caller = await centre.service.caller(from, 700)
  await caller.dial(centre.number('line'))
  await caller.established()
  await caller.hearsSound({ withinMs, minMs: 1_000 })
  return caller
}

async function pass(ms: number, since: number): Promise<void> {
  await eventually(() => performance.now() - since >= ms, { withinMs: ms + 5_000, what: `${ms} ms to pass` })
}

async function statusOf(method: string, path: string, body?: unknown, as?: string): Promise<number> {
  return (await centre.service.request(method, path, body, as)).status
}

const settled = async () => {
  await centre.leavesNoGhost({ complaining: true })
  await everyInteractionEndedOnce(centre.service.postgres.url)
}

describe('Postgres is away', () => {
  it('for ten seconds: talkers talk, hang-ups end both legs, new callers are spoken to, nothing is lost', async () => {
    const { service } = centre
    await centre.queue({ ringTimeoutMs: 5_000 })
    await using ana = await service.agentPhone('ana', 440)
    const talk = await centre.talk(ana)
    await using talker = talk.caller
    await using bogdan = await service.agentPhone('bogdan', 440)
    const short = await centre.talk(bogdan)
    await using leaver = short.caller
    await using citra = await service.agentPhone('citra', 440)
    await using ringer = await centre.caller('line', '+40722050001')
    await citra.ringing()
    await using waiter = await centre.caller('line', '+40722050002')
    await centre.interactionFrom('+40722050002', ({ state }) => state === 'queued')
    const { id: ringing } = await centre.interactionFrom('+40722050001')

    const missing = [talker.listensFor(440), ana.listensFor(700)]
    const began = performance.now()
    await service.postgres.stop()
    const hungUpAt = Date.now()
    await leaver.hangup()
    await bogdan.closed({ timeoutMs: 1_000 })
    expect(Date.now() - hungUpAt).toBeLessThan(500)
    await using late = await hearsApology('+40722050003', 4_000)
    await late.digits('#')
    expect(await statusOf('GET', '/api/health')).toBe(503)
    expect(await statusOf('GET', '/api/interactions')).toBe(503)
    expect(await statusOf('PUT', '/api/me/presence', { presence: 'not-ready' }, 'ana')).toBe(503)
    await pass(11_500, began)
    await service.postgres.restart()
    await service.healthy()

    await bothHear(talk)
    expect(Math.max(...missing.map((ask) => ask()))).toBeLessThan(mostMissedMs)
    // The phone rang itself out while nobody could decide: it rings again, and nobody is blamed.
    await eventually(() => citra.state === 'ringing', { withinMs: 5_000, what: 'the phone to ring' })
    await citra.answer()
    await Promise.all([citra.hears(700), ringer.hears(440)])
    await service.agentIs('citra', ({ presence, routing }) => presence === 'available' && routing === 'engaged')
    // Whoever waited is served by the agent who became free meanwhile.
    await bogdan.ringing()
    await bogdan.answer()
    await Promise.all([bogdan.hears(700), waiter.hears(440)])
    for (const caller of [talker, ringer, waiter, late]) await caller.hangup()
    const ended = await centre.ended(short.id)
    expect(ended).toMatchObject({ endedBy: 'customer', outcome: 'answered' })
    expect(Math.abs(Date.parse(ended.endedAt) - hungUpAt)).toBeLessThan(500)
    const { offerList } = await centre.ended(ringing)
    expect(offerList.map(({ outcome }: Answer) => outcome)).not.toContain('expired')
    expect(outageMessages()).toContainEqual(expect.stringMatching(/^outage-\d+-\+40722050003-/))
    await settled()
  })

  it('for longer: a phone answered meanwhile is connected when it is back', async () => {
    const { service } = centre
    await using ana = await service.agentPhone('ana', 440)
    await using caller = await centre.caller('line', '+40722050010')
    await ana.ringing()
    const began = performance.now()
    await service.postgres.stop()
    await ana.answer()
    await pass(18_000, began)
    await service.postgres.restart()
    await Promise.all([ana.hears(700, { withinMs: 10_000 }), caller.hears(440, { withinMs: 10_000 })])
    await caller.hangup()
    await service.healthy()
    const { id } = await centre.interactionFrom('+40722050010')
    expect(await centre.ended(id)).toMatchObject({ outcome: 'answered', offers: 1 })
    await settled()
  })

  it('crashes under load: nothing is lost or written twice', async () => {
    const { service } = centre
    await using _ana = await centre.sippAgent('ana', { does: 'hang-up', ringMs: 100, talkMs: 700 })
    await using _bogdan = await centre.sippAgent('bogdan', { does: 'answer', ringMs: 100 })
    const { sipHost: host, sipPort: port } = service.asterisk
    await using callers = await startSipCaller({
      ...{ host, port, number: centre.number('line'), behaviour: { does: 'hang-up', talkMs: 2_500 } },
      ...{ callerNumber: '+4072205[call_number]', calls: 16, rate: 4, timeoutMs: 60_000 },
    })
    for (const ms of [900, 1_700, 2_600]) {
      await pass(ms, performance.now())
      await service.postgres.stop('SIGKILL')
      await service.postgres.restart()
    }
    const { successful, failed, errors } = await callers.result
    expect({ successful, failed }, errors).toEqual({ successful: 16, failed: 0 })
    await service.healthy()
    await settled()
  })

  it('hangs without a word: callers are spoken to, and what was decided is acted on afterwards', async () => {
    const { service } = centre
    await using ana = await service.agentPhone('ana', 440)
    const client = new pg.Client({ connectionString: service.postgres.url })
    await client.connect()
    await client.query('begin; lock table facts in access exclusive mode')
    // Taken in before anybody could notice: served by its flow, and connected later.
    await using early = await centre.service.caller('+40722050020', 700)
    await early.dial(centre.number('line'))
    await early.established()
    await early.hearsSound({ withinMs: 5_000 })
    await eventually(async () => (await statusOf('GET', '/api/health')) === 503, { withinMs: 5_000, what: '503' })
    await using late = await hearsApology('+40722050021', 5_000)
    await client.query('commit')
    await client.end()
    await service.healthy()
    await ana.ringing()
    await ana.answer()
    await Promise.all([ana.hears(700), early.hears(440)])
    await early.hangup()
    await late.hangup()
    await settled()
  })
})

describe('Postgres and another are away at once', () => {
  it('the service: who hung up meanwhile is unknown, talkers talk on', async () => {
    const { service } = centre
    await using ana = await service.agentPhone('ana', 440)
    const talk = await centre.talk(ana)
    await using talker = talk.caller
    await using bogdan = await service.agentPhone('bogdan', 440)
    const short = await centre.talk(bogdan)
    await using leaver = short.caller
    const missing = [talker.listensFor(440), ana.listensFor(700)]
    await service.postgres.stop()
    await service.kill()
    await leaver.hangup()
    await using late = await hearsApology('+40722050030', 4_000)
    await service.postgres.restart()
    await service.restart()
    await bogdan.closed()
    await bothHear(talk)
    expect(Math.max(...missing.map((ask) => ask()))).toBeLessThan(mostMissedMs)
    await talker.hangup()
    await late.hangup()
    expect(await centre.ended(short.id)).toMatchObject({ endedBy: 'unknown', outcome: 'answered' })
    expect(await centre.ended(talk.id)).toMatchObject({ endedBy: 'customer', outcome: 'answered' })
    await settled()
  })

  it('Asterisk: new callers are spoken to as soon as it is back, and its calls end in the history later', async () => {
    const { service } = centre
    await using ana = await centre.sippAgent('ana', { does: 'answer', ringMs: 100 })
    await using caller = await centre.caller('line', '+40722050040')
    const { id } = await centre.interactionFrom('+40722050040', ({ state }) => state === 'engaged')
    await service.postgres.stop()
    const diedAt = Date.now()
    await service.asterisk.stop('SIGKILL')
    await service.asterisk.restart()
    await using late = await hearsApology('+40722050041', 5_000)
    await service.postgres.restart()
    await service.healthy()
    const story = await centre.ended(id)
    expect(story).toMatchObject({ endedBy: 'system', cause: 'asterisk-lost', outcome: 'answered' })
    expect(Math.abs(Date.parse(story.endedAt) - diedAt)).toBeLessThan(500)
    await caller.kill()
    await late.hangup()
    expect(ana.isRunning()).toBe(true)
    await settled()
  })
})
