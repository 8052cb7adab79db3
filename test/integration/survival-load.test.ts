import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CallCentre } from '../peers/call-centre.ts'
import { everyInteractionEndedOnce } from '../peers/ledger.ts'
import { eventually } from '../peers/poll.ts'
import type { Answer } from '../peers/service.ts'
import { startSipCaller } from '../peers/sip-caller.ts'
import { Random } from '../simulation/random.ts'

let centre: CallCentre

beforeAll(async () => {
  centre = await CallCentre.start()
  await centre.queue()
})
afterAll(() => centre[Symbol.asyncDispose]())

const calls = 26
const kills = 5

describe('kill -9 at random moments under load', () => {
  it('leaves no ghost, ends each interaction once, and loses no fact', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
    const chance = new Random(seed)
    const { service } = centre
    await using ana = await centre.sippAgent('ana', { does: 'answer', ringMs: 300 })
    await using bogdan = await centre.sippAgent('bogdan', { does: 'hang-up', ringMs: 600, talkMs: 1_500 })
    await using citra = await centre.sippAgent('citra', { does: 'answer', ringMs: 1_500 })
    const { sipHost: host, sipPort: port } = service.asterisk
    const load = (flow: string, talkMs: number, calls: number, rate: number, series: string) =>
      startSipCaller({
        ...{ host, port, number: centre.number(flow), behaviour: { does: 'hang-up', talkMs }, calls, rate },
        ...{ callerNumber: `+40722${series}[call_number]`, timeoutMs: 60_000 },
      })
    await using waiting = await load('line', 4_500, 20, 2, '03')
    await using speaking = await load('message', 7_000, 6, 1, '04')
    for (let kill = 0; kill < kills; kill++) {
      const at = performance.now() + 200 + chance.next() * 1_500
      await eventually(() => performance.now() >= at, { withinMs: 5_000, everyMs: 5, what: 'the moment to kill' })
      // Some die, some are told to go.
      await service.kill(chance.next() < 0.3 ? 'SIGTERM' : 'SIGKILL')
      await service.restart()
    }
    for (const { successful, failed } of await Promise.all([waiting.result, speaking.result])) {
      expect(failed, `seed ${seed}`).toBe(0)
      expect(successful, `seed ${seed}`).toBeGreaterThan(5)
    }
    await centre.leavesNoGhost()
    const ledger = await everyInteractionEndedOnce(service.postgres.url)
    expect(ledger.arrivals, `seed ${seed}`).toBeGreaterThan(4)
    expect(ledger.count('offer-accepted'), `seed ${seed}`).toBeGreaterThan(0)
    for (const name of ['ana', 'bogdan', 'citra'])
      await service.agentIs(name, (agent: Answer) => agent.routing === 'idle' && agent.presence === 'available')
    expect([ana, bogdan, citra].map((phone) => phone.isRunning())).toEqual([true, true, true])
    process.stdout.write(
      `seed ${seed}: ${ledger.arrivals} of ${calls} calls taken in, ${ledger.count('offer-accepted')} answered, ` +
        `${ledger.count('offer-rescinded')} offers taken back, over ${kills} kills\n`,
    )
  })
})
