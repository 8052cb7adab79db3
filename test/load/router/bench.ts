/**
 * `npm run bench:router`: what a decision costs in a large centre at full load, and how that grows with ten times more
 * agents or waiting interactions. A decision is one input run to rest: its facts, those that follow, and its commands.
 * The sizes take turns, so that whatever else the machine does concerns all of them alike.
 */
import { Centre, skillCount, type Size } from './centre.ts'
import { Latencies, type Figures } from './latencies.ts'

const full: Size = { agents: 10_000, waiting: 50_000 }
const sizes: readonly Size[] = [full, { ...full, agents: full.agents / 10 }, { ...full, waiting: full.waiting / 10 }]
const warmUpCycles = 10_000
const rounds = 40
const cyclesPerRound = 1_000

type Run = { size: Size; centre: Centre; all: Latencies; byKind: Map<string, Latencies>; memoryMb: number }

function start(size: Size): Run {
  const before = process.memoryUsage().rss
  const startedAt = performance.now()
  const centre = new Centre(size)
  for (let i = 0; i < warmUpCycles; i += 1) centre.cycle()
  const memoryMb = (process.memoryUsage().rss - before) / 2 ** 20
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  console.log(`${size.agents} agents, ${skillCount} skills, ${size.waiting} waiting: ready after ${seconds} s`)
  const run: Run = { size, centre, all: new Latencies(), byKind: new Map(), memoryMb }
  centre.observe(({ kind }, decide) => {
    const began = performance.now()
    const decision = decide()
    const microseconds = (performance.now() - began) * 1_000
    run.all.add(microseconds)
    const ofKind = run.byKind.get(kind) ?? new Latencies()
    run.byKind.set(kind, ofKind)
    ofKind.add(microseconds)
    return decision
  })
  return run
}

const runs = sizes.map(start)
for (let round = 0; round < rounds; round += 1)
  for (const { centre } of runs) for (let i = 0; i < cyclesPerRound; i += 1) centre.cycle()

const rounded = (value: number): number => Math.round(value * 10) / 10
const row = ({ count, mean, p50, p99, max }: Figures): Record<string, number> => ({
  decisions: count,
  'per second': Math.round(1e6 / mean),
  'mean µs': rounded(mean),
  'p50 µs': rounded(p50),
  'p99 µs': rounded(p99),
  'max µs': rounded(max),
})
const named = ({ size }: Run): string => `${size.agents} agents, ${size.waiting} waiting`

console.table(
  Object.fromEntries(runs.map((run) => [named(run), { ...row(run.all.figures()), 'RSS MB': rounded(run.memoryMb) }])),
)
const [large, fewerAgents, fewerWaiting] = runs
if (large === undefined || fewerAgents === undefined || fewerWaiting === undefined) throw new Error('three sizes')
console.table(Object.fromEntries([...large.byKind].map(([kind, latencies]) => [kind, row(latencies.figures())])))

const figures = large.all.figures()
console.log(
  JSON.stringify({
    bench: 'router',
    agents: full.agents,
    skills: skillCount,
    waiting: full.waiting,
    decisionsPerSecond: Math.round(1e6 / figures.mean),
    p50Us: rounded(figures.p50),
    p99Us: rounded(figures.p99),
    maxUs: rounded(figures.max),
    memoryMb: rounded(large.memoryMb),
    tenTimesMoreAgents: rounded(figures.mean / fewerAgents.all.figures().mean),
    tenTimesMoreWaiting: rounded(figures.mean / fewerWaiting.all.figures().mean),
  }),
)
