import { availableParallelism, cpus } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePort } from '../../../src/supervisor/free-port.ts'
import { nodeSetting } from '../../peers/nodes.ts'
import { startTestAsterisk, startTestEdge } from '../../peers/servers.ts'
import type { TestService } from '../../peers/service.ts'
import { Centralita } from '../calls/centralita.ts'
import type { RunningSystem } from '../calls/system.ts'
import { runLoad, type Load, type Site } from '../calls/load.ts'
import { figuresOf, Report } from '../calls/report.ts'

const usage = `npm run bench:nodes -- [--pairs 2] [--seconds 10] [--rates 20,50] [--media]
  The same SIPp load through the edge onto one Asterisk, onto two, and onto two of which one drains half-way, in turns.
  As it stands that takes about eight minutes of a machine with nothing else to do; more pairs, more trust.`

/** How the load is spread; in the third way the second node drains once half of the calls are made. */
const ways = ['one node', 'two nodes', 'one drains'] as const
type Way = (typeof ways)[number]

type Plan = { pairs: number; seconds: number; rates: number[]; media: boolean }

function readPlan(): Plan {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: '2' },
      seconds: { type: 'string', default: '10' },
      rates: { type: 'string', default: '20,50' },
      media: { type: 'boolean', default: false },
    },
  })
  const rates = values.rates.split(',').map(Number)
  const [pairs, seconds] = [Number(values.pairs), Number(values.seconds)]
  if ([pairs, seconds, ...rates].some((number) => !(number > 0))) throw new Error(usage)
  return { pairs, seconds, rates, media: values.media }
}

function loadOf(rate: number, seconds: number, media: boolean): Load {
  const ringMs = 200
  const talkMs = Math.min(5_000, Math.floor((320_000 / rate - ringMs) / 100) * 100)
  return { name: `${rate} calls/s`, agents: 'many', rate, calls: rate * seconds, ringMs, talkMs, media }
}

async function main(): Promise<void> {
  const plan = readPlan()
  const report = new Report([...ways])
  await using a = await startTestAsterisk()
  await using b = await startTestAsterisk({ systemName: 'b', rtp: { from: 30_000, to: 32_766 } })
  await using edge = await startTestEdge([a, b])
  const centralita = new Centralita()
  await using service = await centralita.prepare(a, { NODES: nodeSetting('b', b), EDGE_URL: edge.url })
  // One service for all runs, as for the nodes that drain and come back in production.
  await using running = await centralita.start()
  // The same for all runs: what a node still knows of an agent's phone from an earlier run stays true.
  const agentPort = await freePort()
  const processes = { 'Asterisk A': a.pid, 'Asterisk B': b.pid }
  const site = (way: Way): Site => ({
    ...{ callers: edge, agentPort, processes },
    registrars: way === 'one node' ? [a] : [a, b],
    async meanwhile(load) {
      if (way !== 'one drains') return
      await delay((load.calls / load.rate / 2) * 1_000)
      await drain(service, true)
    },
  })
  for (let pair = 1; pair <= plan.pairs; pair++)
    for (const rate of plan.rates)
      for (const way of ways) {
        const load = loadOf(rate, plan.seconds, plan.media)
        const system = { name: way, start: () => lent(running, service, way === 'one node') }
        const figures = figuresOf(load.name, await runLoad(system, load, site(way)), false)
        report.add(way, figures)
        const line = figures.map(({ measure, values }) => `${measure} ${values[0]?.toFixed(1)}`).join(', ')
        process.stderr.write(`${minutesSinceStart()} min, pair ${pair}, ${way}: ${line}\n`)
      }
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version }
  process.stdout.write(`${report.table()}\n`)
  process.stdout.write(`${JSON.stringify({ bench: 'nodes', ...plan, machine, figures: report.figures() })}\n`)
}

/** A node that drains from the beginning is one that isn't there. */
async function lent(running: RunningSystem, service: TestService, isOneNode: boolean): Promise<RunningSystem> {
  await drain(service, isOneNode)
  return { ...running, [Symbol.asyncDispose]: () => Promise.resolve() }
}

const minutesSinceStart = (): string => (performance.now() / 60_000).toFixed(1)

async function drain(service: TestService, draining: boolean): Promise<void> {
  await service.api('PUT', '/api/nodes/b', { draining })
}

await main()
