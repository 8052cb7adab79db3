import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bothHear, CallCentre, testFlows } from '../peers/call-centre.ts'
import { everyInteractionEndedOnce } from '../peers/ledger.ts'
import { eventually } from '../peers/poll.ts'
import { SecondProcess } from '../peers/second-process.ts'
import { startTestAsterisk, type TestAsterisk } from '../peers/servers.ts'
import type { Answer } from '../peers/service.ts'
import { TcpProxy } from '../peers/tcp-proxy.ts'

let asterisk: TestAsterisk
let wire: TcpProxy
let centre: CallCentre

beforeAll(async () => {
  asterisk = await startTestAsterisk()
  const ari = new URL(asterisk.ariUrl)
  wire = await TcpProxy.to({ host: ari.hostname, port: Number(ari.port) })
  ari.port = String(wire.port)
  centre = await CallCentre.start({ asterisk, env: { ARI_URL: ari.href.replace(/\/$/, '') } })
})
afterAll(async () => {
  await centre[Symbol.asyncDispose]()
  await wire[Symbol.asyncDispose]()
  await asterisk[Symbol.asyncDispose]()
})
beforeEach(async () => {
  await centre.queue()
  for (const agent of ['ana', 'bogdan', 'citra'] as const) await centre.offline(agent)
})

const mostMissedMs = 500

const settled = async () => {
  await centre.leavesNoGhost({ complaining: true })
  await everyInteractionEndedOnce(centre.service.postgres.url)
}

const connected = async (isConnected: boolean) => {
  await eventually(
    async () => (await centre.service.request('GET', '/api/health')).json.asterisk === (isConnected ? 'up' : 'down'),
    {
      withinMs: 8_000,
      everyMs: 20,
      what: `Asterisk to be ${isConnected ? 'up' : 'down'}`,
    },
  )
}

describe('the connection to Asterisk', () => {
  it('breaks and is back at once: nobody notices', async () => {
    await using ana = await centre.service.agentPhone('ana', 440)
    const talk = await centre.talk(ana)
    await using talker = talk.caller
    await using bogdan = await centre.service.agentPhone('bogdan', 440)
    await using ringer = await centre.caller('line', '+40722060001')
    await bogdan.ringing()
    await using chooser = await centre.caller('keypad', '+40722060002')
    const missing = [talker.listensFor(440), ana.listensFor(700)]
    wire.drop()
    await connected(false)
    await connected(true)
    await bothHear(talk)
    expect(Math.max(...missing.map((ask) => ask()))).toBeLessThan(mostMissedMs)
    expect(bogdan.state).toBe('ringing')
    await bogdan.answer()
    await Promise.all([bogdan.hears(700), ringer.hears(440)])
    await chooser.hearsSound()
    await chooser.digits('1')
    await centre.interactionFrom('+40722060002', ({ state }) => state === 'queued')
    for (const caller of [talker, ringer, chooser]) await caller.hangup()
    const { offers } = await centre.interactionFrom('+40722060001')
    expect(offers).toBe(1)
    await settled()
  })

  it('is cut for a while: afterwards the service catches up with everything it missed', async () => {
    await centre.queue({ ringTimeoutMs: 5_000 })
    await using speaker = await centre.caller('message', '+40722060013')
    await speaker.hearsSound()
    // Any key ends the greeting.
    await speaker.digits('1')
    await centre.recordsFor(500)
    await using ana = await centre.service.agentPhone('ana', 440)
    const talk = await centre.talk(ana)
    await using talker = talk.caller
    await using bogdan = await centre.service.agentPhone('bogdan', 440)
    await using ringer = await centre.caller('line', '+40722060010')
    await bogdan.ringing()
    await using leaver = await centre.caller('line', '+40722060011')
    await centre.interactionFrom('+40722060011', ({ state }) => state === 'queued')
    await using chooser = await centre.caller('keypad', '+40722060012')
    const missing = [talker.listensFor(440), ana.listensFor(700)]
    wire.cut()
    await connected(false)
    const cutAt = Date.now()
    await leaver.hangup()
    await speaker.digits('#')
    await using late = await centre.service.caller('+40722060014', 700)
    await late.dial(centre.number('line'))
    await late.established()
    await late.hearsSound({ minMs: 1_000 })
    await late.hangup()
    await eventually(() => Date.now() - cutAt > 6_000, { withinMs: 10_000, what: 'the offer to run out' })
    wire.mend()
    await connected(true)

    await bothHear(talk)
    expect(Math.max(...missing.map((ask) => ask()))).toBeLessThan(mostMissedMs)
    // Nobody could hear the phone being answered, so nobody is blamed that the offer ran out.
    await eventually(() => bogdan.state === 'ringing', { withinMs: 5_000, what: 'the phone to ring' })
    await bogdan.answer()
    await Promise.all([bogdan.hears(700), ringer.hears(440)])
    await speaker.closed()
    await chooser.digits('1')
    await centre.interactionFrom('+40722060012', ({ state }) => state === 'queued')
    const left = await centre.ended((await centre.interactionFrom('+40722060011')).id)
    expect(left).toMatchObject({ endedBy: 'unknown', outcome: expect.stringMatching(/abandon/) })
    expect(Date.parse(left.endedAtLatest)).toBeGreaterThan(Date.parse(left.endedAt))
    const spoke = await centre.ended((await centre.interactionFrom('+40722060013')).id)
    expect(spoke).toMatchObject({ outcome: 'voicemail', endedBy: 'system' })
    for (const caller of [talker, ringer, chooser]) await caller.hangup()
    const { id } = await centre.interactionFrom('+40722060010')
    const { offerList } = await centre.ended(id)
    expect(offerList.map(({ outcome }: Answer) => outcome)).not.toContain('expired')
    await settled()
  })
})

describe('a second process on the same database', () => {
  it('stands by, and takes over when the first dies: talkers talk on, callers in line keep their place', async () => {
    await using ana = await centre.service.agentPhone('ana', 440)
    const talk = await centre.talk(ana)
    await using talker = talk.caller
    await using waiter = await centre.caller('line', '+40722060020')
    await centre.interactionFrom('+40722060020', ({ state }) => state === 'queued')
    {
      await using second = await SecondProcess.start(centre.service, testFlows)
      await second.says('standing by')
      expect(await second.isHealthy()).toBe(false)
      const missing = [talker.listensFor(440), ana.listensFor(700)]
      await centre.service.kill()
      const killedAt = Date.now()
      await second.healthy()
      process.stdout.write(`taken over ${Date.now() - killedAt} ms after the kill\n`)
      await bothHear(talk)
      expect(Math.max(...missing.map((ask) => ask()))).toBeLessThan(mostMissedMs)
      // The next call may reach the phone before the end of this one does.
      const [next] = await Promise.all([ana.ringing(), ana.closed(), talker.hangup()])
      expect(next).toMatchObject({ callerNumber: '+40722060020' })
      await ana.answer()
      await Promise.all([ana.hears(700), waiter.hears(440)])
      await waiter.hangup()
    }
    await centre.service.restart()
    await settled()
  })

  it('replaces one that was frozen, which does nothing more when it wakes up', async () => {
    const { service } = centre
    await using ana = await service.agentPhone('ana', 440)
    const talk = await centre.talk(ana)
    await using talker = talk.caller
    await using chooser = await centre.caller('keypad', '+40722060030')
    await chooser.hearsSound()
    {
      await using second = await SecondProcess.start(service, testFlows)
      await second.says('standing by')
      const missing = [talker.listensFor(440), ana.listensFor(700)]
      process.kill(service.pid, 'SIGSTOP')
      const client = new pg.Client({ connectionString: service.postgres.url })
      await client.connect()
      // What a server does with a peer that has not answered for long.
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'centralita-writer' and pid in (select pid from pg_locks where locktype = 'advisory' and granted)`,
      )
      await client.end()
      await second.healthy()
      await chooser.digits('2')
      await bothHear(talk)
      process.kill(service.pid, 'SIGCONT')
      await eventually(() => service.hasEnded(), { withinMs: 8_000, what: 'the replaced process to end' })
      expect(service.output).toMatch(/another process (took over|writes)/)
      await bothHear(talk)
      expect(Math.max(...missing.map((ask) => ask()))).toBeLessThan(mostMissedMs)
      await chooser.digits('987#')
      await chooser.hearsSound()
      await talker.hangup()
      await ana.closed()
      await chooser.hangup()
    }
    await service.restart()
    expect(await centre.ended(talk.id)).toMatchObject({ endedBy: 'customer' })
    const { id } = await centre.interactionFrom('+40722060030')
    expect((await centre.ended(id)).inputs.map(({ text }: Answer) => text)).toEqual(['2', '987'])
    await settled()
  })
})
