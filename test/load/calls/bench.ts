import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { startTestAsterisk, type TestAsterisk } from '../../peers/servers.ts'
import { appQueue, appQueueFiles } from './app-queue.ts'
import { BareAri } from './bare-ari.ts'
import { Centralita } from './centralita.ts'
import { onOne, runLoad, type Load } from './load.ts'
import { figure, figuresOf, Report } from './report.ts'
import { agentCounts, type SystemUnderTest } from './system.ts'

const centralita = new Centralita()
const bareAri = new BareAri()
const systems: readonly SystemUnderTest[] = [appQueue, centralita, bareAri]

const usage = `npm run bench:calls -- [--pairs 5] [--seconds 15] [--rates 20,50,80] [--ramps 3] [--systems a,b] [--media]
  The same SIPp load through each system on one Asterisk, in turns; figures are medians of the pairs.`

type Plan = {
  pairs: number
  seconds: number
  rates: number[]
  ramps: number
  systems: readonly SystemUnderTest[]
  media: boolean
}

function readPlan(): Plan {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '15' },
      rates: { type: 'string', default: '20,50,80' },
      ramps: { type: 'string', default: '3' },
      systems: { type: 'string', default: systems.map(({ name }) => name).join(',') },
      media: { type: 'boolean', default: false },
    },
  })
  const names = values.systems.split(',')
  const unknown = names.filter((name) => !systems.some((system) => system.name === name))
  const rates = values.rates.split(',').map(Number)
  const numbers = [Number(values.pairs), Number(values.seconds), Number(values.ramps), ...rates]
  if (unknown.length > 0 || numbers.some((number) => !(number >= 0))) throw new Error(usage)
  return {
    pairs: Number(values.pairs),
    seconds: Number(values.seconds),
    rates,
    ramps: Number(values.ramps),
    systems: systems.filter(({ name }) => names.includes(name)),
    media: values.media,
  }
}

/** As many calls as agents can take: 5 s of talk, less where the rate would need more than 320 of the 400 agents. */
function steadyLoad(rate: number, seconds: number, media: boolean): Load {
  const ringMs = 200
  const talkMs = Math.min(5000, Math.floor((320_000 / rate - ringMs) / 100) * 100)
  return { name: `${rate} calls/s`, agents: 'many', rate, calls: rate * seconds, ringMs, talkMs, media }
}

/** Three callers for every agent, the next one as soon as one has been served: somebody is always waiting. */
function waitingLoad(seconds: number, media: boolean): Load {
  const ringMs = 200
  const talkMs = 1500
  const calls = Math.round((agentCounts.few * seconds * 1000) / (ringMs + talkMs))
  const limit = 3 * agentCounts.few
  return { name: 'callers waiting', agents: 'few', rate: 30, calls, limit, ringMs, talkMs, media }
}

async function main(): Promise<void> {
  const plan = readPlan()
  const report = new Report(plan.systems.map(({ name }) => name))
  await using asterisk = await startTestAsterisk({ custom: appQueueFiles })
  bareAri.prepare(asterisk)
  await using _organisation = plan.systems.includes(centralita) ? await centralita.prepare(asterisk) : null
  const loads = [
    ...plan.rates.map((rate) => steadyLoad(rate, plan.seconds, plan.media)),
    waitingLoad(plan.seconds, plan.media),
  ]
  for (let pair = 1; pair <= plan.pairs; pair++) {
    for (const load of loads) {
      for (const system of plan.systems) {
        const result = await runLoad(system, load, onOne(asterisk))
        const figures = figuresOf(load.name, result, load.limit !== undefined)
        report.add(system.name, figures)
        progress(
          `pair ${pair}, ${system.name}: ${figures.map(({ measure, values }) => `${measure} ${values[0]?.toFixed(1)}`).join(', ')}`,
        )
      }
    }
  }
  for (let ramp = 1; ramp <= plan.ramps; ramp++) {
    for (const system of plan.systems) {
      const highest = await highestGoodRate(system, asterisk, plan.media)
      report.add(system.name, [figure('highest rate without a failed call', '1/s', highest)])
    }
  }
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version }
  const { pairs, seconds, media } = plan
  process.stdout.write(`${report.table()}\n`)
  process.stdout.write(
    `${JSON.stringify({ bench: 'calls', pairs, seconds, media, machine, figures: report.figures() })}\n`,
  )
}

const rampStep = 20
const rampSeconds = 6
const rampTalkMs = 1500

/** Climbs until a call fails or SIPp itself can't keep the rate; 0 when even the first step fails. */
async function highestGoodRate(system: SystemUnderTest, asterisk: TestAsterisk, media: boolean): Promise<number> {
  const highestForAgents = Math.floor((agentCounts.many * 1000) / (rampTalkMs + 400))
  let good = 0
  for (let rate = 80; rate <= highestForAgents; rate += rampStep) {
    const load: Load = { ...steadyLoad(rate, rampSeconds, media), talkMs: rampTalkMs }
    const result = await runLoad(system, load, onOne(asterisk))
    progress(`${system.name}: ${rate} calls/s (made ${result.rate.toFixed(1)}), ${result.failed} failed`)
    if (result.failed > 0 || result.rate < rate * 0.95) break
    good = rate
  }
  return good
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`)
}

await main()
